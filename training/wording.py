"""Trains the weights of hashed words: a logistic regression on whether a block belongs to the article."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from training.example import Example, Floats
from worker.extraction.wording import BITS, STEP, score

_ALPHA = 3e-6
_EPOCHS = 6
_MOST = 1.0  # the maximum weight of a block; otherwise, a few long ones would dominate
_OTHER_YEARS = 0.5  # the weight of the older collections


def fit_wording(pages: Sequence[Example]) -> NDArray[np.int8]:
    """2**BITS weights, in steps."""
    offsets = np.cumsum([0, *(len(page.texts) for page in pages)])
    rows = np.concatenate([page.words.block + offset for page, offset in zip(pages, offsets, strict=False)])
    values = np.concatenate([1 / page.words.size[page.words.block] for page in pages])
    numbers = np.concatenate([page.words.number for page in pages])
    matrix = csr_matrix((values.astype(np.float32), (rows, numbers)), shape=(offsets[-1], 1 << BITS))
    model = SGDClassifier(loss="log_loss", alpha=_ALPHA, max_iter=_EPOCHS, tol=None, random_state=0, average=True)
    model.fit(
        matrix,
        np.concatenate([page.y for page in pages]) > 0.5,
        sample_weight=np.concatenate([np.minimum(page.w, _MOST) * _page_weight(page) for page in pages]),
    )
    return np.asarray(np.clip(np.round(model.coef_[0] / STEP), -127, 127), np.int8)


def cross_fit(pages: Sequence[Example]) -> list[Floats]:
    """The wording scores of each page's blocks, by weights that have seen no page of the same fold."""
    weights = {
        fold: fit_wording([page for page in pages if page.fold != fold]) for fold in sorted({p.fold for p in pages})
    }
    return [score(page.words, weights[page.fold]) for page in pages]


def _page_weight(page: Example) -> float:
    return 1.0 if page.source in ("wcxb_dev", "traf") else _OTHER_YEARS
