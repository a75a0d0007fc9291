"""Cue rules for a site's notices about itself: consent, browsers, rights, the origin of a story. See `cues`."""

from __future__ import annotations

from worker.residue.rules import CueRule, cue_set

# -- consent -----------------------------------------------------------------------------------------------------------
_COOKIE = cue_set("""
    cookie cookies informasjonskapsler= informationskapsler= informasjonskapslene= kakor cookien куки кукі çerez
    çerezler çerezleri çerezlerin sušenky الكوكيز कुकी कुकीज़ कुकीज クッキー 쿠키 כוכיות eväste evästeitä sütiket
    süti কুকি الارتباط کوکی
""")
_CONSENT = cue_set("""
    we got diese erklären einverstanden damit use uses using used website site sites browsing browser experience
    accept accepting agree consent policy privacy settings setting preferences partners continue continuing improve
    personalise personalize personalised personalized analyse analyze traffic advertising ads manage reject decline
    allow necessary essential functional third party parties store information device data choices legitimate
    interest tracking technologies load hosted content enable view provide click always active strictly services
    policies terms review updated files saperne clicca tutti qui alcuni файлы statistik markedsføring= verwenden
    verwendet nutzen nutzung nutzt webseite seite erlebnis akzeptieren zustimmen zustimmung einwilligung datenschutz
    datenschutzerklärung einstellungen partner daten verarbeitung verbessern anzeigen inhalt inhalte externe
    externen ablehnen weiterlesen werbung setzt impressum erlauben klick personalisierte usamos utilizamos utiliza
    usa uso sitio web experiencia aceptar acepta aceptas política privacidad configurar configuración navegando
    navegación continuar socios datos consentimiento mejorar personalizar rechazar terceros contenido preferencias
    propias todas utilisons utilise utilisation expérience accepter acceptez accepté politique confidentialité=
    paramètres paramétrer naviguer navigation poursuivant partenaires données consentement améliorer refuser
    traceurs contenu bloqué audience utilizziamo utilizza sito esperienza accetta accettare accetti politica
    consenso impostazioni preferenze navigando navigazione dati migliorare rifiuta negare personalizzare contenuti
    continua informativa terze usar experiência aceitar aceita aceito privacidade configurações navegar navegação
    parceiros dados consentimento melhorar rejeitar conteúdo concorda gebruiken gebruik gebruikt ervaring accepteren
    accepteer akkoord toestemming instellingen gegevens verbeteren weigeren inhoud tonen plaatsen aanpassen używamy
    używa używanie używania wykorzystuje serwis serwisu strona strony stronie zgoda zgodę wyrażasz akceptuję
    akceptuj polityka prywatności prywatność ustawienia ustawieniami przeglądarki partnerzy danych korzystając
    korzystanie zaakceptuj используем использует использование использования сайт сайта сайте сайтом принять
    принимаю соглашаетесь согласие согласны политика политикой конфиденциальности настройки данных продолжая
    обработку улучшить використовуємо використовує використання сайту сайті прийняти погоджуєтесь погоджуєтеся згода
    згоду політика політикою конфіденційності налаштування даних продовжуючи покращення kullanıyoruz kullanır
    kullanılmaktadır kullanımı kullanarak sitemiz sitemizde sitede deneyim deneyiminizi kabul reddet onay gizlilik
    politikası politikamızı ayarları ayarlar kişisel veri veriler hizmet sunabilmek daha devam använder användning
    webbplats webbplatsen sida upplevelse godkänn godkänna accepterar acceptera samtycke samtycker inställningar
    integritet integritetspolicy neka innehållet tredje alla hantera besök bruker brukes nettsted nettstedet
    nettsiden opplevelse godta godtar samtykke innstillinger personvern avvis innholdet bruger hjemmeside
    hjemmesiden oplevelse acceptere accepterer tillad indstillinger privatlivspolitik afvis indhold vise nødvendige
    alle používáme používá používání webu stránky stránek souhlasíte souhlas souhlasím přijmout odmítnout nastavení
    ochrana soukromí údajů zlepšení نستخدم يستخدم استخدام الموقع موقعنا تجربة تجربتك توافق الموافقة قبول رفض سياسة
    الخصوصية إعدادات باستمرارك تصفح تصفحك उपयोग इस्तेमाल वेबसाइट साइट अनुभव स्वीकार सहमत सहमति नीति गोपनीयता बेहतर
    जारी すべて 使用 利用 サイト 体験 同意 許可 受け入れ 拒否 設定 プライバシー ポリシー 向上 ブラウザ 接受 拒绝
    拒絕 隐私 隱私 政策 网站 網站 体验 體驗 继续 繼續 浏览 瀏覽 管理 设置 偏好 사용 이용 동의 수락 거부 설정
    개인정보 처리방침 서비스 사이트 간주 제공 käytämme käyttää hyväksy hyväksyn sivusto sivustolla asetukset
    χρησιμοποιούμε χρησιμοποιεί αποδοχή αποδέχεστε ιστότοπο ιστοσελίδα απορρήτου használ használunk elfogadom
    elfogad honlap weboldal beállítások folosește folosim utilizăm accepți site-ul confidențialitate משתמש אתר
    מדיניות פרטיות מסכים menggunakan situs menyetujui kebijakan privasi sử dụng trang đồng ý chính sách استفاده سایت
    ব্যবহার ওয়েবসাইট
""")
_PRIVACY = cue_set("""
    akzeptieren= privacy consent gdpr recaptcha datenschutz zustimmung einwilligung privacidad consentimiento pur
    confidentialité= consentement privacidade toestemming prywatność prywatności конфиденциальности конфіденційності
    gizlilik kvkk integritetspolicy= personvern= privatliv= privatlivspolitik= soukromí الخصوصية गोपनीयता
    プライバシー 隐私 隱私 개인정보 samtykke samtycke traceurs unavailable= nutzungsbedingungen= consenso externen
    unsubscribe cookie cookies
""")
_NOTICE = cue_set("""
    we our you your review updated agree agreeing signing submitting accept apply policy terms service services
    conditions partners data process store device choices manage settings continue sell share please protected
    google update website unavailable= unfortunately noticed eu european countries visiting loaded permission
    provided before external hosted view information wir ihre ihrer ihren diesen inhalt anzuzeigen anzeigen
    benötigen daten partner verarbeiten akzeptieren stimmen werbung lesen sie sich stelle finden externen klick
    unsere nutzungsbedingungen= erklärung nuestra nuestros sus datos política términos condiciones aceptas acepto
    uso socios tus nos vos notre votre données partenaires politique acceptez accepté bloqué contenu utilisation
    nostra tuoi dati informativa accetti termini condizioni nossa seus dados termos concorda onze uw gegevens
    akkoord voorwaarden je nodig plaatsen hebben tonen naszą twoich danych polityką dbamy twoją czytelniku szanowny
    akceptuję regulamin политикой обработку данных соглашаетесь условиями вы наш політикою обробку погоджуєтесь
    kişisel verilerin politikamızı kabul ediyor ve vår dina uppgifter personuppgifter godkänner villkor dine
    personopplysninger vilkår våre oplysninger zpracováním osobních údajů podmínkami souhlasíte naše على سياسة شروط
    الاستخدام توافق نحن بيانات नीति शर्तों सहमत आप ポリシー 利用規約 同意 適用 条款 政策 服务 약관 동의 처리방침
""")

# -- browsers ----------------------------------------------------------------------------------------------------------
_BROWSER = cue_set("""
    browser browsers navegador navigateur= browsern przeglądarka przeglądarce przeglądarki браузер браузере браузера
    браузері tarayıcı tarayıcınız tarayıcınızda webbläsare nettleser nettleseren prohlížeč prohlížeči المتصفح متصفحك
    ब्राउज़र जावास्क्रिप्ट جافا ブラウザ ブラウザー 浏览器 瀏覽器 브라우저 自바스크립트 자바스크립트 selain selaimesi
    böngésző werbeblocker bloqueur bloqueador
""")
_SCRIPT = cue_set("""
    javascript adblock adblocker adblockers werbeblocker bloqueur bloqueador जावास्क्रिप्ट جافا 자바스크립트
""")
_SWITCH = cue_set("""
    enable enabled disabled disable turn support supported= please reload refresh update upgrade allow whitelist
    required requires outdated video version detected viewing bitte aktivieren aktiviert deaktivieren deaktiviert
    unterstützt erforderlich sie ihr ihrem ihren diesen dieses active activar habilite habilitar desactive desactiva
    necesita compatible admite soporta favor tu su veuillez activer activez désactiver désactivez votre prend charge
    nécessaire abilita abilitare attiva attivare disattiva supporta tuo ative ativar desative suporta seu schakel
    ingeschakeld inschakelen ondersteunt uw je włącz włączyć obsługuje twoja wyłącz proszę включите включить
    отключите отключен поддерживает ваш вашем пожалуйста увімкніть підтримує вимкніть etkinleştirin desteklemiyor
    lütfen aktivera aktiver aktivér slå stöder støtter din dit povolte zapněte vypněte podporuje váš vašem تفعيل
    يدعم يرجى सक्षम चालू कृपया आपका 有効 無効 対応 してください お使い 启用 啟用 开启 您的 请 支持 활성화 지원 사용
""")
_PLAYER = cue_set("""
    video content audio media player vídeo contenido contenu vidéo inhalt материал видео
""")
_PLAYING = cue_set("""
    available unavailable country region location browser supported= playback loaded expired removed error playing
    unable cannot sorry longer disponible disponibile disponível verfügbar indisponible región país pays land
    dostępny недоступно недоступен доступно
""")

# -- rights ------------------------------------------------------------------------------------------------------------
_RIGHT = cue_set("""
    copyright copyrighted external роскомнадзором varsom presseskikk= pressekodex reproduced reproduction
    republished= redistributed republication rights trademark trademarks trademarked permission unauthorised
    unauthorized copying nachdruck vervielfältigung urheberrecht urheberrechtlich weiterverbreitung reproducción
    reproducir derechos reproduire droits riproduzione riservata riservati diritti reprodução reproduzir direitos
    autorais overname auteursrecht verveelvoudigd rechten kopiowanie przedruk rozpowszechnianie prawa prawem
    autorskim перепечатка копирование воспроизведение использовании использование права материалов передрук
    копіювання використання використанні матеріалів izinsiz kopyalanamaz telif alıntılanamaz yayınlanamaz alıntı
    yapılamaz نسخ upphovsrätt upphovsrättslagen eftertryck opphavsrett opphavsrettslig opphavsrettslov åndsverkloven
    ophavsret kopiering gengivelse citera šíření autorská publikování kopírování حقوق النشر इस्तेमाल सर्वाधिकार
    कॉपीराइट 転載 複製 著作権 转载 轉載 版权 版權 抄袭 저작권 전재 재배포 복제 tekijänoikeus πνευματικά
    αναδημοσίευση szerzői jog utánközlés drepturile reproducerea זכויות hak cipta bản quyền کپی স্বত্ব přebírání
    přebírat prevzetí gengives= gjengis= återges= återgivning overnemen kopiera kopieres= 复制 镜像 utilizzo
    diffusione divulgação difusión diffusion weitergabe
""")
_RESERVED = cue_set("""
    reserved prohibited permission written consent without forbidden prior reproduced reproduction published=
    republished= rewritten redistributed broadcast distributed transmitted copied copyright whole part publication
    material materials content publisher protected license licence may must editorial staff owner owners respective
    property limited registered responsible external sites site trademark laws syndicated= agreement varsom arbeider
    regler presseskikk= роскомнадзором сетевое издание зарегистрировано untersagt weiterverbreitung jede genehmigung
    verlags verboten nachdruck auszugsweise nur zustimmung schriftliche vorbehalten rechte inhalte geschützt
    prohibida reproducción total parcial autorización escrita permiso reservados derechos sin contenido contenidos
    expresa interdite interdit totale partielle autorisation réservés droits sans accord préalable contenu riservata
    riservati vietata diritti autorizzazione riproduzione senza anche parziale consenso contenuti editore proibida
    reprodução direitos autorização prévia sem conteúdo toestemming toegestaan overname zonder voorbehouden niet
    uitgever inhoud verboden zgody zgodą wydawcy zastrzeżone zabronione bez wszelkie chroniony autorskim materiał
    materiałów artykułu dalsze ссылка ссылки обязательна обязательно запрещена запрещено разрешения согласия
    письменного защищены без редакции только перепечатка материалов сайта копирование гиперссылка активная посилання
    язкове джерело заборонено дозволу згоди захищені редакції тільки матеріалів гіперпосилання izinsiz alıntı
    yapılamaz gösterilmeden kaynak kopyalanamaz yayınlanamaz kullanılamaz tüm hakları saklıdır içerikler içeriği
    aittir yazılı skyddat materialet innehåll utan tillstånd förbjuden enligt källan ange gärna glöm rättigheter
    beskyttet innhold innholdet uten tillatelse samtykke kopiering rettigheter forbudt etter alt indhold uden
    tilladelse rettigheder souhlasu vydavatele písemného zakázáno vyhrazena předchozího obsahu povolení další obsah
    محفوظة يمنع نسخ المحتوى مسبق الناشر جميع النشر إذن خطي دون الموقع يحظر अनुमति बिना सुरक्षित अधिकार प्रकाशन 無断
    禁じ 禁止 掲載 保護 記事 写真 許可 法律 未经 未經 授权 授權 不得 所有 声明 本网 本站 书面 来源 注明 무단 금지
    배포 소유 ilman lupaa kielletty άδεια απαγορεύεται tilos engedély nélkül fără acordul interzisă שמורות dilarang
    tanpa izin dilindungi ikke må får 或 许可 redakce redaktionen redaksjonen redactie redazione přebírání fra
""")

# -- where a story comes from ------------------------------------------------------------------------------------------
_STORY = cue_set("""
    story article report copy piece post feature column news content item essay interview press release text
    dispatch artikel beitrag meldung bericht nachricht artículo nota noticia texto contenido información texte
    contenu dépêche articolo notizia testo contenuto artigo matéria notícia conteúdo reportagem verhaal tekst
    artykuł materiał depesza статья материал новость публикация текст стаття матеріал новина haber haberi içerik
    yazı artikeln texten nyheten artikkelen saken teksten artiklen historien historie článek zpráva الخبر المقال
    التقرير المادة खबर लेख समाचार रिपोर्ट 記事 本文 原稿 文章 稿件 原文 기사 기사는 juttu artikkeli άρθρο cikk
    articolul כתבה bài এই
""")
_ORIGIN = cue_set("""
    this originally= first appeared published= republished= reprinted= syndicated= syndication= feed edited=
    modified generated= auto automatically= staff agency wire licence license permission partnership= arrangement
    translated= translation headline creative commons courtesy produced distributed provided supplied contributed
    reviewed= verified unedited= except team newsroom collaboration adapted appears source third-party disclaimer
    dieser diese zuerst ursprünglich erschien erschienen automatisch= automatisiert= nachrichtenagentur agentur
    übernommen redaktionell bearbeitet redaktion übersetzt übersetzung original unverändert este esta publicó=
    publicado= publicada= originalmente agencia= agencias= editado redacción automáticamente= traducido autorización
    elaborado fue procede cet cette publié initialement agence automatiquement= rédaction traduit repris originale
    dépêche partenariat conçu proveniente flusso rivisto automatico= questo questa pubblicato originariamente
    agenzia redazione automaticamente= tradotto apparso stato agência traduzido redação produzido editada dit deze
    eerder verscheen persbureau redactie vertaald overgenomen gepubliceerd oorspronkelijk ten powstał podstawie
    depeszy pochodzi agencja agencji opublikowany automatycznie= ukazał tłumaczenie pierwotnie redakcja opracowany
    основе сообщений информационных эта этот опубликована опубликовано впервые агентства подготовлен автоматически
    перевод редакции переведена ця цей опублікована опубліковано вперше підготовлено переклад редакції bu ajansı
    ajansları ajans tarafından servis editörlerimizin müdahalesi otomatik= olarak geldiği yayınlanmıştır
    kanallarından abone edilen düzenlenmeden denna den här publicerades= ursprungligen nyhetsbyrå nyhetsbyrån
    översatt automatiskt= redaktionen först denne opprinnelig publisert= oversatt automatisk= redaksjonen først
    oprindeligt oversat nyhedsbureau tento původně vyšel převzat agentura redakce přeložen automaticky= převzato
    publikován هذا نشر نقلا وكالة وكالات ترجمة تحرير مصدر يحرر आप एजेंसी सिंडिकेट फीड संपादित टीम प्रकाशित सीधे ली
    हमारी ऑटो よるもの 共同通信 この 提供 配信 翻訳 転載 初出 自動 転載元 本文 来源 转载 转自 首发 编辑 轉載 原标题
    翻译 이 제공 번역 자동 작성 편집 nyhetsbyråtext leveret= levert= levererad= redigeret= redigerad redigert
    responsible accuracy responsibility ritzau ntb tt från fra publicerats= bragt= republié= republiée= intelligenz=
    intelligenza= inteligencia= inteligência= 受けた 時事通信 掲載された basiert= basiertauf meldung interfax
    reuters інформацією= за базується основана основан baseado= basado= basato= baserad= baseret= basert=
    gebaseerd=
""")

_CONTRIBUTED = cue_set("contributed= contributing=")
_REPORT = cue_set("report story article")


_COMMON = cue_set("""
    this first original source team auto initially agency generated review wire feed editor distributed
    collaboration contributed original= agence staff licence license creative team's except headline supplied
    provided produced appears content contents commons third party dieser diese este esta cet cette questo questa
    dit deze ten tento эта этот перевод ця цей bu denna den här denne هذا أخبار この 提供 本文 이 다 country
    location browser error longer land est expired removed responsible accuracy responsibility ritzau ntb tt från
    fra bearbeitet intelligenz= intelligenza= inteligencia= inteligência= meldung reuters interfax
""")
_PARTNERS = cue_set("partners= partner=")
_DATA = cue_set("""
    data daten données datos dati dados gegevens danych данных traffic device storage
""")
_SPEAKER = cue_set("""
    we our i my this us wir uns unsere diese nous notre cet ce este esta nosotros questo noi
""")
_WE_USE = cue_set("""
    use= uses= nutzen verwenden usamos utilizamos utilisons utilise utilizziamo gebruiken używamy используем
    використовуємо kullanıyoruz kullanılmaktadır använder bruker bruger používáme نستخدم उपयोग इस्तेमाल 使用 사용
    käytämme χρησιμοποιούμε használunk folosim
""")
_FORBIDDEN = cue_set("""
    prohibited forbidden permission genehmigung verboten untersagt prohibida prohibido autorización interdite
    interdit autorisation vietata vietato proibida autorização toestemming verboden zabronione zgody запрещена
    запрещено разрешения заборонено дозволу izinsiz kopyalanamaz yapılamaz förbjuden förbjudet tillstånd forbudt
    tillatelse tilladelse zakázáno souhlasu ممنوع يمنع 禁止 禁じ 금지 kielletty απαγορεύεται tilos interzisă
    dilarang 许可 不得 niet-toegestaan
""")
_ORIGINALLY = cue_set("""
    originally= originariamente= originalmente= pochodzi ursprünglich= ursprungligen= oprindeligt= opprinnelig=
    původně= впервые вперше initialement=
""")
NOTICES = (
    CueRule("syndication", _ORIGINALLY, (_STORY,), _ORIGINALLY | _STORY, needed=2, max_words=8, share=0.25),
    CueRule("cookie_notice", _COOKIE, (_WE_USE,), _COOKIE | _WE_USE, needed=2, max_words=6, share=0.3),
    CueRule("copyright", _RIGHT, (_FORBIDDEN,), _RIGHT | _FORBIDDEN, needed=2, max_words=8, share=0.35),
    CueRule(
        "cookie_notice",
        _PARTNERS,
        (_DATA, _SPEAKER | cue_set("sie ihrer vos sus")),
        _NOTICE | _CONSENT,
        needed=6,
        max_words=48,
        share=0.4,
    ),
    CueRule("cookie_notice", _COOKIE, (), _CONSENT | _COOKIE, needed=3, max_words=60, share=0.22),
    CueRule("cookie_notice", _PRIVACY, (), _NOTICE | _CONSENT | _PRIVACY, needed=4, max_words=48, share=0.31),
    CueRule("script_notice", _SCRIPT, (_SWITCH,), _SWITCH | _BROWSER | _SCRIPT, needed=2, max_words=40, share=0.22),
    CueRule("script_notice", _BROWSER, (), _SWITCH | _BROWSER | _SCRIPT, needed=3, max_words=40, share=0.25),
    CueRule("script_notice", _PLAYING - _COMMON, (_PLAYER,), _PLAYING | _PLAYER, needed=3, max_words=16, share=0.25),
    CueRule(
        "copyright",
        cue_set("trademark= trademarks="),
        (cue_set("registered="), cue_set("is are"), cue_set("of")),
        cue_set("trademark= trademarks= registered= is are of"),
        needed=4,
        max_words=18,
        share=0.2,
    ),
    CueRule(
        "copyright",
        cue_set("property= licence= license= licensed="),
        (cue_set("material materials content contents commons available"),),
        _RESERVED
        | cue_set("all site made available under licensed creative commons media work is the this of from on"),
        needed=5,
        max_words=20,
        share=0.6,
    ),
    CueRule("copyright", _RIGHT, (), _RESERVED, needed=3, max_words=60, share=0.25),
    CueRule("syndication", _ORIGIN - _COMMON, (_STORY,), _ORIGIN, needed=3, max_words=46, share=0.2),
    CueRule(
        "syndication",
        _CONTRIBUTED,
        (_REPORT,),
        _CONTRIBUTED | _REPORT | cue_set("this"),
        needed=3,
        max_words=30,
        share=0.1,
    ),
)
