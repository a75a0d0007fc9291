"""The articles whose texts changed most: what changed in each, and the changed passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.commands.replay.diff.facts import FIELDS, Article
from worker.commands.replay.diff.ledger import Ledger, Row
from worker.commands.replay.diff.reading import Changed
from worker.commands.replay.diff.tally import changed_between
from worker.commands.word_diff import GAP, Run, shortened, word_diff

TOO_LONG: Final = "The texts are too long to compare word by word."

_AROUND_WORDS: Final = 8
_MOST_RUN_CHARS: Final = 600
_MOST_CHARS: Final = 3000
_MOST_VALUE_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Example:
    """An article before and after. `facts` are what changed besides the text: a name, the old value and the new value.

    `runs` are the changed passages of the text; None if the texts are too long to compare. `words` is None if unknown.
    """

    url: str | None
    place: str
    share: float
    words: tuple[int | None, int | None]
    facts: Sequence[tuple[str, str, str]]
    runs: Sequence[Run] | None

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "url": self.url,
            "place": self.place,
            "words_changed_share": round(self.share, 4),
            "words_before": self.words[0],
            "words_after": self.words[1],
            "changed": [{"name": name, "before": old, "after": new} for name, old, new in self.facts],
            "text": None if self.runs is None else [run._asdict() for run in self.runs],
        }


def examples(found: Iterable[Changed], ledger: Ledger, topic: str) -> Iterator[Example]:
    """Everything about these articles. `topic` is the raw topic."""
    for each in found:
        before, after = ledger.pair(each.place)
        if before and after:
            old, new = map(ledger.unpacked, each.packed)
            yield Example(
                after.url or before.url,
                f"{topic}:{each.place.partition}:{each.place.offset}",
                each.share,
                (before.words, after.words),
                [*_facts(before, after), *_fields(old, new)],
                _passages(old.text, new.text),
            )


def _facts(before: Row, after: Row) -> Iterator[tuple[str, str, str]]:
    facts = {
        "outcome": (f"{before.outcome} {before.reason}", f"{after.outcome} {after.reason}"),
        "duplicate of": (before.of, after.of),
        "score": (before.score, after.score),
    }
    old, new = before.removed, after.removed
    facts |= {f"rule {rule}": (old.get(rule, 0), new.get(rule, 0)) for rule in sorted(old.keys() | new.keys())}
    for name, (was, now) in facts.items():
        if was != now:
            yield name, _value(was), _value(now)


def _fields(old: Article, new: Article) -> Iterator[tuple[str, str, str]]:
    changed = {name for name, _ in changed_between(old.digest(), new.digest())}
    for name, was, now in zip(FIELDS, old.values, new.values, strict=True):
        if name in changed:
            yield name, _value(was), _value(now)


def _value(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _MOST_VALUE_CHARS else f"{text[:_MOST_VALUE_CHARS]}…"


def _passages(before: str, after: str) -> list[Run] | None:
    runs = word_diff(before, after)
    return None if runs is None else list(_cut(shortened(runs, _AROUND_WORDS)))


def _cut(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs up to `_MOST_CHARS`. A long run keeps its beginning and its end."""
    left = _MOST_CHARS
    for run in runs:
        if left <= 0:
            yield Run("same", GAP)
            return
        text, half = run.text, min(_MOST_RUN_CHARS, left) // 2
        if len(text) > 2 * half:
            text = f"{text[:half]}{GAP}{text[-half:]}" if half else GAP
        left -= len(text)
        yield Run(run.kind, text)
