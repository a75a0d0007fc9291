"""Word rules. Each lists its words in all languages, in the order of languages in `worker.residue.rules`."""

from __future__ import annotations

from worker.residue.ads import AD_WORDS
from worker.residue.buttons import BUTTONS
from worker.residue.calls import CALLS
from worker.residue.date_stamps import DATE_AND_TIME, READ_TIME, STAMP
from worker.residue.others import OTHER_HEADS, OTHER_WORDS
from worker.residue.rules import HeadRule, WordRule, word_set

_RELATED_HEAD = WordRule(
    "related_link",
    strong=word_set("""
        read related recommended watch see more trending explained explainer opinion analysis lesen lies mehr
        weiterlesen interessant interessieren siehe leseempfehlung lesetipp passend themen lea lee leer interesar
        interesarle mira vea ver recomendamos recomendado relacionada relacionadas relacionado relacionados entérate
        lire voir savoir sujet leggi leggere vedi guarda interessarti interessare interessar approfondisci
        approfondimento correlati correlate leia ler veja confira saiba assista lees bekijk zie gerelateerd czytaj
        zobacz przeczytaj sprawdź polecamy powiązane читайте смотрите читать подробнее ранее см теме дивіться читати
        детальніше темою okuyun oku okuyabilirsiniz ilgili bakınız ilginizi devamı läs se les læs čtěte přečtěte
        související اقرا شاهد طالع पढ़ें पढ़िए देखें 関連記事 関連 関連リンク 関連ニュース あわせて読みたい こちらも
        続きを読む おすすめ おすすめ記事 合わせて読みたい 相关阅读 延伸阅读 相关新闻 推荐阅读 阅读更多 更多阅读
        相關新聞 延伸閱讀 相關閱讀 推薦閱讀 更多報導 更多新闻 更多报道 更多新聞 相关报道 相關報導 관련기사 관련
        추천기사 함께보기 더보기 읽기 보기 lue katso διαβάστε δείτε olvassa citește קראו baca xem بخوانید পড়ুন
        información approfondire zajímat зацікавити интересно цікаво explore opinión opinie meinung kommentar
        hintergrund weitere verwandte hinweis podría además recomendada contexto découvrir découvrez dossier relire
        retrouvez l'approfondimento scopri entenda gostar continue meer aanbevolen gerelateerde warto zainteresować
        więcej рекомендуем похожие другие статьи материалы новости видео интересное больше еще ещё рекомендуємо
        радимо схожі матеріали новини статті більше відео інші fazla benzer önerilen tıklayın detayı diğer relaterat
        relaterade rekommenderad rekommenderas mer bakgrund relaterte anbefalt relaterede anbefalet více podívejte
        doporučujeme nepřehlédněte tématu další مواضيع أخبار مقالات المزيد للمزيد قد يهمك يعجبك تابع إقرأ और संबंधित
        読む 人気 動画 読みたい もっと こちら 注目 热点 熱門 热门 猜你喜欢 相关 相關 推荐 推薦 更多 延伸 看更多 往期
        回顾 精选 編輯 추천 인기 함께 이어서 많이 본 주요 aiheesta lisää σχετικά kapcsolódó érdekelheti ajánlott
        ajánljuk vezi recomandări similare recomandate כתבות נוספות עוד בנושא lihat terkait đọc liên quan مطالب
        مرتبط আরও সম্পর্কিত
    """),
    filler=word_set("""
        also this next more story stories article articles news on the topic from our here full in to for what top
        coverage post posts content links editor's editors picks video videos live now must latest and further too
        it about other exclusive sie auch hier dazu zum thema das könnte dich lesetipp weiter artikel mehr
        nachrichten zu diesem beiträge también te puede le más sobre el tema esta este nota notas noticia noticias
        artículo puedes siga sigue leyendo aussi également à la suite ensuite sur même notre en plus anche di più
        tutto potrebbe notizie articolo ti qui per articoli l'articolo também mais ainda aqui outras ook meer verder
        over dit też także również więcej inne na temat i также тоже далее ещё еще по статью материал також далі
        більше за ayrıca bunu bunlar da haber haberler haberi çekebilir için också även mer här også mere her také
        si dále k tématu více články ايضا المزيد هذا ذات صلة यह ये भी इसे और संबंधित खबरें खबर lisää 기사 함께 더
        myös επίσης també is și גם juga thêm mohlo by vás вас может заинтересовать може click leggi réservé nos
        abonnés archive opinion analysis you up may choice most photo gallery podcast themen aus dem archiv jetzt
        ebenfalls empfehlung empfehlungen der redaktion los vea otras otros artículos podría gustarte thème pour
        aller loin liés autres vidéo les il nostro altri altre correlati matérias você pode o vídeo lendo outros
        notícias gostar onderwerp nieuws artikelen lezen andere może cię artykuły tym temacie новости теме прочитать
        посмотрите этой материалы статьи почитать для темою темі новини почитати схожі цю тему bunları devam et
        okumaya haberin haberleri ilginizi vidare om läsning saker saken artikler artiklar hele läsa lästips till se
        článek videa téma přečtěte tohle خبر أيضا أيضاً ما قد في الموضوع पूरी वीडियो आगे इससे जुड़ी जुड़े लेख न्यूज も
        の を に て 次 次に 記事 ニュース あわせて 合わせて こちらも 一覧 本 点我 點我 看 新闻 新聞 阅读 閱讀 报道
        報導 文章 链接 連結 你 内容 뉴스 보면 좋은 보기 글 영상 는 이 ακόμη άρθρα το θέμα cikkek cikk ez még
        articole citește אודות בנושא berita lainnya tin بیشتر خبرهای پرون
    """),
    max_words=8,
)
RELATED_LINE = WordRule(
    "related_link",
    _RELATED_HEAD.strong - {"more", "mehr", "explainer", "explained", "opinion", "analysis"},
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
        read watch related recommended explained confira saiba lesetipp polecamy ранее 更多新闻 lesen weiterlesen
        lies lire voir leggi guarda leia veja lee mira lees bekijk czytaj zobacz читайте смотрите подробнее читати
        дивіться przeczytaj sprawdź siehe oku okuyun läs les læs čtěte اقرا شاهد पढ़ें more mehr explainer opinion
        analysis approfondisci olvassa citește baca lue más plus trending popular previously relacionado
        relacionados recomendado recomendados aanbevolen relaterat anbefalt anbefalet рекомендуем рекомендуємо
        doporučujeme nepřehlédněte tıklayın podívejte للمزيد المزيد kapcsolódó ajánljuk recomandări entenda assista
        動画 関連 おすすめ önerilen hintergrund bakgrund интересно детальніше découvrez relire meinung opinie
    """)
    | RELATED_WORD.strong
)
SHOUTED = word_set("""
    hintergrund bakgrund more mehr más plus explainer analysis video vídeo vidéo wideo видео відео gallery
    listen podcast live
""")  # too common in a story, except in capitals
SHOUTED_HEAD = WordRule(
    "related_link",
    word_set("video vídeo vidéo wideo видео відео gallery listen podcast live"),
    frozenset(),
    max_words=1,
)
SHOUTED_LINK = HeadRule(SHOUTED_HEAD, max_rest_words=30, alone=SHOUTED_HEAD.strong)
RELATED = HeadRule(_RELATED_HEAD, max_rest_words=30, alone=_ALONE)

_CREDIT_HEAD = WordRule(
    "photo_credit",
    strong=word_set("""
        photo photos photograph photographs photographer image images picture pictures pic pics graphic illustration
        illustrations bildquelle bildnachweis archivfoto crédito crediti screengrab screenshot foto fotos bild
        bilder titelbild symbolbild archivbild themenbild fotografía imagen imágenes photographie crédit crédits
        immagine immagini imagem imagens fotografie beeld zdjęcie zdjęcia фото снимок изображение иллюстрация
        зображення світлина ілюстрація fotoğraf görsel bilde billede snímek صورة الصورة تصوير फोटो तस्वीर 写真 画像
        图片 图片来源 圖片來源 图源 圖片 圖 사진 이미지 créditos illustrasjonsfoto arkivfoto arkivbild
        illustrationsfoto pressefoto pressbild illustrationsbild kuva arkistokuva φωτογραφία φωτό fotó fotografia
        poza צילום תמונה ảnh عکس ছবি ilustrační zdjęć fotograaf fotografo fotógrafo photographe fotograf
        bildrättigheter картинка коллаж symbolfoto archieffoto foto's kuvituskuva kuvat illustratie φωτογραφίες
        visuel ph иллюстрации кадр скриншот скрин світлини скріншот görseller görüntü modelfoto bildet بعدسة عدسة
        छायाचित्र 摄影 攝影 撮影 图 画面 イメージ 그래픽 게티이미지 ilustrasi foto2 sursa צילומים minh courtesy
        skjermdump skjermbilde skærmbillede skärmdump captura schermata zrzut ekran kuvakaappaus képernyőkép
        bildschirmfoto schermafbeelding 스크린샷 截图 截圖 スクリーンショット kapturebild fotoquelle
    """),
    filler=word_set("""
        credit credits courtesy source file by the of main cover feature featured lead header top stock archive
        library quelle rechte crédito créditos cortesía archivo por d'illustration crediti archivio reprodução
        ilustracyjne ілюстративне ілюстраційне иллюстративное архивное архівне arkiv tematyczne poglądowe fonte
        bildtext साभार क्रेडिट सौजन्य źródło fot источник джерело kaynak källa kilde zdroj المصدر 来源 來源 提供 撮影
        출처 제공 foto ilustrasi photo image representational 为 資料 资料 图片 为资料图片 は です 真 ảnh minh họa
        sursa privates kaynağı źródła zdjęcia tela de von ekranu görüntüsü キャプチャ
    """),
    max_words=4,
)
STORY_HEADS = word_set("""
    credit credits photo photos image images picture pictures graphic illustration illustrations
""")
CREDIT = HeadRule(_CREDIT_HEAD, max_rest_words=8, alone=_CREDIT_HEAD.strong, names=True)
FILE_PHOTO = WordRule(
    "photo_credit",
    strong=word_set("""
        file representative representational representation stock handout archive archival illustrative symbolbild
        archivbild themenbild archivfoto symbolfoto courtesy archivo screengrab screenshot d'archive d'illustration
        d'archivio arquivo архивное ilustrativo arkivbild arkivfoto illustrasjonsfoto illustrationsbild genrefoto
        genrebild archiwalne ilustrační फाइल प्रतीकात्मक सांकेतिक أرشيفية أرشيفي 資料写真 资料图 资料图片 資料圖片
        資料照片 자료사진 arkistokuva αρχείου illusztráció ilustrasi archivbilder ilustrativa ilustrativas temsili
        arşiv ілюстративне архівне d'archives archives archief archieffoto archiwum ilustracyjne иллюстративное
        архива архіву ілюстраційне modelfoto kuvituskuva توضيحية تعبيرية أرشيف イメージ 資料 资料 자료 repertorio
        illustratie открытых відкритих источников джерел скриншот скріншот кадр capture screenshots אילוסטרציה minh
        ilustratie ilustrativă 게티이미지뱅크 게티이미지 d'écran pressefoto pressbild pressefotos skjermdump
        skærmbillede skärmdump prasowe presse
    """),
    filler=_CREDIT_HEAD.strong
    | word_set("""
        for purpose purposes only use used image de from video imagen फोटो صورة la una foto ter illustratie zdjęcie
        снимок bild youtube twitter x facebook из видео архива з архіву di fotoğrafı fotoğraf görsel écran photo
        capture prywatne własne автора автор 写真 は です 画像 真 图 为 图片 사진 뱅크 צילום họa ảnh φωτό fotó kuva
        illustrasjon личного собственного відео для пресс в materiały źródło
    """),
    max_words=6,
)

WORD_RULES = (
    *BUTTONS,
    READ_TIME,
    STAMP,
    DATE_AND_TIME,
    *AD_WORDS,
    FILE_PHOTO,
    RELATED_LINE,
    RELATED_WORD,
    *CALLS,
    *OTHER_WORDS,
)
HEAD_RULES = (RELATED, SHOUTED_LINK, CREDIT, *OTHER_HEADS)
