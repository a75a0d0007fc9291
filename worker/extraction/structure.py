"""Blocks that also know what they are on the page: headings, list items, quotes, code, table cells, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from worker.extraction.blocks import LINE_BREAK, MAX_CELL_CHARS, Blocks
from worker.text.cleaning import scrub
from worker.text.structure import CELL_SEPARATOR, Line, Link, Step, visible

_HEADINGS: Final = {f"h{rank}": rank for rank in range(1, 7)}
_MAX_STEPS: Final = 8  # lists and quotes that are nested deeper are written as if they were not
_MAX_NUMBER: Final = 999_999
_NUMBER: Final = re.compile(r"\s*([0-9]{1,6})(?![0-9])", re.ASCII)
_OTHER_SPACE: Final = re.compile(r"[^\S\n\t ]")


class _Place(NamedTuple):
    """What a container is in. Numbers are those of containers; 0 stands for none."""

    path: tuple[Step, ...] = ()
    heading: int = 0
    pre: int = 0
    table: int = 0


@dataclass(slots=True)
class StructuredBlocks(Blocks):
    """A page's blocks with their structure. Reading them takes longer."""

    places: list[_Place] = field(default_factory=lambda: [_Place()])  # of each container
    count: dict[int, int] = field(default_factory=dict)  # of a list: the next number; of a row: the cells so far
    highest: dict[int, int] = field(default_factory=dict)  # of a reversed list: its first number; 0 if not stated
    column: dict[int, int] = field(default_factory=dict)  # of each cell
    code: dict[int, str] = field(default_factory=dict)  # the text of a block in `pre`, as it is on the page
    anchors: dict[int, tuple[Link, ...]] = field(default_factory=dict)  # the links of a block
    base: str = ""  # the URL to which the URLs of the links are relative, if the page states it

    @classmethod
    def new(cls, *, links: bool) -> Self:
        """Only the root. Without `links`, the URLs of links are not read."""
        blocks = cls.empty()
        blocks.marks = [] if links else None
        return blocks

    def open(self, parent: int, tag: str, attributes: Mapping[str, str | None]) -> int:
        """Add a container. Returns its number."""
        number = Blocks.open(self, parent, tag, attributes)
        place = self.places[parent]
        if tag in {"li", "blockquote"}:
            step = Step(number, 0, ">") if tag == "blockquote" else self._item(number, parent, attributes)
            if len(place.path) < _MAX_STEPS:
                place = place._replace(path=(*place.path, step))
        elif tag == "ol":
            self._open_ordered(number, attributes)
        elif tag in {"td", "th"}:
            self.column[number] = self.count.get(parent, 0)
            self.count[parent] = self.column[number] + 1
        elif tag == "table":
            place = place._replace(table=number)
        elif tag == "pre":
            place = place._replace(pre=number)
        elif tag in _HEADINGS:
            place = place._replace(heading=_HEADINGS[tag])
        self.places.append(place)
        return number

    def _open_ordered(self, number: int, attributes: Mapping[str, str | None]) -> None:
        self.count[number] = _number(attributes.get("start"), 1)
        if "reversed" in attributes:
            self.highest[number] = _number(attributes.get("start"), 0)
            self.count[number] = 1

    def _path(self, place: _Place) -> tuple[Step, ...]:
        """The items and quotes around a place. The numbers of reversed lists are known once all items are."""
        return tuple(map(self._descending, place.path)) if self.highest else place.path

    def _descending(self, step: Step) -> Step:
        if step.group not in self.highest or step.is_quote:
            return step
        highest = self.highest[step.group] or self.count[step.group] - 1
        return step._replace(marker=f"{max(0, highest + 1 - int(step.marker[:-1]))}.")

    def _item(self, number: int, parent: int, attributes: Mapping[str, str | None]) -> Step:
        if parent not in self.count:
            return Step(number, parent, "-")
        value = None if parent in self.highest else attributes.get("value")
        own = _number(value, self.count[parent])
        self.count[parent] = min(own + 1, _MAX_NUMBER)
        return Step(number, parent, f"{own}.")

    def add(self, container: int, pieces: list[str], link_chars: int, bold_chars: int, links: int) -> None:
        """Add a block if the pieces contain any text."""
        block = len(self.texts)
        Blocks.add(self, container, pieces, link_chars, bold_chars, links)
        if len(self.texts) > block:
            if self.places[container].pre:
                self.code[block] = "".join(pieces)
            elif self.marks:
                self.anchors[block] = tuple(_links(pieces, self.marks))
        if self.marks:
            _, still_open = self.marks[-1]
            self.marks[:] = [(0, still_open)] if still_open else []

    def select(self, kept: NDArray[np.int64]) -> StructuredBlocks:
        """The page with only these of its blocks (numbers, ascending) and with all its containers."""
        selected = Blocks.select(self, kept)
        assert isinstance(selected, StructuredBlocks)
        places = {block: at for at, block in enumerate(kept.tolist())}
        selected.code = {places[block]: code for block, code in self.code.items() if block in places}
        selected.anchors = {places[block]: found for block, found in self.anchors.items() if block in places}
        return selected

    def lines(self, line: Sequence[int]) -> Iterator[Line]:
        """The lines of these blocks: a row of a table, or what one block holds."""
        cells = [self.cell(at) for at in line]
        text = self.texts[line[0]]
        if cells[0] and (len(line) > 1 or (len(text) <= MAX_CELL_CHARS and "\n" not in text)):
            yield self._row(line, cells)
        elif line[0] in self.code:
            yield from self._code(line[0])
        else:
            yield from self._plain(line[0])

    def _row(self, line: Sequence[int], cells: Sequence[int]) -> Line:
        texts = [self.texts[at].replace("\n", " ") for at in line]
        links: list[Link] = []
        before = 0
        for at, text in zip(line, texts, strict=True):
            links += (Link(start + before, end + before, url) for start, end, url in self.anchors.get(at, ()))
            before += len(visible(text)) + len(visible(CELL_SEPARATOR))
        row = self.places[self.parent[cells[0]]]
        columns = tuple(self.column[cell] for cell in cells)
        text = CELL_SEPARATOR.join(texts)
        return Line(text, self._path(row), table=row.table, cells=texts, columns=columns, links=tuple(links))

    def _code(self, block: int) -> Iterator[Line]:
        place = self.places[self.container[block]]
        code = iter(_lines_of_code(self.code[block]))
        for text in self.texts[block].split("\n"):
            yield Line(text, self._path(place), pre=place.pre, code=next(code, ""))

    def _plain(self, block: int) -> Iterator[Line]:
        place = self.places[self.container[block]]
        before = 0
        links = self.anchors.get(block, ())
        for text in self.texts[block].split("\n"):
            end = before + len(visible(text)) if links else 0
            own = tuple(
                Link(max(start - before, 0), min(to, end) - before, url)
                for start, to, url in links if start < end and to > before
            )  # fmt: skip
            yield Line(text, self._path(place), place.heading, links=own)
            before = end


def _number(text: str | None, default: int) -> int:
    found = _NUMBER.match(text) if text else None
    return int(found[1]) if found else default


def _links(pieces: Sequence[str], marks: Sequence[tuple[int, str]]) -> Iterator[Link]:
    at = chars = start = 0
    url = ""
    for place, begun in [*marks, (len(pieces), "")]:
        chars += sum(len(visible(piece)) for piece in pieces[at:place])
        if url and chars > start:
            yield Link(start, chars, url)
        at, start, url = place, chars, begun


def _lines_of_code(raw: str) -> Iterator[str]:
    """The lines of code that are not blank, each with the blank lines before it."""
    blank = 0
    for line in scrub(raw.replace(LINE_BREAK, "\n")).split("\n"):
        if line.split():
            yield "\n" * blank + _OTHER_SPACE.sub(" ", line).rstrip()
            blank = 0
        else:
            blank += 1
