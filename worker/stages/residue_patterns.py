"""Rules that are patterns: credits, wire sign-offs, syndication, copyright, cookies. See `residue_rules` for the form."""

from __future__ import annotations

from worker.stages.residue_rules import pattern_rules

# -- photo credits and wire sign-offs ------------------------------------------------------------------------------
_AGENCIES = (
    "afp|ap|reuters|getty images|getty|epa-efe|epa|efe|ansa|dpa|pti|ani|ians|xinhua|tass|imago images|imago|alamy|zuma press"
    "|zuma|picture alliance|picture-alliance|keystone|apa|belga|anp|lusa|europa press|press association|pa wire|pa media"
    "|pa|tt|ntb|ritzau scanpix|ritzau|scanpix|ctk|pap|anadolu agency|anadolu|aa|iha|dha|yonhap|kyodo|jiji|upi|ria novosti"
    "|риа новости|тасс|интерфакс|уніан|укрінформ|wam|kuna|bernama|antara|aap|uni|ats|sda|stt|shutterstock|bloomberg"
    "|رويترز|ا ف ب|新华社|新华网|新華社|共同通信|共同|時事通信|時事|中央社|연합뉴스|뉴시스|뉴스1"
)
_AGENCY = f"(?:{_AGENCIES})"
_PHOTO = r"(?: file| photos?| images?| pictures?| pool| archive| via(?= ))*"
_AND = r"(?:[ ,/&+]|and |und |y |et |e |и |i |og |och )*"

_PICTURE = "photo|photos|photograph|image|images|picture|pictures|illustration|graphic|file photo|cover photo|main image"
_BILD = "foto|fotos|bild|bilder|fotografia|imagen|imagem|immagine|zdjęcie|fotoğraf|billede|beeld"

PHOTO_CREDIT = pattern_rules(
    "photo_credit",
    (_AGENCIES, rf"{_PHOTO} ?[/|] ?(.{{2,50}})|(?: file)? (?:photo|image)s?|{_PHOTO} via {_AGENCY}"),
    ("getty images|getty", ""),
    (_PICTURE, rf"\W+{_AGENCY}{_PHOTO}(?:[/|]| / )(.{{2,50}})"),
    (_PICTURE, r"(?: credits?| courtesy| provided| supplied)? (?:by|via|of|from|courtesy of)[: ]+(.{2,60})"),
    (_BILD, r" (?:von|de|di|por|van|av|af|od|cortesía de|door)[: ]+(.{2,60})"),
    ("fot|photo credit|image credit|photo credits|image credits|credit|credits", r"[.:] ?(.{2,60})"),
    ("사진|写真|图片|圖片", r"[ /=](.{2,20})"),
    ("", rf"([^/|:]{{3,40}}?) ?[/|] ?(?:\w+ via )?{_AGENCY}{_PHOTO}(?: ?{_AGENCY})?(?: ?/ ?{_AGENCY})*"),
)
_SOURCE = "source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|bron|źródło|источник|джерело|kaynak|källa|kilde|zdroj|المصدر|स्रोत|出典|来源|來源|출처"
WIRE_SIGNOFF = pattern_rules(
    "wire_signoff",
    (_AGENCIES, rf"/?|(?:/[a-z]{{2,4}}| [a-z]{{2,4}}){{1,5}}|[)/]? ?\([^()]{{2,20}}|(?:{_AND}{_AGENCY}){{1,3}}"),
    ("/", rf"{_AGENCY}/?"),
    (_SOURCE, rf" ?: ?{_AGENCY}(?:{_AND}{_AGENCY})*"),
    ("with agencies|agencies|agenturen|agencias|agences|agenzie|agências|агентства|30", ""),
)

# -- syndication ---------------------------------------------------------------------------------------------------
_STORY = r"(?:news )?(?:story|article|report|copy|piece|post|content|item|news|column|essay|interview|text|analysis)"
_FEED = (
    r"(?:has|have) not been (?:edited|reviewed|modified|created)|(?:has|have) been (?:auto|sourced|taken|published|republished"
    r"|syndicated|adapted|reproduced|translated)|(?:is|was|are) (?:being )?(?:auto|published|republished|reproduced|syndicated"
    r"|supplied|provided by|produced by|translated|(?:originally|first) (?:published|posted|appeared))|is from a syndicated"
    r"|(?:originally|first) (?:appeared|ran|published)|appeared (?:first|originally)|may have been (?:auto|edited|reworked)"
)
_THIS = "este artículo|esta nota|esta noticia|este artigo|esta matéria|cet article|ce texte|questo articolo|dit artikel|ten artykuł|tento článek|эта статья|этот материал|ця стаття|bu haber|bu içerik|denna artikel"
_WITH_INFO = "con información|com informações|com informação|avec informations|con informazioni|met medewerking|met informatie|con agencias|com agências|avec agences|con agenzie|informations"
SYNDICATION = pattern_rules(
    "syndication",
    ("this|the|disclaimer: this|disclaimer:this", rf" (?:above |\w+ )?{_STORY},? (?:\w+,? ){{0,3}}?(?:{_FEED}).{{0,230}}"),
    ("except for the headline|except the headline|barring the headline|only the headline", r"s?\b.{0,250}"),
    ("disclaimer", r" ?: .{0,200}(?:feed|syndicat|agency|edited|published|verified|views|opinions|liab).{0,200}"),
    ("with|and|additional|agency|further|input|inputs|reporting", r"(?: \w+)? ?(?:inputs?|reporting|material|information)? from (.{2,90})"),
    ("with input|with inputs|with agency inputs|with agencies inputs|with agencies' inputs|with agency input", ""),
    (
        "additional reporting|further reporting|reporting|writing|editing|compiled|edited|written|translated|translation|graphic|produced",
        r"(?:s|,? and (?:reporting|writing|editing))? by:? (.{2,220})",
    ),
    ("published|republished|reprinted|produced", r" (?:here )?(?:with (?:\w+ )?permission|by arrangement|under (?:a |the )?(?:creative|licen[cs]e)|from a syndicated).{0,150}"),
    ("mit material|mit informationen|mit agenturmaterial|material|mit inhalten", r" (?:von|der|des|aus) (.{2,60})"),
    ("dieser artikel|dieser text|dieser beitrag|diese meldung", r" (?:erschien|ist zuerst|wurde (?:zuerst|automatisch|nicht)|stammt).{0,200}"),
    (_WITH_INFO, r"(?: de| da| do| d'| di| van| la| l'){0,2} ?(.{0,60})"),
    ("avec|con|com|mit|with|met|med", rf" (?:l'|la |die |der |de )?{_AGENCY}(?:{_AND}{_AGENCY})*"),
    (_THIS, r" (?:fue publicad|ha sido|se publicó|a été publié|est publié|est paru|è stato|è apparso|foi publicad|is eerder|verscheen|ukazał|pochodzi|byl|был|була|ilk olarak|.{0,30}otomatik).{0,180}"),
    ("по материалам|за матеріалами|по сообщению|за інформацією|по информации", r" (.{2,60})"),
    ("एजेंसी|भाषा|इनपुट|एजेंसियों", r".{0,40}"),
    ("本文来源|本文來源|本文转载|本文首发|原文|文章来源|编辑|責任編輯|责任编辑|责编", r"[:：/于自].{1,50}"),
)

# -- copyright -----------------------------------------------------------------------------------------------------
_RIGHTS = (
    "all rights reserved|all rights are reserved|alle rechte vorbehalten|alle rechte sind vorbehalten|todos los derechos reservados"
    "|derechos reservados|tous droits réservés|tous droits de reproduction réservés|tutti i diritti riservati|tutti i diritti sono riservati"
    "|riproduzione riservata|todos os direitos reservados|alle rechten voorbehouden|wszelkie prawa zastrzeżone|wszystkie prawa zastrzeżone"
    "|все права защищены|всі права захищені|усі права захищені|усі права захищено|tüm hakları saklıdır|her hakkı saklıdır"
    "|alla rättigheter förbehållna|alla rättigheter förbehålles|alle rettigheter reservert|alle rettigheter forbeholdt|alle rettigheder forbeholdes"
    "|všechna práva vyhrazena|جميع الحقوق محفوظة|सर्वाधिकार सुरक्षित|無断転載|无断转载|版权所有|版權所有|未经授权|未经许可|未經授權|무단전재|무단 전재|저작권자"
)
COPYRIGHT = pattern_rules(
    "copyright",
    ("©|(c)|ⓒ|c)", r".{0,250}"),
    ("copyright", r"[ ,:]*(?:©|\(c\)|ⓒ|(?:19|20)\d\d\b|by ).{0,240}|.{0,120}rights reserved.{0,120}"),
    (_RIGHTS, r"(?:[.,;:!|–—，。(-].{0,200}|を?禁.{0,20}|及び.{0,20}|,? (?:及|및|и|by).{0,80})?"),
    ("this material|this article|this content|this story", r" (?:may not be|is protected by|is copyright).{0,200}"),
    ("no part of this|reproduction in whole|reproduction of this|unauthorized|unauthorised", r" .{0,60}(?:reproduc|prohibit|permission|copying).{0,140}"),
    ("nachdruck", r" (?:nur|verboten|auch|und).{0,80}"),
    ("reproduction interdite|toute reproduction|reproduction totale|reproduction partielle", r"\b.{0,100}"),
    ("prohibida su reproducción|prohibida la reproducción|proibida a reprodução|é proibida a reprodução|vietata la riproduzione|è vietata la riproduzione", r"\b.{0,100}"),
    ("przedruk|kopiowanie|rozpowszechnianie", r" .{0,60}(?:zabronion|zgod).{0,60}"),
    ("перепечатка|использование материалов|передрук|використання матеріалів", r" .{0,120}"),
)

# -- cookies and scripts -------------------------------------------------------------------------------------------
_COOKIE = (
    r"(?:cookies?\b|куки|çerez|sušenk|informasjonskapsler|informationskapsler|ملفات تعريف الارتباط|الكوكيز|कुकी|クッキー|쿠키)"
)
_SITES = (
    "este|esta|nuestro|nuestra|nosotros|usamos|utilizamos|al |o site|o nosso|nosso|ao |ce site|notre|nous|en |questo|il nostro|il sito|noi |utilizziamo"
    "|usiamo|navigando|wir|diese|unsere|um |deze|wij |onze|we gebruiken|door |ta strona|nasza|nasz |używamy|na tej|serwis|strona|мы |этот|наш|сайт|на |продолжая|ми |цей"
    "|bu site|bu web|web site|sitemiz|vi |denna|den här|denne|dette|vår|tento|náš|používáme|نحن|هذا|نستخدم|يستخدم|باستمرارك|हम|यह|इस|この|当サイト|本网|本站|我们|我們|이 |본 |저희"
)
COOKIE = pattern_rules(
    "cookie_notice",
    (
        "we|this website|this site|this page|our website|our site|the site|the website",
        rf"(?: [\w&]+){{0,6}} (?:use|uses|store|stores|set|sets|place|places|using)(?: \w+){{0,5}} {_COOKIE}(?=\W*$|[.,;:(/]| (?:and|or|to|on|for|in|so|that|from|which)\b).{{0,250}}",
    ),
    ("by |if you |to |before you ", rf"(?:\w+ ){{0,12}}(?:continu|click|us|brows|visit|accept|agree|giv|improv|provid|offer|ensur|help).{{0,120}}{_COOKIE}.{{0,150}}"),
    ("accept|reject|allow|manage|decline|deny|change|review|customize|customise|your|essential|necessary|strictly necessary|privacy and", rf"(?: \w+){{0,2}} {_COOKIE}.{{0,60}}"),
    ("cookie|cookies|cookie-", r"-?(?: ?(?:settings?|policy|policies|notice|preferences|consent|banner|einstellungen|richtlinie|hinweis|usage))(?: .{0,60})?"),
    (_SITES, rf".{{0,80}}(?:{_COOKIE}|\bcookies?).{{0,180}}"),
)
SCRIPT = pattern_rules(
    "script_notice",
    ("please|you need|you have|you must|enable|turn on|activate|allow|to ", r"(?: \S+){0,10}? ?(?:(?:enable|turn on|activate|allow) )?(?:java ?script|your ad.?blocker).{0,150}"),
    ("javascript|java script", r" (?:is|must|seems?|appears?|needs?|required|has)\b.{0,150}"),
    ("your browser|this browser|the browser|sorry, your browser|your web browser", r" (?:does not|doesn't|is (?:not|out of date|outdated|no longer)|version).{0,150}"),
    ("disable|turn off|whitelist|pause|please disable|please turn off|please whitelist", r" (?:your )?ad ?-?blocker.{0,150}"),
    (
        "bitte|aktivieren sie|schalten sie|debe|por favor|active|activa|habilite|para |necesita|veuillez|activez|activer|abilita|attiva|ative|schakel|włącz|включите|пожалуйста|увімкніть|будь ласка"
        "|aktivera|aktiver|povolte|zapněte|lütfen|يرجى|कृपया",
        r".{0,60}(?:java ?script|جافا ?سكريبت|जावास्क्रिप्ट).{0,120}",
    ),
)
