"""How much inserted boilerplate is removed, what that costs the stories, and which lost spaces are restored.

This measures with the stories of the made streams what `benchmarks.boilerplate` measures with real articles.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from benchmarks import boilerplate
from benchmarks.boilerplate import Case, Tally, cases
from tests.dedup.made_stream import LANGUAGES, UNSPACED, stories
from tests.quality.floors import check
from tests.quality.outcomes import endings

SPACED = [language for language in LANGUAGES if language not in UNSPACED]
CASED = [language for language in SPACED if language not in {"ar", "ko"}]
PHRASES = Path(boilerplate.__file__).with_name("phrases.json")
SENTENCE_START = re.compile(r"(?<=[^\W\d]{3}\.) (?=[^\W\d_])")
ROUNDS = 12
"""Each story comes in every round, on another site and with other lines inserted."""

RECORDED = {
    "ad": 0.9602,
    "control lines kept": 1.0,
    "cookie": 0.9838,
    "copyright": 0.9923,
    "credit": 0.9919,
    "interface_head": 0.9832,
    "newsletter": 0.9658,
    "related": 0.8719,
    "repeat": 0.9216,
    "site": 1.0,
    "syndication": 0.9844,
    "tag": 1.0,
    "words kept": 0.9992,
}

RECORDED_SPACES = {
    "de": 0.8205,
    "en": 0.6061,
    "es": 0.7273,
    "fr": 0.5714,
    "it": 0.4194,
    "pt": 0.1538,
    "ru": 0.359,
}


def made() -> Iterator[Case]:
    """The stories of all languages with spaces, which the benchmark can count."""
    phrases = json.loads(PHRASES.read_text(encoding="utf-8"))
    bodies = [list(story.paragraphs) for language in SPACED for story in stories(language)]
    for number in range(ROUNDS):
        rng = Random(number)
        rng.shuffle(bodies)
        for case in cases(bodies, phrases, rng):
            yield replace(case, url=case.url.replace(".example", f"-{number}.example"))


def test_boilerplate_is_removed_and_the_story_stays_as_well_as_before() -> None:
    articles = list(made())
    messages = [{"url": case.url, "text": "\n".join(case.text)} for case in articles]
    tally = Tally()
    for case, ending in zip(articles, endings(messages), strict=True):
        tally.judge(case, ending.text.split("\n"))
    scores = {
        **tally.removed(),
        "words kept": 1 - tally.lost / tally.words,
        "control lines kept": tally.kept / tally.controls,
    }
    check("residue, share", scores, RECORDED)


def test_lost_spaces_between_sentences_are_restored_as_well_as_before() -> None:
    """The worker separates two words only if the article shows that both are words."""
    told = [(language, story) for language in CASED for story in stories(language)]
    messages = [
        {
            "url": f"https://site{number}.example/story",
            "text": "\n".join(SENTENCE_START.sub("", line, count=1) for line in story.paragraphs),
        }
        for number, (_, story) in enumerate(told)
    ]
    right, total = Counter[str](), Counter[str]()
    for (language, story), ending in zip(told, endings(messages), strict=True):
        joined = [line for line in story.paragraphs if SENTENCE_START.search(line)]
        right[language] += sum(line in ending.text.split("\n") for line in joined)
        total[language] += len(joined)
    check("lost spaces, share", {language: right[language] / total[language] for language in total}, RECORDED_SPACES)
