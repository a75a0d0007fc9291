"""What an index learns from a clean topic to which a replay was promoted."""

from __future__ import annotations

from collections import Counter

from tests.commands.replay.promote.world import Made, World, id_of, url_of
from tests.dedup.sketches import fresh_memory
from worker.commands.rebuild import MEANINGS, learn
from worker.commands.sources import Record
from worker.dedup.adopt import AdoptingIndex
from worker.dedup.index import Index
from worker.messages import Reason


def test_a_rebuilt_index_knows_the_promoted_text_and_not_what_was_withdrawn() -> None:
    world = World()
    world.live(Made(10, 0, "The old text."), Made(11, 1, "Another text."))
    world.replay(Made(10, 0, "The new text."), Made(11, 1, "x", Reason.TOO_SHORT))
    world.promote()
    records = [Record(each.value, each.written_ms / 1000, 1, each.key) for each in world.clean.records]
    counts = Counter(dict.fromkeys(MEANINGS, 0))
    with fresh_memory() as memory:
        learn(AdoptingIndex(memory), records, counts)
        index = Index(memory)
        promoted, withdrawn = index.lookup(url_of(0)), index.lookup(url_of(1))
    assert counts == {"articles": 3, "verdicts": 2, "tombstones": 1, "unreadable": 0}
    assert promoted is not None
    assert withdrawn is not None
    assert (promoted.version, promoted.origin) == (2, id_of(0))
    assert withdrawn.origin != id_of(1)


def test_a_tombstone_of_something_else_is_only_counted() -> None:
    counts = Counter(dict.fromkeys(MEANINGS, 0))
    with fresh_memory() as memory:
        learn(AdoptingIndex(memory), [Record(None, 1.0, 1, key) for key in (None, b"k", b"f" * 32)], counts)
    assert counts["tombstones"] == 3
