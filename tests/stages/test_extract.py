from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.page.kind_pages import PAGES
from tests.stages.news_page import ENGLISH, GERMAN, JAPANESE, MARK, STORIES, Story, news_page
from worker.extraction.sections import Sections
from worker.messages import Article, Dead, Dropped, Reason
from worker.page.kind import PageKind
from worker.page.limits import Limits
from worker.pipeline.pipeline import RecordTimeout
from worker.stages.extract import Extract, explain_page, normalise

EXTRACT = Extract(Limits())
URL = "https://news.example/2026/03/story?utm=1"


def extract(html: str, **fields: Any) -> Article:
    result = EXTRACT(Article(html=html, url=URL, **fields))
    assert isinstance(result, Article), result
    return result


def lines(html: str) -> list[str]:
    return (extract(html).text or "").split("\n")


def page(body: str) -> str:
    """A page with this body and the story's headline in its head."""
    return f"<!DOCTYPE html><html><head><title>{ENGLISH.title}</title></head><body>{body}</body></html>"


def paragraphs(story: Story = ENGLISH) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every block of a page as the article's: these tests are not about the model's judgement."""
    monkeypatch.setattr(Sections, "decide", lambda found, _likelihoods: found.kept | True)


# -- Pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_article_comes_out_with_its_metadata(story: Story) -> None:
    """It has no navigation, share bar, related links or newsletter box, and the headline is not repeated."""
    article = extract(news_page(story))
    assert (article.text or "").split("\n")[: len(story.paragraphs)] == list(story.paragraphs)
    assert f"{MARK} section" not in (article.text or "")
    assert story.newsletter not in (article.text or "")
    assert article.extractor == "blocks"
    assert article.html is None
    assert article.title == story.title
    assert article.authors == ("Ada Brandt", "Tom Okafor")
    assert article.published_at == datetime(2026, 3, 2, 6, 15, 30, tzinfo=UTC)
    assert article.canonical_url == "https://news.example/2026/03/story"
    assert article.site_name == "The Example Herald"
    assert article.language == story.language
    assert article.page_kind is PageKind.ARTICLE


def test_an_article_in_a_layout_of_div_and_br_is_found() -> None:
    body = "<br><br>".join(ENGLISH.paragraphs)
    html = page(f"<table><tr><td><a href=/>{MARK}</a></td><td><div id=content>{body}</div></td></tr></table>")
    assert lines(html) == list(ENGLISH.paragraphs)


@pytest.mark.usefixtures("everything")
def test_a_table_is_part_of_the_article_row_by_row() -> None:
    table = "<table><tr><th>Year</th><th>Sacks of flour</th></tr><tr><td>1884</td><td>4,100</td></tr></table>"
    assert lines(page(f"<article>{paragraphs()}{table}</article>"))[-2:] == ["Year | Sacks of flour", "1884 | 4,100"]


@pytest.mark.usefixtures("everything")
def test_the_lines_of_preformatted_text_are_noted_as_code() -> None:
    code = "<pre>if x &lt; 1:\n    print(<b>x</b>)\n\nreturn</pre><p>One <code>line</code>.</p><pre>one line</pre>"
    article = extract(page(f"{paragraphs()}{code}{paragraphs()}"))
    assert article.code == ("if x < 1:", "print(x)", "return", "one line")
    assert set(article.code) <= set((article.text or "").split("\n"))
    assert extract(page(paragraphs())).code == ()


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


@pytest.mark.usefixtures("everything")
def test_line_breaks_in_the_source_become_spaces() -> None:
    wrapped = paragraphs().replace(" ", "\r\n   ")
    assert lines(page(f"<article>{wrapped}</article>")) == list(ENGLISH.paragraphs)


@pytest.mark.usefixtures("everything")
def test_letters_are_composed_and_invisible_characters_removed() -> None:
    text = (
        paragraphs()
        .replace("mill", "mi\u00adl\u200bl")
        .replace("before", "be&shy;fore&zwnj;")
        .replace("Ellen", "E\u0301llen")
    )
    found = "\n".join(lines(page(f"<article>{text}</article>")))
    assert "The water mill at Harrow Bridge" in found
    assert "before\u200c a crowd" in found  # in some scripts a joiner is a letter
    assert "Éllen Marsh" in found


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("between", ["", "\u00ad", "\u200b"])
def test_a_long_run_of_combining_marks_is_cut(between: str) -> None:
    run = f"\u0315{between}\u0300{between}"
    text = paragraphs().replace("mill", "mi" + run * 100_000 + "ll")
    found = "\n".join(lines(page(f"<article>{text}</article>")))
    assert "The water m" + normalize("NFC", "i" + "\u0315\u0300" * 15) + "ll at Harrow Bridge" in found
    assert normalise("i" + run * 100_000) == normalize("NFC", "i" + "\u0315\u0300" * 15)


@pytest.mark.usefixtures("everything")
def test_no_entity_brings_back_a_control_or_reverses_a_line() -> None:
    text = paragraphs().replace("mill", "m&#x202E;il&amp;#x202e;l&#27;&#x81;&#127;")
    assert "The water mill at Harrow Bridge" in "\n".join(lines(page(f"<article>{text}</article>")))


@pytest.mark.parametrize("where", ["</h1><p>{}", "<h1>{}", "<p>mill {} mill"])
@pytest.mark.parametrize("before", ["&#", "&amp;#", "&amp;amp;#"])
def test_an_entity_of_5000_digits_does_not_lose_the_article(where: str, before: str) -> None:
    entity = f"{before}{'1' * 5000};"
    html = page(f"<article><h1>{ENGLISH.title}</h1>{where.format(entity)}{paragraphs()}</article>")
    assert set(ENGLISH.paragraphs) <= set(lines(html))


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("code", ["x = 1\ny = '&amp;nbsp;'", "&amp;lt;b&amp;gt;"])
@pytest.mark.usefixtures("everything")
def test_entities_in_code_are_resolved_once(code: str) -> None:
    article = extract(page(f"<article>{paragraphs()}<pre>{code}</pre>{paragraphs()}</article>"))
    shown = code.replace("&amp;", "&").split("\n")
    assert [line for line in (article.text or "").split("\n") if line in shown] == shown
    assert list(article.code) == shown


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


def test_a_page_without_a_declared_encoding_is_read_as_text() -> None:
    html = page(f"<article>{paragraphs(JAPANESE)}</article>").replace("<title>", "<meta charset=shift_jis><title>")
    assert lines(html) == list(JAPANESE.paragraphs)


def test_text_below_300_elements_is_not_lost() -> None:
    html = page("<div>" * 300 + f"<article>{paragraphs()}</article>" + "</div>" * 300)
    assert lines(html) == list(ENGLISH.paragraphs)


@pytest.mark.usefixtures("everything")
def test_a_paragraph_of_thousands_of_inline_elements_keeps_its_text() -> None:
    words = "<i>word,</i> " * 2500
    html = page(f"<article>{paragraphs()}<p>{words}</p></article>")
    assert lines(html)[-1] == " ".join(["word,"] * 2500)


@pytest.mark.usefixtures("everything")
def test_the_headline_stays_if_there_is_nothing_else() -> None:
    assert lines(page(f"<p>{ENGLISH.title}</p>")) == [ENGLISH.title]


@pytest.mark.usefixtures("everything")
def test_the_headline_is_not_part_of_the_body() -> None:
    assert lines(page(f"<article><h1>{ENGLISH.title}</h1>{paragraphs()}</article>")) == list(ENGLISH.paragraphs)
    assert lines(page(f"<article><p>{ENGLISH.title.upper()}.</p>{paragraphs()}</article>")) == list(ENGLISH.paragraphs)


def test_an_explanation_shows_what_the_stage_keeps() -> None:
    html = news_page(ENGLISH)
    rows = explain_page(Article(html=html, url=URL))
    assert set(ENGLISH.paragraphs) <= {row.text for row in rows if row.kept}
    assert any(MARK in row.text for row in rows if not row.kept)


# -- Pages without an article ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (PageKind.ERROR, Reason.ERROR_PAGE),
        (PageKind.CONSENT, Reason.CONSENT_WALL),
        (PageKind.LOGIN, Reason.LOGIN_WALL),
    ],
)
def test_a_page_that_is_not_an_article_is_dropped_with_its_reason(kind: PageKind, reason: Reason) -> None:
    results = [EXTRACT(Article(html=one.html, url=one.url)) for one in PAGES if one.kind is kind]
    dropped = [result.reason for result in results if isinstance(result, Dropped)]
    assert set(dropped) <= {reason, Reason.NO_ARTICLE}
    assert dropped.count(reason) > len(results) / 2


def test_the_crawler_s_text_survives_a_page_that_is_not_an_article() -> None:
    for one in (page for page in PAGES if page.kind is PageKind.CONSENT):
        article = EXTRACT(Article(html=one.html, url=one.url, text="Extracted elsewhere."))
        assert isinstance(article, Article)
        if isinstance(EXTRACT(Article(html=one.html, url=one.url)), Dropped):
            assert (article.text, article.extractor) == ("Extracted elsewhere.", None)


# -- What the crawler sent ---------------------------------------------------------------------------------------


def test_the_crawler_takes_precedence_over_the_page() -> None:
    sent = {
        "title": "Sent title",
        "authors": ("Sent Author",),
        "published_at": datetime(2020, 1, 1, tzinfo=UTC),
        "canonical_url": "https://sent.example/",
        "language": "cy",
    }
    article = extract(news_page(ENGLISH), **sent)
    assert {name: getattr(article, name) for name in sent} == sent


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        (f"{ENGLISH.title} | Pod", ENGLISH.title),
        (f"{ENGLISH.title} - News", ENGLISH.title),
        (f"{ENGLISH.title} – News.example", ENGLISH.title),
        (f"The Example Herald: {ENGLISH.title}", ENGLISH.title),
        ("Sent title - with a dash", "Sent title - with a dash"),
        ("Old | New", "Old | New"),
    ],
)
def test_the_name_of_the_site_is_removed_from_the_crawler_s_title(sent: str, title: str) -> None:
    assert extract(news_page(ENGLISH), title=sent).title == title
    dropped = EXTRACT(Article(url=URL, html="<title>x</title>", title=sent))
    assert isinstance(dropped, Dropped)


def test_the_authors_of_a_crawler_are_names() -> None:
    html = page(paragraphs())
    assert extract(html, authors=("Jane Doe and John Roe, CNN",)).authors == ("Jane Doe", "John Roe")
    sent = ("By Jane Doe", "Posted on March 3, 2026", "@jane", "Jane Doe")
    assert extract(html, authors=sent).authors == ("Jane Doe",)
    assert extract(html, authors=("@jane",)).authors == ("@jane",)
    many = tuple(f"Jane Doe {number}" for number in range(30))
    assert extract(html, authors=many).authors == many


def test_a_byline_in_plain_text_names_the_author_if_nothing_else_does() -> None:
    byline = "<p>By Jane Doe</p>"
    article = f"<article><h1>{ENGLISH.title}</h1>{byline}{paragraphs()}</article>"
    comment = f"<div class=comments><p>Written by John Roe</p></div>{paragraphs()}"
    assert extract(page(article)).authors == ("Jane Doe",)
    assert extract(page(article), authors=("Ada Brandt",)).authors == ("Ada Brandt",)
    assert extract(page(article.replace(byline, "") + comment)).authors == ()


def test_relative_urls_are_resolved_against_the_final_url() -> None:
    article = extract(news_page(ENGLISH), final_url="https://moved.example/somewhere")
    assert article.canonical_url == "https://moved.example/2026/03/story"


def test_a_date_after_the_fetch_is_not_believed() -> None:
    article = extract(news_page(ENGLISH), fetched_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert article.published_at is None


def test_the_language_of_the_text_takes_precedence_over_a_template_s() -> None:
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
def test_the_crawler_s_text_is_used_if_the_page_has_none(html: str) -> None:
    result = EXTRACT(Article(html=html, text="Extracted  elsewhere."))
    assert isinstance(result, Article)
    assert (result.text, result.extractor) == ("Extracted elsewhere.", None)


def test_the_page_s_metadata_is_used_even_then() -> None:
    html = "<html lang=fr><head><title>Un titre</title></head><body></body></html>"
    assert extract(html, text="Trouvé ailleurs.").title == "Un titre"


@pytest.mark.parametrize("html", [None, "", "<html></html>", "\x00", "\ud800", "<!-- unclosed"])
@pytest.mark.parametrize("text", [None, "", " \n\t\u200b"])
def test_no_text_means_no_article(html: str | None, text: str | None) -> None:
    assert EXTRACT(Article(html=html, text=text)) == Dropped(Reason.NO_ARTICLE, "no body text was found")


@pytest.mark.parametrize(
    ("url", "body"), [("https://e.org/tag/a", '<body class="archive tag">'), ("https://e.org/1", "<body>")]
)
def test_a_dropped_page_keeps_its_title_and_not_its_content(url: str, body: str) -> None:
    html = f'<html><head><title>Bridges</title><meta property="og:type" content="product"></head>{body}</body></html>'
    for sent, kept in ((None, "Bridges"), ("The crawler's", "The crawler's")):
        ending = EXTRACT(Article(url=url, html=html, title=sent, status=200))
        assert isinstance(ending, Dropped)
        assert ending.read == Article(url=url, title=kept, status=200)


# -- Limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(max_html_bytes=1000), Reason.TOO_LARGE),
        (Limits(max_nodes=50), Reason.TOO_MANY_NODES),
        (Limits(max_nodes=20_000, max_depth=3), Reason.TOO_DEEP),
    ],
)
def test_a_page_over_a_limit_is_dead(limits: Limits, reason: Reason) -> None:
    html = news_page(ENGLISH) + ("<i>x</i>" * 6000 if limits.max_depth == 3 else "")
    result = Extract(limits)(Article(html=html, text="Extracted elsewhere."))
    assert isinstance(result, Dead)
    assert result.reason is reason


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


# -- One page after another --------------------------------------------------------------------------------------


def test_results_do_not_depend_on_the_pages_before() -> None:
    pages = [news_page(story) for story in STORIES] + [
        page(f"<div>{paragraphs()}</div>" * 2),
        page(paragraphs(GERMAN) * 3),
    ]
    alone = [extract(html) for html in pages]
    assert [extract(html) for html in pages[::-1] * 2][::-1] == alone * 2


def test_pages_without_an_article_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger().handlers[:], logging.getLogger().level
    with capture_logs() as events:
        EXTRACT(Article(html="<html><body></body></html>"))
    assert caplog.records == []
    assert events == []
    assert (logging.getLogger().handlers, logging.getLogger().level) == root


@pytest.mark.parametrize(
    "step",
    [
        *(f"reading.{name}" for name in ("parse", "read_metadata", "find_body", "classify", "article_html")),
        "extract.decide_language",
    ],
)
def test_the_time_limit_passes_through_every_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be raised anywhere inside. The stage must not turn it into an outcome."""

    def fail(*_args: Any) -> None:
        raise RecordTimeout("over 20 s")

    monkeypatch.setattr(f"worker.stages.{step}", fail)
    with pytest.raises(RecordTimeout):
        EXTRACT(Article(html=page(paragraphs()), text="Extracted elsewhere."))


# -- Anything ----------------------------------------------------------------------------------------------------

TAGS = (
    "div p span b i a table tr td ul li h1 article nav script style blockquote pre code br img svg form figure section"
)
PIECES = st.text(max_size=20) | st.sampled_from(
    [f"<{tag}>" for tag in TAGS.split()]
    + [f"</{tag}>" for tag in TAGS.split()]
    + ["<!--", "-->", "<![CDATA[", "]]>", "&#xFFFE;", "&#1;", "&#xD800;", "&nbsp;", "\x00", "\x0b", "\ud800", "<p a='"]
    + ["<html/>", "<meta charset=utf-16>", "<link rel=canonical href='http://[::1'>", "<title>", "<base href='//'>"]
    + [
        "<script type='application/ld+json'>",
        "[[{",
        "</script>",
        "<script>x={title:'",
        "self.__next_f.push([1,'1:",
        "'}",
        f"{ENGLISH.paragraphs[0]} ",
    ]
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=40).map("".join), st.none() | st.text(max_size=20))
def test_any_page_ends_in_an_outcome(html: str, text: str | None) -> None:
    result = EXTRACT(Article(html=f"<html><body>{html}</body></html>", text=text, url="https://news.example/a"))
    if isinstance(result, Article):
        orjson.dumps([result.text, result.title, result.authors, result.canonical_url, result.language])
        assert result.text == normalise(result.text or "")


@given(st.text())
def test_normalised_text_does_not_change(text: str) -> None:
    once = normalise(text)
    orjson.dumps(once)
    assert normalise(once) == once
    assert all(line and line == " ".join(line.split()) for line in once.split("\n") if once)
