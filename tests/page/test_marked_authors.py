from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.implementations import BOTH, one_of_both
from worker.page.declared import gather
from worker.page.marked_authors import Marked, marked_authors

TITLE = "Old mill reopens"
HEADLINE = f"<h1>{TITLE}</h1>"


@pytest.fixture(params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each test runs with the compiled walk and without it."""
    yield from one_of_both(request)


def marked(body: str) -> Marked:
    return marked_authors(gather(LexborHTMLParser(f"<body>{body}<p>Words</p>"), frozenset()), TITLE)


def authors(body: str) -> list[str]:
    return [*marked(body).people]


@pytest.mark.parametrize(
    "byline",
    [
        "<a rel=author href=/jane>Jane Doe</a>",
        "<span itemprop=author>By Jane Doe</span>",
        "<div itemprop=author itemscope><img alt=x><span itemprop=name>Jane Doe</span><i>Editor</i></div>",
        "<p class=byline>By Jane Doe</p>",
        "<p class=byline>Von Jane Doe, dpa</p>",
        "<div class=c-byline><b>By</b> <a href=/x>Jane Doe</a><time>3 May 2026</time></div>",
        "<div class=entry-meta><span class='author vcard'><a class='url fn n'>Jane Doe</a></span></div>",
        "<div class=authorDateBlock_x1>By<span>Jane Doe</span>Published on July 18, 2026</div>",
        "<div class=post_author>By Dr. Jane Doe - Mar 27, 2026</div>",
        "<div class=meta><a href=/author/jane-doe/>Jane Doe</a></div>",
        "<div class=author-card><h4>Jane Doe</h4><p>Jane Doe has written about mills for thirty years.</p></div>",
        "<aside class=post-author>Jane Doe</aside>",
        "<div class=byline>Written by<br>Jane Doe<br>Reviewed by<br>John Roe</div>",
        "<div class='page has-sidebar'><div><div><div><p class=byline>By Jane Doe</p></div></div></div></div>",
        "<article><footer class=entry-footer>Posted by <a rel=author>Jane Doe</a></footer></article>",
    ],
)
def test_the_author_in_a_marked_element_is_found(byline: str) -> None:
    assert authors(HEADLINE + byline) == ["Jane Doe"]
    assert authors(byline + HEADLINE) == ["Jane Doe"]


@pytest.mark.parametrize(
    "byline",
    [
        "<div class=byline>By <a>Jane Doe</a> and <a>John Roe</a></div>",
        "<p><a rel=author>Jane Doe</a>, <a rel=author>John Roe</a></p>",
        "<ul><li><span class=author-name>Jane Doe</span><li><span class=author-name>John Roe</span></ul>",
        "<div class=author-list>Jane Doe &amp; John Roe</div>",
    ],
)
def test_all_authors_of_a_byline_are_found(byline: str) -> None:
    assert authors(HEADLINE + byline) == ["Jane Doe", "John Roe"]


@pytest.mark.parametrize(
    "other",
    [
        "<div itemprop=comment><span itemprop=author>John Roe</span></div>",
        "<div itemscope itemtype='https://schema.org/Comment'><a rel=author>John Roe</a></div>",
        "<ol class=comments><li><b class=comment-author>John Roe</b></ol>",
        "<div class=related-posts><div><span class=author>John Roe</span></div></div>",
        "<div class=sidebar><p class=author>John Roe</p></div>",
        "<nav><a href=/authors/>Our Authors</a></nav>",
        "<footer><p class=author>John Roe</p></footer>",
        "<blockquote>Words <cite class=quote-author>John Roe</cite></blockquote>",
        "<figure><figcaption class=author>John Roe</figcaption></figure>",
        "<p class=author>Photo: John Roe</p>",
        "<p class=byline>Sat, 20 Dec, 2026 - 06:36</p>",
        "<p class=author-bio>He lives in Sankt Goar.</p>",
        "<a href=/authorize>Sign In</a>",
    ],
)
def test_authors_of_something_else_are_left_out(other: str) -> None:
    assert marked(HEADLINE + other) == Marked()
    assert authors(other + HEADLINE + "<p class=byline>Jane Doe</p>") == ["Jane Doe"]


def test_the_byline_after_the_headline_comes_before_one_above_it() -> None:
    assert authors(f"<p class=author>John Roe</p>{HEADLINE}<p class=author>Jane Doe</p>") == ["Jane Doe"]


def test_an_account_is_an_author_if_no_person_is_named() -> None:
    account = "<a rel=author>mill78</a>"
    assert marked(HEADLINE + account) == Marked(account=("mill78",))
    assert marked(HEADLINE + account + "<p class=author>Jane Doe</p>") == Marked(people=("Jane Doe",))
    assert marked(HEADLINE + "<div class=author-box>mill78</div>") == Marked()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        "<div class=author>" * 5000 + "x" * 1_000_000,
        "<p class=author>x</p>" * 100_000,
        "<div>" * 5000 + "<a rel=author>x y</a>" * 5000,
        f"<p class='{'author ' * 100_000}'>x</p>" * 10,
        f"<h1>{'x' * 1_000_000}</h1>" * 10 + "<p class=author>Jane Doe</p>",
    ],
)
def test_hostile_pages_are_read_quickly(body: str) -> None:
    page = LexborHTMLParser(body)
    begin = time.process_time()
    marked_authors(gather(page, frozenset()), TITLE)
    assert time.process_time() - begin < 1


def in_language(language: str, body: str) -> list[str]:
    page = f"<html lang={language}><body>{HEADLINE}{body}<p>Words</p>"
    return [*marked_authors(gather(LexborHTMLParser(page), frozenset()), TITLE).people]


def test_classes_in_the_language_of_the_page_mark_authors() -> None:
    assert in_language("cs", "<div class='autor'>Jana Malá</div>") == ["Jana Malá"]
    assert in_language("hu", "<div class=szerzo_box>Kiss Anna</div>") == ["Kiss Anna"]
    assert in_language("en", "<div class=szerzo>Kiss Anna</div>") == []
    assert in_language("es", "<div class=lista-autor>Juan Rey</div><div class=autorizado>Inés Soto</div>") == []


def test_a_class_that_several_people_have_marks_comments() -> None:
    comments = "<div><div><b class=autor>Hans Kloss</b></div></div><div><div><b class=autor>Eva Groß</b></div></div>"
    assert in_language("de", comments) == []


def test_names_without_spaces_count_in_a_marked_element() -> None:
    assert authors(f"{HEADLINE}<div class=author>山田花子</div>") == ["山田花子"]
    assert authors(f"{HEADLINE}<div class=author>राज वर्मा</div>") == ["राज वर्मा"]


def test_a_person_that_only_the_microdata_names_is_an_author() -> None:
    assert authors('<span itemprop=author><meta itemprop="name" content="Mia Holt"></span>') == ["Mia Holt"]
    assert authors('<span itemprop=author><meta itemprop="name" content="redaktion3"></span>') == []


def test_a_list_of_names_names_all_of_them() -> None:
    rows = "<li><a rel=author>Jane Doe</a></li><li><a rel=author>John Roe</a></li>"
    assert authors(f"{HEADLINE}<ul class=authors>{rows}</ul>") == ["Jane Doe", "John Roe"]
    plain = "<li class=author>Jane Doe</li><li class=author>John Roe</li>"
    assert authors(f"{HEADLINE}<ul class=author-list>{plain}</ul>") == ["Jane Doe", "John Roe"]
    assert authors(f"{HEADLINE}<ul class=author-meta><li>By Jane Doe</li><li>Local News Desk</li></ul>") == ["Jane Doe"]


def test_a_headed_list_beside_the_article_has_other_authors() -> None:
    column = "<aside><h4>Columns</h4><div><span class=byline>By John Roe</span></div></aside>"
    assert authors(f"<article>{HEADLINE}</article>{column}") == []
    assert authors(f"<article>{HEADLINE}{column}</article>") == ["John Roe"]
