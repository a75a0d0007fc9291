"""Articles for subscribers: only a teaser of one is dropped."""

from __future__ import annotations

import pytest

from tests.page.kind_pages import URL, page
from tests.page.short_stories import OFFERS, STORIES
from worker.messages import Article, Reason
from worker.page.limits import Limits
from worker.page.paywall import is_teaser
from worker.stages.reading import find_reading

CLOSED = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
FREE = '<script type="application/ld+json">{"@type":"NewsArticle"}</script>'
PARAGRAPHS = (
    "The council voted 24 to 19 on Monday night to sell the old mill. The meeting took seven hours.",
    "Millers held up signs, and one of them, Karl March, put a sack of flour on the desk of the mayor.",
    "The price of nine million pounds is paid in three parts. The town keeps the wheel and the bridge.",
)
WALLS = (
    "This article is for subscribers only. Subscribe to continue reading.",
    "Tämä artikkeli on tilaajille. Tilaa nyt ja jatka lukemista.",
    "この記事は有料会員限定です。残り640文字",
    "Το άρθρο είναι διαθέσιμο μόνο για συνδρομητές.",
    "यह लेख केवल सब्सक्राइबर के लिए है। पूरा लेख पढ़ने के लिए सदस्यता लें।",
    "A teljes cikk csak előfizetőink számára érhető el.",
    "Denne saken er for abonnenter.",
    "Denne artikel er kun for abonnenter.",
    "Bu haberin devamını okumak için abone olun, yalnızca aboneler okuyabilir.",
    "Artikel ini khusus pelanggan. Berlangganan untuk melanjutkan membaca.",
    "הכתבה למנויים בלבד.",
    "Articolul este doar pentru abonați.",
)


def reason(html: str) -> Reason | None:
    return find_reading(Article(url=URL, html=html), Limits()).judgement.reason


@pytest.mark.parametrize("wall", WALLS)
def test_a_teaser_is_dropped_in_every_language(wall: str) -> None:
    assert reason(page("Mill sold", f"{PARAGRAPHS[0]}\n{wall}", head=FREE)) is Reason.PAYWALL_STUB


@pytest.mark.parametrize("wall", WALLS)
def test_a_whole_article_with_a_wall_below_it_is_kept(wall: str) -> None:
    assert reason(page("Mill sold", "\n".join((*PARAGRAPHS, wall)), head=CLOSED)) is None


@pytest.mark.parametrize("end", ["…", "...", " [...]"])
def test_a_text_that_is_cut_off_is_a_teaser_however_much_it_tells(end: str) -> None:
    cut = "\n".join((*PARAGRAPHS[:2], PARAGRAPHS[2][:60] + end))
    assert reason(page("Mill sold", cut, head=CLOSED)) is Reason.PAYWALL_STUB
    assert reason(page("Mill sold", cut, head=FREE)) is None


@pytest.mark.parametrize(
    ("language", "title", "text"), [one for one in STORIES if one[0] in OFFERS], ids=lambda one: one[:20]
)
def test_an_offer_to_subscribe_makes_no_teaser_of_a_free_story(language: str, title: str, text: str) -> None:
    assert reason(page(title, f"{text}\n{OFFERS[language]}")) is None


def test_what_asks_for_money_may_stand_beside_the_body() -> None:
    """It counts only if the page declares that the article is for subscribers."""
    blocks = ("Menu", WALLS[0])
    assert is_teaser([], PARAGRAPHS[0], blocks, declared=True) is True
    assert is_teaser([], PARAGRAPHS[0], blocks, declared=False) is None


def test_a_declaration_alone_is_only_reported() -> None:
    """Sites with a quota declare it for every article, even the shortest."""
    assert is_teaser([], PARAGRAPHS[0], ("Already a subscriber? Log in",), declared=True) is False


@pytest.mark.parametrize(
    "story",
    [
        (
            "The Dorset Post closes its archive in May. To continue reading old issues, readers must subscribe for £2. Only schools "
            "and libraries are spared the fee."
        ),
        (
            "Le Progrès du Sud change de modèle. Pour lire la suite, il faudra payer dès juin. Les écoles et les bibliothèques "
            "gardent un accès libre."
        ),
        "«Заря» закрывает архив. Чтобы читать дальше, нужно оформить подписку. Школы и библиотеки города платить не будут.",
        "東洋日報は来月から電子版を有料にする。続きを読むには会員登録が必要になる。学校と図書館はこれまで通り無料で使うことができる。",
    ],
    ids=lambda one: one[:12],
)
def test_a_story_that_goes_on_after_it_has_spoken_of_subscribing_is_no_teaser(story: str) -> None:
    assert reason(page("A paper and its readers", story)) is None


@pytest.mark.parametrize(
    "offer",
    ["Subscribe today and save 30% in the first year of it.", "You can read all our stories for one pound a week."],
)
def test_an_offer_below_the_wall_is_not_the_rest_of_the_story(offer: str) -> None:
    assert reason(page("Mill sold", f"{PARAGRAPHS[0]}\n{WALLS[0]}\n{offer}")) is Reason.PAYWALL_STUB
