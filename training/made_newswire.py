"""Makes items of news agencies: reports that differ in one word, a name or a day, and true copies of reports.

`newswire/taught.txt` holds the templates for training and `newswire/judged.txt` those for benchmarks. The same seed
gives the same items; all people and companies are invented.

In a template, `# NAME old` or `# NAME new` comes first: old items have a title in capitals. Then come `@kind = a|b|c`
(its own word lists), the title, another title after `= `, and one paragraph a line. `> ` is a paragraph that only an
update has. A line with `~` may be missing. `<a|b>` is what happened: a report has the first or the second words
throughout. `training.family_facts` describes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from training.family_facts import Facts, Template, settle, templates, tidy
from training.made_families import shuffled

HERE = Path(__file__).parent / "newswire"
COPIES = ("updated", "corrected", "shortened", "retitled", "resent")
ROUNDS = 2  # pairs of each kind of a template
MISSING = 0.4  # share of the optional lines that a report lacks
WHEN = ("wd", "day", "month")

Doc = dict[str, Any]
"""An item: `id`, `text` (the title, an empty line, one paragraph a line), `title`, `cluster`, `kind`, and `host`,
which is None: an item has no page. A copy has the cluster of its original."""


class Report(NamedTuple):
    """What an item tells: the words of its lines, what happened (0 or 1), and its facts."""

    title: str
    other_title: str
    lines: tuple[str, ...]
    addition: str
    turn: int
    told: dict[str, str]


def newswire(seed: int, part: str = "taught") -> list[Doc]:
    """Items in random order. A copy comes later than its original."""
    rng = Random(f"newswire/{seed}/{part}")  # noqa: S311 - not for secrets
    docs: list[Doc] = []
    for template in templates(HERE / f"{part}.txt"):
        docs += _Desk(template, rng).items()
    return [{"id": f"{part}{number}", **doc} for number, doc in enumerate(shuffled(docs, COPIES, rng))]


class _Desk:
    """Writes all items of a template."""

    def __init__(self, template: Template, rng: Random) -> None:
        self._template, self._rng, self._count = template, rng, 0
        self._old = template.marks[0] == "old"

    def items(self) -> Iterator[Doc]:
        """Pairs of two reports, then reports with their copies."""
        for _ in range(ROUNDS):
            for kind, change in _OTHERS.items():
                first = self._report()
                second = change(self, first)
                if second:
                    yield from self._pair(first, second, kind)
            for kind in COPIES:
                report = self._report()
                doc = self._item(report, "report")
                yield doc
                yield {**_COPY[kind](self, report), "cluster": doc["cluster"], "kind": kind}

    def _pair(self, first: Report, second: Report, kind: str) -> Iterator[Doc]:
        docs = [self._item(report, f"neg_{kind}") for report in (first, second)]
        if docs[0]["text"] != docs[1]["text"]:
            yield from docs

    def _report(self) -> Report:
        lines = [settle(line, self._rng) for line in self._template.lines]
        title, other, *body = lines
        kept = [line for line in body if not line.startswith("~") or self._rng.random() >= MISSING]
        addition = kept.pop()
        lines = [line.lstrip("~") for line in kept]
        report = Report(title, other.removeprefix("= "), tuple(lines), addition.removeprefix("> "), 0, {})
        return self._told(report, {})._replace(turn=self._rng.randint(0, 1))

    def _told(self, report: Report, told: dict[str, str]) -> Report:
        """The report with these facts, and with new ones for the others, whatever happened."""
        facts = Facts(self._rng, self._template.words, told)
        for line in (report.title, report.other_title, *report.lines, report.addition):
            for turn in (0, 1):
                facts.fill(_turned(line, turn))
        return report._replace(told=facts.told)

    def _item(self, report: Report, kind: str) -> Doc:
        title, *lines = self._filled(report, report.title, *report.lines)
        self._count += 1
        return self._doc(title, lines, f"{self._template.name}.{self._template.marks[0]}.{self._count}", kind)

    def _doc(self, title: str, lines: list[str], cluster: str = "", kind: str = "") -> Doc:
        title = title.upper() if self._old else title
        text = "\n".join((title, "", *lines))
        return {"text": text, "title": title, "host": None, "cluster": cluster, "kind": kind}

    def _filled(self, report: Report, *lines: str) -> list[str]:
        facts = Facts(self._rng, self._template.words, report.told)
        return [tidy(facts.fill(_turned(line, report.turn))) for line in lines]

    def opposite(self, report: Report) -> Report | None:
        """The opposite news about the same company or place, with the same figures."""
        return report._replace(turn=1 - report.turn)

    def opposite_some(self, report: Report) -> Report | None:
        """The opposite news about the same company or place, with some other figures."""
        return self._redrawn(report._replace(turn=1 - report.turn), is_figure, 0.5)

    def opposite_names(self, report: Report) -> Report | None:
        """The opposite news about others, with the same figures."""
        return self._redrawn(report._replace(turn=1 - report.turn), is_name, 1)

    def names(self, report: Report) -> Report | None:
        """The same news about others, with the same figures."""
        return self._redrawn(report, is_name, 1)

    def names_some(self, report: Report) -> Report | None:
        """The same news about others, with some other figures."""
        return self._redrawn(self._redrawn(report, is_name, 1) or report, is_figure, 0.5)

    def other_day(self, report: Report) -> Report | None:
        """The same news about the same company or place on another day. None if few figures would differ."""
        other = self._redrawn(report, is_figure, 1)
        changed = [name for name, fact in report.told.items() if other and other.told[name] != fact]
        return other if len(changed) >= 4 else None

    def _redrawn(self, report: Report, which: Callable[[str, str], bool], share: float) -> Report | None:
        """The report with other facts; None if none differs."""
        told = dict(report.told)
        for name, fact in report.told.items():
            if which(name, fact) and self._rng.random() < share:
                del told[name]
        return None if len(told) == len(report.told) else self._told(report, told)

    def updated(self, report: Report) -> Doc:
        """The report with another paragraph."""
        title, *lines = self._filled(report, report.title, *report.lines, report.addition)
        if self._rng.random() < 0.3:
            lines.insert(self._rng.randint(1, len(lines) - 1), lines.pop())
        return self._doc(self._rng.choice((title, f"Update 1 - {title}", f"{title} (updated)")), lines)

    def corrected(self, report: Report) -> Doc:
        """The report with another figure, or a name spelt otherwise."""
        title, *lines = self._filled(report, report.title, *report.lines)
        wrong, right = self._mistake(" ".join(lines))
        lines = [re.sub(rf"\b{wrong}\b", right, line) for line in lines]
        return self._doc(self._rng.choice((f"Corrected - {title}", title, f"{title} (corrected)")), lines)

    def _mistake(self, text: str) -> tuple[str, str]:
        """A number of the text and another number, or a name of it and the name with two letters swapped."""
        numbers = re.findall(r"\b\d+\b", text)
        if len(numbers) >= 3 and self._rng.random() < 0.6:
            number = self._rng.choice(numbers)
            return number, str(max(1, int(number) + self._rng.choice((-1, 1, 2, 10))))
        name = self._rng.choice(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", text) or re.findall(r"[a-z]{6,}", text))
        at = self._rng.randint(1, len(name) - 2)
        return name, name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def shortened(self, report: Report) -> Doc:
        """The report without its last sentence or paragraph."""
        title, *lines = self._filled(report, report.title, *report.lines)
        *kept, last = lines
        first, _, _ = last.rpartition(". ")
        return self._doc(title, [*kept, f"{first}."] if first and self._rng.random() < 0.5 else kept)

    def retitled(self, report: Report) -> Doc:
        """The report with another title."""
        title, *lines = self._filled(report, report.other_title, *report.lines)
        return self._doc(title, lines)

    def resent(self, report: Report) -> Doc:
        """The report with a note that it was sent before, or with a place name before it."""
        title, first, *lines = self._filled(report, report.title, *report.lines)
        city = next((fact for name, fact in report.told.items() if name == "city"), "London")
        if self._rng.random() < 0.5:
            return self._doc(title, [f"{city.upper()} - {first}", *lines])
        return self._doc(f"Rpt - {title}", ["(Repeats item that was sent earlier)", first, *lines])


def is_figure(name: str, fact: str) -> bool:
    """Whether a fact is a number or a time."""
    return bool(re.search(r"\d", fact)) or name.rstrip("0123456789") in WHEN


def is_name(name: str, fact: str) -> bool:
    """Whether a fact is a name."""
    return not is_figure(name, fact)


def _turned(line: str, turn: int) -> str:
    """The line with the words for what happened."""
    return re.sub(r"<([^<>|]*)\|([^<>|]*)>", lambda found: found[turn + 1], line)


_OTHERS: dict[str, Callable[[_Desk, Report], Report | None]] = {
    "opposite": _Desk.opposite,
    "opposite_some": _Desk.opposite_some,
    "opposite_names": _Desk.opposite_names,
    "names": _Desk.names,
    "names_some": _Desk.names_some,
    "other_day": _Desk.other_day,
}
_COPY: dict[str, Callable[[_Desk, Report], Doc]] = {
    "updated": _Desk.updated,
    "corrected": _Desk.corrected,
    "shortened": _Desk.shortened,
    "retitled": _Desk.retitled,
    "resent": _Desk.resent,
}
