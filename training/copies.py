"""Train the trees of `worker.dedup.match`, which decide what a copy is. Writes worker/dedup/match.npz and its report.

    python -m training.copies STREAM [--news FILE ...] [--report-only | --train-only] [--keep-general]

STREAM has one article per line: `id`, `text`, `cluster`, `kind`, and optionally `partial_of`. Articles in one cluster
are copies of one story; a round-up names the cluster of the story that it contains in `partial_of`. Each FILE has pages
with `id`, `url`, `html` and `gold`, the text of an article that is on no other page. All files are JSON lines, plain or
.xz. Copies and excerpts of these articles are added, and articles that are made from templates; half of the articles
and of the templates are left for the report. The articles of each source are sketched and looked up as in the index, so
the pairs are those that the index would have to judge. The same files and the same versions of numpy, rapidfuzz and
CatBoost give the same trees and the same report.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import catboost
import numpy as np
from numpy.typing import NDArray

from training.articles import JUDGED, TAUGHT, articles
from training.excerpts import WHOLE, excerpts
from training.made_apart import apart, posts
from training.made_families import families
from training.made_lookalikes import lookalikes, template_of
from training.made_newswire import newswire
from training.pairs import Doc, Pair, Source, bodies, passages, read, source, titled, together
from training.reused_texts import reused_texts
from training.scripts import in_other_scripts
from training.syndication import syndicated
from training.trees import export
from worker.dedup import match
from worker.dedup.kinds import is_round_up
from worker.dedup.match import COPY_FROM, FEATURES, FOR_SIBLINGS, POSSIBLE_FROM, RISING, Models, match_models
from worker.trees import Trees

PARAMETERS: dict[str, Any] = {
    "loss_function": "Logloss",
    "grow_policy": "SymmetricTree",
    "depth": 6,
    "iterations": 200,
    "learning_rate": 0.1,
    "l2_leaf_reg": 10,
    "rsm": 0.7,
    "monotone_constraints": [RISING[name] for name in FEATURES],
    "random_seed": 1,
    "thread_count": 2,
    "allow_writing_files": False,
    "verbose": False,
}
WEIGHTS = {  # of a pair, for the trees for all pairs
    "stream": 6, "news": 1, "passages": 1, "lookalikes": 2, "syndicated": 2, "excerpts": 0.3, "reused": 8,
    "newswire": 0.2,
}  # fmt: skip
SIBLINGS = {  # the weights for the trees for siblings
    "stream": 4, "families": 1, "newswire": 3, "syndicated": 1, "apart": 0.2, "posts": 0.5,
}  # fmt: skip
NAMELESS = {  # the weights for the trees for nameless articles
    "stream in scripts": 1, "syndicated in scripts": 1, "excerpts in scripts": 0.5, "apart": 1, "posts": 1,
    "lookalikes in scripts": 0.5, "newswire in scripts": 0.5,
}  # fmt: skip
SAME = 0.8  # two stories with this likeness show nothing that speaks against a copy
STAND_INS = {True: 0.03, False: 0.3}  # the weight of a copy that stands in for one among siblings: on one site, on two
FOLDS = 5
HALVES = 2  # of the templates: one half is for training, the other for evaluation
TAUGHT_SEED, JUDGED_SEED = 1, 2
ROUNDS = 5  # seeds for families and newswire
THRESHOLDS = (POSSIBLE_FROM, COPY_FROM - 0.1, COPY_FROM, COPY_FROM + 0.1, COPY_FROM + 0.2)
HERE = Path(__file__).parent
MODEL = HERE.parent / "worker" / "dedup" / match.FILE
REPORT = HERE / "copies.json"

Likelihoods = NDArray[np.float32]
Sources = dict[str, Source]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path)
    parser.add_argument("--news", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--train-only", action="store_true", help="write no report")
    parser.add_argument("--report-only", action="store_true", help="do not change the trees")
    parser.add_argument("--keep-general", action="store_true", help="do not change the trees for all pairs")
    args = parser.parse_args()
    taught = taught_sources(args.stream, args.news)
    if not args.train_only:
        report = json.dumps(evaluate(taught, judged_sources(args.news)), indent=1)
        REPORT.write_text(report + "\n")
        print(report)
    if not args.report_only:
        general = match_models().general if args.keep_general else fit_general(taught)
        match.save_models(Models(general, fit_siblings(taught), fit_nameless(taught)), MODEL)
        print(f"{MODEL.name}: {MODEL.stat().st_size} bytes")


def taught_sources(stream: Path, news: Sequence[Path]) -> Sources:
    """What the trees are trained on."""
    pages, copied, alike = bodies(news), list(titled(read(stream))), lookalikes(TAUGHT_SEED)
    return {
        "stream": source(copied),
        "stream in scripts": in_other_scripts(copied),
        "news": source(pages),
        "passages": source(passages(pages)),
        "lookalikes": source(alike),
        "lookalikes in scripts": in_other_scripts(alike),
        **_halved_sources(news, TAUGHT, TAUGHT_SEED),
    }


def judged_sources(news: Sequence[Path]) -> Sources:
    """What the trees are judged on, besides the stream: made from other articles and templates."""
    return _halved_sources(news, JUDGED, JUDGED_SEED)


def _halved_sources(news: Sequence[Path], half: str, seed: int) -> Sources:
    real = articles(news, half)
    rounds = range(seed, seed + ROUNDS)
    copied, excerpted = [made.doc for made in syndicated(real, seed)], excerpts(real, seed)
    return {
        "syndicated": source(copied),
        "syndicated in scripts": in_other_scripts(copied[: len(copied) // 3]),
        "apart": source(apart(real, seed)),
        "posts": source(posts(real, seed)),
        "excerpts": source(excerpted),
        "excerpts in scripts": in_other_scripts(excerpted[: len(excerpted) // 3]),
        "reused": source(reused_texts(half)),
        "newswire": together(source(newswire(each, half)) for each in rounds),
        "newswire in scripts": in_other_scripts(newswire(seed, half)),
        "families": together(source(families(each, half)) for each in rounds),
    }


def fit_general(taught: Sources, without: str | None = None) -> Trees:
    """Train the trees for all pairs."""
    pairs = [(pair, weight) for name, weight in WEIGHTS.items() if name in taught for pair in taught[name].pairs]
    return _fit(pairs, [*FOR_SIBLINGS, *([without] if without else [])])


def fit_siblings(taught: Sources) -> Trees:
    """Train the trees for siblings. Copies among siblings are rare, so other copies stand in for them."""
    siblings = [
        (pair, weight)
        for name, weight in SIBLINGS.items()
        for pair in taught[name].pairs
        if pair.found.evidence.of_siblings
    ]
    copies = [pair for name in ("stream", "syndicated", "reused") for pair in taught[name].pairs if pair.label]
    stand_ins = [(pair, STAND_INS[pair.found.evidence.same_site]) for pair in _as_siblings(copies)]
    return _fit([*siblings, *stand_ins])


def fit_nameless(taught: Sources) -> Trees:
    """Train the trees for nameless articles. They never learn from other stories that look exactly like copies."""
    nameless = [
        (pair, weight)
        for name, weight in NAMELESS.items()
        for pair in taught[name].pairs
        if pair.found.evidence.nameless and (pair.label or pair.found.evidence.likeness < SAME)
    ]
    return _fit(nameless, FOR_SIBLINGS)


def _as_siblings(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs as if their titles were unequal, with any likeness, half of them on the same site."""
    rng = Random(1)  # noqa: S311 - not for secrets
    made = [pair.with_titles(same_site=rng.random() < 0.5, titles=rng.random()) for pair in pairs]
    return [pair for pair in made if pair.found.evidence.of_siblings]


def _fit(weighted: Sequence[tuple[Pair, float]], without: Sequence[str] = ()) -> Trees:
    """Train trees on these pairs, except those of which one article contains the other."""
    taught = [(pair, weight) for pair, weight in weighted if pair.label is not None]
    ignored = [FEATURES.index(name) for name in without]
    model = catboost.CatBoost({**PARAMETERS, "ignored_features": ignored})
    labels = np.array([pair.label for pair, _ in taught], np.int8)
    model.fit(catboost.Pool(rows([pair for pair, _ in taught]), labels, weight=[weight for _, weight in taught]))
    return export(model)


def rows(pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """The features: pairs x features."""
    return np.array([pair.found.evidence for pair in pairs], np.float32).reshape(-1, len(FEATURES))


def evaluate(taught: Sources, judged: Sources) -> dict[str, Any]:
    """Scores by threshold, and F of the stream at `COPY_FROM` without each of the features.

    The trees have seen no other copy of the story that they judge, and nothing of its template.
    """
    stream, fresh = taught["stream"], source(lookalikes(JUDGED_SEED))
    pages = ("news", "passages")  # of both halves
    general = fit_general({name: own for name, own in taught.items() if name not in pages})
    models = Models(general, fit_siblings(taught), fit_nameless(taught))
    of_stream = _of_stream(taught)
    return {
        "kinds": tally(doc["kind"] for doc in stream.docs),
        "stream": by_threshold(stream, of_stream),
        "titled stream": by_threshold(stream, _with_siblings(taught, of_stream)),
        "news": by_threshold(taught["news"], held_out(taught["news"], "news", taught, fold_of_story)),
        "passages": by_threshold(taught["passages"], held_out(taught["passages"], "passages", taught, fold_of_story)),
        "lookalikes": by_threshold(fresh, held_out(fresh, "lookalikes", taught, half_of_template)),
        **{
            name: by_threshold(own, models.likelihoods([pair.found.evidence for pair in own.pairs]))
            for name, own in judged.items()
        },
        "F without": {
            feature: score(stream, _of_stream(taught, feature), COPY_FROM)["F"]
            for feature in FEATURES
            if feature not in FOR_SIBLINGS
        },
    }


def _of_stream(taught: Sources, without: str | None = None) -> Likelihoods:
    return held_out(taught["stream"], "stream", taught, fold_of_story, without)


def _with_siblings(taught: Sources, general: Likelihoods) -> Likelihoods:
    """The likelihoods of the stream's pairs if its titles are known. The trees have seen no copy of the story."""
    pairs = taught["stream"].pairs
    likelihoods = general.copy()
    for number in range(FOLDS):
        others = [pair for pair in pairs if fold_of_story(pair.new) != number]
        trees = fit_siblings({**taught, "stream": Source(taught["stream"].docs, others)})
        own = [at for at, pair in enumerate(pairs) if fold_of_story(pair.new) == number]
        own = [at for at in own if pairs[at].found.evidence.of_siblings]
        likelihoods[own] = np.minimum(general[own], trees.probabilities(rows([pairs[at] for at in own]).T))
    return likelihoods


def fold_of_story(doc: Doc) -> int:
    """The fold of all copies of a story."""
    return crc32(doc["cluster"].encode()) % FOLDS


def half_of_template(doc: Doc) -> int:
    """The half of all look-alikes of a template."""
    return crc32(template_of(doc["cluster"]).encode()) % HALVES


def held_out(
    judged: Source, kin: str, taught: Sources, fold: Callable[[Doc], int], without: str | None = None
) -> Likelihoods:
    """How likely each judged pair is a copy, by trees trained on everything but its own fold of the source `kin`."""
    folds = np.array([fold(pair.new) for pair in judged.pairs])
    likelihoods = np.zeros(len(folds), np.float32)
    for number in set(folds.tolist()):
        others = [pair for pair in taught[kin].pairs if fold(pair.new) != number]
        trees = fit_general({**taught, kin: Source(taught[kin].docs, others)}, without)
        likelihoods[folds == number] = trees.probabilities(rows(judged.pairs)[folds == number].T)
    return likelihoods


def by_threshold(judged: Source, likelihoods: Likelihoods) -> dict[str, Any]:
    """The number of articles, and the scores for each threshold."""
    scores = {f"{threshold:.1f}": score(judged, likelihoods, threshold) for threshold in THRESHOLDS}
    return {"articles": len(judged.docs), **scores}


def score(judged: Source, likelihoods: Likelihoods, threshold: float) -> dict[str, Any]:
    """Precision, recall and F of flagging an article and linking it to a copy; counts of missed and false kinds."""
    linked = links(judged.pairs, likelihoods, threshold)
    right = {name for name, pair in linked.items() if pair.label is True}
    first = {doc["cluster"]: doc["id"] for doc in reversed(judged.docs)}
    copies = [doc for doc in judged.docs if first[doc["cluster"]] != doc["id"] and doc["kind"] != WHOLE]
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
        if likelihood >= threshold and pair.new["kind"] != WHOLE and not is_round_up(pair.found)
    }


def tally(kinds: Iterable[str]) -> dict[str, int]:
    """The number of each kind."""
    return dict(sorted(Counter(kinds).items()))


if __name__ == "__main__":
    main()
