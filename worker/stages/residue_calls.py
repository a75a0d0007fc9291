"""Calls to subscribe, to follow and to install: an opening in the imperative, and what to get, anywhere behind it."""

from __future__ import annotations

from worker.stages.residue_rules import pattern_rules

# What such a call is about. The names are the same in all languages.
_SERVICE = (
    r"newsletter|whats ?app|telegram|google news|google discover|google play|app store|play store|youtube|instagram"
    r"|facebook|twitter|tiktok|linkedin|podcast|\brss\b|push|inbox|\bapp\b|e-?paper"
)


def _call(openings: str, targets: str) -> tuple[str, str]:
    """A row: the openings may go on with an ending; the targets are those of the language."""
    return openings, rf"\w*\b.{{0,140}}(?:{_SERVICE}|{targets}).{{0,80}}"


NEWSLETTER = pattern_rules(
    "newsletter",
    _call(
        """sign up|please sign up|subscribe|please subscribe|don't forget to subscribe|register|join us|join our
        |join the|download the|download our|install the|install our|follow us|follow our|you can follow
        |you can also follow|like us|like our|stay up|stay informed|stay updated|stay connected|stay tuned
        |stay in touch|stay ahead|stay on top|keep up|click here|tap here|never miss|don't miss|want more
        |want to get|want to stay|want the|enter your e|be the first|connect with us|find us|get the|get our
        |get your|get all|get more|get breaking|get daily|get latest|get a|get in|get new|get instant
        |get notified|receive our|receive the latest|receive news|receive daily|receive weekly|receive breaking
        |receive updates|for more|for all|for the latest|for breaking|for daily|for live|for latest|for real
        |check out our|catch all|read the latest|read all|we're on|we are on|we are now on""",
        r"e-?mail (?:alerts?|updates?|address|list|briefing)|mailing list|notifications?|news alerts|briefing"
        r"|our (?:\w+ ){0,2}(?:app|channel)|preferred source|social media",
    ),
    (
        "sign up to|sign up for|subscribe to|register for",
        r" (?:our|the|a) (?:\w+ ){0,3}(?:e-?mail|updates|alerts)\b.{0,80}",
    ),
    ("read all the latest|check out all the latest|catch all the latest|get all the latest", r" .{0,160}"),
    ("already a subscriber|already have an account|already registered|not a subscriber", r"\?.{0,80}"),
    (
        """become a subscriber|become a member|subscribe now|subscribe today|support our journalism
        |support independent journalism|subscribe to continue|log in to continue|sign in to continue
        |register to continue|subscribe to read""",
        r"(?: today| now| reading| (?:to|and|for) .{0,60})?",
    ),
    (
        "follow|add",
        (
            r"(?: \S+){1,5} (?:on|as)(?: a)? (?:google|facebook|twitter|x|instagram|whatsapp|telegram|youtube|linkedin"
            r"|tiktok|preferred|threads)\b.{0,80}"
        ),
    ),
    _call(
        """abonnier|bitte abonnier|melden sie sich|melde dich|registrier|folgen sie|folge uns|folgt uns|laden sie|lade
        |holen sie|hol dir|erhalten sie|bleiben sie|bleib auf|immer informiert|wollen sie|bestellen sie""",
        r"postfach|mailadresse|per e-?mail|kanal",
    ),
    (
        "jetzt|hier|keine|kostenlos|unser|unsere|unseren|mit unserem|alle news|der newsletter",
        r"\b.{0,120}(?:newsletter|whats ?app-?kanal|google news|push-|\bapp (?:laden|herunter|install|holen)).{0,80}",
    ),
    _call(
        """suscr|regístrate|recibe|reciba|recibí|síguenos|síganos|seguinos|sigue|siga|únete|únase|unite|descarga|descargue
        |apúntate|inscríbete|activa|no te pierdas|súmate|sumate""",
        r"boletín|boletines|(?:tu|su|el) correo|nuestr[oa]s? (?:\w+ )?(?:aplicación|canal|redes|alertas)"
        r"|notificaciones",
    ),
    _call(
        """abonnez|inscrivez|recevez|suivez|rejoignez|téléchargez|retrouvez|restez|activez|s'abonner|s'inscrire
        |ne manquez|ne ratez|pour recevoir|pour ne rien""",
        r"infolettre|lettre d'info|l'appli|notre (?:appli|chaîne)|boîte mail|par e-?mail|notifications|réseaux sociaux",
    ),
    _call(
        """iscriviti|iscrivetevi|seguici|segui|ricevi|scarica|unisciti|abbonati|entra nel|resta aggiornato
        |resta connesso|attiva le|clicca qui""",
        r"nostro canale|notifiche|via e-?mail|sui social\b",
    ),
    _call(
        """assin|inscreva|receba|siga|baixe|entre no|entre na|participe|cadastre|clique aqui|acompanhe|fique por dentro
        |junte-se|subscreva|faça parte|quer receber""",
        r"(?:nosso|no) canal|nosso (?:app|grupo)|google notícias|por e-?mail|seu e-?mail|notificações|redes sociais",
    ),
    _call(
        "schrijf|meld je|meld u|abonneer|volg|download|ontvang|blijf|krijg|mis niets",
        r"nieuwsbrief|mailbox",
    ),
    _call(
        "zapisz|subskrybuj|dołącz|obserwuj|pobierz|śledź|polub|bądź|otrzymuj|chcesz",
        r"kanał|aplikacj|powiadomie",
    ),
    _call(
        """подпис|подпиш|присоединя|следите|скача|читайте нас|будьте в курсе|хотите|ставьте|оформите|не пропустите""",
        r"телегра|наш\w* канал|рассылк|дзен|вконтакте|приложени|соцсет|уведомлени|viber",
    ),
    _call(
        "підпи|приєдн|долуча|стежте|слідкуйте|завантаж|читайте нас|хочете|отримуйте",
        r"телеграм|наш\w* канал|розсилк|застосун|додат|соцмереж|viber",
    ),
    (
        """bizi|bülten|e-bülten|haber bülten|uygulama|kanal|whatsapp|telegram|youtube|gelişmeler|son dakika|haberler
        |google""",
        r".{0,80}(?:abone|takip ed|indir|katıl|kaydol|üye ol).{0,40}",
    ),
    _call(
        "prenumerera|anmäl dig|följ|ladda ner|skriv upp|missa inte|få vårt|få nyheterna|få de",
        r"nyhetsbrev|appen|vår kanal",
    ),
    _call(
        "meld deg|abonner|følg|last ned|motta|tilmeld|download|hent|få vårt|få vores|få nyheter|få de siste",
        r"nyhetsbrev|nyhedsbrev|appen|innboks|varsl",
    ),
    _call("přihlas|sledujte|odebírejte|odebírat|stáhněte|připojte", r"zpravodaj|aplikac|odběr"),
    _call(
        "اشترك|تابعنا|تابعونا|تابع|حمل|انضم|سجل|للاشتراك|لمتابعة",
        r"نشرة|نشرتنا|البريد|واتساب|تلغرام|تليغرام|تيليغرام|تليجرام|فيسبوك|تويتر|تطبيق|قناة|قناتنا|يوتيوب",
    ),
)
VERB_LAST = pattern_rules(
    "newsletter",
    (
        "",
        (
            r".{0,60}(?:व्हाट्सएप|व्हाट्सऐप|टेलीग्राम|चैनल|न्यूज़लेटर|न्यूजलेटर|ऐप|फेसबुक|यूट्यूब|ट्विटर|गूगल न्यूज).{0,60}"
            r"(?:जुड़|फॉलो|फ़ॉलो|सब्सक्राइब|डाउनलोड|लाइक).{0,30}"
        ),
    ),
    (
        "",
        (
            r".{0,20}(?:ニュースレター|メールマガジン|メルマガ|line|アプリ|チャンネル|公式|ツイッター|フェイスブック"
            r"|twitter|facebook|youtube|友だち).{0,20}(?:登録|購読|フォロー|ダウンロード|追加|受け取).{0,12}"
        ),
    ),
    (
        "",
        (
            r".{0,8}(?:订阅|訂閱|关注|關注|下载|下載|扫码|扫描|掃描|加入|追蹤|追踪|点击).{0,16}"
            r"(?:newsletter|电子报|電子報|通讯|公众号|公眾號|微信|微博|app|客户端|频道|頻道|telegram|facebook|line"
            r"|whatsapp|推送).{0,12}"
        ),
    ),
    (
        "",
        (
            r".{0,12}(?:뉴스레터|카카오톡|카톡|채널|앱|유튜브|텔레그램|네이버|페이스북).{0,14}"
            r"(?:구독|추가|다운로드|팔로우|친구|가입).{0,10}"
        ),
    ),
)
