from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sites.test_memory import CALL, START_S, open_disk
from worker.messages import Article, RawRecord, Source
from worker.sites.kept import KeptLines
from worker.sites.lines import SITE_LINE
from worker.sites.memory import SiteStore
from worker.store.damage import Damage
from worker.store.keys import message_key

STORY = "Story number %d is told here at such length that the line below it is less than half of the text."


@dataclass
class Others:
    """The decisions of another memory."""

    decisions: dict[bytes, bytes]
    is_open: bool = True

    def values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        return {key: self.decisions[key] for key in keys if key in self.decisions}

    def close(self) -> None:
        self.is_open = False


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SiteStore]:
    store = SiteStore(open_disk(tmp_path), least=1, clock=lambda: 2 * START_S)
    yield store
    store.close()


def page(number: int) -> tuple[RawRecord, Article]:
    record = RawRecord(Source("articles.raw", 0, number, int(START_S * 1000)), b"%d" % number)
    return record, Article(url=f"https://a.example/{number}", text=f"{STORY % number}\n{CALL}")


def removed(step: KeptLines | SiteStore, number: int) -> int:
    """How many lines of a page are removed."""
    record, article = page(number)
    sketch = step.sketch(article, record)
    assert sketch is not None
    (decision,) = step.decide([(record.message_id, sketch)])
    return step.apply(article, decision).removed.get(SITE_LINE, 0)


def decided(step: SiteStore, number: int, *, lines: int) -> bytes:
    """The stored decision to remove the last lines of a page."""
    record, article = page(number)
    sketch = step.sketch(article, record)
    assert sketch is not None
    return b"".join(key.to_bytes(8, "little") for key in sketch.keys[len(sketch.keys) - lines :])


def key(number: int) -> bytes:
    return message_key(page(number)[0].message_id)


def test_a_message_loses_the_lines_that_it_lost_before(own: SiteStore) -> None:
    others = Others({key(0): decided(own, 0, lines=1), key(9): b""})
    step = KeptLines(own, others, Damage())
    assert [removed(step, number) for number in (0, 1, 2, 9)] == [1, 0, 1, 0]
    step.close()
    assert not others.is_open


def test_a_message_whose_decision_is_unknown_or_damaged_is_decided_by_the_own_memory(own: SiteStore) -> None:
    damage = Damage()
    step = KeptLines(own, Others({key(3): b"torn"}), damage)
    assert [removed(step, number) for number in range(4)] == [0, 0, 1, 1]
    assert damage.counts["site_decisions"] == 1
