"""Rules that are patterns: credits, wire sign-offs, syndication, copyright, cookies. `residue_rules` has the form."""

from __future__ import annotations

from worker.stages.residue_rules import pattern_rules

# -- photo credits and wire sign-offs ------------------------------------------------------------------------------
_AGENCIES = """
    afp|ap|reuters|getty images|getty|epa-efe|epa|efe|ansa|dpa|pti|ani|ians|xinhua|tass|imago images|imago|alamy
    |zuma press|zuma|picture alliance|picture-alliance|keystone|apa|belga|anp|lusa|europa press
    |press association|pa wire|pa media|pa|tt|ntb|ritzau scanpix|ritzau|scanpix|čtk|pap|anadolu agency|anadolu
    |aa|iha|dha|yonhap|kyodo|jiji|upi|ria novosti|риа новости|тасс|интерфакс|уніан|укрінформ|wam|kuna|bernama
    |antara|aap|uni|ats|sda|stt|shutterstock|bloomberg|lapresse|hina|mti|agerpres|agência brasil|रॉयटर्स|पीटीआई
    |एएनआई|आईएएनएस|भाषा|رويترز|ا ف ب|وكالات|وام|新华社|新华网|新華社|共同通信|共同|時事通信|時事|时事|中央社
    |연합뉴스|뉴시스|뉴스1
"""
_AGENCY = "(?:" + "".join(_AGENCIES.split("\n")).replace("    ", "") + ")"
_AND = r"(?:[ ,/&+]|and |und |y |et |e |и |i |og |och )*"
_PHOTO = r"(?: file| photos?| images?| pictures?| pool| archive| via(?= ))*"
_PICTURE = """
    photo|photos|photograph|image|images|picture|pictures|photo illustration|illustration|graphic|file photo|cover photo
    |main image
"""
_BILD = "foto|fotos|bild|bilder|fotografia|imagen|imagem|immagine|zdjęcie|fotoğraf|billede|beeld"

PHOTO_CREDIT = pattern_rules(
    "photo_credit",
    (_AGENCIES, rf"{_PHOTO} ?[/|] ?(.{{2,50}})|(?: file)? (?:photo|image)s?|{_PHOTO} via {_AGENCY}"),
    ("getty images|getty", ""),
    (_PICTURE, rf" {_AGENCY}"),
    ("图|圖|写真提供|사진 제공", r" ?[:/=] ?(.{1,20})"),
    (_PICTURE, rf"\W+{_AGENCY}{_PHOTO} ?[/|] ?(.{{2,50}})"),
    (_PICTURE, r"(?: credits?| courtesy| provided| supplied)? (?:by|via|courtesy of)[: ]+(.{2,60})"),
    (_BILD, r" (?:von|de|di|por|van|av|af|od|cortesía de|door)[: ]+(.{2,60})"),
    ("fot|photo credit|image credit|photo credits|image credits|credit|credits", r"[.:] ?(.{2,60})"),
    ("사진|写真|图片|圖片", r"[ /=](.{2,20})"),
)
NAME_AND_AGENCY = pattern_rules(
    "photo_credit",
    ("", rf"([^/|:]{{3,40}}?) ?[/|] ?(?:\w+ via )?{_AGENCY}{_PHOTO}(?: ?{_AGENCY})?(?: ?/ ?{_AGENCY})*"),
)

_SOURCE = """
    source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|bron|źródło|источник|джерело|kaynak|källa|kilde
    |zdroj|المصدر|स्रोत|出典|来源|來源|출처
"""
WIRE_SIGNOFF = pattern_rules(
    "wire_signoff",
    (
        _AGENCIES,
        rf"/?|(?:/[a-z]{{2,4}}| [a-z]{{2,4}}){{1,5}}|[)/]? ?\([^()]{{2,20}}|(?:{_AND}{_AGENCY}){{1,3}}",
    ),
    ("/", rf"{_AGENCY}/?"),
    ("서울|부산|대구|도쿄|워싱턴|베이징", rf"={_AGENCY}"),
    ("新华社|中新社|中新网", r".{1,16}电"),
    (_SOURCE, rf" ?: ?{_AGENCY}(?:{_AND}{_AGENCY})*"),
    ("with agencies|agencies|agenturen|agencias|agences|agenzie|agências|агентства|30", ""),
)

# -- syndication ---------------------------------------------------------------------------------------------------
_STORY = r"(?:story|article|report|copy|piece|post|content|item|news|column|essay|interview|text|analysis)"
_COMES_FROM = (
    r"(?:(?:has|have) not been (?:edited|reviewed|modified|created)|(?:has|have) been (?:auto|sourced|syndicated)"
    r"|(?:has been|is|was) (?:being )?(?:published|republished|reproduced|taken|adapted)"
    r" (?:from|under|with|here|by arrangement)"
    r"|(?:is|was) (?:auto|syndicated|from a syndicated)|may have been (?:auto|edited|reworked))"
)
_THIS_STORY = """
    este artículo|esta nota|esta noticia|este artigo|esta matéria|cet article|ce texte|questo articolo|dit artikel
    |ten artykuł|tento článek|эта статья|этот материал|ця стаття|bu haber|bu içerik|denna artikel
"""
_CAME_FROM = (
    r"(?:fue publicad|ha sido|se publicó|a été publié|est publié|est paru|è stato|è apparso|foi publicad|is eerder"
    r"|verscheen|ukazał|pochodzi|byl|был|була|ilk olarak|.{0,30}otomatik)"
)
_WITH_INFORMATION = """
    con información|com informações|com informação|avec informations|con informazioni|met medewerking
    |met informatie|con agencias|com agências|avec agences|con agenzie
"""
_BY = """
    additional reporting|further reporting|reporting|writing|editing|compiled|edited|written|translated
    |translation|graphic|produced
"""
_FIRST_ELSEWHERE = (
    r"(?:(?:was )?(?:originally|first) (?:appeared|ran|published|posted)|appeared (?:first|originally)"
    r"|(?:is|was|has been) (?:republished|reproduced|syndicated|supplied|provided by|produced by|translated))"
)
SYNDICATION = pattern_rules(
    "syndication",
    # How blog software signs what it puts into feeds.
    (
        "the post|this post|the article|this article",
        r" .{2,160} (?:appeared first|first appeared|appeared initially) (?:on|in|at) .{2,60}",
    ),
    ("der beitrag|der artikel", r" .{2,160} erschien zuerst (?:auf|bei|in) .{2,60}"),
    ("la entrada|el artículo|el post", r" .{2,160} (?:se publicó|aparece|apareció) primero en .{2,60}"),
    ("l'article|cet article", r" .{2,160} est apparu en premier sur .{2,60}"),
    ("l'articolo", r" .{2,160} (?:proviene da|sembra essere il primo su) .{2,60}"),
    ("o post|a postagem|o artigo", r" .{2,160} apareceu primeiro em .{2,60}"),
    (
        "het bericht|artykuł|сообщение|запись",
        r" .{2,160} (?:verscheen eerst op|pochodzi z serwisu|появил\w+ сначала на) .{2,60}",
    ),
    ("this", rf" (?:\w+ )?{_STORY},? {_FIRST_ELSEWHERE}.{{0,230}}"),
    ("this is an unedited|this is an auto|this is a syndicated", r".{0,200}"),
    (
        "the associated press|associated press|reuters|agence france-presse|bloomberg|the canadian press|staff writer",
        r".{0,60} contributed (?:to|reporting).{0,60}",
    ),
    ("with pti|with ani|with ians|with ap|with afp|with reuters|with agencies", r" inputs?"),
    (
        "this|the|disclaimer: this|disclaimer:this",
        rf" (?:above |\w+ )?{_STORY},? (?:\w+,? ){{0,3}}?{_COMES_FROM}.{{0,230}}",
    ),
    ("except for the headline|except the headline|barring the headline|only the headline", r"s?\b.{0,250}"),
    (
        "disclaimer",
        r" ?: .{0,200}(?:feed|syndicat|agency|edited|published|verified|views|opinions|liab).{0,200}",
    ),
    (
        "with|and|additional|agency|further|input|inputs|reporting",
        r"(?: \w+)? ?(?:inputs?|reporting|material|information)? from (.{2,90})",
    ),
    ("with input|with inputs|with agency inputs|with agencies inputs|with agencies' inputs|with agency input", ""),
    (_BY, r"(?:s|,? and (?:reporting|writing|editing))? by:? (.{2,220})"),
    (
        "published|republished|reprinted|produced",
        (
            r" (?:here )?(?:with (?:\w+ )?permission|by arrangement|under (?:a |the )?(?:creative|licen[cs]e)"
            r"|from a syndicated).{0,150}"
        ),
    ),
    ("mit material|mit informationen|mit agenturmaterial|mit inhalten", r"(?: (?:von|der|des|aus) (.{2,60}))?"),
    (
        "dieser artikel|dieser text|dieser beitrag|diese meldung",
        r" (?:erschien|ist zuerst|wurde (?:zuerst|automatisch|nicht)|stammt).{0,200}",
    ),
    (_WITH_INFORMATION, r"(?: de| da| do| d'| di| van| la| l'){0,2} ?(.{0,60})"),
    ("avec|con|com|mit|with|met|med", rf" (?:l'|la |die |der |de )?{_AGENCY}(?:{_AND}{_AGENCY})*"),
    (_THIS_STORY, rf" {_CAME_FROM}.{{0,180}}"),
    ("по материалам|за матеріалами|по сообщению|за інформацією|по информации", r":? (.{2,60})"),
    ("एजेंसी|भाषा|इनपुट|एजेंसियों", r".{0,40}"),
    ("本文来源|本文來源|本文转载|本文首发|原文|文章来源|编辑|責任編輯|责任编辑|责编", r"[:：/于自].{1,50}"),
)

# -- copyright -----------------------------------------------------------------------------------------------------
_RIGHTS = """
    all rights reserved|all rights are reserved|alle rechte vorbehalten|alle rechte sind vorbehalten
    |todos los derechos reservados|derechos reservados|tous droits réservés|tous droits de reproduction réservés
    |tutti i diritti riservati|tutti i diritti sono riservati|riproduzione riservata
    |todos os direitos reservados|alle rechten voorbehouden|wszelkie prawa zastrzeżone
    |wszystkie prawa zastrzeżone|все права защищены|всі права захищені|усі права захищені|усі права захищено
    |tüm hakları saklıdır|her hakkı saklıdır|alla rättigheter förbehållna|alla rättigheter förbehålles
    |alle rettigheter reservert|alle rettigheter forbeholdt|alle rettigheder forbeholdes|všechna práva vyhrazena
    |جميع الحقوق محفوظة|सर्वाधिकार सुरक्षित|無断転載|无断转载|版权所有|版權所有|未经授权|未经许可|未經授權
    |무단전재|무단 전재|저작권자
"""
COPYRIGHT = pattern_rules(
    "copyright",
    ("©|ⓒ", r".{0,250}"),
    ("c)", r" ?(?:19|20)\d\d.{0,240}"),
    ("copyright", r"[ ,:]*(?:©|\(c\)|ⓒ|(?:19|20)\d\d\b|by ).{0,240}|.{0,120}rights reserved.{0,120}|: ?(.{2,40})"),
    ("opphavsrett|urheberrecht|版权声明|禁无断|严禁转载|不得转载", r"(?: (?:19|20)\d\d| ?[:：转].{0,60})?"),
    (_RIGHTS, r"(?: ?(?:19|20)\d\d)?(?:[.,;:!|–—，。・(-].{0,200}|を?禁.{0,20}|及び.{0,20}|,? (?:及|및|и|by).{0,80})?"),
    ("this material|this article|this content|this story", r" (?:may not be|is protected by|is copyright).{0,200}"),
    (
        "no part of this|reproduction in whole|reproduction of this|unauthorized|unauthorised",
        r" .{0,60}(?:reproduc|prohibit|permission|copying).{0,140}",
    ),
    ("nachdruck", r" (?:nur|verboten|auch|und).{0,80}"),
    ("reproduction interdite|toute reproduction|reproduction totale|reproduction partielle", r"\b.{0,100}"),
    (
        """prohibida su reproducción|prohibida la reproducción|proibida a reprodução|é proibida a reprodução
        |vietata la riproduzione|è vietata la riproduzione""",
        r"\b.{0,100}",
    ),
    ("przedruk|kopiowanie|rozpowszechnianie", r" .{0,60}(?:zabronion|zgod).{0,60}"),
    ("перепечатка|использование материалов|передрук|використання матеріалів", r" .{0,120}"),
)

# -- cookies and scripts -------------------------------------------------------------------------------------------
_COOKIE = (
    r"(?:cookies?\b|använder kakor|куки|çerez|sušenk|informasjonskapsler|informationskapsler"
    r"|ملفات تعريف الارتباط|الكوكيز|कुकी|クッキー|쿠키)"
)
_SITE = """
    este sitio|esta web|esta página|este site|en este|nuestro sitio|nuestra web|nosotros|usamos|utilizamos
    |al usar|al navegar|al continuar|o site|o nosso|nosso site|nós|ao usar|ao navegar|ao continuar|ce site
    |notre site|nous|en poursuivant|en continuant|en naviguant|questo sito|il nostro|il sito|utilizziamo|usiamo
    |navigando|wir|diese website|diese webseite|diese seite|unsere website|unsere webseite|unsere seite|um ihnen
    |um unsere|um die|deze website|deze site|deze pagina|wij|we gebruiken|door verder|door gebruik|ta strona
    |nasza strona|nasz serwis|używamy|na tej stronie|serwis|strona|мы|этот сайт|наш сайт|сайт|на этом сайте
    |на нашем сайте|продолжая|ми|цей сайт|на цьому сайті|bu site|bu web|web sitemiz|sitemiz|vi|denna|den här
    |denne|dette|vår|tento|náš|používáme|na tomto|نحن|هذا الموقع|نستخدم|يستخدم|باستمرارك|हम|यह|इस
"""
COOKIE = pattern_rules(
    "cookie_notice",
    (
        "we|this website|this site|this page|our website|our site|the site|the website",
        (
            rf"(?: [\w&]+){{0,6}} (?:use|uses|store|stores|set|sets|place|places|using)(?: \w+){{0,5}} {_COOKIE}"
            r"(?=\W*$|[.,;:]? ?\(|[.,;:/] | (?:and|or|to|on|for|in|so|that|from|which)\b).{0,250}"
        ),
    ),
    (
        "by|if you|to|before you",
        (
            r" (?:\w+ ){0,12}(?:continu|click|us|brows|visit|accept|agree|giv|improv|provid|offer|ensur|help)"
            rf".{{0,120}}{_COOKIE}.{{0,150}}"
        ),
    ),
    (
        """accept|reject|allow|manage|decline|deny|change|review|customize|customise|your|essential|necessary
        |strictly necessary|privacy and|accepter|accepteren|aceptar|aceitar|accetta|akzeptieren|akceptuj|принять""",
        rf"(?: \w+){{0,3}} {_COOKIE}(?: (?:settings?|policy|preferences|consent)| and continue)?",
    ),
    (
        """accept all|reject all|allow all|decline all|alle akzeptieren|alle ablehnen|tout accepter|tout refuser
        |accetta tutti|rifiuta tutti|aceptar todo|rechazar todo|aceitar tudo|rejeitar tudo|cookies accepteren""",
        r"(?: and (?:close|continue))?",
    ),
    ("we value your privacy|we care about your privacy|your privacy is important|your privacy choices", r".{0,150}"),
    ("cookies help us|cookies are used", r" .{0,120}"),
    (
        "mit der nutzung|durch die nutzung|durch die weitere nutzung|sitemizde|tyto stránky|tyto webové|tento server",
        rf"\b.{{0,80}}{_COOKIE}.{{0,120}}",
    ),
    (
        "cookie|cookies|cookie-",
        (
            r"-? ?(?:settings?|policy|policies|notice|preferences|consent|banner|einstellungen|richtlinie|hinweis"
            r"|usage)(?: .{0,60})?"
        ),
    ),
    (_SITE, rf"\b.{{0,80}}{_COOKIE}.{{0,180}}"),
    ("この|当サイト|本サイト|本网|本站|我们|我們|이|본|저희", rf".{{0,40}}(?:{_COOKIE}|cookie).{{0,80}}"),
)
SCRIPT = pattern_rules(
    "script_notice",
    (
        "please|you need|you have|you must|enable|turn on|activate|allow|to",
        r"(?: \S+){0,10}? ?(?:(?:enable|turn on|activate|allow) )?(?:java ?script|your ad.?blocker).{0,150}",
    ),
    (
        "this video|this content|this audio",
        r" (?:is (?:not|no longer|only|currently not) available|is (?:currently )?unavailable|requires).{0,80}",
    ),
    ("javascript|java script", r" (?:is|must|seems?|appears?|needs?|required|has)\b.{0,150}"),
    (
        "your browser|this browser|the browser|sorry, your browser|your web browser",
        r" (?:does not|doesn't|is (?:not|out of date|outdated|no longer)|version).{0,150}",
    ),
    (
        "disable|turn off|whitelist|pause|please disable|please turn off|please whitelist",
        r" (?:your )?ad ?-?blocker.{0,150}",
    ),
    (
        """bitte|aktivieren sie|schalten sie|debe|por favor|active|activa|habilite|para|necesita|veuillez|activez
        |activer|abilita|attiva|ative|schakel|włącz|включите|пожалуйста|увімкніть|будь ласка|aktivera|aktiver
        |povolte|zapněte|lütfen|يرجى|कृपया""",
        r"\b.{0,60}(?:java ?script|جافا ?سكريبت|जावास्क्रिप्ट).{0,120}",
    ),
)

# -- what no list of words tells: related links and a few buttons ----------------------------------------------------
_HEADLINE = r"(?: ?[:|>–—-] ?.{0,200})?"
RELATED = pattern_rules(
    "related_link",
    (
        "you may|you might|you'll|you will",
        rf" (?:also )?(?:like|love|enjoy|be interested in|want to (?:read|see|know))(?: this| these)?{_HEADLINE}",
    ),
    (
        """in case you missed it|in case you missed|icymi|don't miss|do not miss|must read|must-read|editors' picks
        |editor's pick|no te pierdas|no se pierda|à ne pas manquer|ne manquez pas|da non perdere|não perca
        |niet te missen|missa inte|gå ikke glip""",
        _HEADLINE,
    ),
    ("in pictures|in photos|top stories|latest news|more from", r"(?: \w+){0,3} ?[:|] ?.{3,200}"),
    (
        "continue reading|keep reading|story continues|article continues|text continues",
        r"(?: below| after| the (?:main )?story)?",
    ),
)
DATE_STAMP = pattern_rules(
    "date_stamp",
    ("last update|latest update|dernière mise à jour", r"\W[\w\s,.:|/-]{0,50}\d[\w\s,.:|/()-]{0,40}"),
)
INTERFACE = pattern_rules(
    "interface",
    ("click to share|click to email|click to print|click to tweet", r".{0,80}"),
    ("print this|email this|e-mail this|save this", r" (?:article|story|page|post)"),
    (
        """記事をシェア|この記事をシェア|text size|font size|schriftgröße|copy link|copy url|copiar enlace|link kopieren
        |copier le lien""",
        r"(?:する)?",
    ),
    ("分享|转发|轉發|シェア|공유", r"(?:到|至|本文|文章|这篇|此|する|하기).{0,8}"),
)
