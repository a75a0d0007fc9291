"""An index that is restored from what was published judges like the one that published it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from tests.dedup.made_stream import stream
from tests.dedup.sketches import DAY_S, NOW_S, Opener, fresh_memory, in_batches, message, told
from worker.dedup.index import Entry, Index
from worker.dedup.memory import Memory
from worker.dedup.restore import Judged, RestoringIndex
from worker.messages import DuplicateKind, Verdict

NEW, UPDATE, RECRAWL, EXACT = (DuplicateKind(name) for name in ("new", "update", "recrawl", "exact"))
TEXTS = [doc.text for language in ("en", "ja", "ar") for doc in stream(language, 1)]


def crawl(seed: int, texts: Sequence[str], first: int = 0) -> list[Entry]:
    """Each text at a URL of its own; some are read again, unchanged or with a new sentence."""
    rng = Random(seed)
    entries: list[Entry] = []
    for number, text in enumerate(texts, first):
        entries.append((message(len(entries), f"raw{seed}"), told(str(number), text, NOW_S + number * 3600)))
        if rng.random() < 0.3:
            again = text if rng.random() < 0.5 else f"{text}\n\nIt rained on day {number}."
            entries.append((message(len(entries), f"raw{seed}"), told(str(number), again, NOW_S + number * 3600 + 60)))
    return entries


def judged(entries: Sequence[Entry], verdicts: Sequence[Verdict], *, tagged: bool) -> list[Judged]:
    """What the clean topic holds: all that is published, and with `tagged` the duplicates, too."""
    return [
        Judged(entry[0], entry[1], verdict)
        for entry, verdict in zip(entries, verdicts, strict=True)
        if tagged or not verdict.is_duplicate
    ]


def outcome(verdict: Verdict) -> tuple[object, ...]:
    """What readers notice of a verdict."""
    kind = verdict.kind if verdict.kind in (NEW, UPDATE, RECRAWL, EXACT) else None
    return verdict.is_duplicate, kind, verdict.version, verdict.of, verdict.cluster_id


def restored(memory: Memory, articles: Sequence[Judged], size: int = 16) -> None:
    index = RestoringIndex(memory)
    for start in range(0, len(articles), size):
        index.restore(articles[start : start + size])


def test_a_minor_update_that_was_left_out_does_not_take_the_place_of_what_readers_have(opener: Opener) -> None:
    """It is in the topic only with a tag. A copy of it is compared with the version before, as if it were not there."""
    lines = TEXTS[0].split("\n")
    first, minor = told("page", "\n".join(lines)), told("page", "\n".join([*lines, "Watch: harbour by night"]))
    entries = [(message(1), first), (message(2), minor)]
    later = [(message(3), told("copy", "\n".join([*lines, "Watch: harbour by night"]))), (message(4), minor)]
    with fresh_memory(opener) as memory:
        index = Index(memory, drop_minor_updates=True)
        verdicts, expected = index.decide(entries), index.decide(later)
    assert (verdicts[1].kind, verdicts[1].left_out) == (UPDATE, True)
    with fresh_memory(opener) as memory:
        restored(memory, judged(entries, verdicts, tagged=True))
        assert Index(memory, drop_minor_updates=True).decide(later) == expected


@pytest.mark.parametrize("seed", range(3))
def test_with_tagged_duplicates_everything_that_follows_is_judged_alike(opener: Opener, seed: int) -> None:
    texts = Random(seed).sample(TEXTS, len(TEXTS))
    first, second = crawl(seed, texts[:100]), crawl(seed + 100, texts[100:], 100)
    with fresh_memory(opener) as original, fresh_memory(opener) as rebuilt:
        verdicts = in_batches(Index(original), first, 16)
        restored(rebuilt, judged(first, verdicts, tagged=True))
        assert in_batches(Index(rebuilt), first, 16) == verdicts
        assert in_batches(Index(rebuilt), second, 16) == in_batches(Index(original), second, 16)


@pytest.mark.parametrize("seed", range(3))
def test_recrawls_copies_and_updates_of_published_articles_are_judged_alike(opener: Opener, seed: int) -> None:
    """The topic lacks the duplicates, whose words also weighed in the measurements: these may differ a little."""
    texts = Random(seed).sample(TEXTS, len(TEXTS))
    first = crawl(seed, texts[:100])
    with fresh_memory(opener) as original, fresh_memory(opener) as rebuilt:
        verdicts = in_batches(Index(original), first, 16)
        published = judged(first, verdicts, tagged=False)
        restored(rebuilt, published)
        assert in_batches(Index(rebuilt), [(each.message, each.sketch) for each in published if each.message], 16) == [
            each.verdict for each in published
        ]
        later_s = NOW_S + 10 * DAY_S
        newest = {each.sketch.article_id: each.sketch for each in published}.values()
        following = [
            entry
            for number, sketch in enumerate(newest)
            for entry in (
                (message(3 * number, "later"), replace(sketch, event_time_s=later_s)),
                (message(3 * number + 1, "later"), replace(sketch, article_id="f" * 31 + "0", url=None)),
                (
                    message(3 * number + 2, "later"),
                    replace(
                        told(f"x{number}", f"Entirely new {number}."), article_id=sketch.article_id, url=sketch.url
                    ),
                ),
            )
        ]
        expected, found = (in_batches(Index(memory), following, 16) for memory in (original, rebuilt))
        assert [outcome(verdict) for verdict in found] == [outcome(verdict) for verdict in expected]
        assert {verdict.kind for verdict in expected} >= {RECRAWL, EXACT, UPDATE}


def test_versions_that_come_out_of_order_leave_the_newest_in_place(memory: Memory) -> None:
    versions = [told("page", text) for text in TEXTS[:3]]
    articles = [
        Judged(
            message(n),
            sketch,
            Verdict(UPDATE if n else NEW, n + 1, sketch.article_id if n else None, None, sketch.article_id),
        )
        for n, sketch in enumerate(versions)
    ]
    restored(memory, [articles[0], articles[2], articles[1]])
    again = Index(memory).decide([(message(9), versions[2])])[0]
    assert (again.kind, again.version) == (RECRAWL, 3)


def test_an_article_of_which_only_a_recrawl_is_left_is_known(memory: Memory) -> None:
    """With tagged duplicates, compaction keeps the last record of each article, which may be a recrawl."""
    sketch = told("page", TEXTS[0])
    restored(memory, [Judged(message(5), sketch, Verdict(RECRAWL, 4, sketch.article_id, 1.0, sketch.article_id))])
    copy, recrawl = Index(memory).decide([(message(6), told("copy", TEXTS[0])), (message(7), sketch)])
    assert (copy.kind, copy.of) == (EXACT, sketch.article_id)
    assert (recrawl.kind, recrawl.version) == (RECRAWL, 4)


def test_a_message_that_comes_twice_is_restored_once(memory: Memory) -> None:
    old, new = told("page", TEXTS[0]), told("page", TEXTS[1])
    first = Judged(message(1), old, Verdict(NEW, 1, None, None, old.article_id))
    second = Judged(message(2), new, Verdict(UPDATE, 2, old.article_id, None, old.article_id))
    restored(memory, [first, second, first], 1)
    assert memory.stats()["records"] == 2


def test_an_article_without_its_message_restores_all_but_the_verdict(memory: Memory) -> None:
    sketch = told("page", TEXTS[0])
    restored(memory, [Judged(None, sketch, Verdict(NEW, 1, None, None, sketch.article_id))])
    assert memory.stats()["verdicts"] == 0
    assert Index(memory).decide([(message(1), sketch)])[0].kind is RECRAWL


def test_a_copy_of_an_article_that_is_not_in_the_topic_leaves_nothing_but_its_verdict(memory: Memory) -> None:
    sketch = told("copy", TEXTS[0])
    restored(memory, [Judged(message(1), sketch, Verdict(EXACT, 1, "f" * 32, 1.0, "f" * 32))])
    assert (memory.stats()["verdicts"], memory.stats()["records"], memory.stats()["urls"]) == (1, 0, 0)
    assert Index(memory).decide([(message(2), told("page", TEXTS[0]))])[0].kind is NEW
