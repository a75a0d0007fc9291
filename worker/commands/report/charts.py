"""Draws a section of the report as an SVG image, for a page that sets its colours and fonts.

pygal draws the charts. Its SVG needs no script, is small, and takes its colours from the variables of a style sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

import pygal
from pygal.etree import etree
from pygal.style import Style

from worker.commands.report import cells
from worker.commands.report.sections import OUTCOMES, Cell, Section

etree.to_etree()  # otherwise pygal uses lxml if it is installed, whose trees are not those of ElementTree

_WIDTH: Final = 720
_COLUMNS_HEIGHT: Final = 260
_BAR_HEIGHT: Final = 26
_AROUND_BARS: Final = 60  # the axis, and the legend
_MOST_BARS: Final = 15
_MOST_LABEL_CHARS: Final = 36
_LABELS: Final = 8  # below columns
_KINDS: Final[Mapping[tuple[str, bool], Any]] = {
    ("columns", True): pygal.StackedBar,
    ("columns", False): pygal.Bar,
    ("bars", True): pygal.HorizontalStackedBar,
    ("bars", False): pygal.HorizontalBar,
}
_COLOURED: Final = (*OUTCOMES, "before", "after")
"""The series that have a colour of their own in the style sheet."""

_SVG: Final = "{http://www.w3.org/2000/svg}"

_COMMON: Final = {
    "background": "transparent",
    "plot_background": "transparent",
    "foreground": "var(--text)",
    "foreground_strong": "var(--text)",
    "foreground_subtle": "var(--line)",
    "guide_stroke_color": "var(--line)",
    "major_guide_stroke_color": "var(--line)",
    "guide_stroke_dasharray": "none",
    "major_guide_stroke_dasharray": "none",
    "opacity": "1",
    "opacity_hover": "1",
    "stroke_opacity": "0",
    "transition": "0s",
    "font_family": "inherit",
    "label_font_size": 12,
    "major_label_font_size": 12,
    "legend_font_size": 13,
}


def draw(section: Section) -> str:
    """The chart of a section as an `<svg>` element. Its rows must not be empty.

    The image has a name for screen readers; its numbers are in the table of the section.
    """
    kind = _KINDS[section.chart, section.stacked]
    rows = section.rows if section.chart == "columns" else section.rows[:_MOST_BARS]
    chart: Any = kind(style=_style(section), **_options(section, len(rows)))
    chart.uuid = section.name  # random by default, and the same counts should give the same page
    labels = [_label(section.columns[0], row[0]) for row in rows]
    chart.x_labels = labels if section.chart == "columns" else labels[::-1]
    if section.chart == "columns":
        chart.x_labels_major = labels[:: max(1, -(-len(labels) // _LABELS))]
    for name in section.series:
        values = section.column(name)[: len(rows)]
        chart.add(cells.heading(name), values if section.chart == "columns" else values[::-1])
    return _as_image(chart.render_tree(), section)


def _options(section: Section, bars: int) -> dict[str, Any]:
    is_columns = section.chart == "columns"
    return {
        "width": _WIDTH,
        "height": _COLUMNS_HEIGHT if is_columns else _AROUND_BARS + _BAR_HEIGHT * bars,
        "js": (),
        "show_legend": len(section.series) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": len(section.series),
        "legend_box_size": 12,
        "truncate_label": -1,
        "truncate_legend": -1,
        "show_y_guides": is_columns,
        "show_x_guides": False,
        "spacing": 12,
        "margin": 6,
        "margin_right": 30,  # half of the last label below the columns
        "y_labels_major_count": 4,
        ("show_minor_x_labels" if is_columns else "show_minor_y_labels"): not is_columns,
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _style(section: Section) -> Style:
    colours = tuple(f"var(--{name if name in _COLOURED else 'accent'})" for name in section.series)
    return Style(**_COMMON, colors=colours)


def _label(column: str, value: Cell) -> str:
    if isinstance(value, datetime):
        return value.strftime("%m-%d %H:%M")
    label = cells.text(column, value)
    return label if len(label) <= _MOST_LABEL_CHARS else f"{label[: _MOST_LABEL_CHARS - 1]}…"


def _as_image(svg: ET.Element, section: Section) -> str:
    """The SVG without scripts and comments, as one image for screen readers."""
    for parent in list(svg.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}script", "script") or not isinstance(child.tag, str):
                parent.remove(child)
    svg.set("role", "img")
    svg.set("aria-label", f"Chart: {section.title}. The table has its numbers.")
    return ET.tostring(svg, encoding="unicode")
