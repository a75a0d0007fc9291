"""Writes the lines of a text as Markdown (CommonMark, and the GitHub Flavored Markdown tables).

Each line of the text is one line of the Markdown, in the same order. Blank lines, fences and the second lines of tables
come between them. A reader who removes the markup has the text again.

Sources: https://spec.commonmark.org/0.31.2/, https://github.github.com/gfm/#tables-extension-.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from worker.text.structure import CELL_SEPARATOR, Line, Link, Step, visible

_MAX_GROWTH: Final = 4
_ALLOWANCE_CHARS: Final = 256 << 10

# An underscore within a word marks nothing, nor does an ampersand that begins no entity. The leading class speeds up
# the search.
_SPECIAL: Final = re.compile(r"[\\`*\[\]<~_&](?:(?<![_&])|(?<=_)(?:(?![^\W_])|(?<![^\W_]_))|(?<=&)(?=#?\w{1,40};))")
_BLOCK_START: Final = re.compile(r"[#>=](?=[#>=]*(?:\s|$))|>|[-+](?=[-+\s]|$)")
_NUMBER_START: Final = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)")
_HEADING_END: Final = re.compile(r"(?:^|(?<= ))#(?=#*$)")
_TICKS: Final = re.compile("`{3,}")
_ENTITY_IN_URL: Final = re.compile(r"&(?=#?\w{1,40};)")
_IN_URL: Final = {ord(char): f"%{ord(char):02X}" for char in "\\|<> `^"} | {ord(char): f"\\{char}" for char in "()"}


def markdown(lines: Iterable[Line]) -> str:
    """The lines as Markdown. Without structure if that would make it more than four times as long as the text."""
    lines = list(lines)
    room = _MAX_GROWTH * sum(len(line.text) + 1 for line in lines) + _ALLOWANCE_CHARS
    made: list[str] = []
    for line in _written(lines):
        made.append(line)
        room -= len(line) + 1
        if room < 0:
            return "\n\n".join(escaped(line.text) for line in lines)
    return "\n".join(made)


def escaped(text: str) -> str:
    """A line that Markdown shows as it is."""
    text = _inline(text)
    if _BLOCK_START.match(text):
        return f"\\{text}"
    return _NUMBER_START.sub(r"\1\\\2", text, count=1) if _NUMBER_START.match(text) else text


def _inline(text: str) -> str:
    """A part of a line, but not its beginning, that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\g<0>", text)


class _Part(NamedTuple):
    """Lines of Markdown that belong together, without the marks of the items and quotes around them."""

    path: tuple[Step, ...]
    lines: list[str]
    is_plain: bool


def _written(lines: Iterable[Line]) -> Iterator[str]:
    last: _Part | None = None
    for part in _apart(_parts(lines)):
        same = _same_steps(last.path, part.path) if last else 0
        if last and not _is_tight(last, part, same):
            yield "".join(map(_inside, part.path[:same])).rstrip()
        within = "".join(map(_inside, part.path))
        opening = "".join(map(_inside, part.path[:same])) + "".join(f"{step.marker} " for step in part.path[same:])
        for number, line in enumerate(part.lines):
            yield ((within if number else opening) + line).rstrip()
        last = part


def _apart(parts: Iterable[_Part]) -> Iterator[_Part]:
    """The parts, with the other delimiter for a list that directly follows one like it: else they would be one list.

    A list whose numbers do not ascend by one becomes several: Markdown only has the number of the first item.
    """
    is_other: dict[int, bool] = {}  # by group
    last: Sequence[Step] = ()
    for part in parts:
        same = _same_steps(last, part.path)
        if same < min(len(last), len(part.path)) and _begins_list(last[same], part.path[same]):
            is_other[part.path[same].group] = not is_other.get(last[same].group, False)
        last = part.path
        marked = (step._replace(marker=_other(step)) if is_other.get(step.group) else step for step in part.path)
        yield part._replace(path=tuple(marked))


def _begins_list(last: Step, step: Step) -> bool:
    """Whether an item begins a list although Markdown would read it as the next item of the same list."""
    if last.is_quote or step.is_quote or (last.marker == "-") != (step.marker == "-"):
        return False
    return last.group != step.group or (step.marker != "-" and int(step.marker[:-1]) != int(last.marker[:-1]) + 1)


def _other(step: Step) -> str:
    if step.is_quote:
        return step.marker
    return "*" if step.marker == "-" else f"{step.marker[:-1]})"


def _inside(step: Step) -> str:
    """What each further line of an item or a quote begins with."""
    return "> " if step.is_quote else " " * (len(step.marker) + 1)


def _same_steps(one: Sequence[Step], other: Sequence[Step]) -> int:
    same = 0
    for first, second in zip(one, other, strict=False):
        if first.number != second.number:
            break
        same += 1
    return same


def _is_tight(last: _Part, part: _Part, same: int) -> bool:
    """Whether no blank line has to come between two parts: both are items of one list, or of a list in the other."""
    if not (last.is_plain and part.is_plain) or same == len(part.path) or part.path[same].is_quote:
        return False
    if same < len(last.path):
        one, other = last.path[same], part.path[same]
        return one.group == other.group and one.marker[-1] == other.marker[-1] and not last.path[-1].is_quote
    return same > 0 and not last.path[-1].is_quote and part.path[same].marker in ("-", "*", "1.", "1)")


def _parts(lines: Iterable[Line]) -> Iterator[_Part]:
    for (pre, table, _), group in groupby(lines, lambda line: (line.pre, bool(line.columns) and line.table, line.path)):
        block = list(group)
        if pre:
            yield _Part(block[0].path, _code(block), is_plain=False)
        elif table and max(len(line.columns) for line in block) > 1:
            yield _Part(block[0].path, _table(block), is_plain=False)
        else:
            yield from (_Part(line.path, [_plain(line)], is_plain=True) for line in block)


def _plain(line: Line) -> str:
    if not line.heading:
        return _linked(line)
    text = _HEADING_END.sub(r"\\#", _linked(line, _inline))
    return f"{'#' * line.heading} {text}"


def _code(lines: Sequence[Line]) -> list[str]:
    code = "\n".join(_code_line(line) for line in lines).lstrip("\n")
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(code)), default=0))
    return [fence, *code.split("\n"), fence]


def _code_line(line: Line) -> str:
    """The code as it was on the page; if a stage has changed the line since, its text with the same indentation."""
    if " ".join(line.code.split()) == line.text:
        return line.code
    return line.code[: len(line.code) - len(line.code.lstrip())] + line.text


def _table(rows: Sequence[Line]) -> list[str]:
    """The rows, with the first one as the heading: a table needs one, with as many cells as the longest row."""
    width = 1 + max(line.columns[-1] for line in rows)
    head, *body = (_cells(line) for line in rows)
    head += [""] * (width - len(head))
    return [_row(head), _row(["---"] * width), *map(_row, body)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(line: Line) -> list[str]:
    columns, texts = line.columns, line.cells
    if CELL_SEPARATOR.join(texts) != line.text:  # a stage has changed the line
        texts = line.text.split(CELL_SEPARATOR) if len(columns) > 1 else [line.text]
    if len(texts) != len(columns):
        texts, columns = [line.text], columns[:1]
    cells = [""] * (1 + columns[-1])
    links = deque(line.links)
    before = 0
    for column, text in zip(columns, texts, strict=True):
        end = before + len(visible(text))
        own = []
        while links and links[0].end <= end:
            link = links.popleft()
            own.append(Link(link.start - before, link.end - before, link.url))
        cells[column] = _linked(replace(line, text=text, links=tuple(own))).replace("|", "\\|")
        before = end + len(visible(CELL_SEPARATOR))
    return cells


def _linked(line: Line, beginning: Callable[[str], str] = escaped) -> str:
    """The text of a line with its links. `beginning` escapes the text up to the first link."""
    if not line.links:
        return beginning(line.text)
    places = [place for place, char in enumerate(line.text) if not char.isspace()]
    made: list[str] = []
    done = 0
    for link in line.links:
        start, end = places[link.start], places[link.end - 1] + 1
        before = (_inline if done else beginning)(line.text[done:start])
        if before.endswith("!"):
            before = f"{before[:-1]}\\!"
        made += (before, f"[{_inline(line.text[start:end])}]({_destination(link.url)})")
        done = end
    made.append(_inline(line.text[done:]))
    return "".join(made)


def _destination(url: str) -> str:
    return _ENTITY_IN_URL.sub(r"\\&", url.translate(_IN_URL))
