"""The benchmarks of found copies tell a copy that was missed from one that was never compared with its story."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.found import Judged, Labelled, WatchedMemory, judged, report
from benchmarks.reuse import in_random_order, labelled
from tests.dedup.made_stream import cut, plain, stories
from training.articles import JUDGED
from training.reused_texts import REWRITTEN, reused_texts

STORY, OTHER = stories("en")[:2]


def article(name: str, text: str, cluster: str, *, is_copy: bool = True) -> Labelled:
    return Labelled(name, cluster, "kind", is_copy, {"url": f"https://{name}.example/1", "text": text})


def test_a_copy_is_found_if_its_verdict_names_its_story() -> None:
    stream = [
        article("first", plain(STORY), "a", is_copy=False),
        article("copy", cut(STORY, 0.3), "a"),
        article("exact", plain(STORY), "a"),
    ]
    first, copy, exact = judged(stream)
    assert (first.verdict, first.linked, first.could, first.found) == ("new", None, False, False)
    assert copy.could
    assert copy.compared
    assert copy.found
    assert copy.linked == stream[0]
    assert exact.verdict == "exact"
    assert exact.found


def test_a_link_to_another_story_is_wrong() -> None:
    _, false = judged([article("first", plain(STORY), "a", is_copy=False), article("copy", cut(STORY, 0.3), "b")])
    assert false.linked is not None
    assert not false.found
    assert not false.could
    assert not false.compared


def test_a_copy_in_other_words_was_never_compared() -> None:
    _, missed = judged([article("first", plain(STORY), "a", is_copy=False), article("other", plain(OTHER), "a")])
    assert missed.could
    assert not missed.compared
    assert missed.linked is None


def test_each_run_has_the_same_posting_keys(tmp_path: Path) -> None:
    seeds = []
    for name in ("one", "two"):
        memory = WatchedMemory(tmp_path / name)
        seeds.append(memory.seed)
        memory.close()
    assert seeds[0] == seeds[1]


def outcome(verdict: str, linked: Labelled | None, *, could: bool = True, compared: bool = True) -> Judged:
    return Judged(article("copy", "", "a"), verdict, linked, could=could, compared=compared, text="the text")


def test_the_report_counts_each_way_to_miss_a_copy(capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong = (article("one", "", "a", is_copy=False), article("two", "", "b", is_copy=False))
    results = [
        outcome("copy", right),
        outcome("possible", right),
        outcome("new", None, compared=False),
        outcome("new", None),
        outcome("copy", wrong),
        outcome("new", None, could=False),
        Judged(wrong, "possible", right, could=False, compared=False, text=""),
    ]
    report(results, mistakes=1)
    printed = capsys.readouterr().out.split("\n")
    assert printed[1].split() == ["kind", "5", "2", "0.400", "1", "1", "1", "copy", "1,", "possible", "1"]
    assert printed[2].split() == ["all", *printed[1].split()[1:]]
    assert printed[3].endswith("never reached the index: 1")
    assert printed[5].split() == ["kind", "1", "articles,", "1", "false", "(possible", "1)"]
    assert printed[7:9] == ["--- copy: new, never compared", "the text"]


def test_copies_that_need_not_be_found_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    report([outcome("new", None)], mistakes=1, optional=["kind"])
    printed = capsys.readouterr().out.split("\n")
    assert printed[1].split() == ["all", "0", "0", "0.000", "0", "0", "0"]
    assert printed[2].split() == ["(kind)", "1", "0", "0.000", "0", "1", "0"]
    assert "---" not in "".join(printed)


def test_written_texts_are_copies_of_their_source_and_come_after_it() -> None:
    docs = reused_texts(JUDGED)
    Random(1).shuffle(docs)
    ordered = list(labelled(in_random_order(sorted(docs, key=lambda doc: doc["id"].split()[-1]), 1)))
    assert len(ordered) == len(docs)
    for one in ordered:
        assert one.is_copy == (one.kind in ("near", "light", *REWRITTEN))
