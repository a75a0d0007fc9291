"""The pairs to learn from are those that the index would have to judge."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.dedup.made_stream import stream
from training.pairs import LEAST_CHARS, TOLD_BEFORE, Pair, bodies, pairs_of, passages, read, source, titled, together
from worker.dedup.match import Comparison, Match
from worker.dedup.memory import MAX_HOLDERS

STORIES = stream("en", 1)


def doc(number: int, text: str, cluster: str, **more: str) -> dict[str, Any]:
    return {"id": str(number), "text": text, "cluster": cluster, "kind": "base", **more}


def told() -> list[dict[str, Any]]:
    """Stories and their copies, one cluster for each story."""
    return [doc(number, each.text, each.cluster) for number, each in enumerate(STORIES)]


def found() -> Match:
    return next(pairs_of([doc(0, STORIES[0].text, "a"), doc(1, STORIES[0].text, "a")])).found


@pytest.mark.parametrize(
    ("new", "old", "label"),
    [
        ({"cluster": "a"}, {"cluster": "a"}, True),
        ({"cluster": "a"}, {"cluster": "b"}, False),
        ({"cluster": "a", "partial_of": "b"}, {"cluster": "b"}, None),
        ({"cluster": "b"}, {"cluster": "a", "partial_of": "b"}, None),
        ({"cluster": "c"}, {"cluster": "a", "partial_of": "b"}, False),
    ],
)
def test_articles_in_one_cluster_are_copies_and_a_round_up_has_no_label(
    new: dict[str, Any], old: dict[str, Any], label: bool | None
) -> None:
    assert Pair(new, old, found()).label is label


def test_each_copy_of_a_story_is_compared_with_an_earlier_one() -> None:
    docs = told()
    pairs = list(pairs_of(docs))
    assert all(int(pair.old["id"]) < int(pair.new["id"]) for pair in pairs)
    first = {each["cluster"]: each["id"] for each in reversed(docs)}
    copies = {each["id"] for each in docs} - set(first.values())
    assert {pair.new["id"] for pair in pairs if pair.label} == copies


def test_a_copy_is_compared_even_after_many_other_copies() -> None:
    docs = [doc(number, STORIES[0].text, "a") for number in range(3 * MAX_HOLDERS)]
    assert {pair.new["id"] for pair in pairs_of(docs)} == {each["id"] for each in docs[1:]}


def test_the_present_trees_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """They may have been trained on other features."""
    monkeypatch.delattr(Comparison, "with_all")
    assert source(told()).pairs


def test_a_file_may_be_compressed(tmp_path: Path) -> None:
    docs = told()[:3]
    lines = "".join(json.dumps(each) + "\n" for each in docs)
    (tmp_path / "plain.jsonl").write_text(lines)
    (tmp_path / "packed.jsonl.xz").write_bytes(lzma.compress(lines.encode()))
    assert read(tmp_path / "plain.jsonl") == read(tmp_path / "packed.jsonl.xz") == docs


def test_bodies_of_pages_are_separate_stories_except_known_copies(tmp_path: Path) -> None:
    copy, original = next(iter(TOLD_BEFORE.items()))
    text = "x" * LEAST_CHARS
    pages = [
        {"id": "short", "gold": text[1:]},
        {"id": "none", "gold": None},
        {"id": "whole", "gold": text},
        {"id": original, "gold": text},
        {"id": copy, "gold": text},
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(json.dumps(page) for page in pages))
    docs = bodies([tmp_path / "pages.jsonl"])
    assert [(each["id"], each["cluster"]) for each in docs] == [
        ("whole", "whole"),
        (original, original),
        (copy, original),
    ]


def test_a_passage_comes_from_after_the_first_quarter_of_the_article_before_it() -> None:
    docs = [doc(number, " ".join(f"w{number}x{place}" for place in range(300)), str(number)) for number in range(9)]
    made = passages([*docs, doc(9, "too short", "9")], 5)
    assert made == passages([*docs, doc(9, "too short", "9")], 5)
    assert [each["kind"] for each in made] == ["base", "passage"] * 5
    for base, passage in zip(made[::2], made[1::2], strict=True):
        assert base["cluster"] == passage["cluster"] != "9"
        assert passage["text"] in base["text"]
        assert len(passage["text"].split()) >= 60
        assert base["text"].index(passage["text"]) >= len(base["text"]) // 5


def test_few_articles_give_few_passages() -> None:
    assert passages([doc(0, "too short", "0")]) == []


def test_the_first_line_of_an_article_is_its_title_if_it_may_be_one() -> None:
    texts = [
        "COUNCIL VOTES\n\nThe council voted.",
        "The council voted.\nIt did.",
        "Only a line",
        " ".join("a" * 21) + "\nx",
    ]
    docs = list(titled(doc(number, text, "a") for number, text in enumerate(texts)))
    assert [each.get("title") for each in docs] == ["COUNCIL VOTES", None, None, None]


def test_articles_of_several_sources_stay_apart() -> None:
    one = source(told())
    both = together([one, one])
    assert len(both.docs) == len({each["id"] for each in both.docs}) == 2 * len(one.docs)
    assert len({each["cluster"] for each in both.docs}) == 2 * len({each["cluster"] for each in one.docs})
    assert [pair.label for pair in both.pairs] == [pair.label for pair in one.pairs] * 2


def test_copies_are_compared_with_the_first_article_of_their_story() -> None:
    """The index remembers the words of no other one."""
    docs = [doc(number, STORIES[0].text, "a") for number in range(4)]
    assert [(pair.new["id"], pair.old["id"]) for pair in pairs_of(docs)] == [("1", "0"), ("2", "0"), ("3", "0")]
