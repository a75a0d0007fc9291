"""The model that ships with the package: how words vote, and the trees that decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from worker.residue.lexicon import lexicons
from worker.residue.rows import CLASSES
from worker.residue.shape import NAMES, NAMING
from worker.residue.votes import MOST_WORDS, Votes
from worker.trees import Trees

FILE: Final = "lines.npz"
_LEAST_WORDS: Final = 1 << 12
_RECENT_ARTICLES: Final = 1 << 13
_NAMING: Final = np.array(NAMING)  # else numpy would convert the list for each article


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` has the vote of each sign of a word, and `terms` the weights of what counts beside the votes.

    A line with more than zero votes is looked at. It is removed if the trees say that it is boilerplate with at least
    the probability `least`. `names` has a weight for each class and each of the features `NAMING`, and one that is
    always added: the class with the largest sum names a line.
    """

    weights: NDArray[np.float32]
    terms: tuple[float, ...]
    trees: Trees
    least: float
    names: NDArray[np.float32]
    _votes: dict[int, Votes] = field(default_factory=dict, init=False, repr=False)
    _articles: Counter[int] = field(default_factory=Counter, init=False, repr=False)

    def votes(self, language: int) -> Votes:
        """The votes of words in an article of this language. Languages share the room by their numbers of articles."""
        votes = self._votes.get(language)
        if votes is None:
            votes = self._votes[language] = Votes(lexicons(), language, self.weights.tolist())
        self._articles[language] += 1
        articles = self._articles.total()
        votes.most = max(_LEAST_WORDS, MOST_WORDS * self._articles[language] // articles)
        if articles > _RECENT_ARTICLES:
            for number in self._articles:
                self._articles[number] //= 2
        return votes

    def names_of(self, x: NDArray[np.float32], lines: Sequence[int]) -> list[str]:
        """The classes of some lines, given the features of all (features x lines), if they are boilerplate."""
        rows = np.ascontiguousarray(x[_NAMING, np.array(lines, np.intp)[:, None]])
        sums = (self.names[:, :-1] * rows[:, None]).sum(axis=2) + self.names[:, -1]
        return [CLASSES[number].NAME for number in sums.argmax(axis=1).tolist()]


@cache
def line_model() -> Model:
    """The model that ships with the package.

    Raises:
        ValueError: the model was trained with other features.
    """
    with resources.files("worker.residue").joinpath(FILE).open("rb") as file, np.load(file) as data:
        if tuple(data["names"]) != NAMES:
            raise ValueError(f"{FILE} does not fit the features of this version")
        trees = Trees(data["feature"], data["border"], data["leaf"].astype(np.float32), float(data["bias"]))
        return Model(
            data["weights"].astype(np.float32),
            tuple(data["terms"].tolist()),
            trees,
            float(data["least"]),
            data["classes"].astype(np.float32),
        )


def save(model: Model, path: Path) -> None:
    """Write the model to a file. The same model always gives the same bytes."""
    trees = model.trees
    np.savez_compressed(
        path,
        names=np.array(NAMES),
        weights=model.weights.astype(np.float16),
        terms=np.array(model.terms),
        feature=trees.feature,
        border=trees.border,
        leaf=trees.leaf.astype(np.float16),
        bias=np.float64(trees.bias),
        least=np.float64(model.least),
        classes=model.names.astype(np.float16),
    )
