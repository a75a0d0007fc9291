"""Trains the model of `worker.residue`: which lines of an article are boilerplate.

    python -m training.residue DATA [--save FILE] [--judgements FILE]

DATA has wcxb_dev.jsonl.xz and gold_news.jsonl.xz. The phrases are those of tests/residue/phrases and of
benchmarks/phrases.json. To judge the model, the languages and articles are split into five parts: each part in turn is
left out of the training, and judged by what was learnt from the others.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from random import Random
from typing import Any, Final

import catboost
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from training import trees
from training.residue_examples import (
    STORY,
    Body,
    Example,
    Phrase,
    bodies,
    cut,
    example,
    more_phrases,
    own_examples,
    phrases,
    put,
    signs,
)
from worker.residue.candidates import head_of
from worker.residue.model import FILE, Model, save
from worker.residue.rows import CLASSES
from worker.residue.shape import NAMES, NAMING
from worker.residue.votes import SIGNS, TELLING
from worker.trees import Trees

Floats = NDArray[np.float32]
ROOT: Final = Path(__file__).parents[1]
FOLDS: Final = 5
_UP: Final = ("class ", "telling ", "core ", "explained ", "form ")
_UP_TOO: Final = frozenset(
    {"classes", "known", "strong", "bracketed", "head known", "best core", "best explained", "deixis"}
)
_DOWN: Final = frozenset(
    {
        *("unknown", "small unknown", "best left", "best left small", "told", "told share", "quotes", "quote first"),
        "sentences",
    }
)
PARAMETERS: Final[dict[str, Any]] = {
    **trees.PARAMETERS,
    "depth": 6,
    "iterations": 700,
    "learning_rate": 0.09,
    "l2_leaf_reg": 10,
    "subsample": 0.7,
    "monotone_constraints": [
        1 if name.startswith(_UP) or name in _UP_TOO else -1 if name in _DOWN else 0 for name in NAMES
    ],
}
_NO_TREES: Final = Trees(np.zeros((1, 1), np.uint16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.float32), 0.0)
_NO_NAMES: Final = np.zeros((len(CLASSES), 1), np.float32)
_MISSED_BY_VOTES: Final = 0.015  # of the phrases
_SHRINK: Final = 1e-4
_VARIANTS: Final = 3
# In turn: lines of articles that are this likely count as boilerplate that people left in, unless they are in `KEPT`.
_SURELY: Final = (0.62, 0.45)
KEPT: Final = Path(__file__).with_name("residue_kept.txt")
"""Lines of articles that look like boilerplate, as read by a person."""
LEAST: Final = 0.55
"""The threshold: with it, two in ten thousand words of articles go that belong to them."""
# How much an example counts: first, while the lines that people left in are found, and then.
_FIRST: Final = {"taught": 0.33, "more": 0.3, STORY: 1.5, "own": 0.15, "kept": 0.35}
_WEIGHT: Final = {"taught": 0.5, "more": 1.5, STORY: 1.5, "own": 1.0, "kept": 5.0}


def fit_votes(taught: Sequence[Phrase], articles: Sequence[Body]) -> Model:
    """A model whose words vote, and whose trees are still missing. Words that tell something never vote against."""
    shown = [one for one in taught if one.name != STORY]
    rows = [_signs_of_one(lines, language, at) for _, lines, at, language in settings_of(shown, articles)]
    names = [phrase.name for (phrase, *_), row in zip(settings_of(shown, articles), rows, strict=True) if len(row)]
    phrases_, own = np.concatenate(rows), np.concatenate([signs(one.lines, one.language) for one in articles[::2]])
    often = Counter(names)
    weights = _fit_weights(
        np.concatenate([phrases_, own]),
        np.arange(len(phrases_) + len(own)) < len(phrases_),
        np.array([*(1 / often[name] / len(often) for name in names), *[1 / len(own)] * len(own)]),
    )
    weights[len(SIGNS)] -= np.quantile(phrases_ @ weights, _MISSED_BY_VOTES)
    kept = np.count_nonzero(own @ weights > 0) / len(articles[::2])
    print(f"{kept:.1f} lines of an article have votes, {1 - len(phrases_) / len(rows):.4f} of the phrases tell nothing")
    rounded = weights.astype(np.float16).astype(np.float32)
    return Model(rounded[: len(SIGNS)], tuple(rounded[len(SIGNS) :].tolist()), _NO_TREES, 0.5, _NO_NAMES)


def _signs_of_one(lines: Sequence[str], language: str | None, at: int) -> Floats:
    """What a phrase shows. If it has a head that tells something, that is enough."""
    head = head_of(lines[at])
    of_head = signs([*lines[:at], head or lines[at], *lines[at + 1 :]], language, at)
    return of_head if len(of_head) else signs(lines, language, at)


def _fit_weights(x: Floats, y: NDArray[np.bool_], weights: Floats) -> Floats:
    """A logistic regression in which `TELLING` signs have no negative weight."""
    scale = x.std(axis=0) + 0.01
    scale[len(SIGNS)] = 1  # of the term that is always 1
    x = x / scale
    shrink = np.full(x.shape[1], _SHRINK)
    shrink[len(SIGNS)] = 0

    def loss(fitted: Floats) -> tuple[float, Floats]:
        sums = x @ fitted
        slope = x.T @ (weights * (1 / (1 + np.exp(-sums)) - y)) + shrink * fitted
        return float((weights * (np.logaddexp(0, sums) - y * sums)).sum() + shrink @ fitted**2 / 2), slope

    bounds = [(0 if number in TELLING else None, None) for number in range(x.shape[1])]
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x / scale, np.float32)


def settings_of(
    phrases_: Sequence[Phrase], articles: Sequence[Body], variants: int = 1
) -> Iterator[tuple[Phrase, list[str], int, str | None]]:
    """Each phrase in several articles: the lines, its index, and the language that these say they are in."""
    rng = Random(5)  # noqa: S311 - not for cryptography
    by_language: dict[str, list[Phrase]] = {}
    for phrase in phrases_:
        if phrase.name != STORY:
            by_language.setdefault(phrase.language, []).append(phrase)
    for phrase in phrases_:
        for _ in range(variants * (3 if "{headline}" in phrase.line else 1)):
            lines, at = put(phrase, by_language[phrase.language], rng.choice(articles), rng)
            language = phrase.language if phrase.language != "?" and rng.random() < 0.6 else None
            yield phrase, lines, at, language


def placed(some: Sequence[Phrase], articles: Sequence[Body], model: Model, variants: int) -> list[Example]:
    """Each phrase in several articles."""
    return [example(*setting, model) for setting in settings_of(some, articles, variants)]


def fit_trees(groups: Mapping[str, Sequence[Example]], weight: Mapping[str, float] = _WEIGHT) -> Trees:
    """Train on these examples. The groups have different weights."""
    rows, labels, weights = [], [], []
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    for group, examples in groups.items():
        for one in examples:
            if one.x is not None:
                rows.append(one.x)
                labels.append(not one.is_story)
                kind = STORY if one.is_story and group == "taught" else "kept" if one.phrase.line in kept else group
                weights.append(weight[kind])
    model = catboost.CatBoost(PARAMETERS)
    model.fit(catboost.Pool(np.array(rows), np.array(labels, np.float32), weight=np.array(weights)))
    return trees.export(model)


def fit_names(examples: Sequence[Example]) -> Floats:
    """Weights that name lines of boilerplate: classes x (features + 1)."""
    order = [one.NAME for one in CLASSES]
    shown = [one for one in examples if one.x is not None and not one.is_story]
    x = np.array([one.x[NAMING] for one in shown if one.x is not None])
    fitted = LogisticRegression(max_iter=2000, C=0.5).fit(x, [order.index(one.phrase.name) for one in shown])
    return np.concatenate([fitted.coef_, fitted.intercept_[:, None]], axis=1).astype(np.float32)


def judge(model: Trees, examples: Sequence[Example]) -> Floats:
    """How likely each line is boilerplate; 0 if its words do not vote for it."""
    found = np.zeros(len(examples), np.float32)
    seen = [number for number, one in enumerate(examples) if one.x is not None]
    if seen:
        found[seen] = model.probabilities(np.array([examples[number].x for number in seen]).T)
    return found


def left_in(own: Sequence[Example], likely: Floats, level: float) -> AbstractSet[str]:
    """The lines of articles that are boilerplate, although people left them in."""
    kept = set(KEPT.read_text(encoding="utf-8").splitlines())
    return {one.phrase.line for one, p in zip(own, likely, strict=True) if p > level} - kept


def judge_apart(
    groups: Mapping[str, Sequence[Example]],
    judged: Sequence[Example],
    surely: AbstractSet[str] = frozenset(),
    weight: Mapping[str, float] = _WEIGHT,
) -> dict[str, Floats]:
    """How likely each line is, by trees that have seen neither its language nor its article."""
    found = {name: np.zeros(len(some), np.float32) for name, some in {**groups, "judged": judged}.items()}
    for fold in range(FOLDS):
        seen = {
            name: [one for one in some if _fold(one, name) != fold and one.phrase.line not in surely]
            for name, some in groups.items()
        }
        model = fit_trees(seen, weight)
        for name, some in {**groups, "judged": judged}.items():
            left_out = [number for number, one in enumerate(some) if _fold(one, name) == fold]
            found[name][left_out] = judge(model, [some[number] for number in left_out])
    return found


def _fold(one: Example, group: str) -> int:
    apart = one.phrase.line if one.phrase.language == "?" else one.phrase.language
    return (one.article if group == "own" else zlib.crc32(apart.encode())) % FOLDS


def report(examples: Sequence[Example], likely: Floats, least: float) -> None:
    """Print which share was removed, by class and by language, and which share of the stories was kept."""
    gone = likely > least
    names = np.array([one.phrase.name for one in examples])
    languages = np.array([one.phrase.language for one in examples])
    by_class = {name: gone[names == name].mean() for name in sorted(set(names) - {STORY})}
    print("  ".join(f"{name} {share:.3f}" for name, share in by_class.items()))
    print(f"mean {np.mean(list(by_class.values())):.3f}, stories kept {1 - gone[names == STORY].mean():.4f}")
    print("  ".join(
        f"{language} {gone[(languages == language) & (names != STORY)].mean():.2f}"
        f"/{1 - gone[(languages == language) & (names == STORY)].mean():.2f}"
        for language in sorted(set(languages))
    ))  # fmt: skip


def write_judgements(
    groups: Mapping[str, Sequence[Example]], likely: Mapping[str, Floats], surely: AbstractSet[str], path: Path
) -> None:
    """Write a row for each line: its group, class and language, how likely it is boilerplate, and what became of it."""
    rows = [
        (group, one.phrase.name, one.phrase.language, f"{p:.3f}",
         "no candidate" if one.x is None else "left in by people" if one.phrase.line in surely else "", one.phrase.line)
        for group, examples in groups.items()
        for one, p in zip(examples, likely[group], strict=True)
    ]  # fmt: skip
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--save", type=Path, default=ROOT / "worker" / "residue" / FILE)
    parser.add_argument("--judgements", type=Path, help="write how likely each line is, for people to read")
    args = parser.parse_args()
    directory = ROOT / "tests" / "residue" / "phrases"
    articles, taught = bodies(args.data), phrases(directory, "taught")
    more = more_phrases(ROOT / "benchmarks" / "phrases.json")
    model = fit_votes(taught, articles)
    rng = Random(7)  # noqa: S311 - not for cryptography
    own = [cut(body, rng) for body in articles]
    groups = {
        "taught": placed(taught, articles, model, _VARIANTS),
        "more": placed(more, articles, model, 2),
        "own": [one for body in own for one in own_examples(body, model)],
    }
    print({name: (len(some), sum(one.x is None for one in some)) for name, some in groups.items()})
    judged = placed(phrases(directory, "judged"), articles, model, 2)
    surely: AbstractSet[str] = frozenset()
    likely = judge_apart(groups, judged, weight=_FIRST)
    for level in _SURELY:
        surely = left_in(groups["own"], likely["own"], level)
        likely = judge_apart(groups, judged, surely, _FIRST)
    likely = judge_apart(groups, judged, surely)
    words = sum(len(line.split()) for body in own for line in body.lines)
    least = LEAST
    lost = sum(len(one.phrase.line.split()) for one, p in zip(groups["own"], likely["own"], strict=True) if p > least)
    print(f"threshold {least:.4f}, words of articles removed {lost / words:.5f}, {len(surely)} lines left in by people")
    for name, some in (("taught", groups["taught"]), ("judged", judged)):
        print(name)
        report(some, likely[name], least)
    if args.judgements:
        write_judgements({**groups, "judged": judged}, likely, surely, args.judgements)
    kept = {name: [one for one in some if one.phrase.line not in surely] for name, some in groups.items()}
    final = fit_trees(kept)
    save(
        Model(model.weights, model.terms, final, least, fit_names([*groups["taught"], *groups["more"]])),
        args.save,
    )


if __name__ == "__main__":
    main()
