"""Removes the further copies of a body that a text contains several times."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from worker.messages import Article

MIN_CHARS = 80
"""A shorter run may be a refrain."""

MIN_SHARE = 0.8
"""A run is a copy if it repeats at least this share of the text between the start of its original and its own start."""

_WHOLE_CHARS, _WHOLE_SHARE = 2 * MIN_CHARS, 0.25
"""A line that may hold a whole body has at least so many characters, and at least this share of the text."""
_SLICES = 20  # such a line is compared in so many slices: a word that only it has costs one of them

_EXCERPT_LINES, _EXCERPT_SHARE = 4, 0.6  # less of a body may be a summary, or its list of contents
_REACH = 3  # how many lines in a row a copy may add to or omit from its original: an ad label, a site's own line
_MAX_PASSES = 8
_MAX_LINES = 100_000  # no article has this many, and comparing takes 150 bytes for each line


def repeats(article: Article) -> Article:
    """The article without the second and third copy of its body, or of the body's tail.

    A copy is a run of lines that occurred before in the same order, and that repeats at least `MIN_SHARE` of the text
    between the start of its original and its own start. So a body is a copy if it directly follows itself, whole or
    without its first paragraphs, and so is a tail. A refrain with a verse in between is not a copy, nor is a quote that
    is repeated later. A single line is a copy only of the line just before it.

    A body may also stand on a page once in one piece and once in paragraphs. Then the paragraphs stay: a line with at
    least a quarter of the text is removed if several lines in a row say at least `MIN_SHARE` of it. If the copy is the
    longer one, such as a body with its subheadings after one without, the copy stays.

    Any other line that occurs once is never lost. The time is linear in the number of lines and characters. A text of
    more than 100,000 lines is not changed.
    """
    lines = (article.text or "").split("\n", _MAX_LINES)
    if len(lines) > _MAX_LINES:
        return article
    lines = list(filter(None, map(str.strip, lines)))
    kept = _without_wholes(lines)
    for _ in range(_MAX_PASSES):  # removing one copy may bring another one next to its original
        if _repeated_chars(kept) < MIN_CHARS:
            break
        before, kept = kept, _Scan(_without_excerpt(kept)[::-1]).run()
        if len(kept) == len(before):
            break
    if len(kept) == len(lines):
        return article
    return article.with_text("\n".join(kept), {"repeated_body": len(lines) - len(kept)})


def _without_wholes(lines: list[str]) -> list[str]:
    """The lines without those that hold in one piece what several lines before or after them say."""
    sizes = list(map(len, lines))
    least = max(_WHOLE_CHARS, _WHOLE_SHARE * sum(sizes))
    if max(sizes, default=0) < least:
        return lines
    said = ["".join(line.split()) for line in lines]
    large = [at for at, size in enumerate(sizes) if size >= least]
    for at in sorted(large, key=lambda at: -len(said[at])):
        if _is_said(said[at], said[:at]) or _is_said(said[at], said[at + 1 :]):
            said[at] = ""
    return [line for line, rest in zip(lines, said, strict=True) if rest]


def _is_said(whole: str, lines: list[str]) -> bool:
    """Whether several lines say at least `MIN_SHARE` of a text in its order, and hardly anything else in between."""
    text = "".join(lines)
    size = -(-len(whole) // _SLICES)
    slices = [whole[at : at + size] for at in range(0, len(whole), size)]
    found: list[int] = []
    for number, part in enumerate(slices):
        at = text.find(part, found[-1] if found else 0)
        if at >= 0:
            found.append(at)
        if len(found) + len(slices) - number - 1 < MIN_SHARE * len(slices):
            return False
    ends = list(accumulate(map(len, lines)))
    return found[-1] - found[0] < len(whole) / MIN_SHARE and bisect_right(ends, found[0]) < bisect_right(
        ends, found[-1]
    )


def _repeated_chars(lines: list[str]) -> int:
    """The characters of lines beyond their first occurrence. From here on, at most so many are removed in one pass."""
    distinct = set(lines)
    return 0 if len(distinct) == len(lines) else sum(map(len, lines)) - sum(map(len, distinct))


def _without_excerpt(lines: list[str]) -> list[str]:
    """The lines without an excerpt before the body: from the first long line that comes again up to that place.

    All of them must come again later in the same order, with other lines between them; otherwise they are the original.
    Up to `_REACH` + 1 new lines before the body belong to it.
    """
    first: dict[str, int] = {}
    for at, line in enumerate(lines):
        begin = first.setdefault(line, at) if len(line) >= MIN_CHARS else at
        if begin < at:
            later = set(lines[at:])
            end = next((end for end in range(at, max(begin, at - _REACH - 2), -1) if lines[end - 1] in later), at)
            excerpt, rest = lines[begin:end], iter(enumerate(lines[at:], 1))
            places = [next((place for place, other in rest if other == wanted), 0) for wanted in excerpt]
            if len(excerpt) < _EXCERPT_LINES or not all(places) or places[-1] == len(excerpt):
                return lines
            body = sum(map(len, lines[at : at + places[-1]]))
            return lines[:begin] + lines[end:] if sum(map(len, excerpt)) >= _EXCERPT_SHARE * body else lines
    return lines


@dataclass(slots=True)
class _Run:
    """Lines of the input that repeat `kept[start]` and the lines after it, with the new lines between them."""

    start: int
    at: int  # index in kept of the last line that matched
    lines: list[tuple[str, bool]]  # each line, and whether it matched
    chars: int = 0  # of the lines that matched
    skipped: int = 0  # lines since the last match

    def match(self, at: int, line: str) -> None:
        self.at, self.skipped = at, 0
        self.chars += len(line)
        self.lines.append((line, True))

    def skip(self, line: str) -> None:
        self.skipped += 1
        self.lines.append((line, False))


@dataclass(slots=True)
class _Scan:
    """One pass: looks up each line, and compares it with at most 1 + _REACH lines of its original."""

    todo: list[str]  # the lines still to come; the next one is last
    kept: list[str] = field(default_factory=list)
    chars: list[int] = field(default_factory=lambda: [0])  # characters in kept before each index
    first: dict[str, int] = field(default_factory=dict)  # index in kept of the first occurrence of a line
    current: _Run | None = None

    def run(self) -> list[str]:
        while self.todo or self.current:
            if self.current is None:
                self._begin(self.todo.pop())
            elif self.todo and self._continue(self.current, self.todo[-1]):
                self.todo.pop()
            else:
                self._close(self.current)
        return self.kept

    def _begin(self, line: str) -> None:
        at = self.first.get(line)
        if at is None:
            self._keep(line)
        elif line != self.kept[-1]:
            self.current = _Run(at, at, [])
            self.current.match(at, line)
        elif len(line) < MIN_CHARS:
            self._keep(line)

    def _continue(self, run: _Run, line: str) -> bool:
        for at in range(run.at + 1, min(run.at + 2 + _REACH, len(self.kept))):
            if self.kept[at] == line:
                run.match(at, line)
                return True
        if run.skipped == _REACH:
            return False
        run.skip(line)
        return True

    def _close(self, run: _Run) -> None:
        """End the run. If it was a copy, keep only its new lines. Lines after the last match are processed again."""
        self.current = None
        end = len(run.lines) - run.skipped
        self.todo.extend(line for line, _ in reversed(run.lines[end:]))
        copy = self._is_copy(run)
        for line, repeated in run.lines[:end]:
            if not (copy and repeated):
                self._keep(line)

    def _is_copy(self, run: _Run) -> bool:
        said = self.chars[-1] - self.chars[run.start]
        return run.at > run.start and run.chars >= max(MIN_CHARS, MIN_SHARE * said)

    def _keep(self, line: str) -> None:
        self.first.setdefault(line, len(self.kept))
        self.kept.append(line)
        self.chars.append(self.chars[-1] + len(line))
