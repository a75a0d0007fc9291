"""The memory of all sites: disk, clock, other processes and crashes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import IndexStoreError
from worker.messages import Article, RawRecord, Source
from worker.sites.lines import remove
from worker.sites.memory import SiteStore

DAY_S = 86_400
START_S = 20_000.0 * DAY_S
CALL = "Join the conversation with our readers on the town square."

# One half of a site's messages, each in its own batch. Another process has the other half.
CHILD = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
from pathlib import Path
from tests.sites.test_memory import CALL, clean, open_store
store = open_store(Path(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
removed = 0
for number in range(int(sys.argv[3]), 200, 2):
    with store.batch():
        removed += CALL not in clean(store, number)
print(removed, flush=True)
"""


def open_store(path: Path, days: float = 30, max_bytes: int = 1 << 28) -> SiteStore:
    return SiteStore(path, least=5, window=timedelta(days=days), max_bytes=max_bytes, clock=lambda: 2 * START_S)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SiteStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def clean(
    store: SiteStore, number: int, *, day: float | None = 0, host: str = "example.com", story: int | None = None
) -> str:
    """What is left of message `number`, whose article has this story and the site's line. Call it within a batch."""
    which = number if story is None else story
    paragraphs = [f"Story {which} has a paragraph {part} that no other story has." for part in range(6)]
    article = Article(url=f"https://{host}/{which}", text="\n".join([*paragraphs, CALL]))
    written_ms = None if day is None else int((START_S + day * DAY_S) * 1000)
    record = RawRecord(Source("t", 0, number, written_ms), host.encode())
    page = store.sketch(article, record)
    assert page
    return remove(article, page, store.furniture(record.message_id, page)).text or ""


def removed(store: SiteStore, numbers: Sequence[int], *, day: float | None = 0, host: str = "example.com") -> list[int]:
    """The messages of one batch that lose the site's line."""
    with store.batch():
        return [number for number in numbers if CALL not in clean(store, number, day=day, host=host)]


def test_the_sixth_article_of_a_site_loses_its_line(store: SiteStore) -> None:
    assert removed(store, range(10)) == [5, 6, 7, 8, 9]


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
    with store.batch():
        assert all(CALL in clean(store, number, story=1) for number in range(20))


def test_a_batch_that_failed_leaves_no_trace(store: SiteStore) -> None:
    removed(store, range(5))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            fail_in(store)
    assert removed(store, [5]) == [5]
    assert removed(store, [4]) == []


def fail_in(store: SiteStore) -> None:
    with store.batch():
        clean(store, 5)
        raise ZeroDivisionError


@settings(max_examples=25)
@given(ends=st.sets(st.integers(1, 29)), again=st.lists(st.integers(0, 29), max_size=4))
def test_the_result_does_not_depend_on_batch_ends_or_repeated_messages(
    tmp_path_factory: pytest.TempPathFactory, ends: set[int], again: list[int]
) -> None:
    opened = open_store(tmp_path_factory.mktemp("sites"))
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


def test_a_site_takes_one_entry_however_long_it_lasts(store: SiteStore) -> None:
    for day in range(60):
        removed(store, [day], day=day)
    assert store.stats()["hosts"] == 1
    assert store.stats()["messages"] <= 32


def test_the_memory_survives_a_restart(tmp_path: Path) -> None:
    for number in range(8):
        opened = open_store(tmp_path)
        assert removed(opened, [number]) == ([number] if number >= 5 else [])
        opened.close()
        opened.close()


def test_two_processes_count_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, json.dumps(sys.path), str(tmp_path)]
    pair = [
        subprocess.Popen([*command, half], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for half in "01"
    ]
    for child in pair:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
    answers = [child.communicate("go\n")[0] for child in pair]
    assert [child.returncode for child in pair] == [0, 0]
    assert sum(map(int, answers)) == 195
    opened = open_store(tmp_path)
    assert len(removed(opened, range(200))) == 195
    opened.close()


def test_a_full_store_names_the_setting_to_raise(tmp_path: Path) -> None:
    opened = open_store(tmp_path, max_bytes=1 << 20)
    with pytest.raises(IndexStoreError, match="raise index_max_bytes"):
        fill(opened)
    known = opened.stats()["hosts"]
    assert known > 0
    assert known % 100 == 0
    opened.close()


def fill(store: SiteStore) -> None:
    for begin in range(0, 5000, 100):
        with store.batch():
            for number in range(begin, begin + 100):
                clean(store, number, host=f"h{number}.example")


@given(url=st.text(st.characters()) | st.none(), text=st.text(st.characters()) | st.none())
@settings(max_examples=50)
def test_any_article_is_accepted(tmp_path_factory: pytest.TempPathFactory, url: str | None, text: str | None) -> None:
    opened = open_store(tmp_path_factory.mktemp("sites"))
    record = RawRecord(Source("t", 0, 1), None)
    for address in (url, f"https://example.com/{url}"):
        page = opened.sketch(Article(url=address, text=text), record)
        if page:
            with opened.batch():
                assert opened.furniture(record.message_id, page) == frozenset()
    opened.close()


def test_an_error_of_this_directory_does_not_mention_the_index(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_bytes(b"x" * 10_000)
    with pytest.raises(IndexStoreError, match=f"the store in {tmp_path} is damaged .*what it remembered is lost"):
        open_store(tmp_path)
