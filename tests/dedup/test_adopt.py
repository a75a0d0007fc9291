"""An index that adopts what a replay made judges by it from then on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dedup.made_stream import stream
from tests.dedup.sketches import NOW_S, message, sketch, told
from worker.dedup.adopt import NOBODY, AdoptingIndex, Withdrawn
from worker.dedup.index import Index, Sketch
from worker.dedup.memory import Memory
from worker.messages import DuplicateKind, Verdict

NEW, UPDATE, RECRAWL, EXACT, COPY = map(DuplicateKind, ("new", "update", "recrawl", "exact", "copy"))
TEXTS = [doc.text for doc in stream("en", 1)]
OLD, BETTER = told("page", f"{TEXTS[0]}\n\nRead more: the harbour."), told("page", TEXTS[0])
ID = OLD.article_id


def update(version: int, article_id: str = ID) -> Verdict:
    return Verdict(UPDATE, version, article_id, None, article_id)


def known(memory: Memory, *sketches: Sketch) -> list[Verdict]:
    """The verdicts of the worker on these articles."""
    return Index(memory).decide([(message(n, "live"), each) for n, each in enumerate(sketches)])


def test_a_recrawl_of_an_adopted_text_is_a_recrawl_and_a_change_is_the_next_version(memory: Memory) -> None:
    known(memory, OLD)
    (adopted,) = AdoptingIndex(memory).adopt([(BETTER, update(2))])
    assert adopted == update(2)
    later = told("page", f"{TEXTS[0]}\n\nThe mayor has resigned since.")
    entries = [(message(8), BETTER), (message(9), later), (message(10), told("other", TEXTS[0]))]
    recrawl, changed, copy = Index(memory).decide(entries)
    assert (recrawl.kind, recrawl.version, recrawl.of) == (RECRAWL, 2, ID)
    assert (changed.kind, changed.version) == (UPDATE, 3)
    assert copy.of == ID


def test_what_was_adopted_before_a_kill_is_adopted_again_with_the_same_version(memory: Memory) -> None:
    known(memory, OLD)
    first = AdoptingIndex(memory).adopt([(BETTER, update(2))])
    before = memory.stats()
    assert AdoptingIndex(memory).adopt([(BETTER, update(2))]) == first
    assert memory.stats()["records"] == before["records"]


def test_the_version_is_higher_than_any_that_the_index_knows(memory: Memory) -> None:
    """A minor update that was left out has a version, too."""
    minor = told("page", f"{TEXTS[0]}\n\nRead more: the harbour by night.")
    Index(memory, drop_minor_updates=True).decide([(message(1), OLD), (message(2), minor)])
    (adopted,) = AdoptingIndex(memory).adopt([(BETTER, update(2))])
    assert adopted.version == 3


def test_an_article_of_which_only_the_metadata_changed_is_the_next_version_once(memory: Memory) -> None:
    known(memory, OLD)
    retitled = replace(OLD, words=OLD.words._replace(title=bytes(8)))
    index = AdoptingIndex(memory)
    assert [index.adopt([(retitled, update(2))])[0].version for _ in range(2)] == [2, 2]
    copy, again = Index(memory).decide([(message(8), replace(OLD, article_id="c" * 32, url="u")), (message(9), OLD)])
    assert (copy.kind, copy.of) == (EXACT, ID)
    assert (again.kind, again.version) == (RECRAWL, 2)


def test_an_unknown_article_keeps_the_verdict_of_the_replay(memory: Memory) -> None:
    known(memory, OLD)
    other = told("other", TEXTS[1])
    verdict = Verdict(NEW, 1, None, None, other.article_id)
    assert AdoptingIndex(memory).adopt([(other, verdict)]) == [verdict]
    assert Index(memory).decide([(message(8), other)])[0].kind is RECRAWL


def test_an_article_that_was_a_copy_is_readers_own_once_it_is_adopted(memory: Memory) -> None:
    copy = told("copy", TEXTS[0])
    known(memory, BETTER, copy)
    own = told("copy", TEXTS[1])
    (adopted,) = AdoptingIndex(memory).adopt([(own, Verdict(NEW, 1, None, None, own.article_id))])
    assert adopted.version == 2
    (page,) = [Index(memory).lookup("https://example.com/copy")]
    assert page is not None
    assert page.origin == own.article_id


@pytest.mark.parametrize("of", [None, told("other", TEXTS[1]).article_id])
def test_a_withdrawn_article_is_nobodys_original_and_comes_back_as_a_new_one(memory: Memory, of: str | None) -> None:
    known(memory, BETTER, told("other", TEXTS[1]))
    for _ in range(2):
        AdoptingIndex(memory).withdraw([Withdrawn(ID, of)])
    page = Index(memory).lookup("https://example.com/page")
    assert page is not None
    assert page.origin == (of or NOBODY)
    copy, again = Index(memory).decide([(message(8), told("third", TEXTS[0])), (message(9), told("page", TEXTS[2]))])
    assert (copy.kind, copy.version) == (NEW, 1)
    assert (again.kind, again.version) == (NEW, 2)


def test_an_article_that_is_unknown_or_somebody_elses_is_withdrawn_without_effect(memory: Memory) -> None:
    copy = told("copy", TEXTS[0])
    known(memory, BETTER, copy)
    AdoptingIndex(memory).withdraw([Withdrawn(copy.article_id, None), Withdrawn("f" * 32, None)])
    assert Index(memory).decide([(message(8), copy)])[0].of == ID


def test_an_adopted_duplicate_takes_the_article_from_readers(memory: Memory) -> None:
    other = told("other", TEXTS[1])
    known(memory, OLD, other)
    verdict = Verdict(COPY, 2, other.article_id, 0.9, other.article_id)
    copied = told("page", TEXTS[1])
    for _ in range(2):
        assert AdoptingIndex(memory).adopt([(copied, verdict)])[0].version == 2
    page = Index(memory).lookup("https://example.com/page")
    assert page is not None
    assert (page.origin, page.version) == (other.article_id, 2)
    assert Index(memory).decide([(message(8), told("third", TEXTS[0]))])[0].kind is NEW


def test_an_adopted_duplicate_of_an_unknown_article_takes_the_article_from_readers_too(memory: Memory) -> None:
    known(memory, BETTER)
    AdoptingIndex(memory).adopt([(BETTER, Verdict(COPY, 2, "f" * 32, 0.9, "f" * 32))])
    assert Index(memory).decide([(message(8), told("third", TEXTS[0]))])[0].kind is NEW


def test_an_old_article_does_not_move_the_window(memory: Memory) -> None:
    known(memory, OLD)
    AdoptingIndex(memory).adopt([(sketch("past", "x", NOW_S - 86_400 * 400), update(1, "c" * 32))])
    assert Index(memory).decide([(message(8), OLD)])[0].kind is RECRAWL
