"""How much of a story is extracted from its page, and how much else: pages of ten templates in twelve languages.

The score of a group of pages is the F1 over runs of four words that `training.scores` computes. It compares the output
of the worker with the paragraphs of the story.
"""

from __future__ import annotations

from collections import defaultdict

from tests.dedup.made_stream import LANGUAGES, Story, stories
from tests.quality import hindi
from tests.quality.floors import check
from tests.quality.outcomes import endings
from tests.quality.templates import TEMPLATES, Page
from training.scores import Tally

UNALIKE = (0, 1, 2, 3, 4, 6)
"""The stories of a language that resemble no other one of its eight."""

SCRIPTS = {"ar": "Arabic", "hi": "Devanagari", "ja": "Japanese", "ko": "Korean", "ru": "Cyrillic", "zh": "Chinese"}

RECORDED = {
    "Arabic": 0.9818,
    "Chinese": 0.9573,
    "Cyrillic": 0.9819,
    "Devanagari": 0.9748,
    "Japanese": 0.9286,
    "Korean": 0.945,
    "Latin": 0.9634,
    "all pages": 0.962,
    "blog": 0.997,
    "comments": 1.0,
    "figures": 1.0,
    "hashed": 0.9967,
    "interrupted": 0.9897,
    "rail": 1.0,
    "sections": 0.857,
    "table": 0.718,
    "ticker": 1.0,
    "walled": 0.9952,
}


def told() -> list[tuple[Page, str]]:
    """Every story twice, each time with the name of a template. The stories of a language cover all templates."""
    by_language: list[tuple[tuple[Story, ...], tuple[Story, ...]]] = [
        (every, tuple(every[at] for at in UNALIKE)) for every in map(stories, LANGUAGES)
    ]
    by_language.append((hindi.STORIES, hindi.STORIES))
    return [
        (
            Page(story, tuple(other for other in every if other is not story)),
            TEMPLATES[(first + at + turn) % len(TEMPLATES)].__name__,
        )
        for first, (every, chosen) in enumerate(by_language)
        for at, story in enumerate(chosen)
        for turn in (0, len(TEMPLATES) // 2)
    ]


def test_the_body_of_a_page_is_extracted_as_well_as_before() -> None:
    build = {template.__name__: template for template in TEMPLATES}
    pages = told()
    messages = [
        {"url": f"https://site{number}.example/story", "html": build[name](page)}
        for number, (page, name) in enumerate(pages)
    ]
    groups: defaultdict[str, Tally] = defaultdict(Tally)
    for (page, name), ending in zip(pages, endings(messages), strict=True):
        gold = "\n".join(page.story.paragraphs)
        for group in ("all pages", name, SCRIPTS.get(page.story.language, "Latin")):
            groups[group].judge(ending.text, gold, (), ())
    check("extraction, F1", {group: float(tally.score()["F1"]) for group, tally in groups.items()}, RECORDED)
