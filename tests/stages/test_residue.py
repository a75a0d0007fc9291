"""The residue stage: lines of boilerplate and template tags go, the story stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.lexicons import BODY, PHRASES, read
from tests.implementations import BOTH, one_of_both
from tests.peak import peak_below
from worker.messages import Article
from worker.residue.candidates import MAX_LINE_CHARS
from worker.residue.judge import verdicts
from worker.stages.residue import residue, without_tags

SEED = (Path(__file__).parents[1] / "data" / "seed_article.txt").read_text(encoding="utf-8")
STORY = BODY.strip().split("\n")
BOILERPLATE = [line.text for line in read(PHRASES, "taught")]


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)


def cleaned(text: str) -> str:
    return residue(Article(text=text)).text or ""


def with_line(line: str, *, at: int = 5, language: str | None = "en", code: tuple[str, ...] = ()) -> Article:
    """An article with the line between its paragraphs, after the stage."""
    lines = [*STORY[:at], line, *STORY[at:]]
    return residue(Article(text="\n".join(lines), language=language, code=code))


def test_a_removal_is_counted_by_its_class() -> None:
    article = with_line("Also read: Minister opens bridge over the river")
    assert article.text == BODY.strip()
    assert article.removed == {"related_link": 1}


def test_a_line_is_read_in_the_language_that_knows_its_words() -> None:
    assert with_line("Lesen Sie auch: Minister eröffnet Brücke", language="en").text == BODY.strip()


def test_the_verdict_names_the_language_and_the_concepts() -> None:
    verdict = verdicts([*STORY, "Alle Rechte vorbehalten"], "de")[len(STORY)]
    assert (verdict.name, verdict.language) == ("copyright", "de")
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
    assert line in (with_line(line).text or "").split("\n")


def test_lines_of_code_and_rows_of_a_table_stay() -> None:
    line = "Also read: Minister opens bridge over the river"
    assert line in (with_line(line, code=(line,)).text or "")
    rows = "\n".join(f"Share | {n} | Photo: Reuters" for n in range(5))
    assert residue(Article(text=rows, language="en")).text == rows


def test_items_of_a_list_stay_if_most_of_the_list_does() -> None:
    items = ["- Flour", "- Share", "- Two eggs", "- Butter", "- A pinch of salt"]
    lines = [*STORY, *items]
    assert residue(Article(text="\n".join(lines), language="en")).text == "\n".join(lines)


def test_a_line_longer_than_any_boilerplate_stays() -> None:
    line = "Subscribe to our newsletter " * 20
    assert line.strip() in (with_line(line.strip()).text or "")


def test_a_text_of_one_line_stays() -> None:
    assert cleaned("Subscribe to our newsletter") == "Subscribe to our newsletter"


@pytest.mark.parametrize("text", ["", "\n\n", "* * *", "\u200b", "字" * 500, "a" * 5_000, "|" * 300, "©" * 300])
def test_a_text_without_words_is_no_trouble(text: str) -> None:
    residue(Article(text=text))


@pytest.mark.parametrize("dressed", ["▶ {}", "• {}", "**{}**", "({})", "[{}]", "»{}«", "# {}", "{}:", "{}…", " {} "])
def test_decoration_does_not_hide_boilerplate(dressed: str) -> None:
    assert with_line(dressed.format("Story continues below this ad")).text == BODY.strip()


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "[ad_1]",
            "[ad_2]",
            "[source_link]",
            "[matched_content]",
            "[rule_3]",
            "[rule_12_plain]",
            "[og_img]",
            "[post_title]",
        ),
        *(
            "[ad]",
            "[adsense]",
            "[/caption]",
            '[gallery ids="1,2"]',
            '[caption id="attachment_1" width="300"]',
            "[vc_row a=1]",
            "[rule_{ruleID}_plain]",
            '[adinserter block="3"]',
            "[quads id=1]",
            "[ad-1]",
        ),
    ],
)
def test_a_template_tag_is_removed_wherever_it_is(tag: str) -> None:
    article = residue(
        Article(text=f"{tag}\nThe bridge {tag} reopened {tag}, late.\n{tag}{tag} Traffic was light.{tag}")
    )
    assert article.text == "The bridge reopened, late.\nTraffic was light."
    assert article.removed == {"template_tag": 6}


@pytest.mark.parametrize(
    "text",
    [
        "see [2] and [12]",
        "“He [sic] said […] it [the bridge] stood.”",
        "x = values[my_index]",
        "[AB_CD]",
        "[note]",
        "a[0]",
    ],
)
def test_brackets_of_the_story_stay(text: str) -> None:
    assert text in (with_line(text).text or "").split("\n")


def test_a_tag_glued_to_a_word_is_removed_too() -> None:
    assert cleaned("The bridge[ad_1] reopened.") == "The bridge reopened."


def test_tags_and_lines_are_added_to_the_counts_of_earlier_stages() -> None:
    text = "\n".join(["[ad_1]", *STORY, "Also read: Minister opens bridge over the river"])
    article = residue(Article(text=text, removed={"related_link": 1, "other": 2}))
    assert article.removed == {"related_link": 2, "other": 2, "template_tag": 1}


@pytest.mark.parametrize("article", [Article(), Article(text=""), Article(text="\n\n")])
def test_an_empty_article_stays_empty(article: Article) -> None:
    assert residue(article) is article


def test_the_seed_article_loses_its_tags_and_nothing_else() -> None:
    assert cleaned(SEED).split("\n") == SEED.split("\n")[1:-1]


ODD = st.text(st.one_of(st.sampled_from("[]_ad1 .:/|\n—“"), st.characters()), max_size=60)


@settings(max_examples=300)
@given(st.lists(st.one_of(ODD, st.sampled_from(BOILERPLATE)), max_size=6))
def test_any_text_is_cleaned_without_an_error_and_only_shortened(parts: list[str]) -> None:
    text = "\n".join(parts)
    article = residue(Article(text=text))
    assert article.text is not None
    assert len(article.text) <= len(text)
    assert (article.text == text) == (not article.removed)


@pytest.mark.cost
@pytest.mark.parametrize(
    "filling", ["a ", "the ", "A. ", "cookies ", "ap/", "newsletter ", "字", ", ", "[a_", "(", "- "]
)
def test_hostile_lines_take_little_time(filling: str) -> None:
    """Each pattern gets lines that almost match. All patterns together take far less than 1 ms per line."""
    openings = [
        "this story ",
        "we use ",
        "by ",
        "sign up ",
        "follow ",
        "photo ",
        "copyright ",
        "disclaimer: ",
        "with ",
        "",
    ]
    text = "\n".join((opening + filling * MAX_LINE_CHARS)[:MAX_LINE_CHARS] for opening in openings * 100)
    begin = time.process_time()
    residue(Article(text=text))
    assert time.process_time() - begin < 1.0


def test_a_row_of_a_million_tags_takes_little_memory() -> None:
    line = "[a_b]" * 200_000
    with peak_below(10 << 20):
        assert without_tags(line) == ("", 200_000)


def test_tags_are_searched_in_a_million_characters_of_lines_with_brackets() -> None:
    line = "word " * 1_000 + "[ad_1]"
    article = residue(Article(text=f"{line}\n" * 300))
    assert article.removed == {"template_tag": (1 << 20) // len(line)}


def test_tags_are_removed_at_both_ends_of_a_long_text() -> None:
    article = residue(Article(text="[ad_1]\n" * 3_000))
    assert article.removed == {"template_tag": 1_999}  # an empty line ends the text


@pytest.mark.parametrize(
    "line",
    [
        "登録|購読 |関連|分享|同意|登録|購読 |関連|分享|{n}",
        "登録購読関連記事分享" * 7 + "{n}",
        "{n} " + "登録" * 40,
        "a b c d cookies site web we cookie accept e f g h" + "._" * 40 + "{n}",
    ],
)
def test_lines_that_look_like_boilerplate_take_little_time(line: str) -> None:
    text = "\n".join(line.replace("{n}", f"{n:x}") for n in range(10_000))
    begin = time.process_time()
    residue(Article(text=text))
    assert time.process_time() - begin < 2.0


def test_the_middle_of_more_than_two_thousand_lines_stays() -> None:
    line = "Subscribe to our newsletter"
    story = [f"The bridge over the river number {n} reopened on Monday." for n in range(1_000)]
    article = residue(Article(text="\n".join([*story[:998], line, *story, line, *story[:998]]), language="en"))
    assert article.removed == {"newsletter": 2}
    middle = [*story, line, *story, *story]
    assert residue(Article(text="\n".join(middle), language="en")).text == "\n".join(middle)
