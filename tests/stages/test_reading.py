"""A body that is only in the data of the page's scripts is published; what the markup holds comes first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded.framework_pages import (
    BODIES,
    FRAMEWORKS,
    INTERFACE,
    URL,
    as_json,
    html,
    lines,
    next_data,
    page,
    script,
    shadow_root,
    state,
)
from tests.stages.news_page import ENGLISH, GERMAN, STORIES, Story
from worker.messages import Article, Dropped, Reason
from worker.page.limits import Limits
from worker.stages.extract import Extract, explain_page

EXTRACT = Extract(Limits())
STATE = next_data(state(ENGLISH, html(ENGLISH)))
CONSENT = (
    "<p>We and our partners use cookies to store and access data. Accept all or reject all cookies. "
    "Manage your consent and privacy preferences.</p>"
)
TEASER = f"<p>{ENGLISH.paragraphs[0]}</p><p>Subscribe to continue reading this article.</p>"


def extract(content: str, url: str = URL, **fields: Any) -> Article:
    result = EXTRACT(Article(html=content, url=url, **fields))
    assert isinstance(result, Article), result
    return result


def reason(content: str, url: str = URL) -> Reason:
    result = EXTRACT(Article(html=content, url=url))
    assert isinstance(result, Dropped), result
    return result.reason


def linked(**fields: Any) -> str:
    article = {"@type": "NewsArticle", "headline": ENGLISH.title, "url": URL, **fields}
    return script(as_json(article), ' type="application/ld+json"')


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_body_comes_out_paragraph_by_paragraph(framework: str, story: Story) -> None:
    article = extract(FRAMEWORKS[framework](story))
    assert (article.text or "").split("\n") == list(story.paragraphs)
    assert (article.extractor, article.title, article.language) == ("embedded", story.title, story.language)


@pytest.mark.parametrize("body", BODIES)
def test_the_extractor_reads_what_an_editor_stores(body: str) -> None:
    article = extract(page(ENGLISH, next_data(state(ENGLISH, BODIES[body](ENGLISH)))))
    assert (article.text or "").split("\n") == list(ENGLISH.paragraphs)


def test_a_declarative_shadow_root_belongs_to_the_markup() -> None:
    article = extract(shadow_root(ENGLISH))
    assert (article.text or "").split("\n") == list(ENGLISH.paragraphs)
    assert article.extractor == "blocks"


def test_the_markup_comes_first_if_it_has_the_body() -> None:
    other = linked(articleBody=lines(ENGLISH) + "\n\n" + lines(GERMAN))
    article = extract(page(ENGLISH, other, body=f"<article>{html(ENGLISH)}</article>"))
    assert (article.text or "").split("\n") == list(ENGLISH.paragraphs)
    assert article.extractor == "blocks"


@pytest.mark.parametrize(
    "data", [linked(isAccessibleForFree=False, articleBody=lines(ENGLISH)), linked(isAccessibleForFree="False") + STATE]
)
def test_an_article_behind_a_paywall_is_published_if_the_page_holds_all_of_it(data: str) -> None:
    article = extract(page(ENGLISH, data, body=TEASER))
    assert (article.text or "").split("\n") == list(ENGLISH.paragraphs)
    assert (article.paywalled, article.extractor) == (True, "embedded")


@pytest.mark.parametrize(
    "data",
    [
        linked(isAccessibleForFree=False, articleBody=ENGLISH.paragraphs[0]),
        linked(isAccessibleForFree=False, articleBody=" ".join(ENGLISH.paragraphs) + "..."),
        linked(isAccessibleForFree=False) + next_data(state(ENGLISH, "QmFzZTY0ZW5jcnlwdGVk" * 200)),
        linked(isAccessibleForFree=False) + next_data(state(ENGLISH, "")),
    ],
)  # fmt: skip
def test_the_stub_of_an_article_stays_a_stub(data: str) -> None:
    assert reason(page(ENGLISH, data, body=TEASER)) is Reason.PAYWALL_STUB


def test_the_long_description_of_an_article_may_be_its_body_but_that_of_a_job_is_not() -> None:
    def described(kind: str) -> str:
        node = {"@type": kind, "headline": ENGLISH.title, "description": lines(ENGLISH) * 2}
        return page(ENGLISH, script(as_json(node), ' type="application/ld+json"'))

    assert extract(described("BlogPosting")).extractor == "embedded"
    assert reason(described("JobPosting")) is Reason.NO_ARTICLE


def test_a_consent_wall_with_texts_in_its_state_stays_a_wall() -> None:
    texts = next_data({"title": ENGLISH.title, "texts": INTERFACE, "notice": INTERFACE["cookies"]["notice"]})
    assert reason(page(ENGLISH, texts, body=CONSENT)) is Reason.CONSENT_WALL


def test_an_article_below_a_consent_wall_is_published() -> None:
    assert (extract(page(ENGLISH, STATE, body=CONSENT)).text or "").split("\n") == list(ENGLISH.paragraphs)


def test_a_home_page_with_whole_articles_in_its_state_stays_an_index_page() -> None:
    articles = [{"title": story.title, "slug": f"story-{story.language}", "body": html(story)} for story in STORIES]
    content = page(ENGLISH, next_data({"site": {"title": ENGLISH.title}, "articles": articles}))
    assert reason(content, "https://news.example/") is Reason.INDEX_PAGE


def test_an_error_page_with_a_state_stays_an_error_page() -> None:
    content = STATE + "<title>Page not found</title><h1>Page not found</h1>"
    assert reason(content) is Reason.ERROR_PAGE


def test_a_body_in_the_markup_must_be_a_part_of_the_longer_one() -> None:
    """A page of an article with several pages, or a state that is not about the page."""
    data = next_data(state(ENGLISH, html(ENGLISH) * 2))
    german = "".join(f"<p>{paragraph}</p>" for paragraph in GERMAN.paragraphs)
    assert extract(page(ENGLISH, data, body=f"<article>{german}</article>")).extractor == "blocks"


def test_text_in_json_is_decoded_once_and_cleaned() -> None:
    texts = [
        "Fish &amp; chips were sold, and &lt;b&gt; is a tag, as the sign beside the door said in old letters.",
        "Har\x00row\u202e",
    ]
    article = extract(page(ENGLISH, linked(articleBody="\n".join([*ENGLISH.paragraphs, *texts]))))
    assert (article.text or "").split("\n")[5:6] == [
        "Fish & chips were sold, and <b> is a tag, as the sign beside the door said in old letters."
    ]
    assert "\u202e" not in (article.text or "")


def test_a_body_over_a_limit_is_left_out() -> None:
    """The page itself is within the limits: its brackets are escaped."""
    deep = as_json(state(ENGLISH, "<div>" * 12_000 + html(ENGLISH))).replace("<", "\\u003c")
    assert reason(page(ENGLISH, script(deep, ' type="application/json"'))) is Reason.NO_ARTICLE


def test_the_text_of_the_crawler_comes_after_the_data_of_the_page() -> None:
    assert extract(page(ENGLISH, STATE), text="Extracted elsewhere.").extractor == "embedded"
    assert extract(page(ENGLISH), text="Extracted elsewhere.").extractor is None


def test_explain_shows_the_blocks_of_the_markup_and_then_those_of_the_data() -> None:
    blocks = explain_page(Article(html=page(ENGLISH, STATE, body=CONSENT), url=URL))
    assert [block.text for block in blocks if block.kept] == list(ENGLISH.paragraphs)
    assert blocks[0].text.startswith("We and our partners")
    assert not blocks[0].kept
