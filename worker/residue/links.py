"""Pattern rules for related links, calls, buttons and stamps. `worker.residue.rules` describes the form."""

from __future__ import annotations

from worker.residue.rules import pattern_rules

_HEADLINE = r"(?: ?[:|>–—-] ?.{0,200})?"
PRIVACY = pattern_rules(
    "cookie_notice",
    (
        """
            si continúa navegando|si continúas navegando|al continuar|se continui|continuando a
            |continuando la navigazione
            |en poursuivant|si vous continuez|wenn sie fortfahren|wenn sie weiter|mit der weiteren nutzung
            |by continuing|if you continue
            |ao continuar|se continuar|door verder te|als je verder|kontynuując|dalsze korzystanie|продолжая|продовжуючи
            |ved at fortsætte|genom att fortsätta|ved å fortsette|pokračováním|jatkamalla|continuând
        """,
        (
            r"[ ,].{0,80}(?:acept|accept|akzept|consent|agree|einversta|zustimm|cookie|privac|concord|akkoord|"
            r"zgod|зго|соглас|принима"
            r"|samtyck|samtykke|godkän|godtar|souhlas|hyväksy|acord).{0,80}"
        ),
    ),
    (
        """
            we value your privacy|we care about your privacy|your privacy is important|your privacy choices
            |your privacy matters|the technical storage or access|privacy policy|we respect your privacy
            |do not sell
        """,
        r".{0,150}",
    ),
)
RELATED = pattern_rules(
    "related_link",
    (
        "check out|check this out|previously|next up|más leído|lo más leído|najczęściej czytane",
        r" ?[:|] ?(?!.*[.!]$).{3,200}",
    ),
    (
        """
            video|vidéo|vídeo|wideo|видео|відео|watch|photos|gallery|photo gallery|listen|podcast|hintergrund|bakgrund
        """,
        r" ?[|»>] ?.{6,200}",
    ),
    (
        """
            read next|further reading|what to read next|pour aller plus loin|aus dem archiv|más noticias|sigue leyendo
            |więcej na ten temat|warto przeczytać|больше новостей|більше новин|okumaya devam et|daha fazla|mere om
            |mer om|おすすめ記事|猜你喜欢|看更多|更多报道|合わせて読みたい|up next
        """,
        r" ?[:：|»>] ?.{6,200}",
    ),
    (
        "you may|you might|you'll|you will",
        rf" (?:also )?(?:like|love|enjoy|be interested in|want to (?:read|see|know))(?: this| these)?{_HEADLINE}",
    ),
    (
        """
            in case you missed it|in case you missed|icymi|don't miss|do not miss|must read|must-read
            |editors' picks|editor's pick|no te pierdas|no se pierda|à ne pas manquer|ne manquez pas
            |da non perdere|não perca|niet te missen|missa inte|gå ikke glip
        """,
        _HEADLINE,
    ),
    (
        """
            in pictures|in photos|top stories|latest news|more from|from the archive|from the archives
            |click here to read|click to read|per approfondire
        """,
        r"(?: \w+){0,3} ?[:|] ?.{3,200}",
    ),
    (
        """
            also read|read also|related articles|related article|related stories|related story|related news
            |related posts|lire aussi|à lire aussi|lire également|article réservé à nos abonnés lire aussi
            |lea también|lee también|ver también|leggi anche|leia também|veja também|lees ook|lesen sie auch
            |lies auch|czytaj też|czytaj także|czytaj również|zobacz też|читайте также|читайте також|читати також
            |смотрите также|ayrıca okuyun|läs också|läs mer|läs även|les også|læs også|čtěte také
            |mohlo by vás zajímat|leggi pure|lue myös|διαβάστε επίσης|olvassa el|citește și|baca juga|xem thêm
            |вас може зацікавити|вас может заинтересовать|te puede interesar|ti potrebbe interessare
            |das könnte sie interessieren
        """,
        r"[ :|>»–—-]{1,4}(\S).{5,200}",
    ),
    (
        """
            اقرأ أيضا|يمكنك قراءة|यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|関連記事|관련기사|相关报道|相关阅读|相關報導
            |延伸阅读|קראו גם|بیشتر بخوانید|আরও পড়ুন|ранее мы писали|раніше ми писали|ранее по теме|по теме
            |за темою|wcześniej pisaliśmy|zum thema|sul tema|sur le même sujet|sobre el tema|on this topic
            |przeczytaj
        """,
        r" ?[:：|>»】\]▶–—-]{1,4} ?.{6,200}",
    ),
    ("관련기사|関連記事", r" .{6,60}"),
    (
        "continue reading|keep reading|story continues|article continues|text continues",
        r"(?: below| after| the (?:main )?story)?",
    ),
)
DATE_STAMP = pattern_rules(
    "date_stamp",
    (
        "by|von|por|par|di|door|av|af|text|story by",
        (
            r" (.{3,40}),? (?:\w+ )?(?:staff (?:writer|reporter)|correspondent|reporter|editor|writer|redakteur(?:in)?"
            r"|korrespondent(?:in)?|corresponsal|redactor(?:a)?|correspondant(?:e)?|corrispondente|"
            r"redator(?:a)?|redacteur)"
        ),
    ),
    (
        "posted|published|updated",
        (
            r"(?: in \w{3,20})?(?: by .{2,40}?)?(?: (?:on|at))? [a-z]{0,9},? ?\d{1,2},? ?(?:[a-z]{3,9},? )?\d{4}"
            r"(?: at [\d:apm. ]{3,9})?,?(?: by (?:admin|staff|editor|(.{2,40})))?"
        ),
    ),
    (
        "last update|latest update|dernière mise à jour|آخر تحديث|अपडेटेड|अंतिम अपडेट",
        r"\W[\w\s,.:|/-]{0,50}\d[\w\s,.:|/()-]{0,40}",
    ),
)
# A pattern for each name, because many lines begin with a number.
NUMBERS = (
    *pattern_rules(
        "date_stamp",
        (
            "",
            (
                r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?(?: \S{1,3})? \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?(?:uhr|"
                r"h|am|pm))?(?: ?(?:来源|來源)[:：].{1,20})?"
                r"|\d{4}年 ?\d{1,2}月 ?\d{1,2}日(?:[(（].[)）])? ?\d{1,2}(?:[:：]\d\d|時(?:\d{1,2}分)?|"
                r"时(?:\d{1,2}分)?)(?: ?(?:来源|來源)[:：].{1,20})?"
                r"|\d{4}\.? ?\d{1,2}\.? ?\d{1,2}\.? \d{1,2}:\d\d"
                r"|\d{1,2}/\d{1,2}/\d{4} \d{1,2}h\d\d.{0,40}"
            ),
        ),
    ),
    *pattern_rules(
        "interface",
        (
            "",
            (
                r"\d[\d., ]{0,12}[km]? (?:views|просмотр\w{0,3}|vues|visualiza\w{2,6}|visualizzazioni|"
                r"aufrufe|wyświetleń|перегляд\w{0,3}|visninger)|\d{1,2}:\d\d ?/ ?\d{1,2}:\d\d"
            ),
        ),
    ),
)
PAID = pattern_rules(
    "ad_label",
    ("brand|partner|from our|content from our", r" (?:content|partners?)"),
    (
        "thank you for|thanks for",
        r" (?:supporting|watching|viewing|visiting) (?:our|this|the|these) (?:ad\w{0,10}|sponsors?)",
    ),
    ("go ad-free|ad-free", r".{0,20}"),
    (
        """
            paid for by|powered by|branded by|presented by|sponsored by|supported by|brought to you by
            |in association with|in partnership with|content by|patrocinado por|presentado por|contenido patrocinado por
            |conteúdo patrocinado por|oferecido por|apresentado por|präsentiert von|gesponsert von
            |eine anzeige von|sponsorisé par|présenté par|proposé par|offert par|offerto da|presentato da
            |sponsorizzato da|gesponsord door|aangeboden door|sponsorowane przez|partnerem jest|при поддержке
            |партнер материала|за підтримки|sponsoret av|sponsoret af|annonsørinnhold fra|i samarbete med
            |i samarbeid med|annons från|contenu proposé par|contenuto offerto da|contenuto sponsorizzato da
            |annoncørbetalt indhold fra|reklama od
        """,
        r":? (.{2,50})",
    ),
    ("haberin devamı|yazının devamı|devamı", r" (?:aşağıda|için tıklayın|var).{0,10}"),
)
NEWSLETTER = pattern_rules(
    "newsletter",
    ("never miss a|don't miss a|do not miss a", r" (?:beat|story|thing|moment|update|headline)\b.{0,80}"),
    ("sign me up", ""),
    (
        """
            melden sie sich|melde dich|meld je|anmäl dig|meld deg|tilmeld dig|zapisz się|přihlaste se
            |inscrivez-vous|iscriviti
            |inscríbete|inscreva-se|abonnieren sie|abonneer je|prenumerera på|suscríbete|registrieren sie sich
        """,
        (
            r" .{0,40}\b(?:unser\w{0,2}|ons|onze|vår|vårt|vores|naszego|nasz|našeho|náš|notre|nos|nostra|"
            r"nostro|nuestr[oa]s?|noss[oa])\b.{0,70}"
        ),
    ),
    (
        """
            téléchargez|descarga|descárgate|descargue|baixe|scarica|pobierz|скачайте|завантажте|laden sie|lade
            |download|stáhněte
            |ladda ner|last ned|hent|lataa|κατεβάστε|indirin|installieren sie|installez|instala|instale|installa
            |установите
            |встановіть|zainstaluj|get|install
        """,
        (
            r" (?:.{0,24} )?(?:l'application|l'appli|l'app|la app|nuestra app|o app|o aplicativo|nosso app|aplikację"
            r"|нашу? приложение|приложение|застосунок|die app|unsere app|onze app|de app|our app|"
            r"the (?:\S{2,20} ){0,3}app|our free app|aplikaci"
            r"|appen|sovellus|εφαρμογή)(?: vår)?\b.{0,80}"
        ),
    ),
    (
        "like us|like our|find us|follow us|follow me|síguenos|suivez-nous|seguici|siga-nos|folgen sie uns|volg ons",
        r"(?: (?:page )?(?:on|en|sur|su|no|auf|op) .{2,60})?",
    ),
    ("add", r" (?:.{2,60} )?(?:as|to) (?:a |your )?(?:preferred|trusted).{0,60}|(?: .{2,40})? on google(?: news)?"),
    ("make|choose|set", r" (?:us|.{2,30}) (?:as )?(?:a |your )?preferred(?: source)?(?: on google)?"),
    (
        "for more|for all the latest|for the latest|want more",
        (
            r" (?:\w+ ){0,3}(?:news|stories|updates|articles)(?: like this| on .{2,40})?[,?] ?(?:please )?"
            r"(?:check|visit|follow|go to|download|click|sign|subscribe|join) .{0,40}(?:our|us|up|here|app|"
            r"page)\b.{0,40}"
        ),
    ),
    (
        "stay|keep",
        (
            r" (?:up to date|up-to-date|updated|informed|up with)\b.{0,60}"
            r"(?:\b(?:our|us|following|follow|subscribing|joining|join|subscribe|sign)\b.{0,60}|\blatest.{0,30})"
        ),
    ),
    ("stay tuned", r" for (?:more|the latest|further) .{0,40}"),
    (
        "did you find this|did you enjoy this|did you like this|was this|is this",
        r" ?(?:article|story|page|content|post)? ?(?:helpful|useful|interesting)?\?.{0,60}",
    ),
    (
        "do you have|have|got",
        (
            r" (?:a |any )?(?:news |story )?(?:tip|tips|story|something to share)(?: to (?:share|"
            r"tell))?(?: for .{2,24})?\?"
            r" ?(?:contact|email|get in|send|let us|write|call|message|click|tell|reach|submit).{2,100}"
        ),
    ),
    ("contact|email|e-mail|reach", r" .{2,40}?(?: at| via|:)? [\w.+-]{1,64}@[\w.-]{1,64}"),
    ("you have|you've", r" (?:reached your|used all your|\w+ free (?:articles?|stor\w+)).{0,80}"),
    ("something went wrong|oops, something went wrong", r"[,!.]? ?(?:please )?(?:try again)?.{0,20}"),
    ("invalid|please enter|enter", r" (?:a valid |your |an )?(?:email|e-mail)(?: address)?.{0,20}"),
    ("please check your|check your", r" (?:inbox|email).{0,50}"),
    ("tune in", r" to .{2,60}\b(?:follow|subscribe|listen|am|pm)\b.{0,60}"),
)
INTERFACE = pattern_rules(
    "interface",
    ("a-|a -|a+|a a|aa|a −|a–", r"(?: ?a?[-+−–]?){0,4}"),
    (
        "this audio|this voice|this audio version",
        r" (?:is|was|has been) .{0,20}(?:generated|created|auto|read|ai).{0,60}",
    ),
    ("ai-generated|ai generated|auto-generated|text to|text-to", r"[- ](?:audio|speech|voice|summary).{0,30}"),
    ("læs op|les opp|läs upp|lees voor|přečíst nahlas|lire à voix haute|vorlesen lassen|czytaj na głos", ""),
    ("join the|start the|be part of the", r" (?:conversation|discussion).{0,12}"),
    (
        """
            table of contents|change font size|decrease font size|increase font size
            |increase text size|decrease text size|play video|play audio|watch video|read aloud|text to speech
        """,
        "",
    ),
    ("کد خبر|شناسه خبر|news id|article id|story id", r" ?:? ?\d{3,12}"),
    ("click to share|click to email|click to print|click to tweet", r".{0,80}"),
    ("print this|email this|e-mail this|save this", r" (?:article|story|page|post)"),
    (
        """
            記事をシェア|この記事をシェア|schriftgröße|copy link|copy url|copiar enlace|link kopieren
            |copier le lien
        """,
        r"(?:する)?",
    ),
    (
        "this article is more than|this story is more than|dieser artikel ist mehr als|dieser artikel ist älter als",
        r" .{2,30}",
    ),
    (
        "skip to|jump to|go to|back to",
        r" (?:main |the )?(?:top|homepage|home page|content|navigation|menu|article|footer|comments)",
    ),
    (
        "home|start|startseite|inicio|accueil|início|главная|головна|ana sayfa|hem|hjem|forside|strona główna|domů",
        r" ?[>›»/] ?.{2,90}",
    ),
    ("text size|font size|حجم الخط|размер шрифта|字号|글자크기|글자 크기|文字サイズ|字體|字体", r".{0,16}"),
    (
        "add to|gift this|save to|open in|read in|view in|listen on",
        r" (?:my\w{1,8}|article|app|browser|the app|google preferences)",
    ),
    ("分享|转发|轉發|シェア|공유", r"(?:到|至|本文|文章|这篇|此|する|하기).{0,8}"),
)
