"""The residue stage with `--residue concepts`."""

from __future__ import annotations

import pytest

from benchmarks.lexicons import BODY
from worker.config.load import load
from worker.messages import Article
from worker.residue.concepts.judge import RULES, verdicts
from worker.residue.line_matcher import LINE_RULES
from worker.stages.order import build_stages
from worker.stages.residue import by_concepts, residue

STORY = BODY.strip().split("\n")


def cleaned(line: str, *, at: int = 5, language: str = "en", code: tuple[str, ...] = ()) -> Article:
    """An article with the line between its paragraphs, after the stage."""
    lines = [*STORY[:at], line, *STORY[at:]]
    return residue(Article(text="\n".join(lines), language=language, code=code), by_concepts)


def test_a_removal_is_counted_by_its_class() -> None:
    article = cleaned("Also read: Minister opens bridge over the river")
    assert article.text == BODY.strip()
    assert article.removed == {"related_link": 1}


def test_a_line_is_read_in_the_language_that_knows_its_words() -> None:
    assert cleaned("Lesen Sie auch: Minister eröffnet Brücke", language="en").text == BODY.strip()


def test_the_verdict_names_the_language_and_the_concepts() -> None:
    verdict = verdicts([*STORY, "Alle Rechte vorbehalten"], "de")[len(STORY)]
    assert (verdict.rule, verdict.language) == ("copyright", "de")
    assert {"rights", "reserved"} <= set(verdict.concepts)


@pytest.mark.parametrize(
    "line",
    [
        "At first, there was no sign of her.",
        "It has not been signed yet.",
        "UPDATE: Ferry boss jailed for six years over ghost tickets",
        "Cookies baked by volunteers raised four thousand pounds for the lifeboat station.",
        "The photographer, who works for Reuters, was released on Sunday.",
    ],
)
def test_a_line_of_the_story_stays(line: str) -> None:
    assert line in (cleaned(line).text or "").split("\n")


def test_lines_of_code_and_rows_of_a_table_stay() -> None:
    line = "Also read: Minister opens bridge over the river"
    assert line in (cleaned(line, code=(line,)).text or "")
    rows = "\n".join(f"Share | {n} | Photo: Reuters" for n in range(5))
    assert residue(Article(text=rows, language="en"), by_concepts).text == rows


def test_items_of_a_list_stay_if_most_of_the_list_does() -> None:
    items = ["- Flour", "- Share", "- Two eggs", "- Butter", "- A pinch of salt"]
    lines = [*STORY, *items]
    assert residue(Article(text="\n".join(lines), language="en"), by_concepts).text == "\n".join(lines)


def test_a_line_longer_than_any_boilerplate_stays() -> None:
    line = "Subscribe to our newsletter " * 20
    assert line.strip() in (cleaned(line.strip()).text or "")


@pytest.mark.parametrize("text", ["", "\n\n", "* * *", "\u200b", "字" * 500, "a" * 5_000, "|" * 300, "©" * 300])
def test_a_text_without_words_is_no_trouble(text: str) -> None:
    residue(Article(text=text), by_concepts)


def test_both_ways_count_under_the_same_names() -> None:
    assert RULES == LINE_RULES


def test_the_setting_decides() -> None:
    line = "Liitu meie uudiskirjaga"
    text = "\n".join([*STORY, line])
    for judge, is_left in (("rules", True), ("concepts", False)):
        stages = build_stages(load({"residue": judge})[0])
        found = stages["residue"](Article(text=text, language="et"))
        assert isinstance(found, Article)
        assert ((found.text or "").endswith(line)) == is_left
