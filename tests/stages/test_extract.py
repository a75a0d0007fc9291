from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement
from structlog.testing import capture_logs
from trafilatura.utils import line_processing, trim

from tests.stages.news_page import ENGLISH, GERMAN, JAPANESE, MARK, STORIES, Story, news_page
from worker.messages import Article, Dead, Dropped, Reason
from worker.pipeline import RecordTimeout
from worker.stages import extract as module
from worker.stages.extract import Body, Extract, normalise, parse, trafilatura_body
from worker.stages.limits import Limits

EXTRACT = Extract(Limits())
URL = "https://news.example/2026/03/story?utm=1"


def extract(html: str, **fields: Any) -> Article:
    result = EXTRACT(Article(html=html, url=URL, **fields))
    assert isinstance(result, Article), result
    return result


def lines(html: str) -> list[str]:
    return (extract(html).text or "").split("\n")


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>Old mill reopens</title></head><body>{body}</body></html>"


def paragraphs(story: Story = ENGLISH) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)


# -- Pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_article_comes_out_and_nothing_else(story: Story) -> None:
    """No navigation, share bar, related links, newsletter box, comments or footer, and not the headline again."""
    article = extract(news_page(story))
    assert (article.text or "").split("\n") == list(story.paragraphs)
    assert article.extractor == "trafilatura_fast"
    assert article.title == story.title
    assert article.authors == ("Ada Brandt", "Tom Okafor")
    assert article.published_at == datetime(2026, 3, 2, 6, 15, 30, tzinfo=UTC)
    assert article.canonical_url == "https://news.example/2026/03/story"
    assert article.language == story.language


def test_an_article_in_a_layout_of_div_and_br_is_found() -> None:
    body = "<br><br>".join(ENGLISH.paragraphs)
    html = page(f"<table><tr><td><a href=/>{MARK}</a></td><td><div id=content>{body}</div></td></tr></table>")
    assert lines(html) == list(ENGLISH.paragraphs)


def test_the_slower_mode_helps_where_the_fast_one_finds_little() -> None:
    """The first <article> is a teaser, and the story stands in plain <div>s."""
    teaser = f"<article>{''.join(f'<p>{paragraph}</p>' for paragraph in ENGLISH.paragraphs[:3])}</article>"
    story = [paragraph.replace("Fähre", f"Fähre {n}") for n in range(4) for paragraph in GERMAN.paragraphs]
    article = extract(page(f"{teaser}<div class=text>{''.join(f'<p>{paragraph}</p>' for paragraph in story)}</div>"))
    assert article.extractor == "trafilatura"
    assert set(story) <= set((article.text or "").split("\n"))


def test_a_table_is_part_of_the_article_row_by_row() -> None:
    table = "<table><tr><th>Year</th><th>Sacks of flour</th></tr><tr><td>1884</td><td>4,100</td></tr></table>"
    assert lines(page(f"<article>{paragraphs()}{table}</article>"))[-2:] == ["Year Sacks of flour", "1884 4,100"]


def test_lists_quotes_and_headings_come_without_markup() -> None:
    inner = (
        "<h2>What it <em>cost</em></h2><ul><li>The <b>wheel</b>, 40,000 pounds</li><li>The <a href=/w>weir</a></li></ul>"
        "<blockquote><p>- Nobody wanted steel, did they?</p></blockquote><p>It is <strong>open</strong> | # again *now*.</p>"
    )
    assert lines(page(f"<article>{paragraphs()}{inner}</article>"))[-5:] == [
        "What it cost",
        "The wheel, 40,000 pounds",
        "The weir",
        "- Nobody wanted steel, did they?",
        "It is open | # again *now*.",
    ]


def test_line_breaks_of_the_source_are_spaces() -> None:
    wrapped = paragraphs().replace(" ", "\r\n   ")
    assert lines(page(f"<article>{wrapped}</article>")) == list(ENGLISH.paragraphs)


def test_letters_are_composed_and_invisible_ones_gone() -> None:
    text = (
        paragraphs()
        .replace("mill", "mi\u00adl\u200bl")
        .replace("before", "be&shy;fore&zwnj;")
        .replace("Ellen", "E\u0301llen")
    )
    found = "\n".join(lines(page(f"<article>{text}</article>")))
    assert "The water mill at Harrow Bridge" in found
    assert "before\u200c a crowd" in found  # a joiner is a letter in some scripts
    assert "Éllen Marsh" in found


def test_entities_that_were_escaped_twice_are_resolved() -> None:
    html = page(f"<article>{paragraphs()}<p>Bread &amp;amp; butter, at the mill &amp;nbsp;every Sunday.</p></article>")
    assert lines(html)[-1] == "Bread & butter, at the mill every Sunday."


@pytest.mark.parametrize(
    "first",
    [
        "<html/>",
        "<!DOCTYPE html><html lang='en' />\n<head/>",
        "\ufeff<html>",
        "<?xml version='1.0' encoding='utf-16'?><html>",
    ],
)
def test_a_damaged_beginning_does_not_lose_the_page(first: str) -> None:
    assert lines(f"{first}<body><article>{paragraphs()}</article></body></html>") == list(ENGLISH.paragraphs)


def test_a_page_in_no_encoding_of_its_own_is_read_as_text() -> None:
    html = page(f"<article>{paragraphs(JAPANESE)}</article>").replace("<title>", "<meta charset=shift_jis><title>")
    assert lines(html) == list(JAPANESE.paragraphs)


def test_text_below_256_elements_is_not_lost() -> None:
    """libxml2 stops there without a word, unless it is asked not to."""
    html = page("<div>" * 300 + f"<article>{paragraphs()}</article>" + "</div>" * 300)
    assert lines(html) == list(ENGLISH.paragraphs)


def test_a_paragraph_of_thousands_of_inline_elements_keeps_its_text() -> None:
    html = page("<article><p>" + "<i>word</i> " * 2500 + f"&#xFFFE;</p>{paragraphs()}</article>")
    assert lines(html) == [" ".join(["word"] * 2500), *ENGLISH.paragraphs]


def test_the_headline_stays_where_it_is_all_there_is() -> None:
    assert lines(page("<p>Old mill reopens</p>")) == ["Old mill reopens"]


# -- What the crawler sent ---------------------------------------------------------------------------------------


def test_the_crawler_goes_before_the_page() -> None:
    sent = {
        "title": "Sent title",
        "authors": ("Sent Author",),
        "published_at": datetime(2020, 1, 1, tzinfo=UTC),
        "canonical_url": "https://sent.example/",
        "language": "cy",
    }
    article = extract(news_page(ENGLISH), **sent)
    assert {name: getattr(article, name) for name in sent} == sent


def test_relative_urls_start_where_redirects_led() -> None:
    article = extract(news_page(ENGLISH), final_url="https://moved.example/somewhere")
    assert article.canonical_url == "https://moved.example/2026/03/story"


def test_a_date_after_the_fetch_is_not_believed() -> None:
    article = extract(news_page(ENGLISH), fetched_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert article.published_at is None


def test_the_language_of_the_text_goes_before_that_of_a_template() -> None:
    assert extract(news_page(GERMAN, head="", lang="en")).language == "de"


def test_a_text_without_a_page_passes_with_its_spaces_normalised() -> None:
    article = EXTRACT(
        Article(text="  Die  Fähre \r\n\r\n\tfährt\u00a0wieder über den Rhein.\n \n", title="T", shape="news_please")
    )
    assert article == Article(
        text="Die Fähre\nfährt wieder über den Rhein.", title="T", shape="news_please", language="de", extractor=None
    )


@pytest.mark.parametrize(
    "html", ["", " ", "<!-- nothing -->", "<html><body><script>1</script></body></html>", "<p></p>"]
)
def test_the_crawler_s_text_is_used_where_the_page_gives_none(html: str) -> None:
    result = EXTRACT(Article(html=html, text="Extracted  elsewhere."))
    assert isinstance(result, Article)
    assert (result.text, result.extractor) == ("Extracted elsewhere.", None)


def test_the_page_s_metadata_is_used_even_then() -> None:
    html = "<html lang=fr><head><title>Un titre</title></head><body></body></html>"
    assert extract(html, text="Trouvé ailleurs.").title == "Un titre"


@pytest.mark.parametrize("html", [None, "", "<html></html>", "\x00", "\ud800", "<!-- unclosed"])
@pytest.mark.parametrize("text", [None, "", " \n\t\u200b"])
def test_without_any_text_there_is_no_article(html: str | None, text: str | None) -> None:
    assert EXTRACT(Article(html=html, text=text)) == Dropped(Reason.NO_ARTICLE, "no body text was found")


# -- Limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(max_html_bytes=1000), Reason.TOO_LARGE),
        (Limits(max_nodes=50), Reason.TOO_MANY_NODES),
        (Limits(max_depth=3), Reason.TOO_DEEP),
    ],
)
def test_a_page_over_a_limit_is_dead(limits: Limits, reason: Reason) -> None:
    result = Extract(limits)(Article(html=news_page(ENGLISH), text="Extracted elsewhere."))
    assert isinstance(result, Dead)
    assert result.reason is reason


def test_a_page_that_the_parser_finds_too_deep_is_dead() -> None:
    html = page("<p><b></p>" * 10 + "<ul><li>" * 2000 + paragraphs())
    assert Extract(Limits(max_depth=5000))(Article(html=html)) == Dead(
        Reason.TOO_DEEP, "more than 2048 elements inside each other"
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "noise",
    [
        "<div>" * 380,
        "<b>" * 380,
        "<table><tr><td>" * 380,
        "<ul><li>item" * 380,
        "<p>word</p>" * 3000,
        "<div>word</div>" * 3000,
        "word<br>" * 3000,
        "<a href=/x>link</a> " * 3000,
        f"<table>{'<tr><td>1<td>2' * 2000}</table>",
        "<p>" + "<i>a</i><b>b</b> " * 4000,
        "word " * 100_000,
        "w" * 500_000,
        f"<script>{'var a = 1;' * 50_000}</script>",
        f"<script type=application/ld+json>{'[' * 200_000}</script>",
        f"<svg>{'<path d=1 />' * 5000}</svg>",
        f"<template>{'<p>x</p>' * 3000}</template>",
        "<form>" * 200,
        "</div>" * 3000,
        "\x00\x0b\ufffe" * 3000,
        "&#xFFFE;&#1;&#xD800;&#0;" * 500,
        "<!-- c -->" * 3000,
        "<p a='" + "x" * 100_000 + "'>x</p>",
    ],
    ids=lambda noise: noise[:24],
)
def test_hostile_markup_before_an_article_ends_in_an_outcome(noise: str) -> None:
    result = EXTRACT(Article(html=page(f"{noise}<article>{paragraphs()}</article>")))
    assert isinstance(result, Article)
    orjson.dumps(result.text)
    assert result.text


# -- The extractor as a dependency -------------------------------------------------------------------------------


def test_another_body_extractor_can_take_its_place() -> None:
    def first_paragraph(tree: HtmlElement) -> Body:
        return Body(tree.findtext(".//p") or "", "mine")

    result = Extract(Limits(), first_paragraph)(Article(html=news_page(ENGLISH)))
    assert isinstance(result, Article)
    assert (result.text, result.extractor) == (ENGLISH.paragraphs[0], "mine")


def test_results_do_not_depend_on_the_pages_before() -> None:
    pages = [news_page(story) for story in STORIES] + [
        page(f"<div>{paragraphs()}</div>" * 2),
        page(paragraphs(GERMAN) * 3),
    ]
    alone = [extract(html) for html in pages]
    assert [extract(html) for html in pages[::-1] * 2][::-1] == alone * 2


def test_no_text_of_a_page_is_kept() -> None:
    extract(news_page(ENGLISH))
    assert trim.cache_info().currsize == 0
    assert line_processing.cache_info().currsize == 0


def test_pages_without_an_article_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger().handlers[:], logging.getLogger().level
    with capture_logs() as events:
        EXTRACT(Article(html="<html><body></body></html>"))
    assert caplog.records == []
    assert events == []
    assert (logging.getLogger().handlers, logging.getLogger().level) == root


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_args: Any, **_options: Any) -> None:
        raise error

    return fail


def test_an_extractor_that_fails_leaves_the_crawler_s_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "bare_extraction", failing(RecursionError("too deep")))
    with capture_logs() as events:
        article = extract(news_page(ENGLISH), text="Extracted elsewhere.")
    assert (article.text, article.title) == ("Extracted elsewhere.", ENGLISH.title)
    assert [event["event"] for event in events] == ["extractor_failed"] * 2


@pytest.mark.parametrize(
    "where",
    ["trafilatura.core.prune_unwanted_nodes", "trafilatura.core.html2txt", "trafilatura.external.ParagraphMaker"],
)
def test_the_time_limit_goes_through_the_extractor(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised anywhere inside, and trafilatura catches much; the stage must not turn it into an outcome."""
    target = where if not where.endswith("ParagraphMaker") else f"{where}.make_paragraphs"
    monkeypatch.setattr(target, failing(RecordTimeout("over 20 s")))
    with pytest.raises(RecordTimeout):
        EXTRACT(Article(html=page("<div><p>A short text.</p></div><p>Another.</p>"), text="Extracted elsewhere."))


def test_the_thorough_mode_is_kept_from_pages_that_it_takes_minutes_for() -> None:
    tree = parse(page("<div>word</div>" * 5001))
    assert isinstance(tree, HtmlElement)
    body = trafilatura_body(tree)
    assert body is None or body.extractor == "trafilatura_fast"


# -- Anything ----------------------------------------------------------------------------------------------------

TAGS = (
    "div p span b i a table tr td ul li h1 article nav script style blockquote pre code br img svg form figure section"
)
PIECES = st.text(max_size=20) | st.sampled_from(
    [f"<{tag}>" for tag in TAGS.split()]
    + [f"</{tag}>" for tag in TAGS.split()]
    + ["<!--", "-->", "<![CDATA[", "]]>", "&#xFFFE;", "&#1;", "&#xD800;", "&nbsp;", "\x00", "\x0b", "\ud800", "<p a='"]
    + ["<html/>", "<meta charset=utf-16>", "<link rel=canonical href='http://[::1'>", "<title>", "<base href='//'>"]
    + ["<script type='application/ld+json'>", "[[{", "</script>", f"{ENGLISH.paragraphs[0]} "]
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40).map("".join), st.none() | st.text(max_size=20))
def test_any_page_ends_in_an_outcome(html: str, text: str | None) -> None:
    result = EXTRACT(Article(html=f"<html><body>{html}</body></html>", text=text, url="https://news.example/a"))
    if isinstance(result, Article):
        orjson.dumps([result.text, result.title, result.authors, result.canonical_url, result.language])
        assert result.text == normalise(result.text or "")


@given(st.text())
def test_normalised_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    orjson.dumps(once)
    assert normalise(once) == once
    assert all(line and line == " ".join(line.split()) for line in once.split("\n") if once)
