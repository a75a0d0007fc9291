"""Rules for advertising: labels, lines around an advertisement, and notes about affiliate links."""

from __future__ import annotations

from worker.residue.rules import CueRule, WordRule, cue_set, word_set

AD = WordRule(
    "ad_label",
    strong=word_set("""
        advertisement advertisements advert advertorial ad sponsored promoted anzeige anzeigen werbung werbepause
        publicidad publicitario publicité annonce annonces pubblicità publicidade anúncio anuncios inserzione
        advertentie advertenties reclame gesponsord reklama reklamy reklamie реклама рекламы реклами reklam reklamı
        annons annonser annonsen annoncen reklamou pubblicitario sponsorowany annonse annonsørinnhold reklame
        reklamu inzerce إعلان إعلانات विज्ञापन advertising 広告 スポンサーリンク スポンサードリンク 广告 廣告 광고
        advertise ads pr ＰＲ commercial gesponsorde sponsoreret sponset sponsrat sponsoroitu партнерский
        партнерський komerční مدعوم ممول 赞助 贊助 赞助内容 推广 推廣 협찬 スポンサー タイアップ mainos διαφήμιση
        hirdetés reclamă publicitate פרסומת iklan تبلیغات বিজ্ঞাপন प्रायोजित taboola outbrain publirreportaje
        publireportage publiredazionale publirédactionnel anzeigensonderveröffentlichung gesponsert gesponserter
        gesponserte patrocinado sponsorisé sponsorizzato adverts sponsorlu sponzorovaný рекламу спонсорский
        спонсорська рекламный рекламные annonsör annonsører annoncør الإعلان मददगार reklamowy reklamę kaupallinen
        kommersielt χορηγούμενο szponzorált sponsorizat ממומן bersponsor تبلیغاتی पीआर スポンサード 제휴
        promozionale promocional paid партнёрский партнёрские kommercielt reklamní pubblicitaria pubblicitari
        informacional publicitário publicitária mədəniyyət διαφημιστικό hirdetést advertisment advertisments
        annoncørbetalt betalt الإعلانات الاعلانات 스폰서 sponzorováno commerciële
    """),
    filler=word_set("""
        continue continues continued reading read below this the after story article text content keep scroll
        scrolling down to for more skip close remove hide by from post link links with your is paid partner message
        feature nach der die das geht es weiter weiterlesen lesen scrollen sie unten hier zum artikel inhalt
        continúa sigue leyendo después de la abajo debajo el contenido patrocinado para seguir suite après cette
        lecture se poursuit continuez à lire ci dessous sponsorisé l'articolo dopo di seguito sotto leggere lettura
        annuncio pubblicitario após o lendo depois do da lees verder na lezen onder het dalszy ciąg dalsza część
        artykuł artykułu pod poniżej czytaj dalej tekst sponsorowany продолжение ниже после на правах читать далее
        продовження нижче після devamı aşağıda haberin altında artikeln fortsätter under efter läs vidare saken
        fortsetter etter artikkelen les videre artiklen fortsætter pokračování po článku المحتوى بعد تستمر القصة के
        बाद जारी है खबर us report inhoud indhold innhold innehåll материал проєкт проект матеріал спільний sdělení
        محتوى 内容 espacio feed loading stories posts offers recommended powered publicitario espace gaat feedback
        will in seconds second end ends ending start starts has not loaded video thank you thanks watching
        supporting our why seeing free go see ads inhalte überspringen enthält schließen sekunden nachricht bitte
        kann übersprungen werden produkte von partnern saltar omitir cerrar segundos contiene tras patrocinada
        contenu partenaire passer fermer secondes contient messages liens nos partenaires messaggio salta chiudi
        secondi informazione contenuto pular fechar informe conteúdo mensagem overslaan sluiten seconden bevat
        bericht pomiń zamknij sekund materiał zawiera treść пропустить закрыть секунд материалы контент содержит
        скрыть пропустити закрити geç kapat içerik içerir hoppa över stäng innehåller från sekunder hopp over lukk
        fra spring samarbejde samarbeid yhteistyö obsah přeskočit zavřít pokračuje مدفوع مدفوعة مادة تخطي برعاية
        إغلاق إعلانية सामग्री छोड़ें हटाएं बंद 記事 コンテンツ スキップ 閉じる を の は に が と には この 続き
        続きます 続く 後 後に 下 下に 含まれます 含みます 含む も pr ページ 企画 非表示 する 继续 繼續 跳过 跳過
        关闭 關閉 时间 時間 商业 商業 合作 请 往下 下方 阅读 閱讀 后 稍后 结束 正文 之后 닫기 건너뛰기 기사 콘텐츠
        후 에 계속 계속됩니다 됩니다 이 아래 본문 는 은 포함 포함되어 있습니다 ohita juttu artikkeli jatkuu alla
        jälkeen sulje περιεχόμενο tartalom conținut תוכן konten lewati nội dung tài trợ محتوای berlanjut setelah
        underneath bildet videoen billedet kuvan sponsor sponsors advertiser advertisers marca marque merk d'
        l'annonce adverts & نا ادامه betald كونتنت
    """),
    max_words=11,
)
AFTER_PICTURE = WordRule(
    "ad_label",
    strong=word_set("""
        continues fortgesetzt weiter continúa sigue continue continua prosegue verder dalszy dalsza продолжение
        продолжается продовження fortsätter fortsetter fortsætter pokračuje jatkuu συνεχίζεται folytatódik continuă
        berlanjut tiếp ממשיכה
    """),
    filler=word_set("""
        the story article text content post below under underneath after this picture photo image video gallery
        graphic map playlist ad tweet der die das artikel geht nach dem unter bild foto anzeige grafik unten wird
        beitrag el la artículo texto contenido nota después del debajo de vídeo imagen galería abajo tras l'article
        après le cette vidéo ci dessous contenu suite se poursuit sous l'articolo articolo dopo il sotto immagine
        testo o a matéria depois após do da imagem abaixo het gaat onder tekst afbeelding na ciąg część artykułu
        tekstu materiału pod materiałem wideo zdjęciem filmem galerią znajduje się под видео фото после материала
        ниже текста статьи статті матеріалу відео під нижче artikeln texten efter bilden filmen klippet videon
        nedanför artikkelen saken teksten etter bildet videoen artiklen billedet článek videem fotkou galerií
        fotografií po juttu artikkeli kuvan alla jälkeen το άρθρο μετά βίντεο cikk videó után kép alatt articolul
        după fotografie berita setelah bài viết sau
    """),
    max_words=9,
    min_words=3,
    max_numbers=0,
)
PAID = WordRule(
    "ad_label",
    strong=word_set("""
        sponsored paid promoted partner branded affiliate patrocinado sponsorisé sponsorizzato scroll
    """),
    filler=word_set("""
        content post article story message feature link links partnership promotion by our partners contenido
        contenu contenuto conteúdo to continue with for more reading and down
    """),
    max_words=5,
    needed=1,
)
_AD = cue_set("""
    advertisement advertisements advert ad ads advertising anzeige werbung publicidad= anuncio publicité= annonce
    pubblicità annuncio publicidade= anúncio advertentie advertenties reclame reklama reklamy reklamą реклама
    рекламы реклами рекламу reklam reklamdan annons annonsen annonse annoncen inzerce إعلان الإعلان الاعلان विज्ञापन
    広告 广告 廣告 광고 mainos mainoksen διαφήμιση hirdetés reclamă publicitate= פרסומת iklan quảng آگهی تبلیغات
    বিজ্ঞাপন
""")
_AROUND = cue_set("""
    article story content text post page continue continues continued below after following loaded loading yet
    scroll keep reading read skip close remove hide report feedback why seeing this your subscription without free
    supported= browse artikel wird nach der fortgesetzt weiter weiterlesen lesen unten hier geht ihnen ohne artículo
    contenido noticia continúa sigue después leyendo abajo debajo para seguir sin espacio votre contenu lecture
    suite poursuit après dessous cette sans articolo contenuto continua dopo sotto leggere lettura prosegue senza
    artigo conteúdo matéria texto depois após abaixo sem tekst gaat verder onder lees na de dalsza część artykułu
    tekstu znajduje się pod ciąg dalszy czytaj статья текст материал продолжение читать читайте после ниже под
    продолжается далее стаття продовження нижче після haberin haber devamı devam ediyor aşağıda sonra içerik altında
    artikeln texten fortsätter efter under läs vidare artikkelen saken teksten fortsetter etter les videre artiklen
    fortsætter læs článek pokračuje pokračování po المقال المحتوى القصة تتابع يستكمل يستمر تستمر بعد أدناه القراءة
    खबर जारी है बाद पढ़ें आगे नीचे हटाएं बिना खबरें पढ़ने ऐप इंस्टॉल 記事 本文 続き 続きます 後に 下に 継続 正文 继续
    繼續 往下 阅读 閱讀 下方 기사 본문 계속 이어집니다 됩니다 스크롤 아래 내리면 juttu jatkuu artikkeli άρθρο
    συνεχίζεται cikk folytatódik articolul continuă הכתבה נמשכת berita berlanjut bài tiếp
""")
_AFFILIATE = cue_set("""
    affiliate= affiliates= commission= commissions= provision= affiliatelinks afiliados= afiliado= comisión=
    comisiones= affiliés= affiliation= affiliati= affiliazione= commissione= commissioni= comissão= comissões=
    provisie= prowizję= prowizja= afiliacyjne комиссию= партнерские= комісію= партнерські= komisyon= affiliatelänkar
    affiliatelenker provizi= komisi= عمولة कमीशन アフィリエイト 佣金 수수료 komissio
""")
_PURCHASE = cue_set("""
    link links linked purchase purchases buy bought buying earn earns shop shopping click einkaufen kaufen kauf
    bestellen enlaces enlace compras compra liens lien achat achats achetez acquisti acquisto acquistare comprar
    aankoop koop kopen linki zakupy zakup ссылки ссылкам покупки покупку покупке посилання купівлю satın alışveriş
    bağlantı länkar länk köp köper lenker kjøp køb køber odkazy nákup nákupu روابط खरीद लिंक リンク 購入 链接 购买
    링크 구매 쿠팡 파트너스
""")
_WE_EARN = cue_set("""
    we our page site you your if may as through when post article via contains receive qualifying independently
    selected support amazon wir unsere über dieser artikel enthält erhalten este artículo podemos recibir contiene
    cet nous contient pouvons percevoir questo potremmo ricevere contiene nossos podemos receber dit artikel bevat
    wij ontvangen możemy otrzymać мы можем получить ми можемо отримати bu artikeln denne artikkelen vi kan 我们 이
    포스팅 제공 この 記事
""")
_SPEAKER = cue_set("""
    we our i my this us wir uns unsere diese nous notre cet ce este esta nosotros questo noi post article page
    dieser artículo articolo dit potremmo podemos pouvons мы ми wij vi この 이 我们
""")
AD_WORDS = (AD, PAID, AFTER_PICTURE)
AD_CUES = (
    CueRule(
        "ad_label",
        _AFFILIATE,
        (
            _PURCHASE,
            _SPEAKER
            | cue_set("""
                post article page dieser artículo articolo dit potremmo podemos pouvons мы ми wij vi この 我们 이
            """),
        ),
        _AFFILIATE | _PURCHASE | _WE_EARN,
        needed=3,
        max_words=17,
        share=0.3,
    ),
    CueRule("ad_label", _AD, (_AROUND,), _AD | _AROUND, needed=3, max_words=18, share=0.45),
)
