"""Converts CatBoost's trees to those that the worker reads."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

import catboost
import numpy as np

from worker.trees import Trees

PARAMETERS: Final[dict[str, Any]] = {
    "loss_function": "CrossEntropy",
    "grow_policy": "SymmetricTree",
    "rsm": 0.3,
    "border_count": 48,
    "bootstrap_type": "Bernoulli",
    "boosting_type": "Plain",
    "score_function": "L2",
    "random_seed": 1,
    "thread_count": 2,
    "allow_writing_files": False,
    "verbose": False,
}
"""What the models have in common."""


def export(model: catboost.CatBoost) -> Trees:
    """CatBoost's trees as flat arrays."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.json"
        model.save_model(str(path), format="json")
        saved = json.loads(path.read_text())
    index = [feature["flat_feature_index"] for feature in saved["features_info"]["float_features"]]
    trees = saved["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    scale, (bias,) = saved["scale_and_bias"]
    feature = np.zeros((len(trees), depth), np.uint16)
    border = np.full((len(trees), depth), np.inf, np.float32)  # at a missing level, nothing exceeds infinity
    leaf = np.zeros((len(trees), 2**depth), np.float32)
    for number, tree in enumerate(trees):
        splits = tree["splits"] or ()
        feature[number, : len(splits)] = [index[split["float_feature_index"]] for split in splits]
        border[number, : len(splits)] = [split["border"] for split in splits]
        leaf[number, : len(tree["leaf_values"])] = np.array(tree["leaf_values"], np.float32) * np.float32(scale)
    return Trees(feature, border, leaf, float(bias))
