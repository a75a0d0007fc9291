"""Train the trees of `worker.dedup.match`, which decide what a copy is. Writes worker/dedup/match.npz and its report.

    python -m training.copies STREAM [--news FILE ...] [--cross-validate-only | --train-only]

STREAM has one article per line: `id`, `text`, `cluster`, `kind`, and optionally `partial_of`. Articles in one cluster
are copies of one story; a round-up names the cluster of the story that it contains in `partial_of`. Each FILE has pages
with `id` and `gold`, the text of an article that is on no other page. Two kinds of articles are added: look-alikes made
from templates (`training.made_lookalikes`), and passages of the articles in the FILEs, as copies of these. All files
are JSON lines, plain or .xz. The articles of each source are sketched and looked up as in the index, so the pairs are
those that the index would have to judge. The same files and the same versions of numpy, rapidfuzz and CatBoost give the
same trees and the same report.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import catboost
import numpy as np
from numpy.typing import NDArray

from training.made_lookalikes import lookalikes, template_of
from training.pairs import Doc, Pair, Source, bodies, passages, read, source
from training.trees import export
from worker.dedup import match
from worker.dedup.match import COPY_FROM, FEATURES, RISING
from worker.trees import Trees

PARAMETERS: dict[str, Any] = {
    "loss_function": "Logloss",
    "grow_policy": "SymmetricTree",
    "depth": 4,
    "iterations": 200,
    "learning_rate": 0.1,
    "monotone_constraints": [RISING[name] for name in FEATURES],
    "random_seed": 1,
    "thread_count": 2,
    "allow_writing_files": False,
    "verbose": False,
}
FOLDS = 5
HALVES = 2  # of the templates: one half is for training, the other for evaluation
TAUGHT_SEED, JUDGED_SEED = 1, 2  # for the look-alikes
THRESHOLDS = (COPY_FROM - 0.1, COPY_FROM, COPY_FROM + 0.1, COPY_FROM + 0.2)
HERE = Path(__file__).parent
MODEL = HERE.parent / "worker" / "dedup" / match.FILE
REPORT = HERE / "copies.json"

Likelihoods = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path)
    parser.add_argument("--news", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--train-only", action="store_true", help="skip the cross-validation")
    parser.add_argument("--cross-validate-only", action="store_true", help="do not change the trees")
    args = parser.parse_args()
    stream, news, made = source(read(args.stream)), source(bodies(args.news)), source(lookalikes(TAUGHT_SEED))
    cut = source(passages(news.docs))
    if not args.train_only:
        report = json.dumps(cross_validate(stream, news, made, cut), indent=1)
        REPORT.write_text(report + "\n")
        print(report)
    if not args.cross_validate_only:
        match.save_model(fit([*stream.pairs, *news.pairs, *made.pairs, *cut.pairs]), MODEL)
        print(f"{MODEL.name}: {MODEL.stat().st_size} bytes")


def fit(pairs: Sequence[Pair], without: str | None = None) -> Trees:
    """Train trees on these pairs, except those of round-ups."""
    taught = [pair for pair in pairs if pair.label is not None]
    ignored = {"ignored_features": [FEATURES.index(without)]} if without else {}
    model = catboost.CatBoost({**PARAMETERS, **ignored})
    model.fit(rows(taught), np.array([pair.label for pair in taught], np.int8))
    return export(model)


def rows(pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """The features: pairs x features."""
    return np.array([pair.found.evidence for pair in pairs], np.float32).reshape(-1, len(FEATURES))


def cross_validate(stream: Source, news: Source, made: Source, cut: Source) -> dict[str, Any]:
    """Scores by threshold, and the scores at `COPY_FROM` without each of the features.

    The trees have seen no other copy of the story that they judge, and no look-alike of its template.
    """
    fresh = source(lookalikes(JUDGED_SEED))

    def of_stream(without: str | None = None) -> Likelihoods:
        return held_out(stream, stream, [*news.pairs, *made.pairs, *cut.pairs], fold_of_story, without)

    def of_fresh(without: str | None = None) -> Likelihoods:
        return held_out(fresh, made, [*stream.pairs, *news.pairs, *cut.pairs], half_of_template, without)

    of_news = held_out(news, news, [*stream.pairs, *made.pairs], fold_of_story)
    of_cut = held_out(cut, cut, [*stream.pairs, *news.pairs, *made.pairs], fold_of_story)
    return {
        "kinds": tally(doc["kind"] for doc in stream.docs),
        "stream": by_threshold(stream, of_stream()),
        "news": {"articles": len(news.docs), **by_threshold(news, of_news)},
        "passages": by_threshold(cut, of_cut),
        "lookalikes": {"articles": len(fresh.docs), **by_threshold(fresh, of_fresh())},
        "without": {
            feature: {
                "F": score(stream, of_stream(feature), COPY_FROM)["F"],
                "lookalikes": sum(score(fresh, of_fresh(feature), COPY_FROM)["false"].values()),
            }
            for feature in FEATURES
        },
    }


def fold_of_story(doc: Doc) -> int:
    """The fold of all copies of a story."""
    return crc32(doc["cluster"].encode()) % FOLDS


def half_of_template(doc: Doc) -> int:
    """The half of all look-alikes of a template."""
    return crc32(template_of(doc["cluster"]).encode()) % HALVES


def held_out(
    judged: Source, kin: Source, others: Sequence[Pair], fold: Callable[[Doc], int], without: str | None = None
) -> Likelihoods:
    """How likely each judged pair is a copy, by trees trained on all `others` and on the other folds of `kin`."""
    folds = np.array([fold(pair.new) for pair in judged.pairs])
    likelihoods = np.zeros(len(folds), np.float32)
    for number in set(folds.tolist()):
        trees = fit([*others, *(pair for pair in kin.pairs if fold(pair.new) != number)], without)
        likelihoods[folds == number] = trees.probabilities(rows(judged.pairs)[folds == number].T)
    return likelihoods


def by_threshold(judged: Source, likelihoods: Likelihoods) -> dict[str, Any]:
    """The scores for each threshold."""
    return {f"{threshold:.1f}": score(judged, likelihoods, threshold) for threshold in THRESHOLDS}


def score(judged: Source, likelihoods: Likelihoods, threshold: float) -> dict[str, Any]:
    """Precision, recall and F of flagging an article and linking it to a copy; counts of missed and false kinds."""
    linked = links(judged.pairs, likelihoods, threshold)
    right = {name for name, pair in linked.items() if pair.label is True}
    first = {doc["cluster"]: doc["id"] for doc in reversed(judged.docs)}
    copies = [doc for doc in judged.docs if first[doc["cluster"]] != doc["id"]]
    return {
        "P": round(len(right) / max(1, len(linked)), 4),
        "R": round(len(right) / max(1, len(copies)), 4),
        "F": round(2 * len(right) / max(1, len(linked) + len(copies)), 4),
        "missed": tally(doc["kind"] for doc in copies if doc["id"] not in right),
        "false": tally(pair.new["kind"] for name, pair in linked.items() if name not in right),
    }


def links(pairs: Sequence[Pair], likelihoods: Likelihoods, threshold: float) -> dict[str, Pair]:
    """The most likely pair of each flagged new article, by the article's id."""
    rising = sorted(zip(likelihoods.tolist(), pairs, strict=True), key=lambda each: float(each[0]))
    return {
        pair.new["id"]: pair
        for likelihood, pair in rising
        if likelihood >= threshold and not match.is_round_up(pair.found)
    }


def tally(kinds: Iterable[str]) -> dict[str, int]:
    """The number of each kind."""
    return dict(sorted(Counter(kinds).items()))


if __name__ == "__main__":
    main()
