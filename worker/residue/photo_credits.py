"""Pattern rules for photo credits and agency credits. `worker.residue.rules` describes the form."""

from __future__ import annotations

from worker.residue.rules import pattern_rules

# -- agencies ------------------------------------------------------------------------------
_AGENCIES = """
    afp|ap|reuters|getty images|getty|epa-efe|epa|efe|ansa|dpa|pti|ani|ians|xinhua|tass|imago images|imago|alamy
    |zuma press|zuma|picture alliance|picture-alliance|keystone|apa|belga|anp|lusa|europa press|press association
    |pa wire|pa media|pa|tt|ntb|ritzau scanpix|ritzau|scanpix|čtk|pap|anadolu agency|anadolu|aa|iha|dha|yonhap
    |kyodo|jiji|upi|ria novosti|риа новости|тасс|интерфакс|уніан|укрінформ|wam|kuna|bernama|antara|aap|uni|ats|sda
    |stt|shutterstock|bloomberg|lapresse|hina|mti|agerpres|agência brasil|रॉयटर्स|पीटीआई|एएनआई|आईएएनएस|भाषा|رويترز
    |ا ف ب|وكالات|وام|時事通信社|新华社|新华网|新華社|共同通信|共同|時事通信|時事|时事|中央社|연합뉴스|뉴시스
    |뉴스1|adnkronos|agenzia dire|agi|notimex|telam|telám|efe-epa|colprensa|anadolu ajansı|dpa-infocom|kna|epd|sid
    |ritzaus bureau|ukrinform|interfax|interfax-ukraine|интерфакс-украина|укринформ|риа|белта|казинформ|отр
    |agência estado|agência lusa|estadão conteúdo|folhapress|business wire|globe newswire|pr newswire|cnn|bbc
    |ritzau/afp|afp-jiji|canadian press|tribune content agency|الأناضول|وكالة الأنباء|سانا|واس|قنا|د ب أ|فرانس برس
    |ロイター|afpbb news|朝日新聞社|毎日新聞|読売新聞|中新社|央视新闻|人民日报|ایسنا|ایرنا|bta|agerpres|mediafax
    |hungarian news agency|anp|belga|novinky|profimedia|ctk|isna|irna|colourbox|depositphotos|freepik|pexels
    |pixabay|unsplash|adobe stock|istock|istockphoto|dreamstime|storyful|newsroom|associated press|the associated press
    |deutsche presse-agentur|press trust of india|the canadian press|agencia efe|agência efe|nyhetsbyrån tt|tt-afp
    |agenzia ansa|agence belga|europapress|alamy stock photo|gettyimages|eurokinissi|απε-μπε|tttxvn|ttxvn|tanjug|hina
    |cnn brasil|agência o globo|abacapress|reporter|视觉中国|アフロ|게티이미지뱅크|아시아경제|пап|дснс|rbc|agência lusa
"""
AGENCY = "(?:" + "".join(_AGENCIES.split("\n")).replace("    ", "") + ")"
AND = r"(?:[ ,،/&+]|and |und |y |et |e |и |i |og |och )*"
# Any number of agencies. Some names contain others; matching the longest first leaves only one way to read them.
_LONGEST = "(?:" + "|".join(sorted(AGENCY[3:-1].split("|"), key=len, reverse=True)) + ")"
MORE_AGENCIES = rf"(?>(?:{AND}{_LONGEST})*)"
_PHOTO = r"(?: file| photos?| images?| pictures?| pool| archive| via(?= ))*"
_PICTURE = """
    photo|photos|photograph|image|images|picture|pictures|photo illustration|illustration|graphic|file photo
    |cover photo|main image
"""
_BILD = "foto|fotos|bild|bilder|fotografia|imagen|imagem|immagine|zdjęcie|fotoğraf|billede|beeld"

PHOTO_CREDIT = pattern_rules(
    "photo_credit",
    (_AGENCIES, rf"{_PHOTO} ?[/|] ?(.{{2,50}})|(?: file)? (?:photo|image)s?|{_PHOTO} via {AGENCY}"),
    ("getty images|getty", ""),
    (
        "screenshot|screengrab|featured image|header image|lead image|image|photo|picture|video",
        r" (?:via|from) (.{2,40})",
    ),
    ("資料照|资料图|資料畫面|記者|记者|本報記者|本报记者|图片由", r"[,，、/：:（( ]?.{1,16}[摄攝供]"),
    (
        """
            imagen de archivo|foto de archivo|image d'illustration|photo d'illustration|photo d'archives|symbolbild
            |archivbild|immagine di repertorio|foto di repertorio|foto d'archivio|imagem de arquivo|foto de arquivo
            |archieffoto|zdjęcie ilustracyjne|иллюстративное фото|ілюстративне фото|arşiv|arkivbild|arkivfoto|genrebild
            |illustrasjonsfoto|ilustrační foto|صورة أرشيفية|file photo|file image|representational image
            |representative image|stock photo|stock image
        """,
        rf"[. :,/|–—©(-]{{1,4}}(?:de )?(?:{AGENCY}|(.{{2,40}}))",
    ),
    (
        "foto|photo|фото|fotografía|fotografia|imagen|image|images|fotos|photos",
        (
            r" (?:cedida|cedidas|facilitada|difundida|fournie|transmise|fornita|cedida pela|предоставлено|"
            r"надано) ?(?:por|par|da|pela)?.{0,40}"
        ),
    ),
    (_PICTURE, rf" {AGENCY}"),
    (_BILD, r" ([^ ]{2,12}/.{2,40})"),
    (_BILD, rf" (?:{AGENCY}|ansa)(?:[ /|–-]+(.{{2,40}}))?"),
    (
        "express|staff|ap|pool|special|handout|contributed|submitted|file|screenshot|representational|representative|agency",
        (
            r" (?:photo|image|picture|graphic|illustration|photograph)s?(?: (?:by|via|courtesy of|"
            r"from)[: ]+(.{2,60})|[.:] .{0,50})?"
        ),
    ),
    ("archives|archivio|archivo|archiv", r" ([^.]{2,40}, .{2,30})"),
    ("/사진제공|/사진|사진제공|사진출처|자료제공|자료|그래픽", r" ?[=:] ?.{1,20}"),
    ("image source|image caption|image copyright|media caption|video caption|media source", r", .{2,200}"),
    ("file photo|file|archive photo|fichier|archivo", rf"[:.] .{{10,240}}(?:\W{AGENCY}/.{{2,60}}|\W{AGENCY})"),
    (
        "courtesy of|courtesy:|courtesy|handout via|handout|video|screenshot via|pool via",
        rf"[: ]+(?:{AGENCY}|(?:of |the )+(.{{2,60}}))",
    ),
    ("reprodução|divulgação|arquivo pessoal", r"(?: ?[/|] ?(.{2,40}))?"),
    ("撮影|新华社记者|本报记者|记者|図|図版", r"[・:：/ =](.{1,20})(?: ?摄| ?攝)?"),
    (
        """资料图|资料图片|資料照片|資料圖片|資料写真|イメージ|자료사진|자료 사진|फाइल फोटो|फ़ाइल फ़ोटो|सांकेतिक तस्वीर
        |प्रतीकात्मक तस्वीर|صورة أرشيفية|ارشيفية""",
        rf"(?:\W*(?:{AGENCY}))?",
    ),
    ("图|圖|写真提供|사진 제공", r" ?[:/=] ?(.{1,20})"),
    (_PICTURE, rf"\W+{AGENCY}{_PHOTO} ?[/|] ?(.{{2,50}})"),
    (_PICTURE, r"(?: credits?| courtesy| provided| supplied)? (?:by|via|courtesy of)[: ]+(.{2,60})"),
    (_BILD, r" (?:von|de|di|por|van|av|af|od|cortesía de|door)[: ]+(.{2,60})"),
    ("fot|photo credit|image credit|photo credits|image credits|credit|credits", r"[.:] ?(.{2,60})"),
    ("사진|写真|图片|圖片", r"[ /=](.{2,20})"),
)
NAME_AND_AGENCY = pattern_rules(
    "photo_credit",
    ("", rf"([^/|:]{{3,40}}?) ?[/|] ?(?:\w+ via )?{AGENCY}{_PHOTO}(?: ?{AGENCY})?(?>(?: ?/ ?{_LONGEST})*)"),
)

_SOURCE = """
    source|sources|quelle|quellen|fuente|fuentes|fonte|fonti|bron|źródło|источник|джерело|kaynak|källa|kilde|zdroj
    |المصدر|स्रोत|出典|来源|來源|출처
"""
_SOURCE_ABROAD = """
    quelle|quellen|fuente|fuentes|fonte|fonti|bron|źródło|zdroj|источник|источники|джерело|джерела|kaynak|källa
    |kilde|المصدر|المصادر|स्रोत|出典|来源|來源|출처|lähde|πηγή|forrás|sursa|מקור|sumber|nguồn|منبع|সূত্র|autor
    |autore|door
"""
WIRE_SIGNOFF = pattern_rules(
    "wire_signoff",
    ("by|fonte|con fonte|source|par|da|por|información de|nota de la agencia|dépêche|theo", rf" {AGENCY}"),
    ("東京|北京|上海|ソウル|ワシントン|ロンドン", rf" ?\d{{0,2}}日? ?{AGENCY}"),
    (
        _AGENCIES,
        rf"/?|(?:/[a-z]{{2,4}}| [a-z]{{2,4}}){{1,5}}|[)/]? ?\([^()]{{2,20}}|(?:{AND}{AGENCY}){{1,3}}",
    ),
    ("/", rf"{AGENCY}/?"),
    ("dpa-infocom|dpa|bur|eds", r"(?:, dpa|:\d)[:\d/-]{4,40}|-[a-z]{2,4}(?:/[a-z]{2,4}){1,4}"),
    ("quelle", r": dpa.{3,60}"),
    ("끝|完|了|ends|end|ende", ""),
    ("source", r" ?: ?\w{3,20}"),
    ("source", r" (.{3,60}(?: inc| corp| ltd| llc| plc| ag| gmbh| company| limited))"),
    (_SOURCE_ABROAD, r" ?: ?(.{2,50})"),
    (
        "quelle|quellen|fuente|fuentes|fonte|fonti|bron|źródło|источник|джерело|kaynak|källa|kilde|zdroj",
        r" ?: ?\S{2,20}(?: \S{2,20}){0,2}",
    ),
    (
        "서울|부산|대구|도쿄|워싱턴|베이징|세종|대전|광주|인천",
        rf"=(?:{AGENCY}|뉴스\w)\W{{0,3}}.{{0,12}}(?:기자|특파원)?",
    ),
    ("提供元|提供|配信|转自|本文转自", r"[:：](.{2,30})"),
    ("서울|부산|대구|도쿄|워싱턴|베이징", rf"={AGENCY}"),
    ("新华社|中新社|中新网", r".{1,16}电"),
    (_SOURCE, rf" ?: ?{AGENCY}{MORE_AGENCIES}"),
    ("with agencies|agencies|agenturen|agencias|agences|agenzie|agências|агентства|30", ""),
)
NAME_AND_WIRE = pattern_rules(
    "wire_signoff",
    ("", rf"([^/|:.,]{{3,40}}?),? (?:avec|mit|con|com|met) {AGENCY}{MORE_AGENCIES}"),
)

BYLINE = pattern_rules(
    "photo_credit",
    ("", r".{2,20} (?:기자|특파원|선임기자)(?: ?=? ?\S{2,40}@\S{2,40})?"),
    ("@", r"[\w.]{2,30} ?[/|] ?\w{1,12}"),
)
