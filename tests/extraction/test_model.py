from __future__ import annotations

from pathlib import Path

import numpy as np

from worker.extraction import model as module
from worker.extraction.features import feature_names
from worker.extraction.model import FILE, page_model
from worker.extraction.wording import BITS


def test_the_shipped_model_is_small() -> None:
    assert (Path(module.__file__).parent / FILE).stat().st_size < 200_000


def test_the_shipped_model_was_trained_on_the_present_features() -> None:
    assert list(page_model().names) == feature_names()
    assert page_model().wording.shape == (1 << BITS,)


def test_saving_a_model_again_gives_the_same_file(tmp_path: Path) -> None:
    page_model().save(tmp_path / "one.npz")
    page_model().save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as data:
        assert data["leaf"].astype(np.float32).tolist() == page_model().trees.leaf.tolist()
