"""The trained model that ships with the package. MODEL.md beside it is its model card."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.trees import Trees

FILE = "model.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """`names` are the features in the order of the rows that the trees see.

    `wording` has a weight per hashed word, in steps.
    """

    names: tuple[str, ...]
    wording: NDArray[np.int8]
    trees: Trees

    def save(self, path: Path) -> None:
        """Write the model to a file. The same model always gives the same bytes."""
        np.savez_compressed(
            path,
            names=np.array(self.names),
            wording=self.wording,
            feature=self.trees.feature,
            border=self.trees.border,
            leaf=self.trees.leaf.astype(np.float16),
            bias=np.float64(self.trees.bias),
        )


@cache
def page_model() -> Model:
    """The model that ships with the package."""
    with resources.files("worker.extraction").joinpath(FILE).open("rb") as file, np.load(file) as data:
        return Model(
            names=tuple(data["names"].tolist()),
            wording=data["wording"],
            trees=Trees(data["feature"], data["border"], data["leaf"].astype(np.float32), float(data["bias"])),
        )
