"""Pages without an article are dropped with a reason that fits, and articles that look like them are kept."""

from __future__ import annotations

import pytest

from tests.stages.not_articles import CHECKS, HEADLINES, LEGAL, NOTICES, PRODUCTS, listing, notice, product, shell
from worker.messages import Article, Dropped, Reason
from worker.page.limits import Limits
from worker.stages.extract import Extract

EXTRACT = Extract(Limits())
URL = "https://paper.example/x/123"
BRIEF = (
    "The water mill at Harrow Bridge ground its first sack of flour in forty years on Saturday. About three hundred "
    "people watched as the wheel began to turn. The owner said that the mill would open every weekend until October."
)
ENGLISH, TEASER, _ = HEADLINES["en"]
HEADS = ENGLISH.split("|")


def ending(html: str, url: str = URL) -> Reason | None:
    """Why the page is dropped; None if it is an article."""
    ended = EXTRACT(Article(url=url, html=html))
    assert isinstance(ended, Article | Dropped)
    return ended.reason if isinstance(ended, Dropped) else None


@pytest.mark.parametrize("layout", range(3))
@pytest.mark.parametrize("reason", NOTICES)
def test_a_notice_is_recognised_in_many_languages(reason: Reason, layout: int) -> None:
    found = {pair: ending(notice(*pair, layout)) for pair in NOTICES[reason]}
    assert {pair: other for pair, other in found.items() if other is not reason} == {}


@pytest.mark.parametrize("number", range(len(CHECKS)))
def test_a_check_for_robots_is_recognised(number: int) -> None:
    assert ending(CHECKS[number]) is Reason.BOT_CHECK


@pytest.mark.parametrize("paragraphs", [1, 6])
@pytest.mark.parametrize(("title", "path", "text"), LEGAL)
def test_a_legal_page_is_recognised(title: str, path: str, text: str, paragraphs: int) -> None:
    html = shell(f"{title} - Beacon", f"<h1>{title}</h1>" + f"<p>{text}</p>" * paragraphs)
    assert ending(html, f"https://paper.example{path}") is Reason.LEGAL_PAGE


@pytest.mark.parametrize("layout", range(6))
@pytest.mark.parametrize("language", HEADLINES)
def test_a_list_of_other_pages_is_recognised(language: str, layout: int) -> None:
    headlines, teaser, title = HEADLINES[language]
    assert ending(listing(headlines.split("|") * 2, teaser, title, layout)) is Reason.INDEX_PAGE


@pytest.mark.parametrize("layout", range(3))
@pytest.mark.parametrize(("name", "cart", "text"), PRODUCTS)
def test_a_product_is_recognised(name: str, cart: str, text: str, layout: int) -> None:
    assert ending(product(name, cart, text, layout)) is Reason.PRODUCT_PAGE


def test_a_category_of_a_shop_is_a_list() -> None:
    card = '<div itemscope itemtype="https://schema.org/Product"><a href="/p">{}</a><div>€ 19.00</div></div>'
    html = shell("Ovens", f"<h1>Ovens</h1><p>{BRIEF}</p>" + "".join(map(card.format, HEADS)))
    assert ending(html) is Reason.INDEX_PAGE


RELATED = "".join(f'<div><a href="/r/{n}"><h4>{head}</h4></a><p>{TEASER}</p></div>' for n, head in enumerate(HEADS))
ARTICLES = {
    "a brief above other stories": f"<h1>Old mill reopens</h1><p>{BRIEF}</p>{RELATED}",
    "a column with links": f"<h1>Ten good reads</h1><p>{BRIEF}</p>"
    + "".join(f'<h3><a href="/r/{n}">{head}</a></h3><p>{TEASER} {TEASER}</p>' for n, head in enumerate(HEADS)),
    "a press review": "<h1>What the papers say</h1>"
    + "".join(f'<p>The Beacon asks <a href="/r/{n}">{head}</a> in March. {TEASER}</p>' for n, head in enumerate(HEADS)),
    "a listicle with prices": "<h1>Twelve ovens compared</h1>"
    + "".join(f"<h3>{head}</h3><p>{BRIEF}</p><p>€ 199</p>" for head in HEADS),
    "a ranking with links": "<h1>Ten good ovens</h1>"
    + "".join(f'<h3><a href="/r/{n}">{n}. {head}</a></h3><p>{TEASER}</p>' for n, head in enumerate(HEADS, 1)),
    "a live blog": "<h1>Storm: live updates</h1>"
    + "".join(f'<article><h2><a href="#p{n}">{head}</a></h2><p>{BRIEF}</p></article>' for n, head in enumerate(HEADS)),
    "a review of a product": '<div itemscope itemtype="https://schema.org/Review"><div itemprop="itemReviewed" itemscope '
    f'itemtype="https://schema.org/Product">Oven</div><h1>Oven review</h1><p>{BRIEF}</p><p>{BRIEF}</p>'
    '<a class="add-to-cart">Buy for $199</a></div>',
    "an article with a banner and a login": f"<h1>Old mill reopens</h1><p>{BRIEF}</p><p>{BRIEF}</p><div class=banner>We use "
    "cookies. Please enable JavaScript.</div><form><input type=password><div class=g-recaptcha></div></form>",
    "a story about captchas": f"<h1>How captchas became a burden</h1><p>They ask you to confirm that you are not a robot.</p>"
    f"<p>{BRIEF}</p>",
    "a story about blocks": "<h1>Why you cannot watch this series</h1><p>This content is not available in your country: the "
    f"notice greets thousands of viewers.</p><p>{BRIEF}</p>",
    "a story about ad blockers": "<h1>Publishers lose billions</h1><p>Readers are asked to disable their ad blocker, and most "
    f"refuse.</p><p>{BRIEF}</p>",
    "a story about terms": f"<h1>Court strikes down terms of service</h1><p>Nobody reads the terms, judges said.</p><p>{BRIEF}</p>",
    "a story about a site that is down": "<h1>Bank down for third day</h1><p>Customers saw a notice that the site was down for "
    f"maintenance.</p><p>{BRIEF}</p>",
}


@pytest.mark.parametrize("layout", range(3))
@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_looks_like_another_kind_of_page_is_kept(name: str, layout: int) -> None:
    assert ending(shell("Beacon", ARTICLES[name], layout)) is None


def test_a_list_with_an_article_type_or_a_date_is_kept() -> None:
    plain = listing(HEADS * 2, TEASER, "Best of the week", 0)
    for head in (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Best of the week"}</script>',
        '<meta property="article:published_time" content="2026-03-01T10:00:00Z">',
    ):
        assert ending(plain.replace("</head>", f"{head}</head>")) is None
