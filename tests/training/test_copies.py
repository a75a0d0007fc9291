"""Trees learn to recognise copies from a small stream in six languages."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dedup.made_stream import stream
from training.made_lookalikes import lookalikes, template_of
from training.pairs import Pair, Source, source
from worker.dedup import match
from worker.dedup.kinds import ROUND_UP_WORDS
from worker.dedup.match import COPY_FROM, FEATURES, FOR_SIBLINGS, RISING, Evidence

pytest.importorskip("catboost", reason="only where the model is made")
from training import copies

LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
WHERE = {name: st.floats(0, 1, width=32) for name in FEATURES} | {
    "shared_numbers": st.integers(0, 64),
    "length": st.integers(4, 640),
    "swaps": st.integers(0, 300),
    "renamed": st.integers(0, 300),
    "same_site": st.booleans(),
}
EVIDENCE = st.builds(Evidence, **WHERE)
LEARNED = [name for name in FEATURES if RISING[name] and name not in FOR_SIBLINGS]
HALVED = ["syndicated", "excerpts", "reused", "newswire", "families"]


@pytest.fixture(scope="module", autouse=True)
def _few_trees() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(copies.PARAMETERS, "iterations", 100)
        patch.setattr(copies, "lookalikes", lambda seed: lookalikes(seed)[:400])
        yield


@pytest.fixture(scope="module")
def told() -> Source:
    docs = [doc for language in LANGUAGES for doc in stream(language, 1)]
    return source(
        [
            {"id": str(number), "text": doc.text, "cluster": doc.cluster, "kind": doc.kind}
            for number, doc in enumerate(docs)
        ]
    )


@pytest.fixture(scope="module")
def taught(told: Source) -> dict[str, Source]:
    """The stream alone has hardly a pair that is no copy."""
    return {"stream": told, "lookalikes": source(lookalikes(3)[:400])}


@pytest.fixture(scope="module")
def trees(taught: dict[str, Source]) -> Any:
    return copies.fit_general(taught)


def likelihood(trees: Any, evidence: Evidence) -> float:
    return float(trees.probabilities(np.array([evidence], np.float32).T)[0])


def test_trees_recognise_the_copies_in_their_training_data(told: Source, trees: Any) -> None:
    said = trees.probabilities(copies.rows(told.pairs).T)
    assert copies.score(told, said, COPY_FROM)["F"] > 0.97


@settings(deadline=None)
@given(EVIDENCE, EVIDENCE, st.sampled_from(LEARNED))
def test_a_higher_feature_never_makes_a_copy_less_likely(trees: Any, one: Evidence, other: Evidence, name: str) -> None:
    low, high = sorted((getattr(one, name), getattr(other, name)), reverse=RISING[name] < 0)
    weaker, stronger = one._replace(**{name: low}), one._replace(**{name: high})
    assert likelihood(trees, weaker) <= likelihood(trees, stronger) + 1e-6


def test_trees_trained_without_a_feature_do_not_use_it(taught: dict[str, Source], trees: Any) -> None:
    order = FEATURES.index("order")
    asked = np.isfinite(trees.border)
    assert order in trees.feature[asked]
    without = copies.fit_general(taught, without="order")
    assert order not in without.feature[np.isfinite(without.border)]


def test_the_same_pairs_give_the_same_bytes(taught: dict[str, Source], trees: Any, tmp_path: Path) -> None:
    for name, made in (("one", trees), ("two", copies.fit_general(taught))):
        match.save_models(match.Models(made, made, made), tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_an_article_is_judged_by_trees_that_have_not_seen_its_story(
    told: Source, taught: dict[str, Source], monkeypatch: Any
) -> None:
    seen: list[set[str]] = []
    fit = copies.fit_general

    def watched(sources: Any, without: str | None = None) -> Any:
        seen.append({pair.new["cluster"] for pair in sources["stream"].pairs})
        return fit(sources, without)

    monkeypatch.setattr(copies, "fit_general", watched)
    said = copies.held_out(told, "stream", taught, copies.fold_of_story)
    assert len(said) == len(told.pairs)
    everything = {pair.new["cluster"] for pair in told.pairs}
    assert len(seen) == copies.FOLDS
    for cluster in everything:
        assert sum(cluster not in clusters for clusters in seen) == 1


def test_the_likeliest_pair_of_an_article_counts_unless_it_is_a_round_up(told: Source) -> None:
    pair, other = told.pairs[:2]
    rival = Pair(pair.new, other.old, pair.found)
    assert copies.links([pair, rival], np.array([0.9, 0.8], np.float32), 0.7) == {pair.new["id"]: pair}
    assert copies.links([pair, rival], np.array([0.8, 0.9], np.float32), 0.7) == {pair.new["id"]: rival}
    assert copies.links([pair, rival], np.array([0.1, 0.2], np.float32), 0.7) == {}
    held = pair.found._replace(in_new=1.0, in_old=0.3, beside=ROUND_UP_WORDS)
    assert copies.links([Pair(pair.new, pair.old, held)], np.ones(1, np.float32), 0.7) == {}


def test_missed_copies_and_false_flags_are_counted_by_kind(told: Source) -> None:
    right = np.array([pair.label is True for pair in told.pairs], np.float32)
    perfect = copies.score(told, right, COPY_FROM)
    assert (perfect["P"], perfect["R"], perfect["F"]) == (1, 1, 1)
    assert perfect["missed"] == perfect["false"] == {}
    none = copies.score(told, 0 * right, COPY_FROM)
    assert (none["P"], none["R"], none["F"]) == (0, 0, 0)
    assert sum(none["missed"].values()) == len(told.docs) - len({doc["cluster"] for doc in told.docs})


def test_templates_are_split_into_halves() -> None:
    halves = {template_of(doc["cluster"]): copies.half_of_template(doc) for doc in lookalikes(1)}
    assert 0.35 < sum(halves.values()) / len(halves) < 0.65


def test_the_command_writes_trees_and_a_report(told: Source, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "stream.jsonl").write_text("".join(json.dumps(doc) + "\n" for doc in told.docs))
    pages = [
        {"id": doc["id"], "url": None, "html": "", "gold": doc["text"]} for doc in told.docs if doc["kind"] == "story"
    ]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages))
    monkeypatch.setattr(copies, "MODEL", tmp_path / "match.npz")
    monkeypatch.setattr(copies, "REPORT", tmp_path / "copies.json")
    monkeypatch.setitem(copies.PARAMETERS, "iterations", 3)
    monkeypatch.setattr(copies, "ROUNDS", 1)
    monkeypatch.setattr(copies, "syndicated", lambda *_: [])
    monkeypatch.setattr(sys, "argv", ["copies", str(tmp_path / "stream.jsonl"), "--news", str(tmp_path / "news.jsonl")])
    copies.main()
    report = json.loads((tmp_path / "copies.json").read_text())
    scored = ["stream", "titled stream", "news", "passages", "lookalikes", *HALVED]
    assert list(report) == ["kinds", *scored, "F without"]
    thresholds = [f"{threshold:.1f}" for threshold in copies.THRESHOLDS]
    assert all(list(report[name]) == ["articles", *thresholds] for name in scored)
    assert set(report["stream"]["0.7"]) == {"P", "R", "F", "missed", "false"}
    assert set(report["F without"]) == set(FEATURES) - set(FOR_SIBLINGS)
    with np.load(tmp_path / "match.npz") as data:
        assert tuple(data["names"].tolist()) == FEATURES
