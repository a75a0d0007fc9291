"""Tests of what a worker remembers: where the settings put it, and what a replay reads of that of the live worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.dedup import valkey_server
from tests.dedup.sketches import message, sketch
from tests.sites.test_memory import CALL
from worker.config.settings import Settings
from worker.dedup.entries import unpack_verdict
from worker.errors import IndexStoreError
from worker.memories import lines_of, open_index, open_memory, open_sites, remove_from_server, verdicts_of
from worker.messages import Article, RawRecord, Source
from worker.sites.memory import unpack_decision
from worker.store.damage import Damage
from worker.store.keys import message_key


@pytest.fixture(params=["embedded", "valkey"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a worker that has decided nothing yet."""
    if request.param == "embedded":
        yield Settings(state_dir=tmp_path, site_lines=1)
        return
    url, _ = valkey_server.shared()
    settings = Settings(state_dir=tmp_path, site_lines=1, index=url, index_name=f"live-{uuid4().hex}")
    yield settings
    remove_from_server(settings, lambda: None)


def waiting() -> None:
    raise AssertionError("the server is away")


def test_what_a_worker_has_decided_can_be_read(live: Settings) -> None:
    memory = open_memory(live, live.resolved_state_dir)
    [verdict] = open_index(live, memory).decide([(message(1), sketch("a", "one"))])
    memory.close()
    entries = verdicts_of(live, waiting, Damage())
    [packed] = entries.values([message_key(message(1)), message_key(message(2))]).values()
    assert unpack_verdict(packed, sketch("a", "one").article_id) == verdict
    entries.close()


def test_which_lines_it_has_removed_can_be_read(live: Settings) -> None:
    sites = open_sites(live, live.resolved_state_dir, waiting, Damage())
    assert sites is not None
    records = [RawRecord(Source("articles.raw", 0, number), b"%d" % number) for number in range(3)]
    for record in records:
        story = (
            f"Story number {record.source.offset} is as long as it has to be, so that the line below is not most of it."
        )
        page = sites.sketch(Article(url=f"https://a.example/{record.source.offset}", text=f"{story}\n{CALL}"), record)
        assert page is not None
        sites.decide([(record.message_id, page)])
    sites.close()
    entries = lines_of(live, waiting, Damage())
    keys = [message_key(record.message_id) for record in records]
    values = entries.values(keys)
    assert [len(unpack_decision(values[key])) for key in keys] == [0, 0, 1]
    entries.close()


def test_there_is_nothing_to_read_of_a_worker_that_never_ran(live: Settings) -> None:
    for entries_of in (verdicts_of, lines_of):
        with pytest.raises(IndexStoreError, match="there is no"):
            entries_of(live, waiting, Damage())


def test_a_new_index_has_the_seed_that_is_asked_for_and_keeps_it(live: Settings) -> None:
    for seed in (12345, 54321):
        memory = open_memory(live, live.resolved_state_dir, seed=seed)
        assert memory.seed == 12345
        memory.close()
