"""Rules that are lists of words, each in all languages one after the other, in the order of `residue_rules`."""

from __future__ import annotations

from worker.stages.residue_rules import HeadRule, WordRule, word_set

NETWORKS = word_set("""
    facebook twitter x whatsapp telegram instagram linkedin pinterest reddit tumblr messenger viber skype pocket
    xing vk vkontakte вконтакте odnoklassniki одноклассники ok line weibo wechat threads bluesky mastodon
    flipboard youtube tiktok snapchat facebooku twitteru facebookie facebooka facebook'ta email mail sms rss
    imprimir drucken print imprimer stampa afdrukken drukuj فيسبوك تويتر واتساب تلغرام تيليجرام फेसबुक ट्विटर
    व्हाट्सएप 微信 微博 朋友圈 페이스북 트위터 카카오톡
""")

INTERFACE = WordRule(
    "interface",
    strong=word_set("""
        share shares sharing save tweet guardar bewaar réagir spara retweet comments comment listen copied reply
        bookmark teilen kommentare kommentieren merken vorlesen anhören artikelanhören compartir compartí comparte
        comentarios comentar escuchar escucha partager partagez commentaires commenter écouter condividi
        condividere commenti commenta ascolta compartilhar compartilhe partilhar ouvir ouça delen deel reacties
        luister udostępnij podziel komentarze skomentuj posłuchaj поделиться поделитесь комментарии комментировать
        слушать поділитися поширити коментарі слухати paylaş yorumlar yorum dinle dela kommentarer kommentera
        lyssna del kommenter lytt lyt sdílet sdílejte komentáře diskuse poslechnout شارك مشاركة تعليقات استمع
        شاركها शेयर साझा टिप्पणियां सुनें シェア シェアする ツイート ツイートする コメント 共有 ブックマーク 聴く
        分享 分享到 分享至 评论 評論 收藏 收听 点赞 공유 공유하기 댓글 스크랩 듣기 기사듣기 인쇄
    """),
    filler=NETWORKS
    | word_set("""
        this article story post page link links copy to on via with by the in a new window opens click tap here
        for later yet friend read view show hide all add leave no print send text size font your friends now audio
        version play and or options more follow like social media twitter's min mins minute minutes sec seconds
        diesen diese artikel beitrag seite auf per über bei jetzt den kopieren zu zum senden speichern drucken en
        por con el la este esta artículo nota noticia enlace copiar guardar enviar sur par cet cette l'article
        lien copier le les envoyer su questo questa l'articolo articolo copia na o matéria artigo em dit deze het
        e mail op kopieer ten artykuł przez kopiuj в на через эту статью ссылку скопировать соцсетях новостью
        новость у цю статтю посилання haberi bu bağlantıyı kopyala ile artikeln på länk kopiera artikkelen
        artikkel lenke kopier artiklen článek odkaz kopírovat हिंदी करें पर इस लेख को على عبر في هذا المقال الخبر
        この 記事 を で 到 本文 기사
    """),
    max_words=14,
)
NETWORK_ROW = WordRule("interface", NETWORKS, word_set("& e copy link more share on via"), max_words=14, needed=2)

READ_TIME = WordRule(  # the verb and the unit
    "read_time",
    strong=word_set("""
        read reading readtime lesezeit lesedauer lesen lectura leer lecture lire lettura leggere leitura ler
        leestijd lezen czytania czytanie чтения чтение читать читання читати okuma lästid läsning läsa lesetid
        lesing læsetid læsning čtení قراءة القراءة पढ़ें पढ़ने 阅读 읽는 min mins minute minutes minuten minutos
        minuto minuti minuut minut minuty минут минуты минута мин хвилин хвилини хв dk dakika dakikada minuter
        minutter minutters minuta دقيقة دقائق मिनट
    """),
    filler=word_set("""
        time est estimated approx about a ca etwa circa tiempo de duración temps durée tempo di czas время час
        süresi tid doba وقت में का समय 시간 약
    """),
    max_words=7,
    needed=2,
    min_numbers=1,
)

_DATE_WORDS = word_set("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday
    sun sunday am pm gmt utc ist est edt cst cdt pst pdt bst cet cest aest et pt ct sgt hkt jst wib eat wat pkt
    januar jänner februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag
    sonntag mo di mi do fr sa so uhr enero febrero marzo abril mayo junio julio agosto septiembre setiembre
    octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo janvier février mars avril
    juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì
    venerdì sabato domenica janeiro fevereiro março maio junho julho setembro outubro novembro dezembro segunda
    terça quarta quinta sexta feira januari februari maart augustus maandag dinsdag woensdag donderdag vrijdag
    zaterdag zondag stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada
    grudnia января февраля марта апреля мая июня июля августа сентября октября ноября декабря січня лютого березня
    квітня травня червня липня серпня вересня жовтня листопада грудня ocak şubat mart nisan mayıs haziran temmuz
    ağustos eylül ekim kasım aralık pazartesi salı çarşamba perşembe cuma cumartesi pazar augusti desember marts
    maj ledna února března dubna května června července srpna září října listopadu prosince يناير فبراير مارس
    أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर
    अक्टूबर नवंबर दिसंबर msk мск at on the of and um den der vom alle las el de del y a às em le les du h il ore e
    os om kl klo o godz dnia в во от о об год года г saat tarihi tarihinde d v hod في يوم م ص को बजे by date time
    min mins minute minutes hour hours hr hrs day days week weeks month months ago yesterday today just now vor
    stunden stunde minuten tagen tag gestern heute hace horas hora minutos días heures heure jours jour fa ora
    giorni minuti há uur dagen geleden часов часа назад минут годин тому op aujourd'hui hoy ayer oggi ieri hoje
    ontem vandaag gisteren dzisiaj wczoraj сегодня вчера bugün dün idag igår dnes včera önce dakika timer timar
    dage dagar sedan siden sist sidst před hodinami
""")
STAMP = WordRule(
    "date_stamp",
    strong=word_set("""
        updated published publish posted modified edited revised uploaded issued ago released aktualisiert
        aktualisierung veröffentlicht stand erstellt publiziert erschienen actualizado actualizada actualización
        publicado publicada publié publiée actualisé modifié posté jour aggiornato aggiornamento pubblicato
        pubblicata atualizado atualizada atualização postado bijgewerkt gepubliceerd gewijzigd aktualizacja
        zaktualizowano opublikowano publikacja aktualizacji publikacji dodano обновлено опубликовано обновление
        изменено публикации оновлено опубліковано змінено публікації güncelleme güncellendi güncellenme yayınlanma
        yayınlandı yayın uppdaterad publicerad oppdatert publisert opdateret 更新 更新时间 更新時間 更新日
        最終更新 公開 公開日 配信 掲載 发布 发布时间 發布 發布時間 发表 입력 수정 등록 업데이트 게시 기사입력
        publiceret aktualizováno publikováno aktualizace vydáno تحديث نشر التحديث النشر अपडेट प्रकाशित
    """),
    filler=_DATE_WORDS
    | word_set("""
        last update first originally latest article story on zuletzt última vez el mis mise à dernière ultimo
        laatst laatste ostatnia data дата последнее останнє son senast sist sidst naposledy آخر تاريخ अंतिम
    """),
    max_words=16,
    min_numbers=1,
)

AD = WordRule(
    "ad_label",
    strong=word_set("""
        advertisement advertisements advert advertorial ad sponsored promoted anzeige anzeigen werbung werbepause
        publicidad publicité annonce annonces pubblicità publicidade anúncio anuncios inserzione advertentie
        advertenties reclame gesponsord reklama reklamy reklamie реклама рекламы реклами reklam reklamı annons
        annonser annonsen annoncen reklamou pubblicitario sponsorowany annonse annonsørinnhold reklame reklamu
        inzerce إعلان إعلانات विज्ञापन advertising 広告 スポンサーリンク スポンサードリンク 广告 廣告 광고
        commercial
    """),
    filler=word_set("""
        continue continues continued reading read below this the after story article text content keep scroll
        scrolling down to for more skip close remove hide by from post link links with your is paid partner
        message feature nach der die das geht es weiter weiterlesen lesen scrollen sie unten hier zum artikel
        inhalt continúa sigue leyendo después de la abajo debajo el contenido patrocinado para seguir suite après
        cette lecture se poursuit continuez à lire ci dessous sponsorisé l'articolo dopo di seguito sotto leggere
        lettura annuncio pubblicitario após o lendo depois do da lees verder na lezen onder het dalszy ciąg dalsza
        część artykuł artykułu pod poniżej czytaj dalej tekst sponsorowany продолжение ниже после на правах читать
        далее продовження нижче після devamı aşağıda haberin altında artikeln fortsätter under efter läs vidare
        saken fortsetter etter artikkelen les videre artiklen fortsætter pokračování po článku المحتوى بعد تستمر
        القصة के बाद जारी है खबर
    """),
    max_words=11,
)
PAID = WordRule(
    "ad_label",
    strong=word_set("sponsored paid promoted partner branded affiliate patrocinado sponsorisé sponsorizzato scroll"),
    filler=word_set("""
        content post article story message feature link links partnership promotion by our partners contenido
        contenu contenuto conteúdo to continue with for more reading and down
    """),
    max_words=5,
    needed=1,
)

_RELATED_HEAD = WordRule(
    "related_link",
    strong=word_set("""
        read related recommended watch see more trending explained lesen lies mehr weiterlesen interessant
        interessieren siehe leseempfehlung lesetipp passend themen lea lee leer interesar interesarle mira vea ver
        recomendamos recomendado relacionada relacionadas relacionado relacionados entérate lire voir savoir sujet
        leggi leggere vedi guarda interessarti interessare interessar approfondisci approfondimento correlati
        correlate leia ler veja confira saiba assista lees bekijk zie gerelateerd czytaj zobacz przeczytaj sprawdź
        polecamy powiązane читайте смотрите читать подробнее ранее см теме дивіться читати детальніше темою okuyun
        oku okuyabilirsiniz ilgili bakınız ilginizi devamı läs se les læs čtěte přečtěte související اقرا شاهد
        طالع पढ़ें पढ़िए देखें 関連記事 関連 関連リンク 関連ニュース あわせて読みたい こちらも 続きを読む おすすめ
        おすすめ記事 合わせて読みたい 相关阅读 延伸阅读 相关新闻 推荐阅读 阅读更多 更多阅读 相關新聞 延伸閱讀
        相關閱讀 推薦閱讀 更多報導 更多新闻 更多报道 更多新聞 相关报道 相關報導 관련기사 관련 추천기사 함께보기
        더보기 읽기 보기
    """),
    filler=word_set("""
        also this next more story stories article articles news on the topic from our here full in to for what top
        coverage post posts content links reading editor's editors picks video videos live now must latest and
        further too it about other exclusive sie auch hier dazu zum thema das könnte dich lesetipp weiter artikel
        mehr nachrichten zu diesem beiträge también te puede le más sobre el tema esta este nota notas noticia
        noticias artículo puedes siga sigue leyendo aussi également à la suite ensuite sur même notre en plus
        anche di più tutto potrebbe notizie articolo ti qui per articoli l'articolo também mais ainda aqui outras
        ook meer verder over dit też także również więcej inne na temat i также тоже далее ещё еще по статью
        материал також далі більше за ayrıca bunu bunlar da haber haberler haberi çekebilir için också även mer
        här også mere her také si dále k tématu více články ايضا المزيد هذا ذات صلة यह ये भी इसे और संबंधित खबरें
        기사 함께 더
    """),
    max_words=8,
)
RELATED_LINE = WordRule(
    "related_link",
    _RELATED_HEAD.strong - {"more", "mehr"},
    _RELATED_HEAD.all_words,
    max_words=8,
    min_words=2,
    max_numbers=0,
)
RELATED_WORD = WordRule(
    "related_link",
    word_set("""
        related weiterlesen relacionadas relacionados подробнее детальніше gerelateerd powiązane související
        関連記事 関連 関連リンク 関連ニュース あわせて読みたい 続きを読む 相关阅读 延伸阅读 相关新闻 推荐阅读
        阅读更多 相關新聞 延伸閱讀 相關閱讀 관련기사 추천기사 더보기
    """),
    frozenset(),
    max_words=1,
)
_ALONE = (
    word_set("""
    read watch related recommended explained confira saiba lesetipp polecamy ранее 更多新闻 lesen weiterlesen lies
    lire voir leggi guarda leia veja lee mira lees bekijk czytaj zobacz читайте смотрите подробнее читати дивіться
    oku okuyun läs les læs čtěte اقرا شاهد पढ़ें
""")
    | RELATED_WORD.strong
)
RELATED = HeadRule(_RELATED_HEAD, max_rest_words=30, alone=_ALONE)

_CREDIT_HEAD = WordRule(
    "photo_credit",
    strong=word_set("""
        photo photos photograph photographs photographer image images picture pictures pic pics graphic
        illustration illustrations bildquelle bildnachweis archivfoto crédito crediti screengrab screenshot foto
        fotos bild bilder titelbild symbolbild archivbild themenbild fotografía imagen imágenes photographie
        crédit crédits immagine immagini imagem imagens fotografie beeld zdjęcie zdjęcia фото снимок изображение
        иллюстрация зображення світлина ілюстрація fotoğraf görsel bilde billede snímek صورة الصورة تصوير फोटो
        तस्वीर 写真 画像 图片 图片来源 圖片來源 图源 圖片 圖 사진 이미지
    """),
    filler=word_set("""
        credit credits courtesy source file by the of main cover feature featured lead header top stock archive
        library quelle rechte crédito créditos cortesía archivo por d'illustration crediti archivio reprodução
        źródło fot источник джерело kaynak källa kilde zdroj المصدر 来源 來源 提供 撮影 출처 제공
    """),
    max_words=4,
)
CREDIT = HeadRule(_CREDIT_HEAD, max_rest_words=8, alone=_CREDIT_HEAD.strong, names=True)
FILE_PHOTO = WordRule(
    "photo_credit",
    strong=word_set("""
        file representative representational representation stock handout archive archival illustrative symbolbild
        archivbild themenbild archivfoto symbolfoto courtesy archivo screengrab screenshot d'archive
        d'illustration d'archivio arquivo архивное ilustrativo
    """),
    filler=_CREDIT_HEAD.strong
    | word_set("for purpose purposes only use used image de from video youtube twitter x facebook"),
    max_words=6,
)

WORD_RULES = (NETWORK_ROW, INTERFACE, READ_TIME, STAMP, AD, PAID, FILE_PHOTO, RELATED_LINE, RELATED_WORD)
HEAD_RULES = (RELATED, CREDIT)
