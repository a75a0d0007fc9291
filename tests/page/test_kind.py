from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.page.kind_pages import PAGES, STORY, URL, Page, page
from tests.stages.news_page import ENGLISH, GERMAN, Story, news_page
from worker.messages import Reason
from worker.page.kind import Judgement, PageKind, classify
from worker.page.metadata import KindHints, Metadata, read_metadata

REASONS = {
    PageKind.INDEX: Reason.INDEX_PAGE,
    PageKind.PRODUCT: Reason.PRODUCT_PAGE,
    PageKind.ERROR: Reason.ERROR_PAGE,
    PageKind.BOT_CHECK: Reason.BOT_CHECK,
    PageKind.GEO_BLOCK: Reason.GEO_BLOCK,
    PageKind.ADBLOCK: Reason.ADBLOCK_WALL,
    PageKind.CONSENT: Reason.CONSENT_WALL,
    PageKind.LOGIN: Reason.LOGIN_WALL,
    PageKind.PAYWALL: Reason.PAYWALL_STUB,
    PageKind.LEGAL: Reason.LEGAL_PAGE,
}
ARTICLE = Judgement(PageKind.ARTICLE)
BODY = "\n".join(ENGLISH.paragraphs)


def judge(html: str, text: str | None, url: str = URL, link_share: float = 0.2, kept_share: float = 0.6) -> Judgement:
    return classify(read_metadata(LexborHTMLParser(html), url), url, text, link_share, kept_share)


def test_every_kind_of_page_without_an_article_is_recognised() -> None:
    """The pages were written for this test. Recall on real pages is lower, because precision comes first."""
    judged = {one: judge(one.html, one.text, one.url, one.link_share, one.kept_share) for one in PAGES}
    assert {one: found for one, found in judged.items() if found != Judgement(one.kind, REASONS[one.kind])} == {}


@pytest.mark.parametrize("one", PAGES, ids=lambda one: f"{one.kind}-{one.text and one.text[:12]}")
def test_a_page_with_a_real_body_is_never_dropped(one: Page) -> None:
    assert judge(one.html, BODY * 3, one.url).reason is None


@pytest.mark.parametrize("story", [ENGLISH, GERMAN])
def test_an_article_is_recognised_as_an_article(story: Story) -> None:
    assert judge(news_page(story), "\n".join(story.paragraphs)) == ARTICLE


@pytest.mark.parametrize(
    "title",
    [
        "404 homes lost in the flood",
        "Page not found: how the web forgets",
        "Log in, drop out",
        "Archives of a village",
        "Not found in nature",
        "Home is where one starts from",
        "Access denied to reporters at trial",
        "Fehler im System",
    ],
)
def test_the_title_of_a_story_may_begin_like_an_error_message(title: str) -> None:
    assert judge(page(title, BODY), BODY) == ARTICLE


def test_an_article_about_cookies_is_not_a_consent_notice() -> None:
    text = (
        "The regulator fined the site for cookies set without consent, and for selling personal data to advertising "
        "partners. Privacy groups had complained about its tracking for years, and welcomed the decision."
    )
    head = '<script type="application/ld+json">{"@type":"NewsArticle"}</script>'
    assert judge(page("Site fined", text, head=head), text).reason is None


def test_a_short_page_without_other_signs_is_an_article() -> None:
    assert judge(page("Old mill reopens", STORY), STORY) == ARTICLE
    assert judge(page("Old mill reopens", ""), None) == ARTICLE


def test_a_short_text_on_a_page_for_subscribers_is_only_reported() -> None:
    head = '<meta property="article:content_tier" content="locked">'
    assert judge(page("Old mill reopens", STORY, head=head), STORY) == Judgement(PageKind.PAYWALL)


def test_an_article_with_a_section_in_its_url_is_not_a_listing() -> None:
    url = "https://herald.example/category/old-mill-reopens-after-forty-years"
    assert judge(page("Old mill reopens", STORY), STORY, url) == ARTICLE


def test_a_home_page_with_its_own_text_is_only_reported() -> None:
    assert judge(page("Our mill", BODY), BODY, "https://mill.example/") == Judgement(PageKind.INDEX)


def test_the_declared_type_of_a_page_outweighs_one_or_two_signs() -> None:
    head = '<meta property="og:type" content="article">'
    url = "https://herald.example/news/archive/mill"
    assert judge(page("News", STORY, head=head), STORY, url) == ARTICLE


def test_a_single_sign_is_not_enough_to_drop_a_page() -> None:
    found = judge(page("Mill", "Teaser"), "Teaser", "https://herald.example/tag/mill")
    assert found == Judgement(PageKind.INDEX)


@pytest.mark.parametrize(
    "text", ["subscribe " * 20_000, "you have used " * 20_000, "mit " * 50_000, "x" * 1_000_000, "cookie " * 100_000]
)
def test_a_hostile_text_is_judged_quickly(text: str) -> None:
    begin = time.process_time()
    classify(Metadata(title=text[:1000], paywalled=True, hints=KindHints(lines=(text[:1000],))), URL, text, 1, 1)
    assert time.process_time() - begin < 1


STORIES = {
    "Are you a robot?": "“Prove you are human” is the title of the play that opened in Hull on Friday. Two of its five actors "
    "are machines, and the audience must guess which. Most of them picked the wrong one, said the director, Ines Falk.",
    "Accès refusé": "« Accès refusé » : des milliers de lycéens de Rennes ont lu ces mots jeudi sur le site des bourses. Le "
    "rectorat a rétabli le service dans la soirée et promis de prolonger le délai jusqu'au 4 mai.",
    "Impressum": "Der Sprachforscher Tom Heger hat dem Wort ein Buch gewidmet. Es stand schon im 16. Jahrhundert auf "
    "Flugblättern, damit der Kaiser wusste, wen er bestrafen musste.",
    "Privacy policy": "The council agreed on a privacy policy for schools on Monday. From May, parents may see who has read "
    "the records. Teachers fear delays, and the minister said that personal data must be treated with care.",
    "Terms of use": "Olga Rand's third novel is a love story in twelve contracts. “You agree to share the dog,” says the first "
    "of them, and by the last the dog has left. It is the funniest book of the spring.",
    "Herring return to the bay": "More herring reached the bay this spring than in any year since 2011, the harbour office said. "
    "Volunteers counted two million of them.\nPlease disable your ad blocker and reload the page to support us.",
}


@pytest.mark.parametrize("title", STORIES)
def test_a_story_may_quote_a_notice_or_have_its_title(title: str) -> None:
    url = f"https://herald.example/culture/{title.rstrip('?').lower().replace(' ', '-')}"
    assert judge(page(title, STORIES[title]), STORIES[title], url).reason is None


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle"}</script>',
        '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-01">',
    ],
)
def test_a_declared_article_with_whole_sentences_is_no_notice(head: str) -> None:
    text = (
        "Please enable JavaScript to continue: readers of nine in ten sites see only this if scripts are off. You may try it. "
        "We asked the makers of the sites why you need a script to read a text. They told us that you never do, and that we "
        "should not worry."
    )
    assert judge(page("Enable JavaScript to continue", text, head=head), text).reason is None


NOTICES = {
    (
        Reason.ERROR_PAGE,
        "Nothing to see",
    ): "We hunted high and low. The address may be mistyped, or an editor has deleted or "
    "renamed what you want. Use the search box, or start again from the front page.",
    (
        Reason.ERROR_PAGE,
        "Tja, leer",
    ): "Hier liegt leider nichts. Der Text, den Sie suchen, wurde umbenannt oder gelöscht, oder "
    "der Link ist veraltet. Gehen Sie bitte zur Startseite, oder nutzen Sie die Suche.",
    (
        Reason.ERROR_PAGE,
        "Hoppla",
    ): "Denna adress har borttagits eller flyttats. Försök igen från startsidan, eller använd "
    "sökrutan för att hitta det du letar efter. Vi beklagar besväret och tackar för ditt tålamod.",
    (
        Reason.ERROR_PAGE,
        "Error",
    ): "Error establishing a database connection. The server at localhost could not be reached with "
    "the name and the password in the configuration file, so that nothing can be shown at all.",
    (
        Reason.BOT_CHECK,
        "One more thing",
    ): "Our machines saw automated requests from where you are. Please drag the piece into "
    "the puzzle, so that we can let you in. It takes a few seconds, and then you are sent on.",
    (
        Reason.ADBLOCK_WALL,
        "A small request",
    ): "Advertising feeds our reporters. Please put us on the allowed list of your "
    "extension and load the page again, or take the ad-free pass for two pounds.",
    (
        Reason.GEO_BLOCK,
        "Nicht bei Ihnen",
    ): "Wir dürfen den Film aus lizenzrechtlichen Gründen nur innerhalb der Schweiz zeigen. "
    "Bitte schalten Sie Ihr VPN ab, falls Sie dort sind, und laden Sie die Seite neu.",
    (
        Reason.CONSENT_WALL,
        "You decide",
    ): "We and 402 partners would like to keep data on your device, for adverts that suit you. "
    "Say yes and read on at no cost, or buy a pass. You may change your mind later.",
}


@pytest.mark.parametrize(("reason", "title"), NOTICES)
def test_a_notice_in_other_words_is_known_by_several_signs(reason: Reason, title: str) -> None:
    text = NOTICES[reason, title]
    assert judge(page(title, text), text).reason == reason


@given(st.text(), st.text(), st.none() | st.text(), st.floats(0, 1), st.floats(0, 1))
def test_anything_has_a_kind(title: str, url: str, text: str | None, link_share: float, kept_share: float) -> None:
    found = classify(Metadata(title=title, hints=KindHints(lines=(title,))), url, text, link_share, kept_share)
    assert found.reason is None or found.reason == REASONS[found.kind]
