from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from worker.extraction.features import feature_names
from worker.extraction.model import page_model
from worker.trees import Trees

# One tree of depth 2. It compares feature 1 with 0.5, then feature 0 with 2.
STUMP = Trees(
    feature=np.array([[1, 0]], np.uint16),
    border=np.array([[0.5, 2]], np.float32),
    leaf=np.array([[-1, 1, 2, 3]], np.float32),
    bias=0.5,
)


def logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def slowly(trees: Trees, column: list[float]) -> float:
    """The score of one block, computed one comparison at a time."""
    odds = trees.bias
    for feature, border, leaf in zip(trees.feature, trees.border, trees.leaf, strict=True):
        number = sum(1 << bit for bit in range(len(feature)) if column[feature[bit]] > border[bit])
        odds += float(leaf[number])
    return logistic(odds)


@pytest.mark.parametrize(
    ("column", "odds"), [((0, 0), -0.5), ((0, 1), 1.5), ((3, 0), 2.5), ((3, 1), 3.5), ((2, 0.5), -0.5)]
)
def test_each_comparison_is_a_bit_of_the_leaf_index(column: tuple[float, float], odds: float) -> None:
    found = STUMP.probabilities(np.array([column], np.float32).T)
    assert found.tolist() == pytest.approx([logistic(odds)])


def test_without_blocks_there_are_no_probabilities() -> None:
    assert STUMP.probabilities(np.zeros((2, 0), np.float32)).tolist() == []


@st.composite
def cases(draw: st.DrawFn) -> tuple[Trees, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    count, depth, features, blocks = (draw(st.integers(1, most)) for most in (5, 6, 8, 7))
    numbers = st.floats(-10, 10, width=32)
    trees = Trees(
        draw(arrays.arrays(np.uint16, (count, depth), elements=st.integers(0, features - 1))),
        draw(arrays.arrays(np.float32, (count, depth), elements=numbers)),
        draw(arrays.arrays(np.float32, (count, 1 << depth), elements=numbers)),
        draw(st.floats(-3, 3)),
    )
    return trees, draw(arrays.arrays(np.float32, (features, blocks), elements=numbers))


@given(cases())
def test_all_trees_at_once_give_the_same_as_one_by_one(
    case: tuple[Trees, np.ndarray[tuple[int, int], np.dtype[np.float32]]],
) -> None:
    trees, values = case
    found = trees.probabilities(values).tolist()
    assert found == pytest.approx([slowly(trees, column) for column in values.T.tolist()], rel=1e-4, abs=1e-6)


def test_the_shipped_model_gives_the_same_as_its_trees_one_by_one() -> None:
    trees = page_model().trees
    values = np.random.default_rng(7).normal(0, 3, (len(feature_names()), 40)).astype(np.float32)
    found = trees.probabilities(values).tolist()
    assert found == pytest.approx([slowly(trees, column) for column in values.T.tolist()], rel=1e-3, abs=1e-5)


def test_many_blocks_get_the_same_scores_as_few() -> None:
    """They are scored in parts, to bound the memory."""
    trees = page_model().trees
    values = np.random.default_rng(8).normal(0, 3, (len(feature_names()), 5000)).astype(np.float32)
    found = trees.probabilities(values)
    assert found[4990:].tolist() == pytest.approx(trees.probabilities(values[:, 4990:]).tolist(), rel=1e-5)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_shipped_model_fits_the_features_and_is_small() -> None:
    model = page_model()
    count, depth = model.trees.feature.shape
    assert model.trees.border.shape == (count, depth)
    assert model.trees.leaf.shape == (count, 1 << depth)
    assert int(model.trees.feature.max()) < len(model.names)
