"""A dump of any memory fills any other one, which then gives the same verdicts on everything that follows."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.dedup.made_stream import stream
from tests.dedup.sketches import (
    DAY_S,
    NOW_S,
    OPENERS,
    Opener,
    fresh_memory,
    in_batches,
    message,
    open_embedded,
    published,
    sketch,
    told,
)
from worker.dedup import dump_file
from worker.dedup.dump import Chunk, Entries, Loader, Movable, Postings, Records, Start
from worker.dedup.index import Entry, Index
from worker.errors import IndexStoreError
from worker.messages import DuplicateKind, Verdict

BATCH = 16
ROUTES = [(one, other) for one in OPENERS for other in OPENERS]


def moved(source: Movable, target: Movable) -> None:
    """Fill the target with the source, by way of a file."""
    file = io.BytesIO()
    dump_file.write(source.dump(), file)
    file.seek(0)
    loader = Loader(target)
    for chunk in dump_file.read(file):
        loader.load(chunk)
    loader.finish()


def crawl(seed: int, days: float) -> list[Entry]:
    """Stories and their copies in three languages. Some pages are read again, unchanged or with another text.

    Some messages are late, but none opens an old generation: of equally good candidates, an index prefers those of the
    generation that it opened first, and another index may have opened it later.
    """
    rng = Random(seed)
    texts = [doc.text for language in ("en", "ja", "ar") for doc in stream(language, seed)]
    step_s = days * DAY_S / len(texts)
    entries = []
    for number, text in enumerate(texts):
        page = str(rng.randrange(number + 1) if rng.random() < 0.2 else number)
        again = rng.choice(texts[: number + 1]) if rng.random() < 0.1 else text
        at_s = NOW_S + number * step_s + rng.choice((3600, 3600, 3600, 0))
        entries.append((message(number), told(page, again, at_s)))
    return entries


def postings(chunks: Sequence[Chunk]) -> int:
    return sum(len(chunk.postings) for chunk in chunks if isinstance(chunk, Postings))


@pytest.mark.parametrize("route", ROUTES, ids="-".join)
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1000), share=st.floats(0.2, 0.9), days=st.sampled_from([1, 20, 50]))
@example(seed=378, share=0.3, days=50)  # postings of forgotten records chose other candidates
def test_the_filled_index_gives_the_verdicts_of_the_original(
    route: tuple[str, str], seed: int, share: float, days: int
) -> None:
    # Over more days than the window, a server forgets in larger steps.
    entries = crawl(seed, days if route[0] == route[1] else min(days, 20))
    cut = round(share * len(entries))
    with fresh_memory(OPENERS[route[0]]) as source, fresh_memory(OPENERS[route[1]]) as target:
        first = in_batches(Index(source), entries[:cut], BATCH)
        moved(source, target)
        assert target.seed == source.seed
        if days < 30:  # or else some of them are forgotten
            assert in_batches(Index(target), entries[:cut], BATCH) == first
        assert in_batches(Index(target), entries[cut:], BATCH) == in_batches(Index(source), entries[cut:], BATCH)


@pytest.mark.parametrize("route", ROUTES, ids="-".join)
def test_an_index_comes_back_unchanged_from_another_store(route: tuple[str, str]) -> None:
    entries = crawl(1, 20)
    with ExitStack() as stack:
        source, middle, back = (
            stack.enter_context(fresh_memory(OPENERS[name])) for name in (route[0], route[1], route[0])
        )
        in_batches(Index(source), entries[:100], BATCH)
        moved(source, middle)
        moved(middle, back)
        for name in ("verdicts", "records"):  # of other entries, an embedded memory keeps older copies for a while
            assert source.stats()[name] == back.stats()[name] > 0
        assert postings(list(source.dump())) == postings(list(back.dump())) > 0
        assert in_batches(Index(back), entries[100:], BATCH) == in_batches(Index(source), entries[100:], BATCH)


def test_a_dump_begins_with_the_time_the_seed_and_the_size(memory: Movable) -> None:
    in_batches(Index(memory), [(message(n), told(str(n), text)) for n, text in enumerate(("one", "two"))], 1)
    start, *chunks = memory.dump()
    count = sum(len(chunk.items) for chunk in chunks if isinstance(chunk, Entries | Records))
    assert start == Start(NOW_S, memory.seed, count)


def test_an_empty_memory_can_be_dumped_and_filled_and_is_still_empty(opener: Opener, tmp_path: Path) -> None:
    with fresh_memory(opener) as source, fresh_memory(opener) as target:
        moved(source, target)
        assert target.is_empty()


def test_the_dump_of_an_embedded_memory_is_from_one_moment() -> None:
    entries = published(doc.text for doc in stream("en", 1))
    with fresh_memory(open_embedded) as memory:
        in_batches(Index(memory), entries[:20], BATCH)
        chunks = memory.dump()
        start = next(chunks)
        in_batches(Index(memory), entries[20:], BATCH)
        assert isinstance(start, Start)
        assert sum(len(chunk.items) for chunk in chunks if isinstance(chunk, Entries | Records)) == start.entries


def test_a_dump_of_a_server_has_all_that_was_judged_before_it_began_though_workers_go_on(
    opener: Opener, tmp_path: Path
) -> None:
    """Entries that are used again move to another generation, and the dump must not miss them."""
    texts = [doc.text for doc in stream("en", 1)]
    before = [(message(n), told(str(n), text, NOW_S)) for n, text in enumerate(texts[:30])]
    later_s = NOW_S + 20 * DAY_S
    before.append((message(99), told("later", "A first article of that day.", later_s)))
    again = [(message(100 + n), told(str(n), text, later_s)) for n, text in enumerate(texts[:30])]
    during = [(message(200 + n), told(f"new/{n}", text, later_s)) for n, text in enumerate(texts[30:])]
    writes = [*again, *during]
    with fresh_memory(opener) as source, fresh_memory(opener) as target:
        index = Index(source)
        verdicts = in_batches(index, before, BATCH)
        loader = Loader(target)
        chunks = source.dump()
        while (chunk := next(chunks, None)) is not None:
            index.decide(writes[:3])
            del writes[:3]
            loader.load(chunk)
        loader.finish()
        copy = Index(target)
        assert in_batches(copy, before, BATCH) == verdicts
        assert {verdict.kind for verdict in in_batches(copy, again, BATCH)} == {DuplicateKind.RECRAWL}


def test_no_article_that_is_judged_during_a_dump_becomes_a_copy_of_itself(opener: Opener) -> None:
    """Its outputs may never have been committed. Then its message comes again, and the article must be published."""
    entries = published(doc.text for doc in stream("en", 1))
    before, during = entries[:10], entries[10:]
    with fresh_memory(opener) as source, fresh_memory(opener) as target:
        index, loader = Index(source), Loader(target)
        given: list[Verdict] = []
        in_batches(index, before, BATCH)
        for chunk in source.dump():
            given += index.decide(during[len(given) :][:5])
            loader.load(chunk)
        loader.finish()
        again = in_batches(Index(target), during[: len(given)], BATCH)
    published_first = [number for number, verdict in enumerate(given) if not verdict.is_duplicate]
    assert len(published_first) > 3
    assert [number for number in published_first if again[number].is_duplicate] == []


# -- filling -------------------------------------------------------------------------------------------------------


def test_a_memory_that_holds_something_is_not_filled(memory: Movable) -> None:
    Index(memory).decide([(message(1), sketch("a", "one"))])
    with pytest.raises(IndexStoreError, match="is not empty"):
        memory.begin_fill()
    assert Index(memory).lookup("https://example.com/a")


@contextmanager
def as_another_process(memory: Any, token: bytes | None = None) -> Iterator[None]:
    """Let the memory act as if another process had begun to fill it, or none that this one knows of."""
    own, memory._token = memory._token, token
    yield
    memory._token = own


def test_other_processes_are_refused_until_the_memory_is_complete(opener: Opener, tmp_path: Path) -> None:
    with closing(opener(tmp_path)) as memory:
        memory.begin_fill()
        Index(memory).decide([(message(1), sketch("a", "one"))])
        with as_another_process(memory):
            for use in (memory.is_empty, memory.stats, lambda: [*memory.dump()], lambda: Index(memory).lookup("x")):
                with pytest.raises(IndexStoreError, match="is not complete"):
                    use()
        memory.end_fill()
    with closing(opener(tmp_path)) as other:
        assert Index(other).lookup("https://example.com/a")


def test_a_worker_refuses_what_an_interrupted_process_left_and_the_next_one_starts_over(
    opener: Opener, tmp_path: Path
) -> None:
    entries = published(doc.text for doc in stream("en", 1))
    with closing(opener(tmp_path)) as killed:
        killed.begin_fill(7)
        in_batches(Index(killed), entries, BATCH)
    with closing(opener(tmp_path)) as worker, pytest.raises(IndexStoreError, match="is not complete"):
        worker.is_empty()
    with closing(opener(tmp_path)) as second:
        second.begin_fill()
        second.end_fill()
        assert second.is_empty()
        assert postings(list(second.dump())) == 0
        assert Index(second).decide(entries[:1])[0].kind is DuplicateKind.NEW


def test_a_process_that_was_overtaken_cannot_go_on(memory: Movable) -> None:
    memory.begin_fill()
    with as_another_process(memory, b"the token of the first one"):
        with pytest.raises(IndexStoreError, match="another process has begun to fill"):
            Index(memory).decide([(message(1), sketch("a", "one"))])
        with pytest.raises(IndexStoreError, match="another process has begun to fill"):
            memory.end_fill()
    memory.end_fill()


@pytest.mark.parametrize("back_end", ["valkey"], indirect=True)
def test_a_process_whose_memory_is_emptied_meanwhile_is_told_so(memory: Any) -> None:
    memory.begin_fill()
    memory._server.client.delete(memory._names.meta)  # as FLUSHALL does
    for use in (lambda: Index(memory).decide([(message(1), sketch("a", "one"))]), memory.end_fill):
        with pytest.raises(IndexStoreError, match="was emptied while it was being filled: run the command again"):
            use()


def test_a_process_that_opened_the_memory_before_it_was_filled_is_refused(memory: Any) -> None:
    """It would look for copies under the keys of another seed, and find none."""
    seed_at_start = memory.seed
    memory.begin_fill(seed_at_start ^ 1)
    memory.end_fill()
    memory.seed = seed_at_start
    with pytest.raises(IndexStoreError, match="was emptied or filled after this process had opened it"):
        Index(memory).decide([(message(1), sketch("a", "one"))])
