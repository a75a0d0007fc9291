"""The trees that compute the likelihood of a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedup import match
from worker.dedup.match import ALIKE, FEATURES, FOR_SIBLINGS, RISING, Evidence, Models, match_models, save_models
from worker.dedup.word_codes import MAX_NUMBERS, MAX_WORDS

SHARES = st.floats(0, 1, width=32)
WHOLE = Evidence(1, 1, 1, 1, 1, 5, 0, 1, 1, 1, 100, 1, 0, 0, 0, 1, 0, nameless=False, same_site=False, titles=-1)
MODELS = Models._fields


def likelihood(*evidence: Evidence) -> list[float]:
    return [float(each) for each in match_models().likelihoods(evidence)]


@st.composite
def two(draw: st.DrawFn) -> tuple[Evidence, Evidence]:
    """The evidence of two pairs of the same length. No feature of the second is weaker."""
    weak: dict[str, Any] = {}
    strong: dict[str, Any] = {}
    for name in FEATURES:
        counts = st.integers(0, MAX_WORDS // 2)
        numbers = {
            "shared_numbers": st.integers(0, MAX_NUMBERS), "length": st.integers(4, MAX_WORDS), "same_site": st.booleans(),
            "swaps": counts, "renamed": counts, "turned": counts,
        }.get(name, SHARES)  # fmt: skip
        low, high = sorted((draw(numbers), draw(numbers)))
        weak[name], strong[name] = (low, high) if RISING[name] > 0 else (high, low)
    same = {
        "length": 100,
        "titles": draw(st.sampled_from([-1, 0, ALIKE / 2, ALIKE, 0.9, 1])),
        "same_site": draw(st.booleans()),
        "nameless": draw(st.booleans()),
    }
    return Evidence(**weak | same), Evidence(**strong | same)


@given(two())
def test_stronger_evidence_never_makes_a_copy_less_likely(pair: tuple[Evidence, Evidence]) -> None:
    weak, strong = likelihood(*pair)
    assert weak <= strong + 1e-6


@given(
    evidence=two(),
    name=st.sampled_from([name for name in FEATURES if RISING[name] and name not in FOR_SIBLINGS]),
    to=SHARES,
)
def test_no_single_feature_moves_the_likelihood_the_wrong_way(
    evidence: tuple[Evidence, Evidence], name: str, to: float
) -> None:
    before, _ = evidence
    after = Evidence(**before._asdict() | {name: to})
    low, high = sorted((before, after), key=lambda each: RISING[name] * getattr(each, name))
    first, second = likelihood(low, high)
    assert first <= second + 1e-6


def test_full_evidence_makes_a_copy_certain_and_none_rules_it_out() -> None:
    worst = {name: 0 if RISING[name] >= 0 else 1 for name in FEATURES}
    none = WHOLE._replace(**worst | {"length": WHOLE.length, "titles": -1})  # type: ignore[arg-type]
    least, most = likelihood(none, WHOLE)
    assert least < 0.01
    assert most > 0.99


def test_different_numbers_are_evidence_against_a_copy() -> None:
    kept = WHOLE._replace(order=0.7, overlap=0.6, likeness=0.4, verbatim=0.4, swaps=6)
    veto = kept._replace(numbers=0.1, all_numbers=0.05, shared_numbers=0, names=0.3, renamed=5, renamed_share=0.4)
    against, for_it = likelihood(veto, kept)
    assert against < match.COPY_FROM < for_it


def test_a_name_in_place_of_another_is_evidence_against_a_copy() -> None:
    kept = WHOLE._replace(order=0.9, overlap=0.7, likeness=0.5, numbers=0.7, all_numbers=1, shared_numbers=0, swaps=8)
    renamed = kept._replace(renamed=7, renamed_share=0.6, names=0.3)
    against, for_it = likelihood(renamed, kept)
    assert against < for_it


@pytest.mark.parametrize(
    ("same_site", "titles", "wanted"),
    [
        (True, -1, False), (True, 1, False), (True, 0, True), (True, 0.99, True),
        (False, -1, False), (False, 1, False), (False, ALIKE - 0.01, False), (False, ALIKE, True),
    ],
)  # fmt: skip
def test_siblings_have_unequal_titles_that_are_alike_or_on_one_site(
    same_site: bool, titles: float, wanted: bool
) -> None:
    assert WHOLE._replace(same_site=same_site, titles=titles).of_siblings is wanted


def test_siblings_must_also_pass_the_trees_for_siblings() -> None:
    swapped = WHOLE._replace(order=0.85, overlap=0.7, likeness=0.5, swaps=9, renamed=5, renamed_share=0.4, names=0.6)
    siblings = swapped._replace(same_site=True, titles=0.7)
    features = np.array([siblings], np.float32).T
    general, strict, _ = (float(trees.probabilities(features)[0]) for trees in match_models())
    assert strict < match.POSSIBLE_FROM
    assert likelihood(siblings, swapped) == pytest.approx([min(general, strict), general])


def test_nameless_articles_are_possible_if_the_trees_for_these_take_them_for_two_stories() -> None:
    swapped = WHOLE._replace(order=0.7, overlap=0.6, likeness=0.4, numbers=match.NO_NUMBERS, shared_numbers=0, swaps=20)
    told = swapped._replace(evenness=0.4, in_place=0.6, verbatim=0.4, gap=0.1)
    nameless = told._replace(nameless=True)
    general, _, strict = (float(trees.probabilities(np.array([nameless], np.float32).T)[0]) for trees in match_models())
    assert likelihood(nameless, told) == pytest.approx([match.IN_DOUBT, general])
    assert strict < match.POSSIBLE_FROM < match.IN_DOUBT < match.COPY_FROM < general


def test_pages_of_one_site_with_equal_titles_and_words_are_copies() -> None:
    """Such as a print page."""
    (said,) = likelihood(WHOLE._replace(same_site=True, titles=1))
    assert said > 0.99


@pytest.mark.parametrize("name", MODELS)
def test_the_trees_use_only_existing_features_and_are_small(name: str) -> None:
    trees = getattr(match_models(), name)
    count, depth = trees.feature.shape
    assert trees.border.shape == (count, depth)
    assert trees.leaf.shape == (count, 1 << depth)
    assert int(trees.feature.max()) < len(FEATURES)
    assert (Path(match.__file__).parent / match.FILE).stat().st_size < 1 << 17


def test_the_trees_for_all_pairs_know_nothing_of_sites_and_titles() -> None:
    """Most articles of a stream without them would otherwise be judged by what is not known."""
    trees = match_models().general
    asked = trees.feature[np.isfinite(trees.border)]
    assert not {FEATURES.index(name) for name in FOR_SIBLINGS} & set(asked.tolist())


def test_saved_trees_are_loaded_unchanged(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_models(match_models(), tmp_path / f"{name}.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as saved:
        assert tuple(saved["names"].tolist()) == FEATURES
        for name, trees in match_models()._asdict().items():
            for part in ("feature", "border", "leaf"):
                assert np.array_equal(saved[f"{name}_{part}"], getattr(trees, part))
            assert float(saved[f"{name}_bias"]) == trees.bias


def test_trees_trained_with_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "FEATURES", FEATURES[::-1])
    with pytest.raises(RuntimeError, match="trained with other features"):
        match_models.__wrapped__()
