"""Pages without an article, as sites make them: each kind in several languages, with the text of its body."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from worker.page.kind import PageKind

URL = "https://www.herald.example/2026/03/old-mill-reopens-after-forty-years-of-silence"
MENU = "".join(f"<li><a href=/{word}>{word}</a></li>" for word in ("news", "sport", "culture", "weather", "jobs") * 3)


@dataclass(frozen=True)
class Page:
    """One page. `text` is what an extractor finds on it."""

    kind: PageKind
    html: str
    text: str | None
    url: str = URL
    link_share: float = 0.5
    kept_share: float = 0.3


def page(title: str, text: str, *, head: str = "", body_class: str = "", extra: str = "") -> str:
    """A page with a menu, the text as paragraphs, and a footer."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    return (
        f"<!doctype html><html><head><title>{escape(title)}</title>{head}</head><body class='{body_class}'>"
        f"<header><ul>{MENU}</ul></header><main>{extra}{paragraphs}</main><footer>© The Herald</footer></body></html>"
    )


ERRORS = {
    "Page not found | The Herald": "Sorry, the page you asked for is not here. Try the search, or go back to the start.",
    "404": "",
    "Error 404 - The Herald": "We looked everywhere.",
    "404 - Page Not Found": "It may have moved.",
    "Oops! That page can’t be found. – The Herald": "It looks like nothing was found at this location. Maybe try a search?",
    "The Herald - Access denied": "You do not have permission to view this page. Reference 18.a3f2.",
    "503 Service Temporarily Unavailable": "nginx",
    "Seite nicht gefunden - Tagblatt": "Die gewünschte Seite ist leider nicht mehr da. Vielleicht hilft die Suche weiter.",
    "Fehler 404: Seite nicht gefunden": "Bitte prüfen Sie die Adresse.",
    "Página no encontrada | El Diario": "Lo sentimos, la página que buscas ya no está.",
    "Page introuvable - Le Courrier": "La page que vous cherchez a peut-être été déplacée.",
    "Pagina non trovata": "La pagina cercata non è qui.",
    "Página não encontrada - Jornal": "Volte à página inicial.",
    "Pagina niet gevonden | De Krant": "Ga terug naar de voorpagina.",
    "Strona nie istnieje": "Wróć na stronę główną.",
    "Страница не найдена": "Вернитесь на главную.",
    "Сторінку не знайдено": "Поверніться на головну.",
    "Sayfa bulunamadı": "Ana sayfaya dönün.",
    "Sidan kunde inte hittas": "Gå till startsidan.",
    "Siden blev ikke fundet": "Gå til forsiden.",
    "Stránka nebyla nalezena": "Přejděte na titulní stranu.",
    "ページが見つかりません": "トップページに戻る",
    "页面不存在": "返回首页",
    "페이지를 찾을 수 없습니다": "홈으로",
    "الصفحة غير موجودة": "العودة إلى الصفحة الرئيسية",
}
CHECKS = {
    "Just a moment...": "Checking your browser before you go on. This takes a few seconds.",
    "Attention Required! | Guard": "",
    "Nur einen Moment…": "Bitte warten.",
    "请稍候": "",
}
CONSENTS = {
    "Before you continue": "We use cookies and data to measure our audience. If you choose to accept all, we will also show personalised ads. You can reject all, or manage options at any time.",
    "The Herald": "We and our 812 partners store cookies on your device, and process personal data such as unique identifiers, for advertising, with your consent. You may accept all, reject all, or visit our privacy policy.",
    "Tagblatt": "Weiter mit Werbung: Wir und unsere Partner verwenden Cookies und verarbeiten personenbezogene Daten. Mit Ihrer Zustimmung sehen Sie personalisierte Werbung. Details in der Datenschutzerklärung. Alle akzeptieren",
    "Le Courrier": "Avec votre consentement, nos partenaires et nous utilisons des cookies pour stocker des données personnelles et mesurer la publicité. Vie privée. Tout accepter ou tout refuser",
    "El Diario": "Con tu consentimiento, nosotros y nuestros socios usamos cookies y datos personales para mostrar publicidad. Consulta la política de privacidad. Aceptar o rechazar",
    "Il Corriere": "Con il tuo consenso usiamo cookie e dati personali per pubblicità personalizzata. Accetta o rifiuta",
    "Jornal": "Com o seu consentimento, nós e os nossos parceiros usamos cookies e dados pessoais para publicidade. Privacidade. Aceitar ou rejeitar",
    "De Krant": "Met uw toestemming gebruiken wij en onze partners cookies en persoonsgegevens voor advertenties. Accepteren of weigeren",
    "Gazeta": "Za Twoją zgodą my i nasi partnerzy używamy plików cookie i danych osobowych do reklam. Prywatność. Akceptuję",
    "Tidningen": "Med ditt samtycke använder vi och våra partners cookies och personuppgifter för reklam. Godkänn",
    "Haber": "Rızanızla biz ve ortaklarımız çerezleri reklam için kullanırız. Gizlilik. Kabul et",
}
LOGINS = {
    "Log in": "Enter the email address and the password of your account.",
    "Sign in to The Herald | The Herald": "Welcome back.",
    "Please log in": "",
    "Anmelden - Tagblatt": "Bitte geben Sie Ihre Zugangsdaten ein.",
    "Iniciar sesión": "Introduce tu correo.",
    "Connexion | Le Courrier": "Saisissez votre adresse.",
    "Accedi": "Inserisci la tua email.",
    "Inloggen": "Vul je e-mailadres in.",
    "Zaloguj się": "Podaj adres e-mail.",
    "Вход": "Введите адрес.",
    "Logga in": "Ange din e-postadress.",
    "ログイン": "メールアドレス",
}
STORY = "The water mill at Harrow Bridge ground its first sack of flour in forty years on Saturday. "
STUBS = (
    STORY + "Subscribe to continue reading.",
    STORY + "\nTo read the full story, sign in or start your free trial.",
    STORY + "\nThis article is for subscribers only. Already a subscriber? Log in.",
    "Die Mühle mahlt wieder, zum ersten Mal seit vierzig Jahren.\nJetzt weiterlesen mit Tagblatt+",
    "Die Mühle mahlt wieder.\nDieser Artikel ist nur für Abonnenten. Bereits Abonnent? Hier anmelden",
    "Le moulin tourne à nouveau.\nLa suite est réservée aux abonnés. Déjà abonné ?",
    "El molino vuelve a moler.\nContenido exclusivo para suscriptores",
    "Il mulino macina di nuovo.\nContenuto riservato agli abbonati",
    "O moinho volta a moer.\nConteúdo exclusivo para assinantes. Já é assinante?",
    "De molen maalt weer.\nAlleen voor abonnees",
    "Młyn znów miele.\nDostęp tylko dla prenumeratorów. Aby czytać dalej, kup dostęp",
    "Kvarnen mal igen.\nFör att läsa vidare, bli prenumerant",
    "水車が再び動き出した。\n会員限定",
)
TEASERS = "\n".join(
    f"{what} after {year} years" for what in ("Mill reopens", "Bridge shut", "Ferry sails") for year in range(2, 12)
)
INDEXES = (
    ("The Herald", "https://www.herald.example/", "", ""),
    ("The Herald - latest news", "https://www.herald.example/en/", "", "home"),
    ("Startseite", "https://tagblatt.example/index.html", "", ""),
    ("Mill Archives - The Herald", "https://herald.example/tag/mill/", "", "archive tag"),
    ("Category: Sport", "https://herald.example/category/sport/page/3", "", ""),
    ("Sport", "https://herald.example/category/sport/", '<script type="application/ld+json">{"@type":"CollectionPage"}</script>', ""),
    ("Search results for mill", "https://herald.example/?s=mill", "", "search search-results"),
    ("Suchergebnisse für Mühle", "https://tagblatt.example/suche?q=muehle", "", ""),
    ("Résultats de recherche", "https://courrier.example/recherche?query=moulin", "", ""),
    ("Resultados de la búsqueda", "https://diario.example/buscar?q=molino", "", ""),
    ("Thema: Mühlen | Tagblatt", "https://tagblatt.example/thema/muehlen/", "", ""),
    ("Archiv", "https://tagblatt.example/archiv/2026", "", ""),
    ("Mill", "https://herald.example/topic/mill/", '<meta property="og:type" content="article"><script type="application/ld+json">{"@type":"CollectionPage"}</script>', "archive"),
    ("Jane Doe", "https://herald.example/author/jane-doe/", "", "archive author"),
)  # fmt: skip
PRODUCTS = (
    ("Flour, stone-ground, 1 kg", '<meta property="og:type" content="product">'),
    ("Bread oven", '<script type="application/ld+json">{"@type":"Product","name":"Oven","offers":{"price":"9"}}</script>'),
    ("Backofen kaufen", '<meta property="og:type" content="og:product"><script type="application/ld+json">[{"@type":"ProductGroup"}]</script>'),
)  # fmt: skip

FORM = "<form><input name=u><input type=password></form>"
PAGES = (
    *(Page(PageKind.ERROR, page(title, text), text or None) for title, text in ERRORS.items()),
    *(Page(PageKind.BOT_CHECK, page(title, text), text or None) for title, text in CHECKS.items()),
    Page(PageKind.ERROR, page("The Herald", TEASERS, body_class="error404 wide"), TEASERS),
    Page(PageKind.ERROR, page("The Herald", "", head='<meta name="prerender-status-code" content="404">'), None),
    *(Page(PageKind.CONSENT, page(title, text), text) for title, text in CONSENTS.items()),
    *(Page(PageKind.LOGIN, page(title, text, extra=FORM), text or None) for title, text in LOGINS.items()),
    *(Page(PageKind.PAYWALL, page("Old mill reopens", text), text) for text in STUBS),
    *(Page(PageKind.INDEX, page(t, TEASERS, head=head, body_class=names), TEASERS, url, 0.9, 0.1) for t, url, head, names in INDEXES),
    *(Page(PageKind.PRODUCT, page(title, "Free delivery from 20 euros.", head=head), "Free delivery from 20 euros.") for title, head in PRODUCTS),
)  # fmt: skip
