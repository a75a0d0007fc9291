"""The page is complete in itself, safe, and readable without seeing the charts. What it looks like: test_browser.py."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.commands.report.reports import HOSTILE, counted, message, mixed
from worker.commands.report import page
from worker.commands.report.counts import Counts
from worker.commands.report.sections import BROKEN_DOWN, Section, sections
from worker.errors import InstallationError, SettingsError

CHARTS = {"over_time", "by_host", "by_reason", "by_shape", "by_language", "by_rule", "scores", "kinds", "clusters"}


def made(counts: Counts) -> list[Section]:
    return sections(counts, BROKEN_DOWN, 10)


@pytest.fixture(scope="module")
def text() -> str:
    return page.page(made(mixed()), f"16 quality reports {HOSTILE}")


@pytest.fixture(scope="module")
def tree(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


def test_every_section_has_a_heading_a_table_and_a_link(tree: LexborHTMLParser) -> None:
    found = made(mixed())
    assert [node.text() for node in tree.css("h2")] == [section.title for section in found]
    assert [node.attributes["href"] for node in tree.css("nav a")] == [f"#{section.name}" for section in found]
    for section in found:
        (heading,) = tree.css(f"h2#{section.name}")
        holder = heading.parent
        assert holder is not None
        assert holder.attributes["aria-labelledby"] == section.name
        assert len(holder.css("table")) == 1
        assert len(holder.css("tbody tr")) == len(section.rows)
        assert len(holder.css("thead th[scope=col]")) == len(section.columns)
        assert len(holder.css("figure svg")) == (section.name in CHARTS)


def test_a_chart_is_one_image_with_a_name_to_screen_readers(tree: LexborHTMLParser) -> None:
    charts = tree.css("svg")
    assert len(charts) == len(CHARTS)
    for chart in charts:
        assert chart.attributes["role"] == "img"
        assert str(chart.attributes["aria-label"]).startswith("Chart: ")


def test_a_chart_shows_the_numbers_of_its_table(tree: LexborHTMLParser) -> None:
    bars = [node.text() for node in tree.css("svg#chart-by_reason desc.value")]
    assert sorted(bars) == ["1", "1", "2"]
    labels = [node.text() for node in tree.css("svg#chart-by_host .axis text")]
    assert "bad.example" in labels


def test_the_page_loads_and_runs_nothing(text: str, tree: LexborHTMLParser) -> None:
    assert not tree.css("script, link, img, iframe, object, embed, image, use, [src], [onload], [onclick]")
    assert "@import" not in text
    assert "url(" not in text
    assert all(str(node.attributes["href"]).startswith("#") for node in tree.css("[href]"))
    (policy,) = tree.css('meta[http-equiv="Content-Security-Policy"]')
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    addresses = {word for word in text.replace('"', " ").split() if "://" in word}
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"} & addresses


def test_hostile_texts_are_escaped_in_tables_and_charts(text: str, tree: LexborHTMLParser) -> None:
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    shown = r"<script>alert(1)</script>\x1b[31m\u202e[red]&"
    assert any(node.text() == shown for node in tree.css("tbody th"))
    assert any(node.text().startswith("<script>alert") for node in tree.css("svg text"))


def test_the_same_counts_make_the_same_page(text: str) -> None:
    assert page.page(made(mixed()), f"16 quality reports {HOSTILE}") == text


def test_every_chart_is_well_formed_xml(text: str) -> None:
    for part in text.split("<figure>")[1:]:
        assert ET.fromstring(part.split("</figure>")[0]).tag.endswith("svg")  # noqa: S314 - our own text


def test_a_page_on_no_report_says_that_there_is_nothing_to_show() -> None:
    empty = LexborHTMLParser(page.page(made(Counts()), "0 quality reports"))
    assert any(node.text() == "There is nothing to show." for node in empty.css("p"))


def test_a_page_on_one_report_has_charts_too() -> None:
    one = LexborHTMLParser(page.page(made(counted(message())), "1 quality reports"))
    assert len(one.css("svg")) >= 5


def test_a_table_of_zeros_has_no_chart() -> None:
    rows = [("a.example", 0), ("b.example", 0)]
    text = page.page([Section("by_host", "Texts by host", ("host", "changed"), rows, ("changed",))], "")
    assert "b.example" in text
    assert "<svg" not in text


def test_the_page_replaces_an_earlier_one_and_follows_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    page.check_target(target)
    page.write(target, made(mixed()), "header")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_is_found_before_the_reading(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "missing" / "report.html"):
        with pytest.raises(SettingsError, match=r"cannot write .*: give a file in a directory that exists"):
            page.check_target(target)


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = builtins.__import__

    def without_pygal(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pygal"):
            raise ModuleNotFoundError(name)
        return genuine(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_pygal)
    monkeypatch.delitem(sys.modules, "pygal", raising=False)
    with pytest.raises(InstallationError, match=r'pip install "article-worker\[report\]"'):
        page.check_target(tmp_path / "report.html")
