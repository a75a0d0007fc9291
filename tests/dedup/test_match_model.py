"""The trees that compute the likelihood of a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup import match
from worker.dedup.match import FEATURES, RISING, Evidence, match_model, save_model
from worker.dedup.word_codes import MAX_NUMBERS, MAX_WORDS

SHARES = st.floats(0, 1, width=32)
WHOLE = Evidence(1, 1, 1, 1, 1, 5, 0, 1, 1, 1, 100)


def likelihood(*evidence: Evidence) -> list[float]:
    return [float(each) for each in match_model().probabilities(np.array(evidence, np.float32).T)]


@st.composite
def two(draw: st.DrawFn) -> tuple[Evidence, Evidence]:
    """The evidence of two pairs of the same length. No feature of the second is weaker."""
    weak: dict[str, Any] = {}
    strong: dict[str, Any] = {}
    for name in FEATURES:
        numbers = {"shared_numbers": st.integers(0, MAX_NUMBERS), "length": st.integers(4, MAX_WORDS)}.get(name, SHARES)
        low, high = sorted((draw(numbers), draw(numbers)))
        weak[name], strong[name] = (low, high) if RISING[name] > 0 else (high, low)
    return Evidence(**weak | {"length": 100}), Evidence(**strong | {"length": 100})


@given(two())
def test_stronger_evidence_never_makes_a_copy_less_likely(pair: tuple[Evidence, Evidence]) -> None:
    weak, strong = likelihood(*pair)
    assert weak <= strong + 1e-6


@given(evidence=two(), name=st.sampled_from([name for name in FEATURES if RISING[name]]), to=SHARES)
def test_no_single_feature_moves_the_likelihood_the_wrong_way(
    evidence: tuple[Evidence, Evidence], name: str, to: float
) -> None:
    before, _ = evidence
    after = Evidence(**before._asdict() | {name: to})
    low, high = sorted((before, after), key=lambda each: RISING[name] * getattr(each, name))
    first, second = likelihood(low, high)
    assert first <= second + 1e-6


def test_full_evidence_makes_a_copy_certain_and_none_rules_it_out() -> None:
    none = Evidence(*[0 if RISING[name] >= 0 else 1 for name in FEATURES])._replace(length=WHOLE.length)
    least, most = likelihood(none, WHOLE)
    assert least < 0.01
    assert most > 0.99


def test_different_numbers_are_evidence_against_a_copy() -> None:
    veto = WHOLE._replace(numbers=0.1, all_numbers=0.05, shared_numbers=0, order=0.7, overlap=0.6, likeness=0.4)
    kept = veto._replace(numbers=1, all_numbers=1, shared_numbers=5)
    against, for_it = likelihood(veto, kept)
    assert against < match.COPY_FROM < for_it


def test_the_trees_use_only_existing_features_and_are_small() -> None:
    trees = match_model()
    count, depth = trees.feature.shape
    assert trees.border.shape == (count, depth)
    assert trees.leaf.shape == (count, 1 << depth)
    assert int(trees.feature.max()) < len(FEATURES)
    assert (Path(match.__file__).parent / match.FILE).stat().st_size < 1 << 17


def test_saved_trees_are_loaded_unchanged(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_model(match_model(), tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as saved:
        assert tuple(saved["names"].tolist()) == FEATURES
        for name in ("feature", "border", "leaf"):
            assert np.array_equal(saved[name], getattr(match_model(), name))
        assert float(saved["bias"]) == match_model().bias


def test_trees_trained_with_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "FEATURES", FEATURES[::-1])
    with pytest.raises(RuntimeError, match="trained with other features"):
        match_model.__wrapped__()
