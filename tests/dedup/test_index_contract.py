"""What every index must do. A second back end is one more entry in `OPENERS`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.dedup.embedded import EmbeddedIndex
from worker.dedup.ids import hash_id
from worker.dedup.index import Index, Sketch
from worker.messages import DuplicateKind, Verdict

DAY_S = 86_400
NOW_S = 20_000.0 * DAY_S
WINDOW = timedelta(days=30)

OPENERS: dict[str, Callable[[Path], Index]] = {
    "embedded": lambda path: EmbeddedIndex(path, window=WINDOW, max_bytes=1 << 30),
}


@pytest.fixture(params=list(OPENERS.values()), ids=list(OPENERS), scope="module")
def opener(request: pytest.FixtureRequest) -> Callable[[Path], Index]:
    opened: Callable[[Path], Index] = request.param
    return opened


@pytest.fixture
def index(opener: Callable[[Path], Index], tmp_path: Path) -> Iterator[Index]:
    opened = opener(tmp_path)
    yield opened
    opened.close()


def sketch(url: str | None, content: str, at_s: float = NOW_S) -> Sketch:
    """What the dedup stage makes: the article_id follows from the URL, or from the content where there is none."""
    page = f"https://example.com/{url}" if url is not None else None
    return Sketch(hash_id(page or content), page, hashlib.sha256(content.encode()).digest(), at_s)


def article_id(url: str) -> str:
    return sketch(url, "").article_id


class Offsets:
    """Message ids, each new."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self) -> str:
        self._next += 1
        return f"articles.raw/0/{self._next}"


@pytest.fixture
def new_id() -> Offsets:
    return Offsets()


def decide(index: Index, message_id: str, of: Sketch) -> Verdict:
    """In a batch of its own."""
    with index.batch():
        return index.decide(message_id, of)


def run_in_batch(index: Index, body: Callable[[], object]) -> None:
    with index.batch():
        body()


def fail_after(index: Index, body: Callable[[], object]) -> None:
    """A batch that does this and then fails."""

    def failing() -> None:
        body()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_in_batch(index, failing)


UNIQUE, UPDATE, RECRAWL, EXACT = (
    DuplicateKind.UNIQUE,
    DuplicateKind.UPDATE,
    DuplicateKind.RECRAWL,
    DuplicateKind.EXACT,
)

# -- the rules -------------------------------------------------------------------------------------------------------


def test_an_unknown_article_is_unique(index: Index, new_id: Offsets) -> None:
    assert decide(index, new_id(), sketch("a", "one")) == Verdict(UNIQUE, 1, None, None, article_id("a"))


def test_a_message_seen_again_gets_the_verdict_it_had_whatever_the_sketch_says(index: Index, new_id: Offsets) -> None:
    """Never `duplicate of itself` after a failed commit."""
    first, second, third, fourth = new_id(), new_id(), new_id(), new_id()
    messages = {
        first: sketch("a", "one"),
        second: sketch("a", "one"),
        third: sketch("b", "one"),
        fourth: sketch("a", "two"),
    }
    verdicts = {message: decide(index, message, of) for message, of in messages.items()}
    assert [verdict.kind for verdict in verdicts.values()] == [UNIQUE, RECRAWL, EXACT, UPDATE]
    for message in reversed(messages):
        assert decide(index, message, messages[message]) == verdicts[message]
        assert decide(index, message, sketch("else", "other", NOW_S + DAY_S)) == verdicts[message]


def test_a_message_twice_in_one_batch_gets_one_verdict(index: Index, new_id: Offsets) -> None:
    message = new_id()
    with index.batch():
        assert index.decide(message, sketch("a", "one")) == index.decide(message, sketch("a", "one"))


def test_the_same_url_with_the_same_content_is_a_recrawl(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    for _ in range(2):
        assert decide(index, new_id(), sketch("a", "one")) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))


def test_the_same_url_with_new_content_is_the_next_version(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    assert decide(index, new_id(), sketch("a", "two")) == Verdict(UPDATE, 2, article_id("a"), None, article_id("a"))
    assert decide(index, new_id(), sketch("a", "two")) == Verdict(RECRAWL, 2, article_id("a"), 1.0, article_id("a"))


def test_a_return_to_an_older_text_is_an_update_too(index: Index, new_id: Offsets) -> None:
    """Readers hold the newer text."""
    for content in ("one", "two"):
        decide(index, new_id(), sketch("a", content))
    assert decide(index, new_id(), sketch("a", "one")) == Verdict(UPDATE, 3, article_id("a"), None, article_id("a"))


def test_another_url_with_the_same_content_is_exact(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    for url in ("b", "c", None):
        assert decide(index, new_id(), sketch(url, "one")) == Verdict(EXACT, 1, article_id("a"), 1.0, article_id("a"))


def test_a_copy_of_an_older_version_is_exact(index: Index, new_id: Offsets) -> None:
    for content in ("one", "two"):
        decide(index, new_id(), sketch("a", content))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(EXACT, 1, article_id("a"), 1.0, article_id("a"))


def test_an_update_never_becomes_a_duplicate_of_another_story(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("b", "two"))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(UPDATE, 2, article_id("b"), None, article_id("b"))
    assert decide(index, new_id(), sketch("c", "one")).of == article_id("a")


def test_the_recrawl_of_a_copy_points_to_the_article_that_was_published(index: Index, new_id: Offsets) -> None:
    for url in ("a", "b"):
        decide(index, new_id(), sketch(url, "one"))
    assert decide(index, new_id(), sketch("b", "one")) == Verdict(RECRAWL, 1, article_id("a"), 1.0, article_id("a"))


def test_a_copy_that_changes_is_published_as_the_second_version_of_its_url(index: Index, new_id: Offsets) -> None:
    for url in ("a", "b"):
        decide(index, new_id(), sketch(url, "one"))
    update = decide(index, new_id(), sketch("b", "two"))
    recrawl = decide(index, new_id(), sketch("b", "two"))
    assert update == Verdict(UPDATE, 2, article_id("b"), None, article_id("a"))
    assert recrawl == Verdict(RECRAWL, 2, article_id("b"), 1.0, article_id("a"))
    assert decide(index, new_id(), sketch("a", "one")).kind is RECRAWL


def test_a_copy_of_an_update_joins_its_cluster(index: Index, new_id: Offsets) -> None:
    for url, content in (("a", "one"), ("b", "one"), ("b", "two")):
        decide(index, new_id(), sketch(url, content))
    assert decide(index, new_id(), sketch("c", "two")) == Verdict(EXACT, 1, article_id("b"), 1.0, article_id("a"))


def test_an_article_without_a_url_is_known_by_its_content_only(index: Index, new_id: Offsets) -> None:
    name = sketch(None, "one").article_id
    assert decide(index, new_id(), sketch(None, "one")) == Verdict(UNIQUE, 1, None, None, name)
    assert decide(index, new_id(), sketch(None, "one")) == Verdict(EXACT, 1, name, 1.0, name)
    assert decide(index, new_id(), sketch("a", "one")) == Verdict(EXACT, 1, name, 1.0, name)


@pytest.mark.parametrize("url", ["", "\ud800", "é" * 5000, "x" * 100_000])
def test_any_url_can_be_remembered(index: Index, new_id: Offsets, url: str) -> None:
    page = Sketch(hash_id(url), url, b"\x01" * 32, NOW_S)
    assert decide(index, new_id(), page).kind is UNIQUE
    assert decide(index, new_id(), page).kind is RECRAWL


@pytest.mark.parametrize(
    "ids",
    [
        ("t/0/1", "t/0/2", "t/1/1", "u/0/1", "t/0/01", "t/00/1", "t/0/-1", "t/0/1/1", "t/0/١", "t/0", "t"),
        ("", "/", "//", "/0/1", "\ud800/0/1", "\n/0/1", "é.jsonl/0/1"),
        ("t/4294967296/1", "t/0/18446744073709551616", "t/0/99999999999999999999999", "t" * 100_000 + "/0/1"),
    ],
)
def test_message_ids_of_any_form_are_told_apart(index: Index, ids: tuple[str, ...]) -> None:
    verdicts = [decide(index, message, sketch(str(place), str(place))) for place, message in enumerate(ids)]
    assert [verdict.cluster_id for verdict in verdicts] == [article_id(str(place)) for place in range(len(ids))]
    assert [decide(index, message, sketch("a", "one")) for message in ids] == verdicts


# -- batches ---------------------------------------------------------------------------------------------------------


def test_nothing_of_a_batch_is_kept_when_its_body_raises(index: Index, new_id: Offsets) -> None:
    first, second = new_id(), new_id()
    fail_after(index, lambda: index.decide(first, sketch("a", "one")))
    assert decide(index, second, sketch("a", "one")).kind is UNIQUE
    assert decide(index, first, sketch("a", "one")).kind is RECRAWL


def test_the_error_of_a_body_comes_out_as_it_is(index: Index) -> None:
    with pytest.raises(OSError, match="of the body"), index.batch():
        raise OSError("of the body")


def test_outside_of_a_batch_nothing_is_decided(index: Index, new_id: Offsets) -> None:
    with pytest.raises(RuntimeError):
        index.decide(new_id(), sketch("a", "one"))


def test_a_batch_within_a_batch_is_refused_and_spoils_the_outer_one(index: Index, new_id: Offsets) -> None:
    def body() -> None:
        index.decide(new_id(), sketch("a", "one"))
        with index.batch():
            pass

    with pytest.raises(RuntimeError):
        run_in_batch(index, body)
    assert decide(index, new_id(), sketch("a", "one")).kind is UNIQUE


def test_an_index_opened_again_remembers(opener: Callable[[Path], Index], tmp_path: Path, new_id: Offsets) -> None:
    first = new_id()
    before = opener(tmp_path)
    verdict = decide(before, first, sketch("a", "one"))
    before.close()
    before.close()
    after = opener(tmp_path)
    assert decide(after, first, sketch("a", "one")) == verdict
    assert decide(after, new_id(), sketch("a", "one")).kind is RECRAWL
    after.close()


# -- time ------------------------------------------------------------------------------------------------------------


def test_an_article_is_remembered_for_the_window(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("x", "else", NOW_S + 30 * DAY_S - 1))
    assert decide(index, new_id(), sketch("b", "one", NOW_S + 30 * DAY_S)).kind is EXACT


def test_an_article_is_forgotten_a_thirtieth_of_the_window_later_at_the_latest(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("x", "else", NOW_S + 31 * DAY_S))
    assert decide(index, new_id(), sketch("a", "one", NOW_S + 31 * DAY_S)).kind is UNIQUE


def test_an_article_that_is_seen_again_is_remembered_anew(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    decide(index, new_id(), sketch("a", "one", NOW_S + 20 * DAY_S))
    decide(index, new_id(), sketch("x", "else", NOW_S + 45 * DAY_S))
    assert decide(index, new_id(), sketch("a", "one", NOW_S + 45 * DAY_S)).kind is RECRAWL
    assert decide(index, new_id(), sketch("b", "one", NOW_S + 45 * DAY_S)).kind is EXACT


def test_messages_out_of_order_within_the_window_find_each_other(index: Index, new_id: Offsets) -> None:
    decide(index, new_id(), sketch("a", "one"))
    assert decide(index, new_id(), sketch("a", "two", NOW_S - 20 * DAY_S)).version == 2
    assert decide(index, new_id(), sketch("a", "two", NOW_S - 10 * DAY_S)) == Verdict(
        RECRAWL, 2, article_id("a"), 1.0, article_id("a")
    )


def test_messages_from_before_the_window_find_each_other_too(index: Index, new_id: Offsets) -> None:
    """A lagging partition, or a replay: decided like any other, and remembered for a while."""
    decide(index, new_id(), sketch("x", "else"))
    old, again = new_id(), new_id()
    first = decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S))
    assert first.kind is UNIQUE
    assert decide(index, again, sketch("a", "one", NOW_S - 200 * DAY_S)).kind is RECRAWL
    assert decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S)) == first


def test_the_verdict_of_an_old_event_is_kept_for_the_whole_window(index: Index, new_id: Offsets) -> None:
    """A message may be read again after any failure, however old its event is."""
    decide(index, new_id(), sketch("x", "else"))
    old = new_id()
    verdict = decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S))
    decide(index, new_id(), sketch("y", "more", NOW_S + 30 * DAY_S - 1))
    assert decide(index, new_id(), sketch("a", "one", NOW_S)).kind is UNIQUE
    assert decide(index, old, sketch("a", "one", NOW_S - 300 * DAY_S)) == verdict


# -- against a model -------------------------------------------------------------------------------------------------


@dataclass
class Model:
    """The rules in dictionaries. Each entry carries the day that it is forgotten with."""

    watermark_s: float = 0.0
    verdicts: dict[str, tuple[int, Verdict]] = field(default_factory=dict)
    pages: dict[str, tuple[int, tuple[int, bytes, str, str]]] = field(default_factory=dict)
    contents: dict[bytes, tuple[int, tuple[str, str]]] = field(default_factory=dict)

    def copy(self) -> Model:
        return Model(self.watermark_s, self.verdicts.copy(), self.pages.copy(), self.contents.copy())

    def decide(self, message: str, of: Sketch) -> Verdict:
        if message in self.verdicts:
            return self.verdicts[message][1]
        self.watermark_s = max(self.watermark_s, of.event_time_s)
        horizon_s = self.watermark_s - 30 * DAY_S
        self.verdicts = {key: entry for key, entry in self.verdicts.items() if (entry[0] + 1) * DAY_S > horizon_s}
        self.pages = {key: entry for key, entry in self.pages.items() if (entry[0] + 1) * DAY_S > horizon_s}
        self.contents = {key: entry for key, entry in self.contents.items() if (entry[0] + 1) * DAY_S > horizon_s}
        verdict = self._judge(of, int(max(of.event_time_s, horizon_s) // DAY_S))
        self.verdicts[message] = (int(self.watermark_s // DAY_S), verdict)
        return verdict

    def _judge(self, of: Sketch, day: int) -> Verdict:
        me = of.article_id
        known_day, (version, content, cluster, origin) = self.pages.get(of.url or "", (day, (0, b"", me, me)))
        first = self.contents.get(of.content_hash)
        if version and content == of.content_hash:
            verdict = Verdict(RECRAWL, version, origin, 1.0, cluster)
        elif version:
            version, origin = version + 1, me
            verdict = Verdict(UPDATE, version, me, None, cluster)
        elif first:
            version, (origin, cluster) = 1, first[1]
            verdict = Verdict(EXACT, 1, origin, 1.0, cluster)
        else:
            version, verdict = 1, Verdict(UNIQUE, 1, None, None, me)
        if of.url:
            self.pages[of.url] = (max(day, known_day), (version, of.content_hash, cluster, origin))
        self.contents[of.content_hash] = (max(day, first[0]), first[1]) if first else (day, (me, cluster))
        return verdict


@contextmanager
def fresh(opener: Callable[[Path], Index]) -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as directory:
        index = opener(Path(directory))
        yield index
        index.close()


_DAYS = st.one_of(st.just(0.0), st.floats(0, 3), st.floats(0, 100), st.integers(0, 100))
_MESSAGE = st.tuples(
    st.integers(0, 30), st.one_of(st.none(), st.sampled_from("abc")), st.sampled_from(["one", "two", "three"]), _DAYS
)


@given(batches=st.lists(st.tuples(st.lists(_MESSAGE, max_size=6), st.booleans()), max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_stream_gets_the_verdicts_of_the_model(
    opener: Callable[[Path], Index], batches: list[tuple[list[tuple[int, str | None, str, float]], bool]]
) -> None:
    """URLs, contents, message ids and times as they come; some batches fail and leave no trace."""
    model = Model()
    with fresh(opener) as index:
        for messages, fails in batches:
            after = model.copy()
            body = partial(assert_decided_alike, index, after, messages)
            if fails:
                fail_after(index, body)
            else:
                run_in_batch(index, body)
                model = after


def assert_decided_alike(index: Index, model: Model, messages: list[tuple[int, str | None, str, float]]) -> None:
    for offset, url, content, day in messages:
        message, of = f"t/0/{offset}", sketch(url, content, NOW_S + day * DAY_S)
        assert index.decide(message, of) == model.decide(message, of)
