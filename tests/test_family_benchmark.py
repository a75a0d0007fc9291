"""The family benchmark judges documents by what the worker publishes."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import families
from benchmarks.families import Judged, judge, page_messages, text_messages
from tests.dedup.made_stream import stream
from training import made_families


def doc(number: int, text: str, cluster: str, kind: str = "family_x") -> dict[str, Any]:
    return {
        "id": str(number), "title": "", "text": text, "cluster": cluster, "kind": kind, "host": "a.example",
        "url": f"https://www.a.example/{number}", "language": "en", "lines": [text],
    }  # fmt: skip


STORIES = [each.text for each in stream("en", 1)]


def test_a_copy_of_the_same_story_is_found_and_a_copy_of_another_is_false() -> None:
    docs = [doc(0, STORIES[0], "a.en.0.0"), doc(1, STORIES[0], "a.en.0.0", "print"), doc(2, STORIES[0], "a.en.0.1")]
    first, copy, other = judge(docs, list(text_messages(docs)))
    assert (first.outcome, first.of, first.is_false, first.is_found) == ("published", None, False, False)
    assert (copy.is_found, copy.is_false, copy.of) == (True, False, docs[0])
    assert (other.is_found, other.is_false, other.of) == (False, True, docs[0])


def test_pages_go_through_the_worker_with_their_urls() -> None:
    docs = made_families.families(3, "judged", 1)[:40]
    judged = judge(docs, list(page_messages(docs, 3)))
    assert [one.doc for one in judged] == docs
    assert {one.outcome for one in judged} <= {"published", "duplicate"}
    assert judged[0].reason == "new"


def test_the_figures_count_pages_and_copies_separately(capsys: pytest.CaptureFixture[str]) -> None:
    page, false = doc(0, "x", "a.en.0.0"), doc(1, "y", "a.en.0.1")
    copy, lost = doc(2, "x", "a.en.0.0", "print"), doc(3, "z", "a.en.0.1", "mobile")
    families.print_families(
        [
            Judged(page, "published", "new", None, 0.0),
            Judged(false, "duplicate", "copy", page, 0.9),
            Judged(copy, "duplicate", "copy", page, 0.9),
            Judged(lost, "duplicate", "copy", page, 0.9),
        ]
    )
    printed = capsys.readouterr().out
    assert "1 of 2 pages merged (50.0%" in printed
    assert "1 of 2 found, 1 linked to another story" in printed
    assert "print 1 of 1, mobile 0 of 1, syndicated 0 of 0" in printed
