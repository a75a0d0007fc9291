"""Tests that a replay can keep the verdicts of another index, on every back end."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.dedup import valkey_server
from tests.dedup.sketches import DAY_S, NOW_S, Opener, fresh_index, message, sketch
from worker.config.index_address import parse_address
from worker.dedup.embedded.memory import LAYOUT
from worker.dedup.index import Entry, Index
from worker.dedup.kept import KeptVerdicts
from worker.dedup.memory import Table
from worker.dedup.valkey.entries import EntriesOnServer
from worker.dedup.valkey.memory import INDEX
from worker.errors import IndexStoreError
from worker.messages import DuplicateKind
from worker.store.damage import Damage
from worker.store.entries import Entries, EntriesOnDisk

NEW, RECRAWL, EXACT = DuplicateKind.NEW, DuplicateKind.RECRAWL, DuplicateKind.EXACT
LIVE: list[Entry] = [
    (message(1), sketch("a", "one")),
    (message(2), sketch("b", "one")),
    (message(3), sketch("a", "one")),
]


def entries_on_disk(path: Path) -> Entries:
    return EntriesOnDisk(path, Table.VERDICTS, layout=LAYOUT, max_bytes=1 << 30)


def entries_on_server(path: Path) -> Entries:
    url, name = valkey_server.shared()
    place = hashlib.blake2b(os.fsencode(path), digest_size=6).hexdigest()
    names = replace(INDEX, name=f"{name}-{place}")
    return EntriesOnServer(parse_address(url), names, Table.VERDICTS, waiting=lambda: None, damage=Damage())


@pytest.fixture
def read(back_end: str) -> Callable[[Path], Entries]:
    return {"embedded": entries_on_disk, "valkey": entries_on_server}[back_end]


@pytest.fixture
def live(opener: Opener, tmp_path: Path) -> Path:
    """The place of an index that has judged three messages."""
    memory = opener(tmp_path / "live")
    assert [verdict.kind for verdict in Index(memory).decide(LIVE)] == [NEW, EXACT, RECRAWL]
    memory.close()
    return tmp_path / "live"


def test_messages_keep_their_verdicts_and_others_are_judged(live: Path, read: Callable[[Path], Entries]) -> None:
    others = read(live)
    with fresh_index() as own:
        kept = KeptVerdicts(own, others, Damage())
        unknown = [(message(4), sketch("c", "one")), (message(5), sketch("d", "two"))]
        verdicts = kept.decide([*LIVE[1:], *unknown])
        with capture_logs() as lines:
            kept.close()
    assert [verdict.kind for verdict in verdicts] == [EXACT, RECRAWL, EXACT, NEW]
    assert verdicts[0].of == sketch("a", "").article_id
    assert verdicts[2].of == sketch("b", "").article_id, "the own index has learnt the articles that kept theirs"
    assert [(line["event"], line["kept"], line["judged_anew"]) for line in lines] == [("verdicts_kept", 2, 2)]


def test_an_index_that_knows_none_of_the_messages_is_a_warning(live: Path, read: Callable[[Path], Entries]) -> None:
    """It is probably that of another worker."""
    others = read(live)
    with fresh_index() as own:
        kept = KeptVerdicts(own, others, Damage())
        kept.decide([(message(4), sketch("c", "one"))])
        with capture_logs() as lines:
            kept.close()
    assert [(line["event"], line["log_level"], line["judged_anew"]) for line in lines] == [
        ("no_verdict_kept", "warning", 1)
    ]


def test_a_verdict_that_was_forgotten_is_not_kept(opener: Opener, live: Path, read: Callable[[Path], Entries]) -> None:
    memory = opener(live)
    Index(memory).decide([(message(9), sketch("late", "late", NOW_S + 100 * DAY_S))])
    memory.close()
    others = read(live)
    with fresh_index() as own:
        kept = KeptVerdicts(own, others, Damage())
        assert kept.decide(LIVE[1:2])[0].kind == NEW
        kept.close()


def test_a_damaged_verdict_is_not_kept() -> None:
    damage = Damage()
    with fresh_index() as own:
        kept = KeptVerdicts(own, _Torn(), damage)
        assert kept.decide(LIVE[1:2])[0].kind == NEW
    assert damage.counts["verdicts"] == 1


class _Torn:
    def values(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        return dict.fromkeys(keys, b"\xff")

    def close(self) -> None:
        pass


def test_an_index_that_is_not_there_is_an_error(tmp_path: Path, read: Callable[[Path], Entries]) -> None:
    with pytest.raises(IndexStoreError, match="there is no"):
        read(tmp_path / "none")


def test_reading_writes_nothing_to_a_server(live: Path, back_end: str) -> None:
    if back_end != "valkey":
        pytest.skip("tests/store/test_entries.py tests a directory")
    client = valkey_server.client(valkey_server.shared()[0])
    before = sum(int(each["calls"]) for name, each in client.info("commandstats").items() if "set" in name)
    others = entries_on_server(live)
    assert len(others.values([b"k" * 28])) == 0
    others.close()
    assert sum(int(each["calls"]) for name, each in client.info("commandstats").items() if "set" in name) == before
