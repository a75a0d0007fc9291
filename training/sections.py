"""Trains the model of `worker.extraction.sections`: which sections of a page belong to its article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import catboost
import numpy as np
from numpy.typing import NDArray

from training import trees
from training.example import FOLDS, SOURCES, Example, Floats
from worker.extraction.body import judge
from worker.extraction.sections import Sections, read_sections
from worker.trees import Trees

PARAMETERS: dict[str, Any] = {
    **trees.PARAMETERS,
    "depth": 5,
    "iterations": 40,
    "learning_rate": 0.15,
    "l2_leaf_reg": 20,
    "subsample": 0.7,
}
Scores = NDArray[np.float32]
Judged = list[tuple[Example, NDArray[np.bool_]]]


def fit_sections(pages: Sequence[Example], scores: Sequence[Scores]) -> Trees:
    """Train the model on these pages, given the scores of their blocks by models that have not seen the pages."""
    rows, labels, weights = [], [], []
    for page, of_blocks in zip(pages, scores, strict=True):
        weight = SOURCES[page.source].weight if page.source in SOURCES else 0.0
        if weight:
            sections = read_sections(page.blocks, of_blocks)
            own_labels, own_weights = _labels(page, sections)
            rows.append(sections.features.T)
            labels.append(own_labels)
            weights.append(own_weights * weight)
    model = catboost.CatBoost(PARAMETERS)
    model.fit(catboost.Pool(np.concatenate(rows), np.concatenate(labels), weight=np.concatenate(weights)))
    return trees.export(model)


def judge_apart(pages: Sequence[Example], scores: Sequence[Scores]) -> Judged:
    """Which blocks of each page are kept, by a model of sections that has seen no page of the same site."""
    judged: Judged = []
    for number in range(FOLDS):
        others = [(page, own) for page, own in zip(pages, scores, strict=True) if page.fold != number]
        model = fit_sections([page for page, _ in others], [own for _, own in others])
        judged += [
            (page, judge(page.blocks, own, model).kept)
            for page, own in zip(pages, scores, strict=True)
            if page.fold == number
        ]
    return judged


def _labels(page: Example, sections: Sections) -> tuple[Floats, Floats]:
    """The share of each section that belongs to the article, and its weight: the sum over its blocks."""
    own = np.concatenate(([(0.0, 0.0)], np.cumsum(np.stack((page.w * page.y, page.w), axis=1), axis=0)))
    wanted, weights = (own[sections.end] - own[sections.first]).T
    return np.clip(wanted / np.maximum(weights, 1e-9), 0, 1), weights
