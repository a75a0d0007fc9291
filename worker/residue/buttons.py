"""Word rules for a page's buttons: sharing, listening, commenting, and consent."""

from __future__ import annotations

from worker.residue.rules import WordRule, word_set

NETWORKS = word_set("""
    facebook twitter x whatsapp telegram instagram linkedin pinterest reddit tumblr messenger viber skype pocket
    xing vk vkontakte вконтакте odnoklassniki одноклассники ok line weibo wechat threads bluesky mastodon flipboard
    youtube tiktok snapchat facebooku twitteru facebookie facebooka facebook'ta email mail sms rss imprimir drucken
    print imprimer stampa afdrukken drukuj فيسبوك تويتر واتساب تلغرام تيليجرام फेसबुक ट्विटर व्हाट्सएप 微信 微博 朋友圈
    페이스북 트위터 카카오톡
""")
INTERFACE = WordRule(
    "interface",
    strong=word_set("""
        printer printable druckversion imprimible imprimable stampabile email mail
        share shares sharing save tweet guardar bewaar réagir spara retweet comments comment listen copied reply
        bookmark teilen kommentare kommentieren merken vorlesen anhören artikelanhören compartir compartí comparte
        comentarios comentar escuchar escucha partager partagez commentaires commenter écouter condividi condividere
        commenti commenta ascolta compartilhar compartilhe partilhar ouvir ouça delen deel reacties luister
        udostępnij podziel komentarze skomentuj posłuchaj поделиться поделитесь комментарии комментировать слушать
        поділитися поширити коментарі слухати paylaş yorumlar yorum dinle dela kommentarer kommentera lyssna del
        kommenter lytt lyt sdílet sdílejte komentáře diskuse poslechnout شارك مشاركة تعليقات استمع شاركها शेयर साझा
        टिप्पणियां सुनें シェア シェアする ツイート ツイートする コメント 共有 ブックマーク 聴く 分享 分享到 分享至
        评论 評論 收藏 收听 点赞 공유 공유하기 댓글 스크랩 듣기 기사듣기 인쇄 gift login font salva salvar guarda
        skopiuj 조회수 閲覧数 阅读量 pin schriftgröße offrir sauvegarder wysłuchaj zapisz tweetle gönder beğen hør
        استماع طباعة حفظ textgröße सुनिए この記事を聞く 記事を聞く 記事を保存 聞く 保存 印刷 打印 字号 字體 글자크기
        글자 jaa kuuntele kommentoi κοινοποίηση ακούστε megosztás hallgassa distribuie ascultă שתף האזן bagikan
        dengarkan chia nghe শেয়ার imprimir enviar opslaan afspelen wyślij распечатать сохранить роздрукувати skriv
        vytisknout uložit salve leserkommentare merkliste drucken imprimer drukuj yazdır nyomtatás εκτύπωση σχόλια
        kommentit hozzászólások comentários comentário comente favoritos favoris preferiti favorieten ulubionych
        избранное обране favorilere reageer комментарий коментар yorumları yorumlarını comentariu comentarii
        kommentér gem lagre tallenna enregistrer enregistrez sauvegardez zapisać зберегти kaydet تعليق التعليقات
        تعليقا कमेंट टिप्पणी टिप्पणियाँ सेव コメントする いいね リンク お気に入り 留言 列印 复制 複製 链接 字体 저장
        링크 복사 좋아요 תגובות תגובה שתפו komentar komentari salin bình luận sao chép اشتراک نظرات ارسال মন্তব্য
        escuchá poslechněte slyšet прослушать слухайте tweetear retwittear πείτε megosztom dijeli podijeli zdieľať
        споделете podeli sdílej отправить надіслати sẻ lettergrootte κοινοποιήστε stampa リスト print oplæs
        reactions
    """),
    filler=NETWORKS
    | word_set("""
        friendly
        this article story post page link links copy to on via with by the in a new window opens click tap here for
        later yet friend read view show hide all add leave no print send text size font your friends now audio
        version play and or options more follow like social media twitter's min mins minute minutes sec seconds
        diesen diese artikel beitrag seite auf per über bei jetzt den kopieren zu zum senden speichern drucken en
        por con el la este esta artículo nota noticia enlace copiar guardar enviar sur par cet cette l'article lien
        copier le les envoyer su questo questa l'articolo articolo copia na o matéria artigo em dit deze het e mail
        op kopieer ten artykuł przez kopiuj в на через эту статью ссылку скопировать соцсетях новостью новость у цю
        статтю посилання haberi bu bağlantıyı kopyala ile artikeln på länk kopiera artikkelen artikkel lenke kopier
        artiklen článek odkaz kopírovat हिंदी करें पर इस लेख को على عبر في هذا المقال الخبر it खबर समाचार この 記事
        を で 到 本文 기사 main content navigation up back top home us out full screen de versione artikkeli
        dell'articolo ansa luister naar pen saken historien til et tekst artykułu 小 中 大 가 조절 크기 इसे
        والاستماع إلى هذه lo notizia tę komentarze yap dá comment count toggle sign log versenden aa a+ sizes resize
        larger smaller zur merkliste springen anzeigen alle lassen wurde kopiert als pdf für freunde an einen freund
        ändern hinzufügen redes sociales añadir ver los ir todos deja un tu tus leer después correo electrónico
        imprimir tamaño letra texto ajouter mes voir tous réagir laisser votre plus tard lire courrier aux réseaux
        sociaux taille du texte afficher aggiungi ai preferiti vai tutti lascia scrivi invia email dimensione testo
        del sui leggere dopo salvar nos deixe seu seus tamanho da fonte ler depois conteúdo sociais voeg toe aan
        leeslijst bekijk plaats een jouw lettergrootte dodaj do zobacz wszystkie wyświetl rozmiar tekstu późniejsze
        добавить оставить показать все ваш размер шрифта для печати версия посмотреть материал отправить другу
        поделиться додати залишити всі показати скопіювати розмір шрифту версія друку новину соцмережах соцмережі
        соціальних мережах ekle yaz göster tüm yazı boyutu metin makaleyi sosyal medyada arkadaşına visa lämna skriv
        din alla textstorlek spara i sociala medier här senare favoriter vis legg igjen se lenken lagre gem kopiér
        favoritter tekststørrelse sociale zobrazit všechny přidat k oblíbeným velikost písma textu si později
        vytisknout عرض أضف اضف اكتب جميع نسخ الرابط حجم النص الخط مقال مواقع التواصل الاجتماعي المفضلة यह सुनें अपनी
        अपना दें करे कॉपी फॉन्ट साइज लिंक बदलें सभी देखें पोस्ट दोस्तों के साथ フェイスブック ツイッター する して の
        へ に も 書く 見る 読む コピー 文字 サイズ 変更 文字サイズ あとで 後で ページ 件 投稿 送る メール 一覧 追加
        ください 文章 新闻 新聞 发表 發表 查看 我要 我 要 全部 条 本 页 本页 此 大小 调整 至 给 朋友 好友 参与 写
        微信 微博 朋友圈 添加 보기 달기 쓰기 이 기사를 을 를 하기 해 주세요 글씨 키우기 본문 글자 전체 내 남기기 더
        으로 로 에 개 url 메일 보내기 친구 에게 juttu juttua artikkelia kaikki facebookissa twitterissä näytä
        kirjoita tulosta linkki το άρθρο στο facebook twitter όλα δείτε γράψτε facebookon twitteren cikket cikk
        másolása adaugă pe articolul vezi toate את הכתבה בפייסבוק הוסף הוסיפו תגובה כל ke tulis tautan semua lihat
        baca bài viết xem tất cả liên kết gửi گذاری مطلب کنید করুন টি any own other people's & jump hören minuten
        formerly open close opp upp
    """),
    max_words=14,
)
INTERFACE_PHRASE = WordRule(  # these words also occur in headings and sentences, so one of them alone is not enough
    "interface",
    strong=word_set("""
        mode error typo mistake homepage reading transcript autoplay fullscreen mute unmute fehler vorlesefunktion
        startseite inhaltsverzeichnis errores erreur sommaire errore erro erros fout foutje błąd błędu ошибке ошибку
        опечатку помилку hata hatayı fel rättelse feil fejl chybu خطأ गलती त्रुटि 誤り 誤字 纠错 糾錯 报错 목차 오류
        오탈자 virheestä virhe λάθος hibát eroare טעות kesalahan lỗi خطا audioversion copiar copia copier kopieren
        kopiert kopiera kopier kopiuj скопировать скопіювати kopyala kopírovat نسخ कॉपी コピー 复制 salin kopioi
        tamaño taille dimensione tamanho lettergrootte rozmiar размер розмір boyutu حجم साइज commento reactie
        komentarz kommentar comentario commentaire печати друку utskrift skriv pdf favoriten leeslijst correo
        versenden
    """),
    filler=INTERFACE.all_words
    | word_set("""
        dark light reader night report suggest join back table contents in jump go our us correct submit found
        spotted change melden gefunden haben einen zurück reportar informar notificar un una signaler une segnala
        comunicar reportar aponte melden een zgłoś w сообщить об в тексте нашли повідомити про bildir anmäl ett
        rapportera meld fra om en rapporter nahlásit v textu الإبلاغ عن أبلغ रिपोर्ट में 報告 指摘 举报 新闻 의견
        신고 ilmoita jelentés raportează דווח laporkan báo گزارش show ai generated an automated tool video autoplay
        play pause speed zum als te ut this voor later lascia scrivi plaats legg igjen lämna skriv dodaj für gli il
        per url link links liste sẻ & + list reading text size saved send friend su 에 大小
    """),
    max_words=7,
    min_words=2,
    max_numbers=0,
)
NETWORK_ROW = WordRule("interface", NETWORKS, word_set("& e copy link more share on via"), max_words=14, needed=2)
CONSENT = WordRule(
    "cookie_notice",
    strong=word_set("""
        accept reject decline allow agree consent cookie cookies preferences akzeptieren ablehnen zustimmen aceptar
        rechazar configurar accepter accepte refuser paramétrer accetta accetto rifiuta aceitar rejeitar accepteren
        weigeren akkoord akceptuję akceptuj odrzuć zgadzam принять отклонить согласен прийняти відхилити погоджуюсь
        kabul reddet godkänn neka avvisa godta avvis tillad afvis přijmout odmítnout souhlasím قبول رفض موافق स्वीकार
        अस्वीकार 同意 同意する 拒否 許可 すべて受け入れる 接受 拒绝 接受全部 拒绝全部 接受所有 동의 거부 동의합니다
        수락 hyväksy hylkää αποδοχή απόρριψη elfogadom elutasítom refuz 쿠키 허용 允许 すべて許可 מאשר דחה setuju
        tolak privacy datenschutz impressum privatsphäre gdpr analytics konsent çerez çerezleri przejdź
        datenschutzerklärung cookiepolitik cookies'i kakor accepting modtag accettare zaakceptuj 同意して 受け入れる
        acepto aceptamos j'accepte aceito concordo accepteer zgody zgodami zgodę принимаю согласна согласиться
        понятно погоджуюся приймаю зрозуміло ediyorum godkänner acceptera godtar aksepter aksepterer accepterer
        přijímám rozumím أوافق الكوكيز سहमत सहमत कुकी कुकीज़ मंजूर 拒絕 允許 クッキー 受け入れ 承諾 hyväksyn evästeet
        evästeasetukset αποδέχομαι συμφωνώ elfogadás elfogadása sütik süti acord accepta accepți אישור מסכים מסכימה
        terima chấp đồng پذیرش موافقم einverstanden cookieinställningar informasjonskapsler evästeiden consentir
        consentement consenso stimme estoy nödvändiga nødvendige välttämättömät privacidade privacidad
        confidentialité الارتباط gestisci preferenze präferenzen voorkeuren preferências préférences preferencje
        隐私 隱私 プライバシー 개인정보 privatliv personvern integritet prywatność конфиденциальности
        конфіденційності
    """),
    filler=word_set("""
        all and close continue without settings policy manage choices options more necessary only essential
        functional marketing save confirm selection my your our i the use of terms service conditions notice
        statement preferences legal site to alle und weiter ohne nur notwendige einstellungen auswahl speichern mehr
        erfahren agb nutzungsbedingungen verwalten y continuar todo todas todos sin solo necesarias configuración
        leer más et fermer continuer sans tout tous les seulement mes choix e continua tutti tutto necessari
        abbonati senza impostazioni personalizza os apenas necessários configurações en doorgaan alleen
        noodzakelijke instellingen aanpassen wszystkie wszystko tylko niezbędne ustawienia do serwisu zamknij все
        всё и продолжить только необходимые настройки усі всі та продовжити налаштування tümünü ve devam sadece
        gerekli ayarlar ayarları alla och endast nödvändiga inställningar og kun nødvendige innstillinger
        indstillinger vše a pokračovat pouze nezbytné nastavení podrobné الكل و متابعة فقط الضرورية إعدادات सभी करें
        और जारी रखें केवल すべて を して 続ける 設定 必要 のみ 全部 并 继续 管理 偏好 管理偏好 管理设置 设置 仅 se
        všemi 모두 하고 계속 설정 필수 kaikki vain välttämättömät όλα mindent toate הכל semua customize customise
        files on now about statistik ok okay got it cerrar seguir navegando estoy de acuerdo aviso gérer gestion des
        préférences chiudi gestisci informativa sui fechar tudo gerenciar alles ja ik verder przechodzę przejdź
        zarządzaj swoimi dalej закрыть принимаю я прийняти закрити hepsini tüm çerezleri tamam tamamını jag stäng
        jeg lukk luk jen všechny chci بالكل جميع ملفات تعريف الارتباط أنا कुकीज़ को मैं हूं हूँ सेटिंग्स बंद 全て
        閉じる 続行 しない する の に は 私は 以外 必須 所有 我 並 繼續 关闭 關閉 仅限 的 전체 계속하기 합니다 하기
        안함 만 모든 asetukset όλων ρυθμίσεις összes az beállítások și închid setări sunt אני pengaturan tất cả nhận
        ý همه can change withdraw you time at any non choice me politica política privacidade privacidad ich zu bin
        stimme zgadzam się polityka politika politikası politique in & plików hy 設置 nous respectons vie privée
        sivusto αποθήκευση bestätigen statistics statistiken präferenzen preferenze preferencias preferências
        voorkeuren preferencje le mis tus 政策 ポリシー 처리방침 политика політика help us deliver services we
    """),
    max_words=12,
    min_words=2,
)
CONSENT_WORD = WordRule(  # for lines that are only a button's word; the English words could be a heading
    "cookie_notice",
    word_set("""
        akzeptieren zustimmen einverstanden ablehnen aceptar acepto rechazar accepter j'accepte refuser accetta
        accetto rifiuta aceitar aceito concordo rejeitar accepteren akkoord weigeren zaakceptuj akceptuję akceptuj
        zgadzam odrzuć принять принимаю согласен отклонить понятно погоджуюся погоджуюсь прийняти відхилити
        зрозуміло reddet godkänn acceptera avvisa godta aksepter avvis přijmout souhlasím odmítnout rozumím موافق
        أوافق قبول رفض 同意する 同意 接受 拒绝 동의 동의합니다 hyväksyn hyväksy αποδοχή συμφωνώ elfogadom אישור
        setuju хорошо
    """),
    frozenset(),
    max_words=1,
    max_numbers=0,
)
CONSENT_CHOICE = WordRule(
    "cookie_notice",
    strong=word_set("""
        manage options choices confirm save exit got it preferences selection auswahl bestätigen speichern externen
        inhalt anzeigen einstellungen guardar salir confirmar opciones elecciones enregistrer quitter confirmer
        choix salva esci conferma scelte salvar sair escolhas opslaan keuzes bevestigen zapisz wybór сохранить выбор
        зберегти вибір
    """),
    filler=word_set("and my your ok your privacy the y mis et mes e le as minhas en mijn i moje и мой"),
    max_words=4,
    needed=2,
    max_numbers=0,
)
BUTTONS = (NETWORK_ROW, INTERFACE, INTERFACE_PHRASE, CONSENT, CONSENT_CHOICE, CONSENT_WORD)
