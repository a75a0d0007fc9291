"""The memory of all sites: disk, clock, other processes and crashes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dedup import valkey_server
from worker.config.index_address import parse_address
from worker.dedup.valkey.memory import ValkeyMemory
from worker.dedup.valkey.names import Names
from worker.errors import IndexStoreError
from worker.messages import Article, MessageId, RawRecord, Source
from worker.sites.lines import SiteSketch
from worker.sites.memory import TABLES, SiteStore, on_disk
from worker.store.environment import GenerationStore
from worker.store.keys import hash_key
from worker.store.tables import Tables, Wanted

DAY_S = 86_400
START_S = 20_000.0 * DAY_S
CALL = "Join the conversation with our readers on the town square."

# One half of a site's messages, each in its own batch. Another process has the other half.
CHILD = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
from pathlib import Path
from tests.sites.test_memory import OPENERS, SiteStore, removed
store = SiteStore(OPENERS[sys.argv[4]](Path(sys.argv[2])), least=5)
print("ready", flush=True)
sys.stdin.readline()
print(sum(len(removed(store, [number])) for number in range(int(sys.argv[3]), 200, 2)), flush=True)
"""


def open_disk(path: Path, days: float = 30, max_bytes: int = 1 << 28) -> GenerationStore:
    return on_disk(path, window=timedelta(days=days), max_bytes=max_bytes)


def open_server(path: Path, days: float = 30) -> ValkeyMemory:
    """Tables on the server that the tests share. Their name follows from this path."""
    url, name = valkey_server.shared()
    names = Names(f"{name}-{hash_key(str(path)).hex()}", TABLES, "sites")
    return ValkeyMemory(parse_address(url), window=timedelta(days=days), names=names)


OPENERS: dict[str, Callable[[Path], Tables]] = {"embedded": open_disk, "valkey": open_server}


@pytest.fixture(params=list(OPENERS), scope="module")
def back_end(request: pytest.FixtureRequest) -> str:
    """The name of a back end in `OPENERS`."""
    name: str = request.param
    return name


@pytest.fixture
def tables(back_end: str, tmp_path: Path) -> Iterator[Tables]:
    """The tables of each back end."""
    opened = OPENERS[back_end](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def store(tables: Tables) -> SiteStore:
    return SiteStore(tables, least=5, clock=lambda: 2 * START_S)


def sent(
    store: SiteStore, number: int, *, day: float | None = 0, host: str = "example.com", story: int | None = None
) -> tuple[Article, MessageId, SiteSketch]:
    """Message `number`, whose article has this story and the site's line."""
    which = number if story is None else story
    paragraphs = [f"Story {which} has a paragraph {part} that no other story has." for part in range(6)]
    article = Article(url=f"https://{host}/{which}", text="\n".join([*paragraphs, CALL]))
    written_ms = None if day is None else int((START_S + day * DAY_S) * 1000)
    record = RawRecord(Source("t", 0, number, written_ms), host.encode())
    page = store.sketch(article, record)
    assert page
    return article, record.message_id, page


def removed(store: SiteStore, numbers: Sequence[int], **options: Any) -> list[int]:
    """The messages of one batch that lose the site's line."""
    messages = [sent(store, number, **options) for number in numbers]
    decisions = store.decide([(message, page) for _, message, page in messages])
    return [
        number
        for number, (article, *_), decision in zip(numbers, messages, decisions, strict=True)
        if CALL not in (store.apply(article, decision).text or "")
    ]


def test_the_sixth_article_of_a_site_loses_its_line(store: SiteStore) -> None:
    assert removed(store, range(10)) == [5, 6, 7, 8, 9]


def recalled(store: SiteStore, numbers: Sequence[int]) -> list[int]:
    """The messages that lose the site's line when the store is only asked."""
    made = [(number, sent(store, number)[0]) for number in numbers]
    record = partial(RawRecord, value=b"example.com")
    return [n for n, article in made if CALL not in (store.recall(article, record(Source("t", 0, n))).text or "")]


def test_a_store_that_is_only_asked_remembers_nothing(store: SiteStore) -> None:
    assert recalled(store, range(9)) == []
    assert removed(store, range(4)) == []
    for _ in range(5):
        assert recalled(store, range(4, 9)) == []
    assert removed(store, range(4, 6)) == [5]
    assert recalled(store, range(9)) == [5, 6, 7, 8]  # what was decided stays, and the line recurs now


def test_an_article_without_a_site_is_recalled_as_it_is(store: SiteStore) -> None:
    article = Article(text="A text.")
    assert store.recall(article, RawRecord(Source("t", 0, 0), b"")) is article


def test_sites_are_separate(store: SiteStore) -> None:
    assert removed(store, range(5), host="one.example") == []
    assert removed(store, range(5, 10), host="two.example") == []
    assert removed(store, [10], host="www.two.example") == [10]


def test_a_message_seen_again_loses_the_same_lines_and_is_not_counted(store: SiteStore) -> None:
    for _ in range(3):
        assert removed(store, range(4)) == []
    assert removed(store, range(4, 8)) == [5, 6, 7]
    for _ in range(3):
        assert removed(store, range(8)) == [5, 6, 7]


def test_another_message_at_the_same_place_is_decided_on_its_own(store: SiteStore) -> None:
    assert removed(store, range(6)) == [5]
    assert removed(store, range(6), host="other.example") == [5]
    assert removed(store, range(6)) == [5]


def test_recrawls_in_separate_messages_are_not_counted(store: SiteStore) -> None:
    assert removed(store, range(20), story=1) == []


def test_a_batch_that_failed_leaves_no_trace(store: SiteStore, tables: Tables) -> None:
    removed(store, range(5))
    _, message, page = sent(store, 5)

    def fail() -> None:
        assert store.furniture(message, page)
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            tables.atomically(Wanted(), fail)
    assert removed(store, [5]) == [5]
    assert removed(store, [4]) == []


@settings(max_examples=25)
@given(ends=st.sets(st.integers(1, 29)), again=st.lists(st.integers(0, 29), max_size=4))
def test_the_result_does_not_depend_on_batch_ends_or_repeated_messages(
    back_end: str, tmp_path_factory: pytest.TempPathFactory, ends: set[int], again: list[int]
) -> None:
    tables = OPENERS[back_end](tmp_path_factory.mktemp("sites"))
    opened = SiteStore(tables, least=5)
    found = []
    for begin, end in pairwise([0, *sorted(ends), 30]):
        found += removed(opened, range(begin, end))
        removed(opened, [number for number in again if number < end])
    opened.close()
    assert found == list(range(5, 30))


def test_a_site_is_forgotten_once_its_last_article_is_older_than_the_window(store: SiteStore) -> None:
    removed(store, range(5))
    removed(store, [100], day=29, host="other.example")
    assert removed(store, [5], day=29) == [5]
    removed(store, [101], day=58, host="other.example")
    assert removed(store, [6], day=58) == [6]
    removed(store, [102], day=100, host="other.example")
    assert removed(store, [7], day=100) == []


@pytest.mark.parametrize("day", [None, START_S / DAY_S + 1], ids=["unknown", "in the future"])
def test_a_message_without_a_possible_time_does_not_move_the_window(store: SiteStore, day: float | None) -> None:
    removed(store, range(5))
    assert removed(store, [100], day=day, host="other.example") == []
    assert removed(store, [5], day=day) == [5]
    assert removed(store, [6]) == [6]


def test_a_late_message_finds_what_its_site_has_learned(store: SiteStore) -> None:
    removed(store, range(5), day=20)
    assert removed(store, range(5, 8), day=3) == [5, 6, 7]
    assert removed(store, [8], day=20) == [8]


def test_a_site_takes_one_entry_however_long_it_lasts(tmp_path: Path) -> None:
    tables = open_disk(tmp_path)
    for day in range(60):
        removed(SiteStore(tables, least=5), [day], day=day)
    (messages, hosts), _ = tables.entries()
    assert hosts == 1
    assert messages <= 32
    tables.close()


def test_the_memory_survives_a_restart(back_end: str, tmp_path: Path) -> None:
    for number in range(8):
        opened = SiteStore(OPENERS[back_end](tmp_path), least=5)
        assert removed(opened, [number]) == ([number] if number >= 5 else [])
        opened.close()
        opened.close()


def test_two_processes_count_together(back_end: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, json.dumps(sys.path), str(tmp_path)]
    environment = valkey_server.environment() if back_end == "valkey" else None
    pair = [
        subprocess.Popen(
            [*command, half, back_end], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        for half in "01"
    ]
    for child in pair:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
    answers = [child.communicate("go\n")[0] for child in pair]
    assert [child.returncode for child in pair] == [0, 0]
    assert sum(map(int, answers)) == 195
    opened = SiteStore(OPENERS[back_end](tmp_path), least=5)
    assert len(removed(opened, range(200))) == 195
    opened.close()


def test_a_full_store_names_the_setting_to_raise(tmp_path: Path) -> None:
    tables = open_disk(tmp_path, max_bytes=1 << 20)
    with pytest.raises(IndexStoreError, match="raise index_max_bytes"):
        fill(SiteStore(tables, least=5))
    _, known = tables.entries()[0]
    assert known > 0
    assert known % 100 == 0
    tables.close()


def fill(store: SiteStore) -> None:
    for begin in range(0, 5000, 100):
        messages = [sent(store, number, host=f"h{number}.example") for number in range(begin, begin + 100)]
        store.decide([(message, page) for _, message, page in messages])


def test_a_site_that_another_worker_met_meanwhile_is_decided_again_and_no_other(tmp_path: Path) -> None:
    tables, others = open_server(tmp_path), open_server(tmp_path)
    store, other = SiteStore(tables, least=5), SiteStore(others, least=5)
    removed(store, range(4))
    decided: list[str] = []
    furniture = store.furniture

    def overtaken(message: MessageId, page: SiteSketch) -> frozenset[int]:
        decided.append(page.host)
        if len(decided) == 2:
            removed(other, [4])
        return furniture(message, page)

    store.furniture = overtaken  # type: ignore[method-assign]
    messages = [sent(store, 5), sent(store, 6, host="other.example")]
    met, elsewhere = store.decide([(message, page) for _, message, page in messages])
    assert decided == ["example.com", "other.example", "example.com"]
    assert (len(met.keys), len(elsewhere.keys)) == (1, 0)
    tables.close()
    others.close()


@given(url=st.text(st.characters()) | st.none(), text=st.text(st.characters()) | st.none())
@settings(max_examples=50)
def test_any_article_is_accepted(tmp_path_factory: pytest.TempPathFactory, url: str | None, text: str | None) -> None:
    opened = SiteStore(open_disk(tmp_path_factory.mktemp("sites")), least=5)
    record = RawRecord(Source("t", 0, 1), None)
    for address in (url, f"https://example.com/{url}"):
        page = opened.sketch(Article(url=address, text=text), record)
        if page:
            assert opened.decide([(record.message_id, page)])[0].keys == frozenset()
    opened.close()


def test_an_error_of_this_directory_does_not_mention_the_index(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_bytes(b"x" * 10_000)
    with pytest.raises(IndexStoreError, match=f"the store in {tmp_path} is damaged .*what it remembered is lost"):
        open_disk(tmp_path)
