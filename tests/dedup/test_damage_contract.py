"""Runs over stores with damaged values, such as a failing disk leaves.

The tests damage every kind of stored value in many ways, in both indexes and in the memory of the sites. Then they
process articles that read these values. Each article gets its report, and the report fits its schema.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.dedup.sketches import NOW_S, WINDOW, Opener, open_embedded, open_valkey
from worker import schema
from worker.config.settings import Settings
from worker.dedup.embedded.memory import _RECORDS, EmbeddedMemory
from worker.dedup.index import Index
from worker.dedup.memory import Memory, Table, Wanted
from worker.dedup.valkey.memory import ValkeyMemory
from worker.errors import IndexStoreError
from worker.messages import PipelineInfo, RawRecord, Source
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import TABLES, SiteStore, on_disk
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.store.damage import Damage
from worker.store.environment import STATE, GenerationStore

INFO = PipelineInfo("1.2.3", "0123456789abcdef")
CALL = "Join the conversation with our readers on the town square."

Change = Callable[[bytes, random.Random], bytes]

# These are never valid stored values.
SURE: dict[str, Change] = {
    "a single byte": lambda _, __: b"\xff",
    "very long": lambda _, __: b"x" * 200_001,
}
# These may go unnoticed: any 16 bytes look like an id.
OTHERS: dict[str, Change] = {
    "empty": lambda _, __: b"",
    "truncated by one": lambda value, _: value[:-1],
    "truncated": lambda value, rng: value[: rng.randrange(len(value) + 1)],
    "extended by one": lambda value, rng: value + rng.randbytes(1),
    "extended by an id": lambda value, rng: value + rng.randbytes(16),
    "random": lambda value, rng: rng.randbytes(len(value)),
    "one byte changed": lambda value, rng: _with_byte(value, rng.randrange(max(1, len(value))), rng.randrange(256)),
    "zeros": lambda value, _: bytes(len(value)),
    "ones": lambda value, _: b"\xff" * len(value),
    "not a number": lambda value, _: (struct.pack("<d", float("nan")) * (len(value) // 8 + 1))[: len(value)],
    "infinite": lambda value, _: struct.pack("<d", float("inf")) + value[8:],
    "no UTF-8": lambda value, _: (b"\xc3\x28" * len(value))[: len(value)],
    "text": lambda _, __: b'{"a": 1}',
}


def _with_byte(value: bytes, place: int, byte: int) -> bytes:
    return value[:place] + bytes([byte]) + value[place + 1 :]


# -- damaging the stores ---------------------------------------------------------------------------------------------


def damage_store(store: GenerationStore, table: int, change: Callable[[bytes], bytes]) -> None:
    """Change all values of a table."""
    with store._begin() as txn:
        for db in store._tables[table]:
            for key, value in list(txn.cursor(db=db)):
                txn.put(key, change(value), db=db)


def damage_embedded(memory: EmbeddedMemory, kind: str, change: Callable[[bytes], bytes]) -> None:
    if kind not in {"postings", "list of postings"}:
        damage_store(memory, _RECORDS if kind == "records" else Table[kind.upper()], change)
        return
    with memory._begin() as txn:
        for key, value in list(txn.cursor(db=memory._postings)):
            if (key == b"runs") == (kind == "list of postings"):
                txn.put(key, change(value), db=memory._postings)


def damage_valkey(memory: ValkeyMemory, kind: str, change: Callable[[bytes], bytes]) -> None:
    client: Any = memory._server.client
    for name in list(client.scan_iter(f"{memory._names.prefix}{kind}:*")):
        for key, value in client.hgetall(name).items():
            client.hset(name, key, change(value))


def memory_on_server(worker: Worker) -> ValkeyMemory:
    assert isinstance(worker.memory, ValkeyMemory)
    return worker.memory


def make_foreign(memory: ValkeyMemory, kind: str, as_what: Callable[[Any, bytes], object]) -> None:
    """Replace all hashes of a kind with values of another type."""
    client: Any = memory._server.client
    for name in list(client.scan_iter(f"{{{memory._names.name}}}:{kind}:*")):
        client.delete(name)
        as_what(client, name)


def damage_memory(memory: Memory, kind: str, change: Callable[[bytes], bytes]) -> None:
    if isinstance(memory, EmbeddedMemory):
        damage_embedded(memory, kind, change)
    else:
        assert isinstance(memory, ValkeyMemory)
        damage_valkey(memory, kind, change)


# -- reading them ----------------------------------------------------------------------------------------------------


def story(number: int) -> list[str]:
    words = random.Random(number)
    return [" ".join("".join(words.choices("aeioulmnrst", k=7)) for _ in range(12)) + "." for _ in range(6)]


@dataclass
class Worker:
    """A pipeline over a memory, and the messages that it was given. It validates every output."""

    memory: Memory
    sites: SiteStore
    damage: Damage
    sent: list[RawRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        dedup = Dedup(Index(self.memory, self.damage))
        self._pipeline = Pipeline(build_stages(Settings(), self.sites, dedup), INFO)

    def message(self, url: str, lines: Sequence[str]) -> RawRecord:
        """A new message with an article at this URL."""
        value = orjson.dumps({"url": f"https://www.example.com/{url}", "text": "\n".join([*lines, CALL])})
        self.sent.append(RawRecord(Source("articles.raw", 0, len(self.sent), int(NOW_S * 1000)), value))
        return self.sent[-1]

    def reasons(self, records: Sequence[RawRecord]) -> list[str]:
        """The reasons in the reports on these messages."""
        reports = []
        for result in self._pipeline.process(records):
            for output in result.outputs:
                assert isinstance(output.value, bytes)
                name = {"clean": "clean_article", "quality": "quality_report"}[output.channel]
                schema.validator(name).validate(orjson.loads(output.value))
                if output.channel == "quality":
                    reports.append(orjson.loads(output.value)["reason"])
        assert len(reports) == len(records)
        return reports

    def fill(self) -> None:
        """Write values of all kinds to the stores."""
        for number in range(8):
            self.reasons([self.message(str(number), story(number))])
        self.reasons([self.message("copy", [*story(1)[:5], *story(50)[:1]])])

    def read_all(self, turn: int) -> list[str]:
        """Process messages that read all kinds: repeated ones, recrawls, updates, exact and near copies."""
        records = [
            *self.sent[:9],
            *(self.message(str(number), story(number)) for number in range(5, 8)),
            *(self.message(str(number), story(1000 * turn + number)) for number in range(3, 5)),
            self.message(f"exact-{turn}", story(5)),
            self.message(f"near-{turn}", [*story(6)[:5], *story(100 + turn)[:1]]),
            self.message(f"new-{turn}", story(2000 + turn)),
        ]
        return self.reasons(records)


def open_sites(memory: EmbeddedMemory | ValkeyMemory, path: Path, damage: Damage) -> GenerationStore | ValkeyMemory:
    """The tables of the sites beside a memory of the index."""
    if isinstance(memory, EmbeddedMemory):
        return on_disk(path, window=WINDOW, max_bytes=1 << 28)
    names = replace(memory._names, part="sites", tables=TABLES)
    return ValkeyMemory(memory._server.address, window=WINDOW, names=names, damage=damage)


@contextmanager
def at_work(opener: Opener, path: Path) -> Iterator[Worker]:
    """A worker whose stores are filled."""
    damage = Damage()
    memory = opener(path / "index")
    assert isinstance(memory, EmbeddedMemory | ValkeyMemory)
    memory._damage = damage
    tables = open_sites(memory, path / "sites", damage)
    sites = SiteStore(tables, least=5, damage=damage)
    worker = Worker(memory, sites, damage)
    worker.fill()
    yield worker
    memory.close()
    sites.close()


@pytest.fixture
def worker(opener: Opener, tmp_path: Path) -> Iterator[Worker]:
    """A worker over the index of each back end."""
    with at_work(opener, tmp_path) as worker:
        yield worker


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Worker]:
    """A worker over the embedded index."""
    with at_work(open_embedded, tmp_path) as worker:
        yield worker


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Worker]:
    """A worker over the index on a server."""
    with at_work(open_valkey, tmp_path) as worker:
        yield worker


def test_intact_stores_do_not_count_as_damaged(worker: Worker) -> None:
    reasons = worker.read_all(1)
    assert {"new", "update", "recrawl", "exact", "copy"} <= set(reasons)
    assert not worker.damage.counts


def try_all(worker: Worker, what: str, change_all: Callable[[Callable[[bytes], bytes]], None]) -> None:
    """Damage the values in each way, and read them. The worker must notice obvious damage, and work afterwards."""
    rng = random.Random(what)
    for turn, (name, change) in enumerate({**OTHERS, **SURE}.items(), start=1):
        before = worker.damage.counts[what]
        change_all(lambda value, change=change: change(value, rng))  # type: ignore[misc]
        worker.read_all(turn)
        assert name not in SURE or worker.damage.counts[what] > before, name
    assert worker.reasons([worker.message("last", story(9999)), worker.message("last", story(9999))]) == [
        "new",
        "recrawl",
    ]


@pytest.mark.parametrize("kind", ["verdicts", "urls", "contents", "counts", "records", "postings"])
def test_whatever_is_damaged_in_the_index_every_article_gets_its_report(worker: Worker, kind: str) -> None:
    try_all(worker, kind, lambda change: damage_memory(worker.memory, kind, change))


@pytest.mark.parametrize("what", TABLES)
def test_whatever_is_damaged_in_the_memory_of_sites_every_article_gets_its_report(worker: Worker, what: str) -> None:
    tables = worker.sites._tables
    if isinstance(tables, GenerationStore):
        try_all(worker, what, lambda change: damage_store(tables, TABLES.index(what), change))
    else:
        assert isinstance(tables, ValkeyMemory)
        try_all(worker, what, lambda change: damage_valkey(tables, what, change))


def test_a_recrawl_with_a_damaged_content_stores_the_content_again_but_not_the_words(worker: Worker) -> None:
    """The stored words still find copies. Another record would take space from other stories."""
    before = worker.memory.stats()["records"]
    damage_memory(worker.memory, "contents", lambda _: b"\xff")
    assert worker.reasons([worker.message("6", story(6))]) == ["recrawl"]
    assert worker.memory.stats()["records"] == before
    assert worker.reasons([worker.message("elsewhere", story(6))]) == ["exact"]


def test_a_damaged_list_of_runs_is_replaced(embedded: Worker) -> None:
    try_all(embedded, "postings", lambda change: damage_memory(embedded.memory, "list of postings", change))


FOREIGN: tuple[Callable[[Any, bytes], object], ...] = (
    lambda client, name: client.set(name, "text"),
    lambda client, name: client.rpush(name, "a", "b"),
    lambda client, name: client.zadd(name, {"a": 1}),
)


@pytest.mark.parametrize("kind", ["verdicts", "urls", "contents", "counts", "records", "postings"])
def test_a_key_of_another_type_on_the_server_counts_as_damaged_and_is_replaced(served: Worker, kind: str) -> None:
    for turn, as_what in enumerate(FOREIGN, start=1):
        before = served.damage.counts[kind]
        make_foreign(memory_on_server(served), kind, as_what)
        served.read_all(turn)
        assert served.damage.counts[kind] > before
        counted = served.damage.counts[kind]
        served.reasons([served.message(f"after-{turn}", story(3000 + turn))])
        assert served.damage.counts[kind] == counted
    assert served.reasons([served.message("last", story(9)), served.message("last", story(9))]) == ["new", "recrawl"]


@pytest.mark.parametrize("kind", ["verdicts", "urls", "contents", "counts", "records", "postings"])
def test_a_new_story_alone_replaces_a_key_of_another_type_and_is_remembered(served: Worker, kind: str) -> None:
    """A story that resembles no other one reads no record, but writes one."""
    for turn, as_what in enumerate(FOREIGN, start=1):
        make_foreign(memory_on_server(served), kind, as_what)
        assert served.reasons([served.message(f"new-{turn}", story(3000 + turn))]) == ["new"]
        assert served.damage.counts[kind] >= turn
        near = [*story(3000 + turn)[:5], *story(4000 + turn)[:1]]
        assert served.reasons([served.message(f"near-{turn}", near)]) == ["copy"]


def test_keys_of_another_type_count_as_empty_in_the_statistics(served: Worker) -> None:
    before = memory_on_server(served).stats()
    make_foreign(memory_on_server(served), "records", FOREIGN[0])
    after = memory_on_server(served).stats()
    assert before["records"] > after["records"] == 0
    assert after["verdicts"] == before["verdicts"]


@pytest.mark.parametrize("kind", ["turn", "log"])
def test_a_turn_or_a_log_of_another_type_is_replaced(served: Worker, kind: str) -> None:
    memory = memory_on_server(served)
    name = getattr(memory._names, kind)
    memory._server.client.delete(name)
    FOREIGN[2](memory._server.client, name)
    assert served.reasons([served.message("new", story(3000))]) == ["new"]
    assert served.damage.counts[kind] == 1


def test_a_key_of_another_type_is_also_replaced_when_a_new_generation_begins(
    served: Worker,
) -> None:
    for slot in range(1, 16):
        for name in memory_on_server(served)._names.all_of(slot):
            memory_on_server(served)._server.client.set(name, "text")
    later = RawRecord(Source("articles.raw", 0, 500, int((NOW_S + 20 * 86_400) * 1000)), served.sent[6].value)
    assert served.reasons([later]) == ["recrawl"]
    assert not served.damage.counts


# -- essential values ------------------------------------------------------------------------------------------------


def _meta(memory: Memory) -> dict[bytes, bytes]:
    if isinstance(memory, EmbeddedMemory):
        with memory._begin() as txn:
            return {key: value for key, value in txn.cursor(db=memory._meta) if key in STATE}
    assert isinstance(memory, ValkeyMemory)
    meta: Any = memory._server.client.hgetall(memory._names.meta)
    return {key: value for key, value in meta.items() if key in {b"format", b"generations", b"watermark", b"slot00"}}


def test_a_damaged_seed_is_an_error_that_says_what_to_do(opener: Opener, tmp_path: Path) -> None:
    memory = opener(tmp_path)
    _put_meta(memory, b"seed", b"seven")
    memory.close()
    with pytest.raises(IndexStoreError, match=r"is damaged .*start again"):
        opener(tmp_path)


def _put_meta(memory: Memory, key: bytes, value: bytes) -> None:
    if isinstance(memory, EmbeddedMemory):
        with memory._begin() as txn:
            txn.put(key, value, db=memory._meta)
    else:
        assert isinstance(memory, ValkeyMemory)
        memory._server.client.hset(memory._names.meta, key, value)


def test_damage_to_something_essential_is_an_error_that_says_what_to_do(worker: Worker) -> None:
    rng = random.Random(1)
    for key, value in _meta(worker.memory).items():
        for name, change in {**OTHERS, **SURE}.items():
            damaged = change(value, rng)
            _put_meta(worker.memory, key, damaged)
            try:
                worker.read_all(1)
            except IndexStoreError as error:  # not raised if the value may be intact
                told = error.exit_code, "start again" in str(error)
                assert told == (6, True)
            else:
                assert name not in SURE, (key, name)
            _put_meta(worker.memory, key, value)
    worker.read_all(2)


@pytest.mark.parametrize("writes", [b"", b"-1", b"1.5", b"NaN", b"\xff", b"1_0", b"9" * 19, "٣".encode()])
def test_a_count_of_writes_that_is_not_a_number_is_the_same_error(served: Worker, writes: bytes) -> None:
    _put_meta(served.memory, b"writes", writes)
    with pytest.raises(IndexStoreError, match=r"is damaged \(its key .*meta\): choose another db, or delete the keys"):
        served.memory.atomically(Wanted(), lambda: None)
