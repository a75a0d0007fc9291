"""Cue rules for lines about the site and its readers. A few cues identify them, whatever other words they contain.

Order and wording do not matter. A word counts by its first `STEM_CHARS` letters, so that one entry covers all endings.
`worker.residue.rules` describes the form. A line that reports something never fits: a word of `REPORTING` shows that it
belongs to the story.
"""

from __future__ import annotations

from worker.residue.rules import CueRule, cue_set

REPORTING = cue_set("""
    ruled court judge police= minister mayor gericht polizei= bürgermeister juez policía= tribunal juge rechter
    politie= sąd суд суда полиция said says saying told tells explained warned argued reported= reporters= he she
    his him herself himself sagte sagten erklärte= teilte betonte dijo afirmó señaló explicó aseguró déclaré affirmé
    expliqué disse detto dichiarato spiegato afirmou zei zegt vertelde powiedział powiedziała stwierdził сказал
    сказала заявил заявила рассказал отметил сказав заявив розповів dedi söyledi belirtti sade sagde uppgav řekl
    řekla uvedl قال قالت وقال कहा बताया sanoi είπε 专家 指出 认为 称 述べ 話した 語った 말했다 밝혔다 전했다 mondta
    spus אמר אמרה mengatakan گفت people= campaigns= accounting= memberships= customers= worries= makers= plan=
    plans= phase= lawmakers= regulators= researchers= study= critics= campaigners= really= folks= boxes= 購読者は
    購読者の 구독자는
""")

# -- calls to subscribe, to follow, to install, to write in ----------------------------------------------------------
_CALL = cue_set("""
    sign signing subscribe= subscribing= unsubscribe= register join follow download install get receive stay keep
    miss try want enter add become support turn enable activate check connect like visit listen click tap read log
    login email upgrade unlock discover scan catch already donate thank thanks enjoy never clique faça zadejte
    abonnieren abonniere abonnier anmelden melden melde registrieren folgen folge folgt laden lade herunterladen
    holen hol erhalten bleiben bleib bestellen jetzt testen verpassen installieren schreiben lesen hinweise
    aktivieren suscríbete suscríbase suscríbanse suscribirse suscripción regístrate recibe reciba recibir síguenos
    síganos seguinos sigue siga seguir únete únase descarga descargue descárgate apúntate apúntese inscríbete activa
    activar pierdas conviértete hazte apoya envía escríbenos contacta abonnez abonner inscrivez inscrire recevez
    recevoir suivez suivre rejoignez téléchargez téléchargeable retrouvez restez activez activer ratez manquez
    soutenez créez écrivez connectez découvrez iscriviti iscrivetevi iscriversi iscrizione seguici segui seguire
    ricevi ricevere scarica unisciti abbonati resta attiva entra clicca sostieni scrivi accedi registrati perdere
    assine assinar assinante inscreva inscrever receba receber baixe baixar participe entre cadastre acompanhe fique
    junte subscreva ative apoie envie descarregue schrijf meld aanmelden abonneer volg volgen ontvang blijf krijg
    mis installeer steun lees probeer tip zapisz zapisać subskrybuj dołącz obserwuj pobierz śledź polub bądź
    otrzymuj wesprzyj napisz wyślij włącz czytaj подпишитесь подписывайтесь подписаться подпишись присоединяйтесь
    следите скачайте скачивайте читайте оформите получайте поддержите установите пишите присылайте вступайте
    смотрите включите підпишіться підписуйтесь підписуйтеся підписатися приєднуйтесь долучайтесь стежте слідкуйте
    завантажте отримуйте підтримайте встановіть пишіть надсилайте abone takip indirin indir katılın katıl kaydolun
    kaydol üye edin destek tıklayın bildirimleri prenumerera prenumerant anmäl följ ladda missa få skriv tipsa stöd
    logga bli abonnér følg last motta tilmeld hent støtt støt tips send logg bliv modtag přihlaste přihlásit
    přihlášení sledujte odebírejte odebírat stáhněte připojte staňte podpořte napište chcete předplaťte اشترك
    اشتركوا تابعنا تابعونا تابع حمل حمّل انضم سجل احصل للاشتراك لمتابعة فعّل فعل जुड़ें जुड़े जुड़िए फॉलो फ़ॉलो सब्सक्राइब
    डाउनलोड लाइक करें पाएं पढ़ें 登録 購読 フォロー ダウンロード 追加 受け取 インストール 友だち 会員 配信 お届け
    ログイン お申し込み 订阅 訂閱 关注 關注 下载 下載 扫码 扫描 掃描 加入 追蹤 追踪 点击 點擊 打开 安装 註冊 注册
    登录 登入 구독 추가 다운로드 팔로우 가입 받아 만나 설치 제보 로그인 신청 tilaa seuraa lataa liity rekisteröidy
    εγγραφείτε ακολουθήστε κατεβάστε εγγραφή iratkozzon iratkozz kövess kövessen kövesse töltse abonează abonează-te
    abonați urmărește urmăriți descarcă înscrie הירשמו הצטרפו עקבו הורידו berlangganan ikuti unduh bergabung
    dapatkan daftar gabung dăng đăng theo nhận tải مشترک عضویت دنبال دانلود সাবস্ক্রাইব ফলো ডাউনলোড
""")
_LETTER = cue_set("""
    newsletter newsletters e-newsletter inbox mailbox newsletteru newsletterów newslettery newslettera
    newsletterbestellung postfach boletín boletines infolettre bollettino nieuwsbrief nieuwsbrieven biuletyn
    рассылка рассылку рассылки розсилка розсилку bülten bülteni bültenimize nyhetsbrev nyhetsbrevet nyhedsbrev
    zpravodaj نشرتنا البريدية न्यूज़लेटर न्यूजलेटर ニュースレター メールマガジン メルマガ 电子报 電子報 뉴스레터
    uutiskirje uutiskirjeen ενημερωτικό newsletterul hírlevél hírlevélre hírlevelünkre ניוזלטר خبرنامه নিউজলেটার
    whatsapp telegram telegramie телеграм телеграмм телеграме व्हाट्सएप व्हाट्सऐप टेलीग्राम 公众号 公眾號 友だち 카카오톡
    카톡 텔레그램 واتساب تلغرام تليغرام تيليغرام تليجرام unsubscribe briefing
""")
_NETWORK = cue_set("""
    公式 facebook facebooku facebookie fb twitter twitteru x instagram instagramie youtube tiktok linkedin threads
    snapchat bluesky mastodon whatsapp telegram google viber вайбер дзен дзене вконтакте vk вк одноклассники фейсбук
    фейсбуці телеграм инстаграм sociales= sociaux= sociais= facebook'ta google'da appen rss فيسبوك تويتر انستغرام
    يوتيوب फेसबुक ट्विटर यूट्यूब इंस्टाग्राम व्हाट्सएप गूगल ツイッター フェイスブック インスタグラム line 微信 微博 抖音
    公众号 페이스북 유튜브 트위터 인스타그램 네이버 카카오톡 соцсетях соцмережах
""")
_FOLLOW = cue_set("""
    follow= folgen folge folgt síguenos síganos seguinos sigue siga seguir suivez suivre rejoignez retrouvez seguici
    segui seguite acompanhe curta volg obserwuj polub śledź dołącz подписывайтесь подпишитесь читайте следите
    присоединяйтесь ставьте підписуйтесь підпишіться підписуйтеся стежте слідкуйте приєднуйтесь takip beğenin följ
    gilla følg sledujte تابعنا تابعونا تابعوا تابع फॉलो फ़ॉलो लाइक जुड़ें フォロー 关注 關注 追蹤 팔로우 구독 seuraa
    ακολουθήστε kövess kövessen urmăriți urmărește עקבו ikuti theo دنبال ফলো
""")
_DEVICE = cue_set("""
    app apps alerts alert notifications notification push channel channels email emails e-mail mail club membership=
    member= subscription= subscribe= journalism= podcast brief lettre bulletin digest roundup correo e-posta
    postanıza mailu abo abonnement abonnements kanal pushnachrichten aplicación= canal notificaciones alertas
    suscripción suscriptor appli application= chaîne réseaux alertes abonné abonnés canale notifiche abbonamento
    abbonato applicazione= aplicativo aplicação notificações assinatura grupo comunidade kanaal meldingen
    pushmeldingen abonnee pushberichten kanał kanale aplikację aplikacja powiadomienia канал каналы приложение
    уведомления подписка клуб клубу канале застосунок додаток сповіщення підписка kanalı kanalımıza uygulamamızı
    uygulama uygulamasını bildirim appen notiser varsler varslinger innboks prenumerant abonnent aplikaci kanál
    odběr předplatné e-mailu قناة قناتنا تطبيق التطبيق تطبيقنا الإشعارات चैनल ऐप नोटिफिकेशन メール アプリ チャンネル
    公式 有料記事 会員 有料会員 客户端 频道 頻道 客戶端 推送 二维码 채널 앱 친구 sovellus sovelluksemme kanava
    εφαρμογή κανάλι alkalmazás csatorna canalul aplicația אפליקציה ערוץ saluran aplikasi kênh اپلیکیشن کانال অ্যাপ
    চ্যানেল
""")
_VOICE = cue_set("""
    our us we news newsroom breaking headlines latest stories story journalism= newsdesk daily weekly unlimited
    unser unsere unseren unserem unserer uns nachrichten eilmeldungen schlagzeilen nuestro nuestra nuestros nuestras
    nos noticias titulares notre nous actualités actualité actu infos nostro nostra nostri notizie nosso nossa
    nossos notícias onze ons nieuws nasz nasze naszego naszym naszych nas wiadomości наш наша нашу наши нашем нашей
    нас новости новостей наші нашого новини новин редакцию редакцію редакцією bize bizi haber haberler haberleri
    gelişmelerden gelişmeler vårt vår våra oss nyheter nyheterna våre vores os nyheder nyhederne nyhetene náš našeho
    naše naši nám nás zprávy أخبار الأخبار أخبارنا لدينا हमारे हमें खबर खबरें खबरों न्यूज न्यूज़ ニュース 記事 続き
    公式 新闻 新聞 我们 我們 官方 本报 뉴스 기사 소식 meitä uutiset νέα ειδήσεις hírek minket știri חדשות שלנו
    berita kami tin اخبار ما খবর আমাদের
""")
_READER = cue_set("""
    more local google info locale rien manquer you your free now here today day week month anytime time morning
    evening top exclusive first never miss know straight cancel continue reading full read instantly updates updated
    direct delivered keep stay every best world email address store play date live market business events below
    günün vous kostenlos kostenlosen täglich tägliches aktuelle aktuellen wichtigsten neuesten hier jetzt sie ihr
    ihre weiterlesen gratis gratuito gratuita últimas diario mejores aquí ahora leyendo cada semana día mes seguir
    tu tus su más gratuit gratuite gratuitement quotidienne dernières essentiel ici chaque jour matin semaine soir
    mois lecture votre vos ultime ogni giorno qui subito mattina tutte aggiornato tuo tua grátis todos dia aqui
    agora principais seu sua dagelijks dagelijkse laatste elke belangrijkste jouw uw je niets bezpłatny codziennie
    najnowsze najważniejsze tutaj bieżąco бесплатно ежедневно главные свежие последние важные первыми оперативно все
    безкоштовно щодня головні перші важливі всі ücretsiz günlük son anlık ilk gündem hemen dakika dagliga senaste
    dagens varje här dig ditt din mer först daglige siste seneste hver her deg først zdarma denně nejnovější každý
    zde vám مجانا اليومية آخر أهم يوميا هنا بريدك عاجل لحظة المزيد كل ताजा ताज़ा ब्रेकिंग मुफ्त सबसे लेटेस्ट पहले हर देश
    毎日 毎朝 無料 最新 こちら 全文 每日 免费 免費 每天 即时 即時 更多 매일 무료 최신 아침 주요 전문 바로 온라인
""")
_ACCOUNT = cue_set("""
    subscriber subscribers subscription subscribe subscribing member members registered paywall abonnent abonnenten
    abonné abonnés suscriptor suscriptores suscríbete abbonato abbonati assinante assinantes abonnee abonnees
    prenumerant subskrybent подписчик подписчиков 有料記事 有料会員 会員限定 付费 구독자
""")
_PAY = cue_set("""
    already log login sign continue reading access unlimited cancel anytime month week full article exclusive only
    available today read here support independent journalism become zugang weiterlesen bereits einloggen anmelden
    lesen artikel jetzt ya inicia sesión seguir leyendo acceso exclusivo déjà connectez réservé continuer lecture
    accès accedi continua leggere già acesso já entre continuar al inloggen verder lees toegang redan logga läs
    vidare 残り 文字 続き 登録 全文
""")
_MISTAKE = cue_set("""
    emailaddress= typo newsdesk newsroom опечатку опечатка ошибку помилку redakcja= redakcji= tipsa 제보
""")
_WRITE = cue_set("""
    emailaddress= email emailing question questions topic story tip tips feedback mistake error correction spotted
    us let know touch contact send get news team have via ctrl enter выделите нажмите фрагмент текст виділіть
    натисніть пишите напишите napisz adres nas chcesz ważnym tematem podzielić oss til har dig os mail skriv
    schreiben sie uns mitteilen scrivici écrivez nous 카카오톡 검색창 입력
""")
_SHORT = cue_set("""
    app apps address alerts notifications lettre e-mail mail appen aplicación= applicazione= приложение застосунок
""")
_SUBSCRIBE = cue_set("""
    subscribe= abonnieren suscríbete suscríbase abonnez abonner iscriviti abbonati assine inscreva abonneer
    subskrybuj подпишитесь подписывайтесь підпишіться підписуйтесь abone prenumerera tilmeld odebírejte اشترك 購読
    订阅 訂閱 구독 tilaa
""")
_ALERTS = cue_set("""
    notifications= alerts= benachrichtigungen= pushnachrichten notificaciones= notifiche= notificações=
    powiadomienia уведомления сповіщення bildirimleri bildirimlerini varsler= notiser= oznámení الإشعارات नोटिफिकेशन
    通知 알림
""")
_TURN_ON = cue_set("""
    turn enable activate allow aktivieren activa activez attiva ative włącz включите увімкніть açın slå zapněte فعل
    चालू オン 开启 開啟 켜
""")
_GROUP = _NETWORK - cue_set("x google news rss fb line vk")
_OURS = cue_set("""
    our us unser unsere unserem unserer unseren uns nuestro nuestra nuestros nuestras notre nos nostro nostra nostri
    nosso nossa onze nasz nasze naszego naszym нашу наш нашего нашем наші нашого bize bizi vårt vår våra vores náš
    našeho našem हमारे हमें 我们 本报
""")
_DOWNLOAD = cue_set("""
    download herunterladen lade laden descarga descargue descárgate téléchargez scarica baixe pobierz скачайте
    завантажте indirin ladda hent stáhněte حمل डाउनलोड ダウンロード 下载 下載 다운로드 설치 lataa κατεβάστε
    töltse descarcă unduh tải دانلود
""")
_APP = cue_set("""
    app= apps= aplicación= aplicativo application= applicazione= aplikację aplikacja приложение застосунок додаток
    uygulamamızı uygulamayı appen= aplikaci تطبيق تطبيقنا التطبيق ऐप アプリ 客户端 客戶端 앱 sovellus εφαρμογή
    alkalmazást aplicația aplikasi ứng اپلیکیشن
""")
CALLS = (
    CueRule("newsletter", _DOWNLOAD, (_APP,), _DOWNLOAD | _APP, needed=2, max_words=5, share=0.3, opens=_DOWNLOAD),
    CueRule("newsletter", _ALERTS, (_TURN_ON,), _ALERTS | _TURN_ON, needed=2, max_words=16, share=0.12, opens=_TURN_ON),
    CueRule(
        "newsletter",
        _GROUP,
        (_CALL, _OURS),
        _CALL | _OURS | _GROUP | _READER,
        needed=5,
        max_words=24,
        share=0.35,
        opens=_CALL,
    ),
    CueRule(
        "newsletter",
        _SUBSCRIBE,
        (_VOICE,),
        _SUBSCRIBE | _VOICE | _READER,
        needed=3,
        max_words=28,
        share=0.2,
        opens=_SUBSCRIBE,
    ),
    CueRule(
        "newsletter",
        _SUBSCRIBE,
        (_SUBSCRIBE,),
        _SUBSCRIBE | _READER | _DEVICE | _VOICE,
        needed=2,
        max_words=9,
        share=0.4,
        opens=_SUBSCRIBE,
    ),
    CueRule("newsletter", _SHORT, (_CALL,), _CALL | _READER | _SHORT, needed=3, max_words=8, share=0.5, opens=_CALL),
    CueRule(
        "newsletter",
        _LETTER,
        (_CALL,),
        _CALL | _LETTER | _VOICE | _READER | _DEVICE,
        needed=2,
        max_words=34,
        share=0.3,
        opens=_CALL,
    ),
    CueRule(
        "newsletter",
        _FOLLOW,
        (_NETWORK,),
        _FOLLOW | _NETWORK | _VOICE | _READER,
        needed=2,
        max_words=20,
        share=0.25,
        opens=_FOLLOW,
    ),
    CueRule(
        "newsletter",
        _DEVICE,
        (_CALL, _VOICE),
        _CALL | _VOICE | _READER | _DEVICE,
        needed=3,
        max_words=30,
        share=0.36,
        opens=_CALL,
    ),
    CueRule("newsletter", _ACCOUNT, (_PAY,), _ACCOUNT | _PAY, needed=3, max_words=20, share=0.45),
    CueRule("newsletter", _MISTAKE, (_WRITE,), _MISTAKE | _WRITE, needed=4, max_words=22, share=0.3),
)
