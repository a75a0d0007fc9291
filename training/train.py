"""Train the models of `worker.extraction`. Writes model.npz (blocks), sections.npz and the report.

    python -m training.train DATA [--cross-validate-only | --train-only]

DATA is a directory with wcxb_dev.jsonl.xz, traf.jsonl.xz and gold_news.jsonl.xz. Each line is a JSON object with `id`,
`url`, `html`, `gold` (the article's text, or null), `with` and `without` (snippets that the text must and must not
contain). The same data and the same versions of numpy and CatBoost give exactly the same model and report.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import catboost
import numpy as np
from numpy.typing import NDArray

from training import trees
from training.example import FOLDS, SOURCES, Example, Floats
from training.pages import examples
from training.scores import score
from training.sections import fit_sections, judge_apart
from training.wording import cross_fit, fit_wording
from worker.extraction import sections
from worker.extraction.features import feature_names, wording_rows
from worker.extraction.model import FILE, Model
from worker.extraction.wording import score as score_words

PARAMETERS: dict[str, Any] = {
    **trees.PARAMETERS,
    "depth": 6,
    "iterations": 300,
    "learning_rate": 0.12,
    "l2_leaf_reg": 6,
    "subsample": 0.8,
}
HERE = Path(__file__).parent
MODEL = HERE.parent / "worker" / "extraction" / FILE
SECTIONS = MODEL.with_name(sections.FILE)
REPORT = HERE / "report.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--train-only", action="store_true", help="only the model of blocks")
    parser.add_argument("--cross-validate-only", action="store_true", help="do not change the model")
    args = parser.parse_args()
    begin = time.monotonic()
    pages = examples(args.data)
    say(f"{len(pages)} pages, {sum(len(page.texts) for page in pages)} blocks", begin)
    if not args.train_only:
        scores = out_of_fold(pages, begin)
        report = cross_validate(pages, scores)
        REPORT.write_text(json.dumps(report, indent=1) + "\n")
        print(json.dumps(report, indent=1))
        if not args.cross_validate_only:
            sections.save(fit_sections(pages, scores), SECTIONS)
    if not args.cross_validate_only:
        fit(pages).save(MODEL)
        say(f"{MODEL.name}: {MODEL.stat().st_size} bytes", begin)


def out_of_fold(pages: Sequence[Example], begin: float) -> list[NDArray[np.float32]]:
    """The scores of each page's blocks, by models that have seen no page of the same site."""
    scores = [np.zeros(0, np.float32)] * len(pages)
    for number in range(FOLDS):
        model = fit([page for page in pages if page.fold != number])
        for at, page in enumerate(pages):
            if page.fold == number:
                scores[at] = probabilities(model, page)
        say(f"fold {number + 1} of {FOLDS}", begin)
    return scores


def cross_validate(pages: Sequence[Example], scores: Sequence[NDArray[np.float32]]) -> dict[str, Any]:
    """The scores of each collection, by models that have seen no page of the same site."""
    judged: dict[str, list[tuple[Example, NDArray[np.bool_]]]] = {}
    for page, kept in judge_apart(pages, scores):
        judged.setdefault(page.source, []).append((page, kept))
    return {source: score(judged[source]) for source in (*SOURCES, "other") if source in judged}


def fit(pages: Sequence[Example]) -> Model:
    """Train the model on these pages."""
    used = [page for page in pages if page.source in SOURCES and SOURCES[page.source].weight]
    pool = catboost.Pool(
        np.concatenate([whole(page, scores) for page, scores in zip(used, cross_fit(used), strict=True)]),
        np.concatenate([page.y for page in used]),
        weight=np.concatenate([page.w * SOURCES[page.source].weight for page in used]),
    )
    model = catboost.CatBoost(PARAMETERS)
    model.fit(pool)
    return Model(tuple(feature_names()), fit_wording(used), trees.export(model))


def whole(page: Example, scores: Floats) -> NDArray[np.float32]:
    """All features of a page, given the wording scores of its blocks: blocks x features."""
    return np.concatenate([page.x, wording_rows(scores).T.astype(np.float32)], axis=1)


def probabilities(model: Model, page: Example) -> NDArray[np.float32]:
    """For each block, how likely it belongs to the article."""
    return model.trees.probabilities(whole(page, score_words(page.words, model.wording)).T)


def say(line: str, begin: float) -> None:
    print(f"{time.monotonic() - begin:6.0f} s  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
