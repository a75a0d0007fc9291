"""How many copies are found and linked to their story, and how many articles that only look alike are left alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from random import Random

from tests.dedup.lookalikes import TEMPLATES
from tests.dedup.made_stream import COPIES, LANGUAGES, UNSPACED, Doc, Story, cut, plain, stories, stream
from tests.dedup.prose import respelt
from tests.quality.floors import check
from tests.quality.outcomes import Ending, endings
from training.made_lookalikes import lookalikes

SEED = 4
DRAWS = 25  # of each template
REPORTS = 1000  # new ones, of the templates that the trees were trained with
TOGETHER = 3  # stories in a round-up
BEGINNINGS = (0.75, 0.85)
"""Shares of the story that a teaser leaves out."""

ROUND_UP, OTHER_EVENT = "round-up", "other event"
ALONE = {"story", "lookalike", "template", "training template", OTHER_EVENT}
"""What must come out as new. A round-up may be said to contain a story."""

RECORDED = {
    "copies in ar": 1.0,
    "copies in de": 1.0,
    "copies in en": 1.0,
    "copies in es": 1.0,
    "copies in fr": 1.0,
    "copies in it": 1.0,
    "copies in ja": 1.0,
    "copies in ko": 1.0,
    "copies in pt": 1.0,
    "copies in ru": 1.0,
    "copies in zh": 1.0,
    "cut30": 1.0,
    "cut60": 1.0,
    "exact": 1.0,
    "first 15%": 0.9318,
    "first 25%": 0.9886,
    "furnished": 1.0,
    "lede": 1.0,
    "lookalike": 1.0,
    "other event": 1.0,
    "reordered": 1.0,
    "reordered, 30% swapped": 0.7222,
    "round-up": 1.0,
    "story": 1.0,
    "template": 1.0,
    "training template": 0.997,
    "update, 50% swapped": 0.9306,
    "update, 70% swapped": 0.875,
    "updated": 1.0,
}


def mixed() -> list[Doc]:
    """All streams, one article of each language in turn; then harder copies, round-ups and look-alikes."""
    streams = [stream(language, SEED) for language in LANGUAGES]
    turns = chain.from_iterable(zip(*streams, strict=True))
    return [*turns, *harder(), *round_ups(), *drawn()]


def harder() -> Iterator[Doc]:
    """Copies that the worker barely recognises, and other events in the words of a story."""
    for language in LANGUAGES:
        for number, story in enumerate(stories(language)):
            cluster, rng = f"{language}/{number}", Random(f"{language}/{number}")
            for share in BEGINNINGS:
                yield Doc(cut(story, share), cluster, f"first {1 - share:.0%}", language)
            for kind, text in changed(story, rng).items() if language not in UNSPACED else ():
                yield Doc(text, f"{cluster}/again" if kind == OTHER_EVENT else cluster, kind, language)


def changed(story: Story, rng: Random) -> dict[str, str]:
    """The story with its long words swapped, its sentences in another order, or all its numbers changed."""
    longer = "\n\n".join((*story.update, *story.paragraphs))
    sentences = re.split(r"(?<=[.!?؟]) ", " ".join(story.paragraphs))
    rng.shuffle(sentences)
    return {
        "update, 50% swapped": swapped(longer, rng, 0.5),
        "update, 70% swapped": swapped(longer, rng, 0.7),
        "reordered": " ".join(sentences),
        "reordered, 30% swapped": swapped(" ".join(sentences), rng, 0.3),
        OTHER_EVENT: re.sub(r"\d+", lambda _: str(rng.randrange(2, 1000)), swapped(plain(story), rng, 0.3)),
    }


def swapped(text: str, rng: Random, share: float) -> str:
    """The text, with this share of the long words replaced by made-up ones."""
    return " ".join(respelt(text.split(" "), rng, share))


def round_ups() -> Iterator[Doc]:
    """Several stories with their updates, one after the other: articles in their own right."""
    for language in LANGUAGES:
        told = stories(language)
        for number in range(0, len(told), 2):
            parts = [told[(number + step) % len(told)] for step in range(TOGETHER)]
            text = "\n\n".join("\n\n".join((plain(part), *part.update)) for part in parts)
            yield Doc(text, f"{language}/round-up/{number}", ROUND_UP, language)


def drawn() -> Iterator[Doc]:
    """Articles from templates, each one a separate story."""
    for number in range(DRAWS):
        for template in TEMPLATES:
            name = f"{template.__name__}/{number}"
            yield Doc(template(Random(name)), name, "template", "en")
    for made in lookalikes(SEED)[:REPORTS]:
        yield Doc(made["text"], made["cluster"], "training template", "en")


def is_right(doc: Doc, ending: Ending, cluster_id: str | None) -> bool:
    """Whether the article was published as new if it is a story, and linked to its story if it is a copy."""
    if doc.kind == ROUND_UP:
        return ending.outcome == "published"
    if ending.cluster_id != cluster_id:
        return False
    if doc.kind in ALONE:
        return ending.reason == "new"
    return ending.outcome == "duplicate" or ending.reason == "superset"


def test_copies_are_found_and_lookalikes_are_published_as_well_as_before() -> None:
    docs = mixed()
    messages = [{"url": f"https://site{at}.example/story", "text": doc.text} for at, doc in enumerate(docs)]
    right, total, first = Counter[str](), Counter[str](), dict[str, str | None]()
    for doc, ending in zip(docs, endings(messages), strict=True):
        cluster_id = first.setdefault(doc.cluster, ending.cluster_id)
        for group in (doc.kind, f"copies in {doc.language}") if doc.kind in COPIES else (doc.kind,):
            right[group] += is_right(doc, ending, cluster_id)
            total[group] += 1
    check("duplicates, share right", {group: right[group] / total[group] for group in sorted(total)}, RECORDED)
