from __future__ import annotations

import time
from importlib import resources

import numpy as np
import pytest

from tests.extraction.pages import blocks_of
from tests.stages.news_page import ENGLISH
from worker.extraction.blocks import Blocks
from worker.extraction.body import explain_body, find_body, judge
from worker.extraction.headline import Hints
from worker.extraction.sections import FILE, NAMES, Sections, keep, read_sections, section_model
from worker.trees import Trees

HINTS = Hints(ENGLISH.title)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH.paragraphs)
PARAGRAPH = "The council heard on Tuesday that the mill would grind flour again, and that day {n} was set for it."


def sections(html: str, scores: list[float] | None = None) -> tuple[Blocks, Sections]:
    blocks = blocks_of(html)
    return blocks, read_sections(blocks, np.array(scores or [0.6] * len(blocks.texts), np.float32))


def starts(html: str, scores: list[float] | None = None) -> list[str]:
    """The first text of each doubtful section."""
    blocks, found = sections(html, scores)
    return [blocks.texts[at] for at in found.first.tolist()]


def constant(likelihood: float) -> Trees:
    """A model that gives every section the same likelihood."""
    empty = np.zeros((1, 1), np.uint16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.float32)
    return Trees(*empty, float(np.log(likelihood / (1 - likelihood))))


def page(article: str, below: str = "") -> str:
    return f"<main><article><h1>{ENGLISH.title}</h1>{article}</article>{below}</main>"


def lines(html: str) -> list[str]:
    body = find_body(blocks_of(html), HINTS)
    return body.text.split("\n") if body else []


# -- Where a section ends ----------------------------------------------------------------------------------------


def test_paragraphs_in_one_place_are_one_section() -> None:
    assert starts("<div><p>a</p><p>b</p><ul><li>c</li><li>d</li></ul><p>e</p></div>") == ["a"]


def test_a_section_ends_at_a_heading() -> None:
    assert starts("<div><p>a</p><h2>b</h2><p>c</p></div>") == ["a", "b"]


def test_a_section_ends_where_the_next_block_was_judged_otherwise() -> None:
    assert starts("<p>a</p><p>b</p><p>c</p><p>d</p>", [0.6, 0.25, 0.25, 0.6]) == ["a", "b", "d"]


def test_each_card_of_a_list_is_a_section() -> None:
    card = "<div><div><p>{}</p><p>more</p></div></div>"
    assert starts("<div>" + card.format("a") + card.format("b") + "</div>") == ["a", "b"]


def test_the_rows_of_a_table_are_one_section() -> None:
    assert starts("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>") == ["a"]


def test_only_a_section_with_a_middling_mean_score_is_doubtful() -> None:
    headed = "".join(f"<h2>{name}</h2><p>{name * 9}</p>" for name in "abcd")
    assert starts(headed, [0.9, 0.9, 0.9, 0.5, 0.1, 0.1, 0.3, 0.1]) == ["b"]
    assert sections("<p>a</p>", [0.95])[1].features.shape == (len(NAMES), 0)


def test_the_features_of_a_section_are_the_same_in_a_script_with_shorter_words() -> None:
    page = "<main><h1>{0}</h1><div><p>{0}</p><p>{0}</p></div><div><div><p>{0}</p></div></div></main>"
    scores = [0.4, 0.9, 0.6, 0.4]
    long, short = (sections(page.format("x" * chars), scores)[1].features for chars in (800, 200))
    assert np.array_equal(long, short)


def test_the_model_was_trained_on_these_features_in_this_order() -> None:
    with resources.files("worker.extraction").joinpath(FILE).open("rb") as file, np.load(file) as data:
        assert tuple(data["names"].tolist()) == NAMES


# -- What the scores say ------------------------------------------------------------------------------------------


def test_a_block_is_kept_if_it_is_more_likely_than_not() -> None:
    chars = np.array([300.0, 300.0, 1.0])
    assert keep(np.array([0.9, 0.4, 0.51], np.float32), chars).tolist() == [True, False, True]


def test_the_likeliest_blocks_are_kept_if_no_block_is_likely() -> None:
    chars = np.full(4, 300.0)
    assert keep(np.array([0.4, 0.1, 0.3, 0.01], np.float32), chars).tolist() == [True, False, True, False]


def test_nothing_is_kept_if_every_block_is_very_unlikely() -> None:
    assert keep(np.array([0.09, 0.01], np.float32), np.full(2, 300.0)).tolist() == [False, False]


# -- The decision ------------------------------------------------------------------------------------------------


def test_a_section_changes_its_fate_only_if_the_model_disagrees_enough() -> None:
    _, found = sections(f"<p>{'a' * 200}</p><p>b</p>", [0.6, 0.25])
    assert found.decide(np.array([0.41, 0.49], np.float32)).tolist() == [True, False]
    assert found.decide(np.array([0.39, 0.51], np.float32)).tolist() == [False, True]


def test_the_sections_of_a_page_with_hardly_any_text_are_not_judged() -> None:
    _, found = sections(f"<p>{'a' * 199}</p><p>b</p>", [0.6, 0.25])
    assert found.decide(np.array([0.39, 0.51], np.float32)).tolist() == [True, False]


def test_an_unlikely_block_is_not_taken_with_its_section() -> None:
    _, found = sections(f"<p>{'a' * 300}</p><div><p>14:55</p><p>{'b' * 90}</p></div>", [0.9, 0.1, 0.4])
    assert found.decide(np.array([0.9], np.float32)).tolist() == [True, False, True]


def test_a_block_of_a_certain_section_keeps_its_fate_and_has_no_likelihood() -> None:
    _, found = sections(f"<p>{'a' * 300}</p><h2>b</h2><p>c</p>", [0.9, 0.3, 0.4])
    assert found.decide(np.array([0.75], np.float32)).tolist() == [True, True, True]
    assert found.spread(np.array([0.75], np.float32)) == [None, 0.75, 0.75]


def test_the_likely_blocks_are_kept_if_no_section_is() -> None:
    blocks = blocks_of(f"<p>{'a' * 300}</p><p>b</p>")
    judged = judge(blocks, np.array([0.7, 0.3], np.float32), constant(0.01))
    assert judged.kept.tolist() == [True, False]
    assert judged.likelihoods.tolist() == pytest.approx([0.01, 0.01])


def test_a_page_loses_its_teasers() -> None:
    """The paragraphs and the teasers of a page have scores that say little, but the teasers look like others."""
    teaser = "<li><div><h3>Another mill is sold</h3><p>{}</p></div></li>"
    below = f"<ul>{''.join(teaser.format(PARAGRAPH.format(n=n)) for n in range(6))}</ul>"
    blocks = blocks_of(f"<main><article><h1>{ENGLISH.title}</h1>{STORY}</article><aside>{below}</aside></main>")
    of_article = np.array([text in ENGLISH.paragraphs for text in blocks.texts])
    scores = np.where(of_article, 0.9, 0.1).astype(np.float32)
    scores[-1] = 0.6
    assert read_sections(blocks, scores).kept[-1]
    assert judge(blocks, scores, section_model()).kept.tolist() == of_article.tolist()


def test_the_explanation_gives_the_likelihood_that_decided() -> None:
    rows = explain_body(blocks_of(page(STORY)), HINTS)
    assert all(row.section_score >= 0.4 for row in rows if row.section_score is not None and row.kept)
    assert all(row.score > 0.5 for row in rows if row.section_score is None and row.kept)


# -- Pages that look as if another article began --------------------------------------------------------------------


def test_a_listicle_with_twenty_numbered_headings_is_kept() -> None:
    items = [(f"{n}. Mill number {n}", PARAGRAPH.format(n=n)) for n in range(1, 21)]
    found = lines(page(STORY + "".join(f"<h2>{head}</h2><p>{text}</p>" for head, text in items)))
    assert {line for item in items for line in item} <= set(found)


def test_a_live_blog_with_times_is_kept() -> None:
    posts = [(f"{9 + n}:30", PARAGRAPH.format(n=n)) for n in range(12)]
    found = lines(page(STORY + "".join(f"<div><time>{at}</time><p>{text}</p></div>" for at, text in posts)))
    assert {text for _, text in posts} <= set(found)


def test_an_interview_is_kept() -> None:
    turns = "".join(
        f"<p><b>Q:</b> What will day {n} bring?</p><p><b>A:</b> {PARAGRAPH.format(n=n)}</p>" for n in range(9)
    )
    found = lines(page(STORY + turns))
    assert {f"Q: What will day {n} bring?" for n in range(9)} <= set(found)
    assert {f"A: {PARAGRAPH.format(n=n)}" for n in range(9)} <= set(found)


def test_an_article_that_quotes_another_headline_goes_on_after_it() -> None:
    after = [PARAGRAPH.format(n=n) for n in range(6)]
    quote = "<blockquote><h2>Mayor shuts the old mill for good</h2><p>By Ann Lee, 4 May 2025</p></blockquote>"
    found = lines(page(STORY + quote + "".join(f"<p>{text}</p>" for text in after)))
    assert set(after) <= set(found)


def test_sixty_thousand_hostile_blocks_are_judged_in_less_than_a_second() -> None:
    blocks = blocks_of("<div>" + "<div><div><p>a b</p></div></div>" * 60_000 + "</div>")
    scores = np.where(np.arange(60_000) % 3 == 0, 0.6, 0.4).astype(np.float32)
    begin = time.process_time()
    judged = judge(blocks, scores, section_model())
    assert time.process_time() - begin < 1.0
    assert len(judged.sections.first) == 60_000
    assert np.isfinite(judged.sections.features).all()
