"""The article is found by what the page says about itself, whatever framework and editor wrote the state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.embedded.framework_pages import (
    BODIES,
    FRAMEWORKS,
    INTERFACE,
    OTHERS,
    SLUG,
    URL,
    as_json,
    html,
    lines,
    next_data,
    page,
    script,
    state,
)
from tests.stages.news_page import ENGLISH, GERMAN, STORIES, Story
from worker.embedded.article import Clues, article_html
from worker.embedded.rich_text import plain
from worker.text.cleaning import unescaped

CLUES = Clues((ENGLISH.title,), url=URL)


def text_lines(found: str | None) -> list[str]:
    """The lines of what was found, without spaces: which of them are paragraphs is up to the parser."""
    return ["".join(line.split()) for line in unescaped(plain(found or "")).split("\n") if line.strip()]


def found(story: Story, content: str) -> list[str]:
    return text_lines(article_html(content, Clues((story.title,), url=URL)))


def told(story: Story) -> list[str]:
    return ["".join(paragraph.split()) for paragraph in story.paragraphs]


def from_state(value: Any, clues: Clues = CLUES) -> list[str]:
    return text_lines(article_html(page(ENGLISH, next_data(value)), clues))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_article_is_found_in_the_data_of_each_framework(framework: str, story: Story) -> None:
    assert found(story, FRAMEWORKS[framework](story)) == told(story)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
@pytest.mark.parametrize("body", BODIES)
def test_the_body_is_read_as_each_editor_stores_it(body: str, story: Story) -> None:
    assert found(story, page(story, next_data(state(story, BODIES[body](story))))) == told(story)


ARTICLE = {"title": ENGLISH.title, "slug": SLUG, "body": html(ENGLISH)}
LINK = {"title": ENGLISH.title, "slug": SLUG, "summary": "A mill reopens."}
OTHER = {"title": GERMAN.title, "slug": "die-faehre-nach-sankt-goar", "body": html(GERMAN)}
TOPIC = "<p>The old mill was built forty years ago, and nobody knows after whom it was named.</p>" * 9
SIBLING = {"title": "The baker and his oven", "body": TOPIC}
SAID = [
    {"id": n, "user": "a", "text": f"I think that the old mill is fine after forty years, as I said {n} times."}
    for n in range(30)
]
COMMENTS = [{"id": n, "text": "I think that the mill is a fine thing, and that we need it. " * 3} for n in range(30)]


@pytest.mark.parametrize(
    "value",
    [
        {"article": LINK, "related": [OTHER]},
        {"article": LINK, "stories": [OTHER, OTHER]},
        {"items": [LINK, OTHER]},
        {"items": [LINK, {"headline": GERMAN.title, "text": lines(GERMAN)}]},
        {"article": {**LINK, "comments": COMMENTS}},
        {"title": ENGLISH.title, "texts": INTERFACE},
        {"title": ENGLISH.title, "a": INTERFACE["terms"]},
        {"title": ENGLISH.title, "a": {"b": INTERFACE["cookies"]["notice"]}},
        {"title": ENGLISH.title, "a": "body { color: red; margin: 0 } .mill { padding: 1px; }\n" * 100},
        {"title": ENGLISH.title, "a": "function mill(reopens) { return after.forty(years) || a; }\n" * 100},
        {"title": ENGLISH.title, "a": {f"k{n}": "Enter the mill, please." for n in range(100)}},
        {"title": ENGLISH.title, "body": "QmFzZTY0IGlzIG5vdCB0ZXh0" * 200},
        {"title": ENGLISH.title, "body": " ".join(ENGLISH.paragraphs) + " ..."},
        {"title": ENGLISH.title, "body": ENGLISH.paragraphs[0]},
        {"title": ENGLISH.title, "a": [f"What is the mill of number {n} about, and who runs it?" for n in range(50)]},
        {"product": {"title": ENGLISH.title, "sku": "7", "description": html(ENGLISH) * 3}},
        {"title": "The Example Herald", "articles": [OTHER] * 20},
        {"latest": OTHERS},
        {
            "article": {
                **LINK,
                "sections": [
                    [1, "p", [[0, [], 0, t[:40]], [0, [0], 1, "left"], [0, [], 0, t[40:].lower()]]]
                    for t in ENGLISH.paragraphs
                ],
            }
        },
        {"posts": {"1": LINK, "2": SIBLING}},
        {"posts": {"1": LINK, "2": {"title": {"rendered": "The baker and his oven"}, "body": TOPIC}}},
        {"feed": {"list": [LINK, SIBLING]}, "page": 1},
        {"article": {**LINK, "section": {"name": "Bread", "lead": SIBLING}}},
        *(
            {"article": {**LINK, name: {"body": TOPIC}}}
            for name in ("prevPost", "nextArticle", "readNext", "moreFrom", "siblings", "offer", "transcript", "slides")
        ),
        *({"article": {**LINK, name: SAID}} for name in ("replies", "responses", "list")),
        {"product": {"title": ENGLISH.title, "vendor": "A", "body_html": html(ENGLISH)}},
        {"title": ENGLISH.title, "body": " ".join(ENGLISH.paragraphs) + " [...]"},
        {"title": ENGLISH.title, "body": html(ENGLISH) + "<p>Lorem ipsum dolor sit amet, consectetur elit.</p>" * 5},
    ],
    ids=lambda value: str(value)[:70],
)
def test_no_other_text_is_taken_for_the_article(value: Any) -> None:
    assert from_state(value) == []


@pytest.mark.parametrize(
    "value",
    [
        {"article": ARTICLE, "others": [OTHER] * 3},
        {"article": {**ARTICLE, "translations": {"de": {"title": GERMAN.title, "body": html(GERMAN) * 3}}}},
        {"article": {**ARTICLE, "plain": lines(ENGLISH), "mobile": {"html": html(ENGLISH)}}},
        {"headlines": {"basic": ENGLISH.title}, "content": {"body": {"value": html(ENGLISH)}}},
        {"seo": {"title": f"{ENGLISH.title} | The Example Herald"}, "body": lines(ENGLISH)},
        {"article": {"path": f"/2026/03/{SLUG}", "headline": "Flour again", "text": lines(ENGLISH)}},
        {"article": {"title": ENGLISH.title, "description": html(ENGLISH) * 3}},
        {"article": {**ARTICLE, "versions": [{"title": GERMAN.title, "body": html(GERMAN) * 3}]}},
        {
            "title": ENGLISH.title,
            "sections": [
                {"id": n, "title": f"The part with number {n}", "text": text}
                for n, text in enumerate(ENGLISH.paragraphs)
            ],
        },
        {"a": {"b": {"c": lines(ENGLISH), "headline": "Flour again"}}},
        {"article": {**ARTICLE, "list": SAID * 3}},
        {"article": {**ARTICLE, "revisions": [{"body": TOPIC * 5}]}},
        {"article": {**LINK, "text": "## The part\n\n" + lines(ENGLISH)}},
        {"article": {**ARTICLE, "place": {"name": "Goar", "lead": {"title": GERMAN.title, "body": html(GERMAN) * 3}}}},
    ],
    ids=lambda value: str(value)[:70],
)
def test_the_article_is_told_from_what_stands_around_it(value: Any) -> None:
    clues = replace(CLUES, quotes=(ENGLISH.paragraphs[0][:60] + "...",))
    kept = [line for line in from_state(value, clues) if not line.startswith("Thepart")]
    assert kept[:5] == told(ENGLISH)


def test_a_text_that_is_too_short_to_matter_is_left_out() -> None:
    content = page(ENGLISH, next_data(state(ENGLISH, html(ENGLISH))))
    assert article_html(content, CLUES, least_chars=500)
    assert article_html(content, CLUES, least_chars=5000) is None
    assert article_html(content, CLUES, least_chars=100_000) is None


def test_a_page_without_a_title_is_recognised_by_its_address() -> None:
    assert from_state({"post": {"slug": SLUG, "title": "Anything at all", "body": html(ENGLISH)}}, Clues((), url=URL))
    assert not from_state({"post": {"slug": SLUG, "title": "Anything at all", "body": html(ENGLISH)}}, Clues(()))


def test_a_value_that_contains_itself_ends() -> None:
    flat = [{"title": 1, "body": 2, "self": 0}, ENGLISH.title, [3, 2], lines(ENGLISH)]
    content = page(ENGLISH, script(as_json(flat), ' type="application/json"'))
    assert found(ENGLISH, content) == told(ENGLISH)
