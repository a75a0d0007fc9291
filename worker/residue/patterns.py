"""Pattern rules for syndication and copyright, and the list of all. `worker.residue.rules` describes the form."""

from __future__ import annotations

from worker.residue.links import DATE_STAMP, INTERFACE, NEWSLETTER, NUMBERS, PAID, PRIVACY, RELATED
from worker.residue.photo_credits import (
    AGENCY,
    BYLINE,
    MORE_AGENCIES,
    NAME_AND_AGENCY,
    NAME_AND_WIRE,
    PHOTO_CREDIT,
    WIRE_SIGNOFF,
)
from worker.residue.rules import pattern_rules

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
_FROM_ELSEWHERE = (
    r"(?:är (?:en nyhetsbyråtext|ursprungligen|först|översatt|en översättning)|är en text från"
    r"|publicerades (?:först|ursprungligen)|(?:er|ble|blev|er blevet) (?:levert|leveret|først|opprinnelig|"
    r"oprindeligt|oversatt|oversat|skrevet av ntb)"
    r"|vznikl ve spolupráci|byl (?:převzat|původně|přeložen|poprvé)|převzat z|powstał (?:przy|na podstawie|"
    r"we współpracy)"
    r"|ukazał się (?:pierwotnie|w serwisie|najpierw|na łamach)|pochodzi z|został (?:przetłumaczony|"
    r"opublikowany pierwotnie)"
    r"|взят\w{0,2} с|опубликован\w{0,2} (?:на сайте|впервые|при поддержке)|переведен\w{0,2} с|"
    r"подготовлен\w{0,2} (?:на основе|при|совместно)"
    r"|опублікован\w{0,2} (?:за підтримки|на сайті|вперше)|перекладен\w{0,2} з|підготовлен\w{0,2} (?:за|у|спільно)"
    r"|is (?:automatisch|vertaald|eerder|overgenomen|oorspronkelijk)|wurde (?:mit (?:material|informationen|"
    r"hilfe)|automatisch|zuerst|aus dem)"
    r"|stammt von|est (?:republié|traduit)|on julkaistu|on käännetty|első megjelenése|"
    r"a fost (?:publicat (?:inițial|prima)|tradus|preluat)"
    r"|المقال لأول مرة|المقال في الأصل|نشر (?:لأول مرة|في الأصل)|मूल रूप से|एजेंसी|सबसे पहले|首发于|最初发表|"
    r"原载于|由.{2,12}(?:授权|提供)"
    r"|.{2,16}(?:に掲載された|から配信|の配信|から転載|より転載|が配信|に初出|から提供|からの転載)|"
    r".{2,14}(?:와의|과의) (?:제휴|계약)|.{2,14}(?:에서|가|이) (?:제공|작성|번역))"
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
    # Signatures that blog software adds to its feeds.
    (
        "the post|this post|the article|this article",
        r" (?:.{2,160} )?(?:appeared first|first appeared|appeared initially) (?:on|in|at) .{2,60}",
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
        "with|additional|agency|further|input|inputs|reporting",
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
    (
        _WITH_INFORMATION,
        r"(?: de| da| do| d'| di| del| van| la| l'| e| y){0,3} ?(?:agencias|agências|agences|agenzie)?(.{0,60})",
    ),
    (
        "avec|con|com|mit|with|met|med|par|por|by|von|door|av|af|fra|från|direkte fra",
        rf" (?:l'|la |die |der |de |our correspondent in )?{AGENCY}{MORE_AGENCIES}(?: ?/ ?.{{2,40}})?",
    ),
    (
        """by arrangement with|distributed by|in partnership with|redacción con|redacción con información de|redacción
        |syndicated by""",
        r" (.{2,90})",
    ),
    ("originally published|first published|previously published|originally appeared", r" (?:on|in|at|by) .{2,120}"),
    (
        "read the full|read the original|read the complete|read the entire|read the rest of the|read the rest of this",
        r" (?:story|article|post|report|piece|interview)(?: (?:at|on|in|here|from|via).{0,30})?",
    ),
    (
        """
            the views expressed|views expressed|opinions expressed|the opinions expressed|die in diesem
            |las opiniones expresadas|les opinions exprimées|le opinioni espresse|as opiniões expressas
            |мнение автора|мнение редакции|точка зрения автора|думка автора|poglądy autora|poglądy wyrażone
        """,
        r"\b.{4,250}",
    ),
    (
        """
            avec notre partenaire|in zusammenarbeit mit|en colaboración con|in collaborazione con|em parceria com
            |in samenwerking met|we współpracy z|совместно с|i samarbete med|i samarbejde med
        """,
        r" (.{2,60})",
    ),
    ("编译自|綜合|综合|編譯", r".{1,30}"),
    (
        """
            traducido|traducida|traducción|traduit|traduction|tradotto|traduzione|traduzido|tradução|vertaald|vertaling
            |tłumaczenie|przekład|перевод|перевёл|перевела|переклад|переклав|çeviri|çeviren|översättning|oversatt
            |oversat
            |oversættelse|překlad|přeložil|übersetzt|übersetzung|aus dem englischen übersetzt|traduit de l'anglais
            |ترجمة|翻訳|翻译|翻譯|번역|fordította|traducere|redaktion|redaction|redazione|redactie|redaktor|opracowanie
            |oprac|подготовил|подготовила|подготовили|підготував|підготувала|haber|editör|haberi hazırlayan|muhabir
            |teksti
            |tekst|text|texte|texto|testo|текст|autorin|autor|autora|autore|auteur|автор|yazar|författare|skribent
            |journalist|reporter|redaktør|إعداد|كتب|तारीख|编辑|作者|记者|責任編輯|文
        """,
        r"(?: ?[:：/]| (?:por|par|da|di|von|door|av|af|by|do)) ?(.{2,40})",
    ),
    (
        """
            overgenomen van|articol preluat de pe|preluat de pe|artykuł pochodzi z|artikel ini telah tayang di
            |转载自|转自
            |转载于|本文来自|稿源|出处|出處|publicado originalmente em|publicado originalmente en
            |publicado originalmente no
            |articolo originale su|nota de la agencia|syndicated via|haberin kaynağı|с использованием материалов
            |με πληροφορίες από|نقلا عن|نقلا عن وكالة|kilder|källor|zdroje|źródła
        """,
        r" ?[:：]? ?.{2,50}",
    ),
    (
        "this story was|this article was|this report was",
        r" (?:written|produced|generated|created|translated) (?:with|using|by) .{0,30}\b(?:ai|artificial).{0,60}",
    ),
    ("content provided by|this content is provided by|the content is provided by", r" .{2,120}"),
    ("view source version|view original content|view original version", r".{0,60}"),
    ("our standards|nos règles|nuestros estándares", r" ?: .{2,80}"),
    ("riproduzione vietata|riproduzione riservata", r"\b.{0,90}"),
    (_THIS_STORY, rf" {_CAME_FROM}.{{0,180}}"),
    (
        """
            texten|det här|detta|saken|artikkelen|denne saken|artiklen|denne artikel|dette|článek|text|zpráva
            |artykuł|tekst
            |materiał|новость|статья|материал|оригинал статьи|стаття|матеріал|новина|dit bericht|het bericht|dit artikel
            |diese nachricht|das original zu diesem beitrag|cet article|artikkeli|az eredeti cikk|cikkünk|articolul
            |هذا المقال|تم نشر هذا|المقال|यह लेख|यह खबर|यह समाचार|这篇文章|本文由|この記事は|本記事は|이 기사는|이 글은
        """,
        rf" ?(?!.{{0,60}}\b1[89]\d\d){_FROM_ELSEWHERE}.{{0,80}}",
    ),
    (
        "по материалам|за матеріалами|по сообщению|за інформацією|по информации|за даними|по данным",
        r" ?:? (?:агентства |информагентства |агентств |інформагентства )?(.{2,60})",
    ),
    ("एजेंसी|भाषा|इनपुट|एजेंसियों", r".{0,40}"),
    ("本文来源|本文來源|本文转载|本文首发|原文|文章来源|编辑|責任編輯|责任编辑|责编", r"[:：/于自].{1,50}"),
)

# -- copyright -----------------------------------------------------------------------------------------------------
_RIGHTS = """
    all rights reserved|all rights are reserved|alle rechte vorbehalten|alle rechte sind vorbehalten
    |todos los derechos reservados|derechos reservados|tous droits réservés|tous droits de reproduction réservés
    |tutti i diritti riservati|tutti i diritti sono riservati|riproduzione riservata|todos os direitos reservados
    |alle rechten voorbehouden|wszelkie prawa zastrzeżone|wszystkie prawa zastrzeżone|все права защищены
    |всі права захищені|усі права захищені|усі права захищено|tüm hakları saklıdır|her hakkı saklıdır
    |alla rättigheter förbehållna|alla rättigheter förbehålles|alle rettigheter reservert
    |alle rettigheter forbeholdt|alle rettigheder forbeholdes|všechna práva vyhrazena|جميع الحقوق محفوظة
    |सर्वाधिकार सुरक्षित|無断転載|无断转载|版权所有|版權所有|未经授权|未经许可|未經授權|무단전재|무단 전재|저작권자
    |kaikki oikeudet pidätetään|με επιφύλαξη παντός δικαιώματος|minden jog fenntartva|toate drepturile rezervate
    |כל הזכויות שמורות|hak cipta dilindungi|mọi quyền được bảo lưu|تمامی حقوق محفوظ است|rights reserved
    |quedan reservados todos los derechos|derechos reservados|jegliche rechte vorbehalten
"""
COPYRIGHT = pattern_rules(
    "copyright",
    ("©|ⓒ", r".{0,250}"),
    ("c)", rf" ?(?:(?:19|20)\d\d.{{0,240}}|[^\x00-\x7f].{{1,30}}|{AGENCY}.{{0,12}})"),
    ("copyright", r" (.{3,60}) (?:19|20)\d\d"),
    (
        "copyright|telif hakkı|auteursrecht",
        r" (.{2,40}(?:media|group|s\.p\.a|ltd|inc|gmbh|company|press|news|medya)\b.{0,12})",
    ),
    (
        "made available|licensed|published|available|this work is licensed|this article is licensed",
        r" under .{2,20}(?:licen[cs]e|creative commons).{0,60}",
    ),
    ("cc by", r"[-a-z]{0,6} ?\d?\.?\d?(?: .{0,30})?"),
    ("for reprint rights|for permission to|to license this|to republish this", r"\b.{0,80}"),
    ("本文版权|版权归|著作権は", r".{2,40}"),
    ("copyright", r" ([^.]{2,60}) (?:19|20)\d\d\. .{0,200}"),
    ("copyright", r" [^.]{2,60}\. (?:all rights reserved|this material).{0,200}"),
    (
        """
        registered in|company registration|registered office|company number|p.iva|vat no|handelsregister
    """,
        r"\b.{3,160}",
    ),
    (
        "all content|all contents|all material|all articles|the content|content",
        (
            r" (?:is |are |on this .{0,20})?(?:copyright|©|protected).{0,160}"
            r"|(?: on this (?:web)?site)? (?:is|are) the property of .{2,60}"
        ),
    ),
    ("copyright", r"[ ,:]*(?:©|\(c\)|ⓒ|(?:19|20)\d\d\b|by ).{0,240}|.{0,120}rights reserved.{0,120}|: ?(.{2,40})"),
    ("opphavsrett|urheberrecht|版权声明|禁无断|严禁转载|不得转载", r"(?: (?:19|20)\d\d| ?[:：转].{0,60})?"),
    (
        _RIGHTS,
        r"(?: ?(?:19|20)\d\d)?(?: ?[.,;:!|–—，。・(©-].{0,200}|を?禁.{0,20}|及び.{0,20}|,? (?:及|및|и|by).{0,80})?",
    ),
    ("this material|this article|this content|this story", r" (?:may not be|is protected by|is copyright).{0,200}"),
    (
        "no part of this|reproduction in whole|reproduction of this|unauthorized|unauthorised",
        r" .{0,60}(?:reproduc|prohibit|permission|copying).{0,140}",
    ),
    ("nachdruck", r" (?:nur|verboten|auch|und).{0,80}"),
    ("reproduction interdite|toute reproduction|reproduction totale|reproduction partielle", r"\b.{0,100}"),
    (
        """
            prohibida su reproducción|prohibida la reproducción|proibida a reprodução|é proibida a reprodução
            |vietata la riproduzione|è vietata la riproduzione
        """,
        r"\b.{0,100}",
    ),
    ("przedruk|kopiowanie|rozpowszechnianie", r" .{0,60}(?:zabronion|zgod).{0,60}"),
    ("перепечатка|использование материалов|передрук|використання матеріалів", r" .{0,120}"),
)

BY_START = (
    *PHOTO_CREDIT,
    *WIRE_SIGNOFF,
    *COPYRIGHT,
    *SYNDICATION,
    *PAID,
    *NEWSLETTER,
    *PRIVACY,
    *RELATED,
    *DATE_STAMP,
    *INTERFACE,
)
"""The rules for lines with a known beginning."""

ANYWHERE = (*NAME_AND_AGENCY, *NAME_AND_WIRE, *NUMBERS, *BYLINE)
