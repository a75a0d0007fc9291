"""What pages without an article say in their titles and texts, in the languages of news."""
# ruff: noqa: E501 - a line holds the phrases of one language

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final


def any_of(phrases: str, *, whole: bool = False, lower: bool = False) -> re.Pattern[str]:
    """A pattern for any of the phrases: regular expressions in which a bare `*` stands for up to 20 characters.

    `whole` matches whole lines, whatever marks surround the phrase. `lower` is for text in lower case, which takes half the
    time.
    """
    lines = (line.strip().replace("*", r".{0,20}") for line in phrases.strip().split("\n"))
    pattern = "|".join(f"(?:{line})" for line in lines)
    return re.compile(rf"\W{{0,3}}(?:{pattern})\W{{0,3}}" if whole else pattern, re.NOFLAG if lower else re.IGNORECASE)


TITLE_PARTS: Final = re.compile(r"\s[|\-–—:·•«»/]{1,3}\s|\s?\|\s?")
"""The separator between a page's title and its site's name."""

MAX_PART_CHARS: Final = 60
"""A longer part is a story's title."""


def says(pattern: re.Pattern[str], lines: Iterable[str], parts: int = 1) -> bool:
    """Whether a line, or one of its first parts, matches the pattern. A line may also contain the site's name."""
    return any(
        pattern.fullmatch(part)
        for line in lines
        for part in (line, *TITLE_PARTS.split(line, maxsplit=parts)[:parts])
        if len(part) <= MAX_PART_CHARS
    )


ERROR: Final = any_of(
    r"""
    (?:(?:error|http|http error|fehler|erreur|errore|erro|błąd|ошибка|помилка|hata|fel|feil|fejl|chyba)[ :#]{1,3})?(?:40[0134]|410|50[0234])
    (?:(?:error|fehler|erreur|errore|erro|błąd|ошибка|помилка|hata|fel|feil|fejl|chyba) )?(?:40[0134]|410|50[0234])\W{1,3}.{0,30}(?:error|fehler|erreur|errore|erro|błąd|found|forbidden|unavailable|gateway|nicht|introuvable|no|não|non|nie|niet|не|inte|ikke|ne)\b.{0,30}
    *(?:page|article|story|content|file|url|resource)* (?:not|can(?:no|['’])t be|can not be|could(?: not|n['’]t) be|was(?: not|n['’]t)) (?:found|available)*
    *(?:page|article|story)* (?:does ?n['’]t|does not|no longer) exists?*
    *page* (?:is )?(?:un|not |no longer )available
    not found|nothing found|nothing (?:was )?found
    (?:403 )?forbidden|access denied|unauthori[sz]ed
    (?:oops|whoops|uh[- ]oh)\b.{0,50}
    something went wrong|an error (?:has )?occurred|(?:internal )?server error|bad gateway|(?:service|site) (?:temporarily )?unavailable
    (?:site |website )?under (?:maintenance|construction)|(?:down )?for maintenance
    *(?:seite|artikel|inhalt)* (?:nicht|konnte nicht|wurde nicht|leider nicht) (?:mehr )?(?:gefunden|verfügbar|vorhanden)*
    *seite existiert nicht*|diese seite gibt es nicht*|zugriff verweigert|wartungsarbeiten|nicht gefunden
    *página* no (?:encontrada|existe|disponible|se encuentra)*|no se (?:ha )?(?:encontró|encontrado|pudo encontrar) la página*|no encontrado|acceso denegado
    *(?:page|article)* (?:introuvable|non trouvée?|inexistante|indisponible)|*page n['’]existe (?:pas|plus)*|accès refusé
    *pagina* non (?:trovata|esiste|disponibile|è stata trovata)*|accesso negato
    *página* não (?:encontrada|existe|disponível|foi encontrada)*|acesso negado
    *pagina* (?:niet (?:gevonden|beschikbaar)|bestaat niet)*|toegang geweigerd
    *(?:nie znaleziono strony|strona nie (?:istnieje|została (?:z|od)naleziona)|strony nie znaleziono)*|odmowa dostępu
    *(?:страница|материал|статья) не (?:найден|существует)*|доступ запрещ[её]н*
    *сторінк[аиу] не (?:знайден|існує)*|*(?:sayfa|haber) bulunamadı*
    *sidan (?:kunde inte hittas|hittades inte|finns inte|kan inte hittas)*
    *siden (?:finnes ikke|ble ikke funnet|findes ikke|blev ikke fundet|kunne ikke findes|eksisterer ikke)*|side ikke fundet|fant ikke siden
    *strán(?:ka|ku)* (?:nebyla nalezena|neexistuje|nenalezena|nelze najít)*|*pagina nu (?:a fost găsită|există)*
    *oldal nem található*|*sivua ei (?:löyt|ole)*|*σελίδα δεν (?:βρέθηκε|υπάρχει)*|*halaman tidak ditemukan*
    *الصفحة (?:غير موجودة|المطلوبة غير)*|*(?:पृष्ठ|पेज) नहीं मिला*
    *(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません)*|*(?:页面|頁面|网页|文章)(?:不存在|未找到|找不到|無法)*|*找不到(?:页面|頁面|该页|网页)*|*페이지를 찾을 수 없*|(?:서비스|시스템) 점검 ?중*|(?:הדף|העמוד) לא נמצא*
    """,
    whole=True,
)

CHECK: Final = any_of(
    r"""
    just a moment|one moment,? please|attention required*|*verify (?:that )?you are (?:a )?human*|are you a (?:robot|human)|pardon our interruption|robot check|security (?:check|checkpoint|verification)|access to this page has been denied|captcha|ddos-guard|human verification|bot verification
    (?:einen moment|nur einen moment|sicherheitsüberprüfung)*|un (?:momento|instant|attimo)*|um momento*|een moment*|chwileczkę*|один момент*|bir dakika*|ett ögonblick*|okamžik*|しばらくお待ちください*|请稍候*|請稍候*|잠시만 ?기다리*|لحظة*
    """,
    whole=True,
)

INDEX: Final = any_of(
    r"""
    search results?*|results for .{1,40}|you searched for*|suchergebnisse*|suche(?: nach)?*|resultados d[ea] (?:la )?(?:búsqueda|busca|pesquisa)*|buscar
    résultats? de (?:la )?recherche*|recherche|risultati (?:della )?ricerca*|zoekresultaten*|wyniki wyszukiwania*|результаты поиска*|поиск*
    результати пошуку*|arama sonuçları*|sökresultat*|søgeresultater*|søkeresultat*|výsledky (?:vyhledávání|hledání)*|検索結果*|搜索结果*|검색 ?결과*|نتائج البحث*|खोज परिणाम*
    (?:tag|category|topic|author|archives?|schlagwort|kategorie|thema|archiv|etiqueta|categoría|categoria|catégorie|étiquette|archivio|archivo|arquivo|rubrique|rubriek|kategoria|рубрика|категория|тег|архив)(?:[ :].{0,40})?
    .{1,40} archives?|archives? .{1,30}|all (?:posts|articles|news|stories)*|latest (?:news|posts|stories|articles)|(?:breaking )?news|home ?page|home|startseite|accueil|inicio|início
    """,
    whole=True,
)

LOGIN: Final = any_of(
    r"""
    (?:please )?(?:log ?in|sign ?in|log ?on)(?: to .{1,30}| required)?|login page|member login|(?:log|sign) in or (?:register|sign up|create an account)
    (?:bitte )?(?:anmelden|einloggen)|anmeldung|login erforderlich|melden sie sich an
    iniciar sesión|inicia sesión|acceso|connexion|se connecter|connectez-vous|identifiez-vous|accedi|accesso
    entrar|iniciar sessão|fazer login|inloggen|log in|zaloguj(?: się)?|logowanie|вход|войти|вхід|увійти|giriş(?: yap)?
    logga in|logg inn|log ind|přihlášení|přihlásit se|autentificare|bejelentkezés|kirjaudu(?: sisään)?|σύνδεση|masuk
    تسجيل الدخول|लॉग ?इन(?: करें)?|ログイン|登录|登入|로그인
    (?:melden sie sich|connectez-vous|inicie sesión|faça login|zaloguj się|přihlaste se|войдите|увійдіть|giriş yapın|συνδεθείτε|đăng nhập),? (?:an, um|para|pour|aby|чтобы|щоб|για|để)\b*|pro pokračování se přihlaste|(?:okumaya )?devam etmek için giriş yapın
    """,
    whole=True,
)

CONSENT_TITLE: Final = any_of(
    r"""
    *(?:before you continue|we value your privacy|we care about your privacy|your privacy choices|privacy (?:settings|preferences|gate)|cookie (?:consent|settings|preferences|wall)|your consent)*
    *(?:bevor sie (?:fortfahren|weitermachen|zu)|privatsphäre-?einstellungen|datenschutz-?einstellungen|cookie-?einstellungen|zustimmung|mit werbung weiterlesen|consent)*
    *(?:gestion des cookies|σεβόμαστε την ιδιωτικότητ|antes de continuar|valoramos tu privacidad|avant de continuer|votre vie privée|prima di continuare|la tua privacy|antes de continuar|voordat je verdergaat|privacy-?instellingen|zanim przejdziesz|cookie-?toestemming)*
    """,
    whole=True,
)

CONSENT_MARKS: Final = (
    "cookie",
    "consent",
    "çerez",
    "куки",
    "eväste",
    "süti",
    "クッキー",
    "同意",
    "쿠키",
    "동의",
    "कुकी",
    "الارتباط",
    "کوکی",
    "עוגיות",
)

# Each group is one notion. A text with several of them in few words is a notice, in any language.
CONSENT: Final = re.compile(
    r"(?P<cookie>cookie|куки|çerez|eväste|\bsüti|クッキー|쿠키|कुकी|الارتباط|کوکی|עוגיות)"
    r"|(?P<consent>\bconsent|\bzustimm|\beinwillig|consentement|consentimiento|consenso\b|consentimento|toestemming|\bzgod[ayęą]|согласи|rıza|samtyck|samtykke|souhlas|suostum|συγκατ|hozzájárul|consimț|votre accord|同意|동의|सहमति|موافق|رضایت|הסכמה|persetujuan|đồng ý)"
    r"|(?P<partner>\bpartners?\b|\bpartnern?\b|partenaires|\bsocios\b|parceiros|партн|partnerzy|partnerów|third.part|drittanbieter|ortaklar|partnerů|kumppan|συνεργάτ|partner[ei]i?n?k?\b|パートナー|파트너|पार्टनर|भागीदार|شركائ|شرکای|שותפ|mitra|đối tác|合作伙伴)"
    r"|(?P<privacy>\bprivacy|datenschutz|privatsphäre|vie privée|privacidad|privacidade|prywatnoś|конфиденциальн|gizlilik|integritet|soukromí|yksityisyy|ιδιωτικ|απορρήτ|adatvéd|confidențialit|プライバシー|隐私|프라이버시|गोपनीय|خصوصي|privasi|riêng tư|פרטיות)"
    r"|(?P<personal>personal (?:data|information|i[sz]ed)|personenbezogen|personalisiert|données personnelles|datos personales|dati personali|dados pessoais|persoonsgegevens|danych osobowych|personuppgifter|personlige? (?:data|oplysninger)|osobní(?:ch)? údaj|персональн|kişisel veri|informations personnelles|henkilötie|προσωπικ|εξατομικ|személyes adat|date\w{0,3} personale|個人|个人|개인|व्यक्तिगत|شخصي|data pribadi|cá nhân)"
    r"|(?P<accept>accept all|reject all|manage (?:options|preferences|settings)|alle akzeptieren|alles akzeptieren|akzeptieren|ablehnen|tout accepter|tout refuser|aceptar|rechazar|accetta|rifiuta|aceitar|rejeitar|accepteren|weigeren|akceptuj|принять|kabul et|godkänn|godta|godkend|accepter|přijmout|hyväksy|αποδοχή|αποδεχ|elfogad|accept[ăai]|すべて許可|全部接受|모두 수락|स्वीकार|قبول|پذیرش|setuju|chấp nhận)"
    r"|(?P<track>tracking|track(?:ers?)?\b|advertis|werbung|publicité|publicidad|pubblicità|publicidade|advertentie|reklam|реклам|mainon|mainok|διαφημ|hirdet|publicit|広告|广告|광고|विज्ञापन|إعلان|تبلیغ|iklan|quảng cáo)",
)

PAYWALL: Final = any_of(
    r"""
    (?:keep|continue) reading (?:for|with) (?:just|only|a |an |your|\W?\d)|unlock this (?:story|article)|choose your (?:pass|plan)|subscriber[- ]only|subscriber exclusive|for subscribers only
    (?:subscribe|sign up|register|log ?in|sign in)[^.]{0,40}\bto (?:continue|keep|finish|unlock|read|access|view)
    (?:to (?:continue|keep) reading|to read (?:the )?(?:full|rest|more)|for full access|to unlock)[^.]{0,50}(?:subscri|sign|register|log|member)
    (?:this|the) (?:article|story|content|post) is (?:only |reserved )?(?:for|available to|exclusive)[^.]{0,20}(?:subscriber|member)|you(?:['’]ve| have) (?:reached|used|read)[^.]{0,40}(?:limit|free articles?|last)
    (?:jetzt|hier|sofort)?[^.]{0,20}weiterlesen mit|(?:sofort|jetzt) weiterlesen|mit [^.]{1,20}(?:plus|\+|abo)\b[^.]{0,20}weiterlesen|(?:nur|exklusiv) für (?:abonnent|mitglieder)|um (?:weiterzulesen|den ganzen|diesen artikel)
    (?:réservée?s?|exclusivement|exclusifs?) (?:aux|à nos) abonnés|pour lire la suite|la suite est réservée|il vous reste [^.]{0,20}(?:\.\d{1,2} ?%)?[^.]{0,20}à lire
    (?:contenido|artículo|noticia) (?:exclusiv[oa]|solo) para (?:suscriptores|socios)|suscríbete para|para seguir leyendo
    (?:contenuto|articolo) (?:riservato|per) (?:agli |gli )?abbonati|abbonati per|per continuare a leggere
    (?:conteúdo|artigo|notícia) (?:exclusivo|só) para assinantes|assine para|continu(?:ar|e) (?:a ler|lendo)
    alleen voor abonnees|om verder te lezen|lees verder met|(?:tylko|dostęp) dla (?:subskrybentów|prenumeratorów)|aby (?:czytać dalej|przeczytać)|kup dostęp
    (?:только|доступ\S*) (?:для )?подписчик|чтобы (?:читать|прочитать) (?:дальше|полностью)|оформите подписку|лише для передплатників|devamını okumak için|(?:yalnızca|sadece) aboneler
    för (?:prenumeranter|att läsa (?:vidare|hela))|(?:saken|artikkelen|artiklen|denne|kun) (?:er )?for abonnenter|for å lese (?:videre|hele)|for at læse (?:videre|hele)|les videre med|(?:jen|pouze) pro předplatitele|pro přečtení celého|\d ?% (?:článku|cet article)
    (?:vain|artikkeli on|juttu on) tilaajille|jatka lukemista|jatkaaksesi lukemista|μόνο (?:για|σε) συνδρομητές|να διαβάσετε (?:τη συνέχεια|ολόκληρο)|fizessen elő|csak (?:előfizető|az előfizető)|előfizetőink számára|(?:tovább|teljes cikk)\w* olvasás[^.]{0,30}előfizet|(?:numai|doar) pentru abonați|ca să citești (?:tot|mai departe|integral)
    للمشتركين فقط|لمتابعة القراءة|لقراءة (?:بقية|باقي)|(?:केवल|सिर्फ़?) (?:सदस्य|सब्सक्राइबर|ग्राहक)|(?:पूरा|पूरी) (?:लेख|ख़?बर) पढ़ने के लिए|会員限定|続きを読むには|続きをお読み|残り ?[\d,]+ ?文字|订阅后|订阅以继续|付费阅读|訂閱後|구독자 전용|구독하시면|유료 회원
    למנויים בלבד|(?:khusus|hanya untuk) (?:pelanggan|anggota)|untuk (?:melanjutkan membaca|membaca selengkapnya)|(?:dành riêng cho|chỉ dành cho) (?:thuê bao|thành viên|độc giả trả phí)|để đọc tiếp|ویژه مشترکان
    """,
    lower=True,
)
"""That the rest of the article is for subscribers."""

SUBSCRIBER: Final = any_of(
    r"""
    (?:already|not yet) (?:a )?(?:subscriber|member)|start your (?:free )?trial|bereits (?:abonnent|abonniert|registriert)|schon ein abo|(?:probe|digital)-?abo|déjà abonné|ya eres suscriptor|sei già abbonato|já é assinante|al abonnee|masz już (?:dostęp|prenumerat)
    (?:allerede|redan) (?:abonnent|prenumerant)|už (?:máte|jste) předpl|jo tilaaja|είστε ήδη συνδρομητ|(?:már előfizető|előfizetőnk)|ești deja abonat|уже подписан|zaten abone|مشترك بالفعل|पहले से (?:सदस्य|सब्सक्राइबर)|会員の方は|已订阅|이미 구독|sudah berlangganan
    """,
    lower=True,
)
"""A line that offers a subscription, or a login to those who have one: free articles have it, too."""
