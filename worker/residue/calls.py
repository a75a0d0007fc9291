"""Word rules for calls to subscribe, and for short notes on origin and rights."""

from __future__ import annotations

from worker.residue.rules import WordRule, word_set

CALL = WordRule(
    "newsletter",
    strong=word_set("""
        subscribe subscribing subscribed subscription subscriber subscribers newsletter newsletters unsubscribe
        donate spam inbox signup sign signed signing login logged log account whatsapp telegram youtube
        notifications alerts abonnieren abonnement abonniere abonnenten anmelden anmeldung einloggen konto postfach
        registrieren benachrichtigungen newsletteranmeldung laufenden mailadresse suscríbete suscríbase suscribirte
        suscriptores suscripción suscriptor registrarte regístrate boletín inicia cuenta infórmate síguenos pierdas
        entérate correo abonnez abonnés abonné inscription inscrivez inscrire connectez identifiez compte suivez
        rejoignez iscriviti iscrizione abbonati abbonato abbonamento accedi registrati aggiornato seguici inscreva
        assine assinante assinantes assinatura cadastre inscrever siga celular receba abonneer abonnee abonnees
        inschrijving inschrijven inloggen aanmelden nieuwsbrief mailbox volg subskrybuj subskrybentów zapisz
        zapisanie zaloguj prenumerata obserwuj bieżąco wesprzyj newslettera subskrypcja subskrypcję prenumeratę
        подписаться подпишитесь подписывайтесь подписку подписка подписчикам подписчиков войдите войти
        зарегистрируйтесь рассылку курсе телеграме канал поддержите підписатися підпишіться підписуйтесь
        підписуйтеся підписку підписка передплатників увійдіть зареєструйтесь розсилку курсі стежте слідкуйте
        підтримайте abone olun üye giriş kaydolun bülten bültenimize haberdar takip bildirimleri kanalımıza
        prenumerera prenumeration prenumeranter prenumerant prenumererar logga inkorg uppdaterad anmälan nyhetsbrev
        följ tipsa abonner abonnent abonnenter abonnerer logg innboks oppdatert følg tilmeld tilmelding indbakke
        opdateret nyhedsbrev přihlaste přihlášení odběr odběru předplatné předplatitele předplaťte obraze sledujte
        odebírat odebírejte odebírání newsletteru اشترك اشتركوا اشتراكك لاشتراكك للمشتركين الاشتراك سجل تسجيل تابعنا
        تابعونا تابعوا انضم انضموا اطلاع قناتنا نشرتنا واتساب تلغرام सब्सक्राइब सब्सक्राइबर फॉलो जुड़ें जुड़े अपडेट लॉगिन
        टेलीग्राम व्हाट्सएप यूट्यूब चैनल न्यूजलेटर 登録 購読 会員登録 会員限定 会員 ログイン フォロー チャンネル登録
        メルマガ ニュースレター 友だち追加 有料 無料登録 お届け 公式 订阅 訂閱 关注 關注 扫码 掃碼 会员 會員 登录
        登入 注册 註冊 公众号 電子報 简报 客户端 好友 下载 下載 扫描 二维码 微信公众号 구독 회원 로그인 가입 팔로우
        채널 추가 뉴스레터 제보 알림 신청 친구 tilaa tilaajille tilaajaksi tilauksesta kirjaudu seuraa uutiskirje
        εγγραφή εγγραφείτε συνδρομητές ακολουθήστε iratkozz iratkozzon feliratkozás előfizetőknek kövess kövessen
        abonează te abonați abonaților urmărește fii הירשמו הצטרפו עקבו למנויים ניוזלטר טלגרם berlangganan ikuti
        daftar masuk gabung đăng theo dõi دنبال عضویت اشتراک مشترک সাবস্ক্রাইব verpassen unterstützen entdeckt
        mantente escríbenos suscribirse apoya móvil manquez soutenez écrivez mantén perdere rimani sostieni
        riservato l'iscrizione scriveteci perca fique apoie fale mis steun redactie overzicht nasz temat napisz
        связи пишите нашли сообщите помітили повідомте знайшли takipte edin missa kontakta kontakt fundet ujít našli
        napište يعرف بالأخبار الإشعارات धन्यवाद पाएं お届けします フォローしてください 받아보세요 소식 μάθετε
        dapatkan nhận যুক্ত donations tipline inscribete suscribite suscribirme recibir soyez informés informer
        hoogte обновления チャンネル newsdesk
    """),
    filler=word_set("""
        up now today here to for our the a an you your us we free and or in on with at by this that is are be been
        must have has already not yet of get receive latest news daily weekly morning top stories story article
        articles headlines more like these please enter valid invalid address check confirm confirmation thank
        thanks successfully something went wrong try again error oops full read reading continue only content all
        any time no from just start join create reached limit month day days channel channels page app facebook
        twitter x instagram google tiktok linkedin threads rss follow listen watch live turn push breaking unlimited
        access exclusive journalism support independent local agree terms use clicking click save off offer cancel
        anytime first new send it never miss out post comment comments can as well wherever und uns auf für den die
        das der zum zu unser unseren unserem unsere sie ihr ihre ihren ihnen danke vielen dank bitte bestätigen
        geben gültige eine ein e mail adresse jetzt hier kostenlos kostenlosen bereits nur ist bleiben bleib dem
        mehr nachrichten keine keinen verpassen wichtigsten neuesten aktuelle direkt aufs per haben schon noch kein
        artikel weiterlesen inhalt inhalte täglich täglichen folgen folge auch oder mit folgt im erhalten am gratis
        testen abo al el la los las nuestro nuestra nuestros nuestras canal canales de en tu tus por favor gracias
        haber te ya eres es sesión para continuar seguir leyendo lee lo aquí ahora noticias última últimas hora más
        importantes diario diaria cada día semana recibe nada ningún mantente informado informada con y o un una
        contenido exclusivo solo sólo este artículo redes sociales móvil directo principales actualidad toda
        información apoya vous votre vos nos notre le les des du d'actualité l'actualité l'essentiel merci pour déjà
        est réservé réservée aux cet gratuitement gratuit ici chaque jour matin rien ne manquez plus sur à et ou par
        recevez restez informé créez une suite lire accéder toute toutes actualités alertes infos chaîne même
        continuer alla alle ai nostra nostro nostri nostre canale canali gli i il di sei già gratuita qui ora
        notizie ultime tutte ogni giorno ricevi resta rimani sulle sui contenuto riservato articolo leggere grazie
        non perdere niente nulla social principali via continuare se na nossa nosso nossas em seu sua seus já é
        lendo ler grátis aqui agora notícias principais todos os dias dentro fique bem grupo conteúdo só apenas
        matéria obrigado obrigada perca clique faça sociais um uma do da nas diária je jij jouw u uw voor op het van
        onze ons nu dagelijkse laatste nieuws blijf ontvang geen heb een alleen dit exclusief bedankt bericht mis
        niets verder lezen meld aan kanaal log w się naszego nasz nasze naszym za już masz nie teraz tutaj
        bezpłatnie bezpłatny darmowy najnowsze najważniejsze najnowszymi wiadomości wiadomościami informacje
        codziennie bądź otrzymuj z treść tylko dla artykuł dostępny kanał dołącz dziękujemy czytać dalej на наш нашу
        наши нашем в и или у вас есть уже для чтобы бесплатно сейчас здесь спасибо за только материал доступен
        статья последних последние событий новостей новости главные самые самое важное важные первыми быть будьте
        оставайтесь следите нашими читать дальше продолжить не пропустить ничего пропускайте телеграм дзене нас мы
        хотите узнавать ежедневно еженедельную чат присоединяйтесь оформите читайте наші нашому та і або є вже щоб
        безкоштовно зараз тут дякуємо лише матеріал доступний стаття останніх подій новин новини головні
        найважливіше найважливіші першими бути читати далі пропустити нічого приєднуйтесь ol olduğunuz için
        teşekkürler teşekkür ederiz hemen şimdi buradan ücretsiz zaten misiniz mısınız yapın son dakika haberleri
        haberler gelişmelerden günlük bizi facebook'ta twitter'da instagram'da youtube'da hesabımızı kanalımızı
        sosyal medyada ve posta news'te news'ten här redan din ditt för att tack vår vårt våra till på och eller få
        senaste nyheterna nyheter missa inga inget håll dig oss endast bara artikeln är låst läsa vidare läs sociala
        medier dagens viktigaste varje dag dagligen nå her allerede takk våre til og siste nyhetene hold deg kun
        saken er lese videre sosiale inn rett viktigste hver ikke gå glipp av noe tak vores seneste nyhederne
        nyheder artiklen læse læs sociale ind direkte vigtigste glip af noget k našeho náš nám nás v už máte pro jen
        obsah zdarma nyní zde děkujeme si nic nenechte ujít žádnou zprávu buďte novinek zpráv zprávy nejnovější
        nejdůležitější každý sociálních sítích vám neunikne chcete číst dál článek الآن في إلى على ليصلك كل جديد
        مجانا شكرا لك هذا المحتوى فقط آخر الأخبار أخبار كن أول من يعرف ابق وسائل التواصل الاجتماعي عبر قناة بريدك
        الإلكتروني البريد النشرة البريدية يوميا لمتابعة أهم و عاجل خدمة لتصلك فيسبوك تويتر يوتيوب إلينا هنا حسابك
        करें करे हमें हमारे हमसे को के का की लिए धन्यवाद से हर खबर खबरें खबरों ताजा ताज़ा लेटेस्ट पर गूगल न्यूज फेसबुक
        ट्विटर इंस्टाग्राम रहें और में यहां क्लिक सबसे पहले पढ़ने फ्री आगे पढ़ें पाने ब्रेकिंग अभी する して を の に が は
        で と も ご ありがとうございます ありがとう 続き 読む この 記事 です こちら から へ 最新 ニュース 情報 毎日
        毎朝 無料 受け取る 受け取れます 配信 お願いします line youtube 方 限定 以上 全文 読め ます 読めます すると
        さらに お 今すぐ 立即 我们 我們 的 请 請 感谢 感謝 您 您的 新闻 新聞 阅读 閱讀 更多 精彩 内容 本文 仅限 仅
        用户 加入 免费 免費 每日 继续 繼續 后 後 获取 点击 點擊 即可 微信 微博 官方 我 添加 하기 해 주셔서 주세요
        감사합니다 네이버에서 네이버 유튜브 카카오톡 무료 최신 뉴스 기사 기사입니다 전용 후 이용하세요 이용 를 을
        받아보세요 하세요 로 에서 계속 읽기 지금 바로 매일 아침 이메일 는 은 이 하시면 볼 수 있습니다 nyt kiitos
        vain jo meitä facebookissa instagramissa oletko tilaaja uutiskirjeemme päivän uutiset το τη μας στο στα μόνο
        για νέα ειδήσεις όλες πρώτοι μάθετε fel hírlevelünkre ránk minket facebookon csak legfrissebb hírek pe
        noastră nostru doar pentru ultimele știri fii curent cu לנו שלנו אחרינו לערוץ בפייסבוק רק sekarang kami
        untuk berita terbaru dapatkan ke saluran grup nhận tin chúng tôi trên kênh mới nhất ما را در کنید آخرین
        اخبار আমাদের করুন email podcast updates hoogte offline did was there found find enjoy make help keep contact
        writer author team newsroom tip stay tuned updated welcome set go ready choose select visit website arbeit
        einen fehler entdeckt gefunden fin independiente encontrado libre presse erreur dans l'article giornalismo
        libero agli fora encontrou erro jornalismo independente conosco niezależne dziennikarstwo работу ошибку
        журналистику независимую помилку роботу незалежну журналістику hesabımızdan har sett ett feil fejl jste
        chybu novinku حسابنا सपोर्ट हमारी おすすめ します してください お願い ください 새로운 τα הטלגרם לניוזלטר
        تلگرام ফেসবুক পেজে হোন soyons нам новинами вам tips 방법 करने をお願いします moi vas 最新情報 チェック
        しよう しましょう me
    """),
    max_words=13,
    min_words=2,
    needed=1,
    max_numbers=2,
)
CALL_WORD = WordRule(
    "newsletter",
    word_set("""
        subscribe suscríbete abonnez vous iscriviti inscreva se подписаться підписатися prenumerera subskrybuj
        inscrivez 购読する 購読する フォローする 订阅 訂閱 关注我们 立即订阅 구독하기 구독 인증 제보하기 اشترك
        abonnieren abonează te berlangganan
    """),
    word_set("vous se te now"),
    max_words=3,
    max_numbers=0,
)
ORIGIN = WordRule(
    "syndication",
    strong=word_set("""
        ap afp reuters dpa agencies wire newswire syndicated syndication prnewswire republished reprinted translated
        original corrected originally agencia agencias agence agences agenzie agenzia agência agências agenturen
        nachrichtenagentur persbureau agencja agencji агентства агентств агентство агенції ajansı ajanslar
        nyhetsbyrån nyhetsbyrå nyhedsbureau agentura وكالة وكالات एजेंसी एजेंसियां पीटीआई एएनआई रॉयटर्स ロイター
        共同通信 時事通信 共同 時事 通信社 新华社 中新社 中央社 转载 轉載 转自 来源 來源 连合뉴스 연합뉴스 뉴스1
        뉴시스 material originaltext traducido traducida traduit traduite tradotto tradotta traduzido traduzida
        vertaald tłumaczenie przetłumaczono переведено перевод переклад перекладено çeviri çevrildi översatt
        översättning oversatt oversat přeloženo překlad übersetzt übersetzung مترجم ترجمة अनुवाद 原文 翻訳 翻译 翻譯
        译文 編集 번역 原标题 ansa efe tass lusa pap ntb ritzau čtk rédaction redazione redação redacción redaktion
        redactie redakcja редакция редакція redaksjonen redaktionen redakce redaksiya newsroom оригинал оригинала
        оригінал оригіналу pressemitteilung communiqué comunicado comunicato persbericht пресс релиз tiedote
        lehdistötiedote käännetty ki ia gpt automatisiert automaticamente künstlicher κι ai가 生成ai
    """),
    filler=word_set("""
        by the from with and of a an this is was has been story article content news view version full read here
        source on download multimedia media reporting reports files inputs input international france presse press
        associated canadian trust india australian desk staff report in english spanish german french russian
        chinese ai help der die das dem den des von vom mit aus und material informationen englischen französischen
        russischen spanischen dieser text artikel wurde ist zum zur direkt original lesen newskanal dieses beitrag
        deutsche de la el los las del al por con en y e o inglés artículo texto nota este esta fue leer información
        versión francés alemán du le les l par avec et cet été est l'anglais l'article texte lire originale dépêche
        d'après il lo gli dall'inglese di da dal questo articolo è stato leggi testo su em do no inglês artigo foi
        ler leia matéria com het uit engels dit bericht van door lees met origineel z na ten artykuł angielskiego
        został czytaj oryginał oryginalny tekst с на из и английского статья текст читать этот эта материал по
        сообщению материалам з англійської стаття читати цей матеріал за повідомленням bu haber ingilizceden
        tarafından haberin orijinali aslı oku texten från engelska är originaltexten läs av og fra engelsk saken er
        artikkelen teksten artiklen læs af tt angličtiny článek je původní číst هذا الخبر من عن نقلا بالتعاون مع
        النص الأصلي و الإنجليزية यह खबर से के साथ इनपुट मूल लेख अंग्रेजी पढ़ें को और ली गई है の は を から で に より
        こちら 記事 この 提供 配信 による が 英語 本文 自 文章 自于 自於 的 英文 阅读 閱讀 查看 综合 綜合 讯 이 기사
        는 은 제공 원문 보기 기사는 에서 자료 라는 hilfe aide l'aide erstellt written using powstał przy użyciu
        generated inteligencia artificial intelligenz ayuda generado elaborado généré créé creato contenido içerik
        yapay zeka hazırlanmıştır 生成ai 生成 利用して 作成しました 作成 ai가 작성했습니다 한 を利用して と 使って
    """),
    max_words=10,
    min_words=2,
    needed=1,
    max_numbers=2,
)
RIGHTS = WordRule(
    "copyright",
    strong=word_set("""
        copyright copyrighted rights reserved licensed republish republication reprint reprints reprinting unlawful
        reproduction urheberrechtlich urheberrecht nutzungsrechte vervielfältigung impressum gewähr reproducción
        derechos droits légales d'auteur riproduzione diritti legali d'autore reprodução direitos autorais
        auteursrecht auteursrechten rechten overname przedruk kopiowanie prawa prawem autorskim rozpowszechnianie
        перепечатка копирование цитировании использовании правом авторским копіювання передрук цитуванні авторським
        telif hakkı hakları kopyalanamaz kullanılamaz alıntılanamaz upphovsrätt upphovsrättsskyddat eftertryck
        citera rättigheter opphavsrett åndsverkloven ophavsret ophavsretsloven kildeangivelse citat rettigheter
        rettigheder kopiering autorským práva kopírování šíření užití حقوق النشر الطبع نسخ إعادة कॉपीराइट अधिकार
        प्रकाशन वर्जित 無断転載 無断複製 無断使用 無断 転載 複製 著作権 禁無断転載 版权 版權 版权所有 版權所有 转载
        轉載 侵权必究 授权 著作權 严禁 저작권자 저작권 무단전재 재배포 복제 무단 전재 tekijänoikeudella kopiointi
        tekijänoikeus πνευματικά δικαιώματα αναδημοσίευση jog drepturile drepturi reproducerea זכויות cipta hak
        menyalin quyền chép کپی স্বত্ব terms conditions prohibido legal protetto protegido beskyttet beskyttede vernet
        принадлежат належать 禁 保護 نشر الحقوق gestattet uitgave مح
    """),
    filler=word_set("""
        all and the of this our for free not no do does without permission is are prohibited forbidden strictly
        content contents material materials website site article articles protected by law laws under a an creative
        commons international use terms conditions privacy policy service click here to request publication or be
        may will prosecuted attribution work noncommercial noderivs share alike contact order permissions
        unauthorised unauthorized unlawful copying any form property publisher in part whole written prior alle
        inhalte dieser diese seite sind ist artikel geschützt ohne genehmigung nicht gestattet verboten und die der
        des verwendung erwerben angaben nur mit schriftlicher zustimmung verbreitung verlags verlages datenschutz
        agb nachdruck auch auszugsweise vorbehalten todos los de autor reservados queda prohibida prohibido su uso
        sin autorización expresa contenido contenidos protegido protegidos por este está aviso la total o parcial y
        propiedad del tous réservés toute interdite interdites sans l'accord l'éditeur et le contenu protégé par
        droit mentions diffusion autorisation utilisation générales partielle tutti i sono protetti da riservata
        riservati è vietata vietato anche parziale contenuti contenuto protetto note senza autorizzazione di todo
        conteúdo é pela lei vedada proibida proibido sem autorização ou prévia op dit berust voorbehouden niets uit
        deze uitgave mag worden overgenomen zonder toestemming van niet toegestaan verboden artikelen het inhoud
        wszelkie wszystkie zastrzeżone zabronione bez zgody wydawcy materiał materiały treść chroniony chroniona
        chronione dalsze tylko za zgodą artykułu redakcji jest все права на материалы материалов принадлежат
        защищены редакции только с разрешения запрещено запрещена без при активная ссылка обязательна гиперссылка
        обязательно указание источника сайта письменного согласия усі всі матеріали матеріалів належать захищені
        редакції лише з дозволу заборонено посилання обов'язкове активне гіперпосилання сайту письмової згоди
        джерело bu içeriğin içerikler tüm saklıdır izinsiz kaynak gösterilmeden izin alınmadan ve yayınlanamaz
        haberin içerik medya allt innehåll är skyddat av materialet oss gärna men ange källa förbjudes förbjudet
        förbjuden utan tillstånd förbehållna alla forbeholdt forbeholdes innholdet er beskyttet vernet etter ikke
        tillatt tillatelse uten indholdet alt indhold må gengives uden tilladelse tilladt med obsah je chráněn
        souhlasu vydavatele zakázáno všechna vyhrazena další jakékoli obsahu právem chráněno publikování nebo محفوظة
        جميع للموقع يمنع يحظر دون إذن لا يسمح المحتوى موافقة نشر هذا خطي مسبق من الناشر المادة محفوظ يجوز هذه و इस
        सामग्री का पुनः है बिना अनुमति के सभी सुरक्षित की を の は に を禁じます 禁じます 禁止 禁止します 記事 写真
        内容 使用 当サイト 本サイト 掲載 社 帰属します 及び 等 すべて します 一切 请 請 注明 出处 出處 联系 聯繫
        必究 未经 未經 许可 許可 不得 不得转载 本文 本网 本站 所有 声明 严禁 书面 归 歸 受 保護 保护 网站 網站 本 및
        금지 배포 등 사용 이용 학습 ai 모든 콘텐츠 의 보호 sisältö on suojattu ilman lupaa kielletty kaikki oikeudet
        pidätetään απαγορεύεται η με επιφύλαξη παντός δικαιώματος άδεια χωρίς minden fenntartva toate rezervate
        interzisă fără acord כל שמורות dilarang tanpa dilindungi undang bản thuộc về cấm sao dưới mọi hình thức
        تمامی است made available d'autore contatti licensing reprint 受著作權保護 網站內容 af ophavsretsloven منع d
        autore online print
    """),
    max_words=12,
    min_words=2,
    needed=1,
    max_numbers=2,
)

CALLS = (CALL, CALL_WORD, ORIGIN, RIGHTS)
