"""Notices and short stories on whole pages: a story may have the words of a notice, or a form beside it."""

from __future__ import annotations

import pytest

from tests.page.kind_pages import MENU, URL, page
from tests.page.short_stories import NO_ROBOT, STORIES
from worker.messages import Article, Reason
from worker.page.limits import Limits
from worker.page.notices import size, tells
from worker.stages.reading import find_reading

COMMENTS = '<form class="comments"><textarea></textarea><div class="g-recaptcha"></div><button>OK</button></form>'
NEWSLETTER = '<form><input type="email"><div class="cf-turnstile"></div><button>OK</button></form>'
LOGIN = '<form><input name="u"><input type="password"><button>OK</button></form>'
DECLARED = (
    '<meta property="og:type" content="article"><script type="application/ld+json">{"@type":"NewsArticle"}</script>'
)
NAMES = [f"{language}-{title[:20]}" for language, title, _ in STORIES]


def reason(html: str, url: str = URL.replace("2026/03/", "")) -> Reason | None:
    """Why a page at an address without a date is dropped, if it is."""
    return find_reading(Article(url=url, html=html), Limits()).judgement.reason


@pytest.mark.parametrize("form", ["", COMMENTS, NEWSLETTER, LOGIN], ids=["alone", "comments", "newsletter", "login"])
@pytest.mark.parametrize(("language", "title", "text"), STORIES, ids=NAMES)
def test_a_short_story_with_the_words_of_a_notice_is_an_article(
    language: str, title: str, text: str, form: str
) -> None:
    """Bridges are under maintenance, and services end; forms with captchas and passwords stand beside stories."""
    assert reason(page(title, text, extra=f"<h1>{title}</h1>{form}")) is None
    assert reason(page(title, text, extra=form)) is None


@pytest.mark.parametrize(
    ("language", "title", "text"), [one for one in STORIES if one[0] in NO_ROBOT], ids=lambda one: one[:20]
)
def test_a_question_for_robots_below_a_story_does_not_make_it_a_check(language: str, title: str, text: str) -> None:
    assert reason(page(title, f"{text}\n{NO_ROBOT[language]}", extra=COMMENTS)) is None


CHECKS = {
    "Verify": "Please complete the task below, so that we know that you are not a robot. Our network saw unusual traffic from "
    "your address, and needs a moment to look at your browser. You will then be sent on.",
    "Überprüfung": "Bitte bestätigen Sie, dass Sie ein Mensch sind. Aus Ihrem Netz kamen ungewöhnliche Zugriffe, deshalb "
    "müssen wir Ihren Browser prüfen. Danach kommen Sie wie gewohnt auf unsere Seite und können weiterlesen.",
    "Verificación": "Hemos detectado una actividad inusual en su red. Confirme que no es un robot, por favor, y podrá usted "
    "seguir leyendo nuestra página. Si cree que es un error, escríbanos y trataremos de ayudarle cuanto antes.",
    "アクセスの確認": "お使いのネットワークから通常と異なるアクセスがありました。ロボットではないことを確認してください。確認が済むと元のページに戻ります。ご不便をおかけして申し訳ありません。",
    "Zu viele Anfragen": "Zu viele Anfragen aus Ihrem Netz. Bitte warten Sie ein paar Minuten und laden Sie unsere Seite dann noch "
    "einmal. Wenn Sie sie öfter brauchen, schreiben Sie uns, dann finden wir einen Weg.",
}


@pytest.mark.parametrize("title", CHECKS)
def test_a_page_that_only_checks_its_reader_is_a_bot_check(title: str) -> None:
    assert reason(page(title, CHECKS[title], extra='<div class="g-recaptcha"></div>')) is Reason.BOT_CHECK


WALLS = {
    (
        Reason.GEO_BLOCK,
        "Not available",
    ): "This video is not available in your country. The rights allow us to show it in Ireland "
    "only. If you are in Ireland and use a VPN, please turn it off and try again.",
    (
        Reason.GEO_BLOCK,
        "Nicht verfügbar",
    ): "Dieses Video ist in Ihrem Land leider nicht verfügbar. Aus rechtlichen Gründen dürfen wir "
    "es nur in Österreich zeigen. Bitte schalten Sie Ihr VPN aus, falls Sie in Österreich sind.",
    (
        Reason.GEO_BLOCK,
        "ご利用いただけません",
    ): "海外からのアクセスはご利用いただけません。申し訳ございませんが、権利の都合により、日本国内からのみご覧いただけます。",
    (
        Reason.ADBLOCK_WALL,
        "Adblocker erkannt",
    ): "Sie haben einen Adblocker aktiv. Bitte schalten Sie ihn für unsere Seite aus und "
    "laden Sie sie neu. Mit der Werbung bezahlen wir unsere Redaktion. Danke für Ihre Hilfe!",
    (
        Reason.ADBLOCK_WALL,
        "Bloqueador de anuncios",
    ): "Tiene activado un bloqueador de anuncios. Desactívelo para nuestra página, por "
    "favor, y vuelva a cargarla. Con la publicidad pagamos a nuestros periodistas. Gracias por su ayuda.",
    (
        Reason.CONSENT_WALL,
        "Ο λογαριασμός σας",
    ): "Εμείς και οι 402 συνεργάτες μας χρησιμοποιούμε cookies για διαφημίσεις. Χρειαζόμαστε "
    "τη συγκατάθεσή σας για τα προσωπικά δεδομένα. Πατήστε αποδοχή για να συνεχίσετε στη σελίδα μας.",
    (
        Reason.CONSENT_WALL,
        "Hozzájárulás",
    ): "Mi és 402 partnerünk sütiket használunk a hirdetésekhez. Az ön hozzájárulására van "
    "szükségünk a személyes adatok kezeléséhez. Kérjük, nyomja meg az elfogadom gombot, vagy olvassa el adatvédelmi tájékoztatónkat.",
}


@pytest.mark.parametrize("head", ["", DECLARED], ids=["bare", "declared"])
@pytest.mark.parametrize(("why", "title"), WALLS)
def test_a_wall_is_dropped_even_if_the_head_is_still_that_of_the_article(why: Reason, title: str, head: str) -> None:
    assert reason(page(title, WALLS[why, title], head=head)) is why


SITES_UNDER_MAINTENANCE = (
    (
        "We are doing maintenance on our website, and you cannot reach it until six o'clock. Please come back later. We are sorry "
        "for the trouble, and thank you for your patience. You find our news on the radio as well."
    ),
    (
        "Unsere Seite ist wegen Wartungsarbeiten nicht zu erreichen. Bitte versuchen Sie es in einer Stunde wieder. Wir bitten um "
        "Ihr Verständnis und sind bald wieder für Sie da, mit allen Nachrichten aus Ihrer Region."
    ),
    "हमारी वेबसाइट का रखरखाव चल रहा है। कृपया थोड़ी देर बाद फिर से कोशिश करें। असुविधा के लिए हमें खेद है, और हम आपको जल्द ही सभी समाचार देंगे। आपका धन्यवाद।",
)


@pytest.mark.parametrize("text", SITES_UNDER_MAINTENANCE)
def test_the_maintenance_of_the_site_itself_is_an_error(text: str) -> None:
    assert reason(page("The Herald", text)) is Reason.ERROR_PAGE


SERVERS = {
    "Welcome to nginx!": "If you see this page, the nginx web server is installed and working. You may go on with its settings. "
    "For help, please read nginx.org. You can buy support at nginx.com. Thank you for using nginx.",
    "Account Suspended": "This account has been suspended. Contact your hosting provider for more information. If you own the "
    "site, please log in to your client area, or write to our support.",
    "Index of /news": "Index of /news\n../\n"
    + "\n".join(f"story{n}.html 0{n}-Mar-2026 10:11 1231" for n in range(1, 9)),
}


@pytest.mark.parametrize("title", SERVERS)
def test_the_page_of_a_server_without_a_site_is_an_error(title: str) -> None:
    assert reason(page(title, SERVERS[title])) is Reason.ERROR_PAGE


def test_a_sentence_to_the_reader_tells_nothing() -> None:
    assert not tells(
        "Please turn off what you use to block our ads, so that we can go on to show you all of our stories. " * 3
    )
    assert tells(
        "The mill ground its first flour in forty years on Saturday, and two hundred people came to watch the wheel."
    )


def test_many_short_words_of_one_character_are_few_words() -> None:
    assert size("水車が再び動き出した") == 4
    assert size("The mill turns again") == 4


REPORTS = {
    "Svømmehallen stengt": "Svømmehallen på Moss er stengt for vedlikehold til 9. mai. Vi beklager, sier leder Ida Moe, og lover "
    "at årskortene blir forlenget med tre uker.",
    "Betrüger im Netz": "Eine falsche Seite fordert Kunden der Bank auf zu bestätigen, dass sie kein Roboter sind. Danach fragt "
    "sie nach der Kontonummer. Geben Sie nichts ein, rät die Polizei.",
    "Мошенники": "Поддельная страница просит подтвердить, что вы не робот, а затем требует пароль. Не вводите его, сообщила "
    "полиция Вологды. Пострадали уже двенадцать человек.",
    "브라우저": "새 브라우저는 광고 차단 프로그램을 쓰는 이용자에게 차단을 끄라고 요구한다. 회사는 불편을 드려 죄송하다고 밝혔다.",
    "Regulator": "Sites may ask you to accept cookies or to pay. You can reject all tracking by our partners, the agency ruled, "
    "but then the site may charge you. Personal data must be safe.",
}


@pytest.mark.parametrize("extra", ["", COMMENTS, LOGIN], ids=["alone", "comments", "login"])
@pytest.mark.parametrize("title", REPORTS)
def test_a_text_that_says_who_said_what_is_no_notice(title: str, extra: str) -> None:
    """Even if its sentences are those of a notice, and without quotation marks."""
    assert reason(page(title, REPORTS[title], extra=extra)) is None


ADVICE = {
    "Renew your card": "Log in to the library’s website with your number and your password, then choose Renew. If you have "
    "forgotten your password, please ask at the desk. You will get a new card in two days.",
    "Como pedir o cartão": "Você precisa baixar o aplicativo, entrar com a senha e escolher o banco. Depois, confirme seus dados. "
    "Você recebe o cartão em até dez dias úteis, sem pagar nada por isso.",
    "Borrar las cookies": "¿Una página le pide iniciar sesión cada vez? Abra los ajustes, borre sus datos y escriba otra vez su "
    "contraseña. Si usted usa varios equipos, repita estos pasos en todos ellos.",
}


@pytest.mark.parametrize("title", ADVICE)
def test_advice_on_passwords_beside_a_form_for_a_password_is_no_login_wall(title: str) -> None:
    assert reason(page(title, ADVICE[title], extra=LOGIN)) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "수영장 휴관",
            "시립수영장이 시설 점검으로 9일까지 문을 닫는다. 회원권 기간은 그만큼 늘어난다. 다시 여는 날은 10일이다.",
        ),
        ("תיקון טעות", "בגיליון אתמול נכתב בטעות שם המנהלת של המוזיאון. שמה הוא רחל כהן. אנו מתנצלים על הטעות הזאת."),
    ],
)
def test_a_captcha_beside_a_brief_of_few_but_long_words_does_not_make_it_a_check(title: str, text: str) -> None:
    html = page(title, text, extra=COMMENTS).replace(MENU, "")
    assert reason(html) is None


@pytest.mark.parametrize("sentence", ["Подождите немного.", "Čekejte chvíli.", "รอสักครู่ กำลังตรวจสอบการเชื่อมต่อ"])
def test_the_number_of_a_guard_tells_a_check_in_any_language(sentence: str) -> None:
    assert reason(page("site.example", f"{sentence}\nRay ID: 8f2e11")) is Reason.BOT_CHECK


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Connectez-vous pour continuer", "Entrez votre adresse et le mot de passe choisi lors de votre inscription."),
        ("Увійдіть, щоб читати", "Введіть адресу та пароль, які ви обрали під час реєстрації."),
        ("Zaloguj się, aby czytać", "Podaj adres i hasło, które wybrałeś przy zakładaniu konta."),
    ],
)
def test_a_title_that_asks_to_log_in_makes_a_login_wall(title: str, text: str) -> None:
    assert reason(page(title, text, extra=LOGIN)) is Reason.LOGIN_WALL
