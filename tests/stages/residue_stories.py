"""Sentences of stories that use the words of boilerplate, and boilerplate at its shortest, by language and class."""

from __future__ import annotations

# None of these may ever go.
STORIES = {
    "en": """
        Subscribe to the theory or not, the data from the telescope leave little room for doubt.
        The app was downloaded two million times before the company pulled it from the store on Friday.
        Follow the river north and you reach the village where the newsletter was first printed.
        Cookies baked by volunteers raised four thousand pounds for the lifeboat station.
        The court ruled that the article had been published without permission of the family.
        Sign language interpreters will be paid more under the new agreement.
        We use our phones for everything now, but we read less, the survey found.
        The photographer, who works for Reuters, was released on Sunday.
        Privacy campaigners accept that the policy is a step forward but want the consent of parents.
        The paper first published the story in 1962, when few wanted to read it.
        Related species have been found in Peru.
        Watch sales fell in Switzerland for the third year.
        Get the vaccine now, the mayor urged people on Facebook and at public meetings.
        Our newsletter reached nobody, the campaign's former head admits in her memoir.
        Editing genes is easier than editing people, the biologist likes to joke.
        The rights of minority shareholders were reserved in the contract.
        Join them at dawn and you will see how hard the work is.
        Browser makers have agreed to support the standard by the end of the year.
        Advertising on the site continues below the level of last year.
        Support for the member of parliament has collapsed since the article appeared.
        Log in to any forum and you will find the same complaint.
        Sign of the times: the bank has closed its last branch.
        Thank you for the music, the crowd sang as the coffin passed.
        Donations to the church doubled after the storm.
        Opinion is divided in the village over the new mast.
        Check out was at ten, and nobody had slept.
        Next up for the champion is a fight in Riyadh in May.
        Translated into forty languages, the novel made her rich.
        By Friday the reporter had left the country.
        Posted to Kabul in 2009, he never spoke of what he saw there.
        The registered trademark was sold to a rival for two million dollars.
        Contact with the aircraft was lost at 3.14 a.m.
        Stay informed, stay calm and stay at home: that was the advice in March.
        The commission may buy the land through a company that it controls.
        Affiliate schools will lose their funding next year.
        Copyright Act 1957 does not mention machines.
        Table tennis is the most popular sport in the district.
        Make a donation and the bishop will remember you, the critics joke.
        Enter the dragon, stage left.
        Accept the offer or leave: the workers had one day to decide.
        Settings such as these are rare in Welsh fiction.
        Was this the end of the affair?
        Have a story and no money? The fund was made for you.
        Material on the website of the ministry shows how the plan changed.
    """,
    "de": """
        Die Zeitung kündigte ein Abonnement für Studierende an.
        Die Werbung wird nach Angaben des Senders ab Herbst teurer.
        Folgen hatte der Unfall auf der Autobahn bis in den Abend.
        Der Newsletter der Partei erreichte nach eigenen Angaben kaum jemanden.
        Lesen lernen Kinder heute anders als vor zwanzig Jahren.
        Das Foto zeigt den Minister mit seiner Tochter am Strand.
        Cookies und Kuchen verkauften die Schüler für den guten Zweck.
        Die Rechte der Mieter bleiben nach dem Urteil vorbehalten.
        Mit der Nutzung der Brücke erklärten sich die Anwohner einverstanden.
        Der Artikel erschien im Jahr 1968 und machte den Autor berühmt.
        Anzeigen gegen Unbekannt gingen bei der Polizei ein.
        Jetzt soll eine App helfen, die Wartezeit im Amt zu verkürzen.
        Einverstanden war am Ende nur die kleinste Fraktion.
        Übersetzt wurde das Buch erst dreißig Jahre später.
        Hintergrund ist ein Streit um das Erbe der Familie.
        Der Text wurde mit Hilfe alter Briefe rekonstruiert.
        Provision und Kauf der Wohnung regelt ein neues Gesetz.
        Anmelden kann sich jeder, der in der Stadt wohnt.
        Fehler gefunden haben die Prüfer in fast jedem Bericht.
        Quelle des Flusses ist ein See im Nachbarland.
    """,
    "es": """
        La publicidad del banco fue retirada después de las quejas.
        Los derechos reservados a los pueblos indígenas fueron ignorados por el gobierno.
        El boletín oficial publica hoy la ley que cambia las pensiones.
        Sigue abierta la investigación sobre el incendio en el puerto.
        Recibe hoy el premio la escritora que nunca quiso publicar.
        La foto fue tomada por un vecino desde su balcón.
        Lea quien lea la sentencia, la conclusión será la misma.
        El artículo fue publicado en 1975 en una revista que ya no existe.
        Acepto la derrota, admitió el candidato antes de medianoche.
        Inicia hoy en la capital el juicio contra los antiguos ministros.
        Además, el puerto perdió dos líneas de carga.
        Apoya el alcalde la propuesta, pero no la oposición.
        Más noticias malas esperan a los agricultores del sur.
        Fuente de ingresos para el pueblo, la mina cerró en 2019.
        Traducido a veinte idiomas, el libro llegó tarde a su país.
    """,
    "fr": """
        La publicité pour le tabac reste interdite dans les stades.
        Les droits des locataires sont réservés aux seuls résidents.
        Suivez l'argent, répète le procureur depuis le début du procès.
        Le texte a été publié au Journal officiel mardi matin.
        Lire devient un luxe dans les prisons surpeuplées.
        La photo du maire a fait rire toute la ville.
        L'application de la loi sera suivie par une commission.
        Abonnés à l'échec, les Bleus ont encore perdu samedi soir.
        Créez des emplois, pas des impôts, ont scandé les manifestants.
        Accepter la défaite lui a pris dix ans.
        Merci pour tout, a lancé le capitaine au public.
        Opinion et vérité se confondent dans ce procès.
        Traduit devant le tribunal, le notaire a tout avoué.
        Recevez les réfugiés, demande le pape aux paroisses.
    """,
    "it": """
        La pubblicità sul muro della scuola ha fatto discutere il quartiere.
        I diritti riservati ai rifugiati sono stati rispettati.
        Seguire la pista dei soldi ha portato gli inquirenti a Milano.
        L'articolo è stato pubblicato nel 1980 e nessuno se ne accorse.
        Leggi speciali non servono, ripete il sindaco.
        Accetto la sentenza senza commenti, ha fatto sapere il sindaco.
        Iscriviti al corso erano solo in tre.
        Grazie alla pioggia il lago è tornato a salire.
        Tradotto in carcere, il boss non ha parlato.
    """,
    "pt": """
        A publicidade infantil volta a ser discutida no Congresso.
        Receba quem receber o prêmio, a cidade já ganhou.
        Siga o dinheiro, repetia o procurador aos jurados.
        O artigo foi publicado em 1990 por uma revista de medicina.
        Aceito o desafio, respondeu a treinadora.
        Apoie ou critique, ninguém fica indiferente à reforma.
        Traduzido para o inglês, o romance ganhou prêmios.
    """,
    "nl": """
        De reclame op de gevel moet van de rechter weg.
        Lees ook eens de voetnoten, raadt de hoogleraar aan.
        Het artikel verscheen in 1974 en maakte veel los.
        Volg het geld, luidt het advies van de oud-rechercheur.
        Akkoord gingen alleen de kleine partijen.
        Bedankt werd de burgemeester pas een week later.
        Vertaald naar euro's kost de brug elk huishouden honderd euro.
        Blijf binnen, luidde het advies van de brandweer.
    """,
    "pl": """
        Reklama piwa zniknie z telewizji, zapowiada ministerstwo.
        Prawa autorskie do piosenki należą do rodziny kompozytora.
        Artykuł ukazał się w 1981 roku i zmienił jego życie.
        Zobacz, co zrobiłeś, usłyszał kierowca od żony.
        Zgadzam się z wyrokiem, oświadczył prezes spółki.
        Zapisz to w zeszycie, mówiła babcia.
        Przekład ukazał się dopiero po śmierci autora.
    """,
    "ru": """
        Реклама банка исчезла с улиц города после жалоб жителей.
        Все права ребёнка должны быть защищены, считает уполномоченный.
        Читайте классиков, советовал ученикам старый учитель.
        Статья опубликована в 1968 году и сразу стала известной.
        Подписка на газету подорожает с января на десять процентов.
        Фото с места аварии быстро разошлось по городу.
        Согласен с этим и губернатор области.
        Понятно, что ремонт моста займёт ещё год.
        Подписка на акции завершилась за два дня.
        Перевод денег занял три недели.
        Нашли ошибку в проекте только через год.
        Больше новостей о пропавших альпинистах пока нет.
    """,
    "uk": """
        Реклама зникла з вулиць міста після скарг мешканців.
        Права дитини мають бути захищені, вважає омбудсман.
        Читайте класиків, радив учням старий учитель.
        Передплата на газету подорожчає з січня.
        Погоджуюся з рішенням суду, заявив директор.
        Підписка на акції завершилася за два дні.
        Переклад роману вийшов після війни.
    """,
    "tr": """
        Reklam gelirleri ikinci çeyrekte yüzde beş azaldı.
        Haberi duyan köylüler meydanda toplandı.
        Gazeteye abone olanların sayısı iki milyonu geçti.
        Fotoğraf, köprünün açılışında çekildi.
        Kabul ediyorum, hata yaptık, diyor teknik direktör.
        Abone sayısı bir yılda iki katına çıktı.
        Üye ülkeler kararı oy birliğiyle aldı.
    """,
    "sv": """
        Annonsen på väggen upprörde grannarna.
        Följ pengarna, löd åklagarens råd till juryn.
        Artikeln publicerades 1971 och väckte debatt.
        Läs också det finstilta, råder konsumentombudsmannen.
        Godkänner kommunen planen börjar bygget i höst.
        Tack vare regnet fylldes sjön igen.
        Missa inte bussen, sa chauffören och skrattade.
        Översatt till kronor kostar bron tusen per hushåll.
    """,
    "no": """
        Annonsen på veggen skapte bråk i nabolaget.
        Følg pengene, lød aktors råd til juryen.
        Artikkelen ble publisert i 1971 og vakte debatt.
        Del av broen raste ut i natt.
        Godtar partene forslaget, er streiken over.
        Takket være regnet er magasinene fulle.
        Oversatt til kroner koster brua tusen per husstand.
    """,
    "da": """
        Annoncen på muren skabte vrede i kvarteret.
        Følg pengene, lød anklagerens råd.
        Artiklen udkom i 1971 og vakte debat.
        Læs også det med småt, lyder rådet.
        Accepterer parterne forslaget, er strejken slut.
        Tak for mad, lød det fra drengene.
        Oversat til kroner koster broen tusind per husstand.
    """,
    "cs": """
        Reklama na zdi pobouřila sousedy.
        Práva dítěte musejí být chráněna, míní ombudsman.
        Článek vyšel v roce 1971 a vyvolal debatu.
        Sledujte peníze, radil porotě žalobce.
        Souhlasím s rozsudkem, uvedl ředitel podniku.
        Překlad románu vyšel až po válce.
        Děkujeme hasičům, stálo na plakátu.
    """,
    "ar": """
        اختفى الإعلان من شوارع المدينة بعد شكاوى السكان.
        تابع السكان عمليات الإنقاذ حتى المساء.
        نشر المقال في عام 1971 وأثار جدلا واسعا.
        حقوق الطفل يجب أن تحفظ في كل الظروف.
        اشترك في المظاهرة آلاف الطلاب.
        سجل المنتخب هدفين في الشوط الأول.
        وافق البرلمان على نشر المادة في الجريدة الرسمية.
        شكرا لكم على الصبر، قال المدرب للجماهير.
    """,
    "hi": """
        शहर की सड़कों से विज्ञापन हटा दिए गए।
        यह भी पढ़ें कि संविधान क्या कहता है, न्यायाधीश ने वकील से कहा।
        लेख 1971 में छपा था और उस पर बहस हुई थी।
        तस्वीर पुल के उद्घाटन के दिन ली गई थी।
        टीम ने सभी शर्तें स्वीकार करने से इनकार कर दिया।
        किताब का अनुवाद युद्ध के बाद छपा।
        गांव के लोग सड़क से जुड़ने की मांग कर रहे हैं।
    """,
    "hr": """
        Prihvaćam kritiku, poručio je gradonačelnik stanovnicima.
        Izvor rijeke nalazi se u susjednoj državi.
        Pratite li vijesti, znate kako je završilo.
    """,
    "bg": """
        Приемам поражението, каза кандидатът на мача.
        Рекламата на банката изчезна от улиците на града.
        Всички права на детето трябва да бъдат защитени.
    """,
    "ca": """
        Accepto la derrota, va dir el candidat.
        Tots els drets dels llogaters han estat ignorats.
    """,
    "sk": """
        Sledujte peniaze, radil prokurátor porote.
        Všetky práva dieťaťa musia byť chránené.
    """,
    "el": """
        Αποδέχομαι την ήττα, παραδέχθηκε ο υποψήφιος.
        Η διαφήμιση της τράπεζας αποσύρθηκε μετά τις διαμαρτυρίες.
    """,
    "ja": """
        広告収入は第2四半期に5%減少した。
        記事は1971年に掲載され、大きな議論を呼んだ。
        写真は橋の開通式で撮影された。
        同社のアプリは先月、200万回ダウンロードされたと発表した。
        両国は関係の改善で同意した。
        会員の数は1年で2倍に増えた。
        市は写真の公開を拒否した。
        新聞の購読者は減り続けている。
        小説は戦後に翻訳された。
        通信社の記者が現地で取材した。
    """,
    "zh": """
        该公司第二季度广告收入下降了百分之五。
        这篇文章发表于1971年，引起了广泛的讨论。
        照片拍摄于大桥通车当天。
        越来越多的年轻人关注微博上的环保话题，专家表示。
        双方同意继续谈判。
        该公司拒绝接受调查。
        这部小说在战后被翻译成中文。
        会员人数一年内增加了一倍。
        记者在现场看到，大桥已经恢复通车。
        来源不明的包裹引起警方注意。
    """,
    "ko": """
        회사의 2분기 광고 수입은 5% 감소했다.
        기사는 1971년에 발표되어 큰 논쟁을 불러일으켰다.
        사진은 다리 개통식에서 촬영됐다.
        이 앱은 지난달 200만 번 다운로드됐다고 회사는 밝혔다.
        양측은 회담을 계속하기로 동의했다.
        회원 수는 1년 만에 두 배로 늘었다.
        소설은 전쟁 뒤에 번역됐다.
        신문 구독자는 계속 줄고 있다.
    """,
}

SHORT_LINES = {
    "interface_head": """
        Print this page
        Save article
        3 minute read
        Last updated 2 hours ago
        Published on 3 May 2024 at 09:15
        Share via email
        View comments (34)
        Listen: 4 min
        Artikel anhören
        Zuletzt aktualisiert: 03.05.2024
        Veröffentlicht: 3. Mai 2024, 09:15 Uhr
        Guardar artículo
        Escuchar noticia
        Publicado el 3 de mayo de 2024
        Écouter l'article
        Publié le 03/05/2024 à 09:15, mis à jour le 04/05/2024
        Lecture 3 min
        Salva l'articolo
        Pubblicato il 3 maggio 2024
        Ouvir notícia
        Publicado em 03/05/2024 às 09h15
        Bewaar artikel
        Gepubliceerd op 3 mei 2024 om 09:15
        Skopiuj link
        Opublikowano: 3 maja 2024, 09:15
        Слушать новость
        Опубликовано 3 мая 2024 в 09:15
        Час читання: 2 хв
        Опубліковано 3 травня 2024
        Yayınlanma: 03.05.2024 09:15
        Dela artikeln
        Publicerad 3 maj 2024
        Del artikkel
        Publisert 3. mai 2024 kl. 09.15
        Publiceret 3. maj 2024
        Publikováno 3. května 2024
        نشر في 3 مايو 2024
        शेयर करें
        公開日: 2024年5月3日
        发布于 2024年5月3日
        등록 2024-05-03 09:15
        Jaa artikkeli
        Julkaistu 3.5.2024
        Posted on March 4, 2023 by Admin
        Kommentare anzeigen
        Tamaño de letra
        Signaler une erreur
        Lascia un commento
        Plaats een reactie
        Zgłoś błąd
        Версия для печати
        Bağlantıyı kopyala
        コメントを書く
        复制链接
        この記事は約3分で読めます。
        댓글 달기
    """,
    "credit": """
        Picture: PA
        Photograph: Jane Roe/The Example
        Image: Courtesy of NASA
        (Getty)
        (Image: Getty)
        Foto: Privat
        Foto: picture alliance / dpa
        Bild: IMAGO/Beispiel
        © dpa
        Foto: Archivo
        Foto: EFE/Juan Ejemplo
        Crédit photo: Anne Exemple
        © AFP / Jean Exemple
        Foto: ANSA
        Foto: Reprodução
        Foto: Agência Brasil/João
        Foto: ANP
        fot. PAP/Jan Przykład
        Фото: РИА Новости / Иван Пример
        Fotoğraf: AA
        Foto: TT
        Foto: NTB
        Foto: Ritzau Scanpix
        Foto: ČTK
        الصورة: رويترز
        फोटो: पीटीआई
        写真=AP
        图:新华社
        사진 = 뉴시스
        Kuva: Lehtikuva
        Courtesy: Example Museum
        Screenshot via YouTube
        Imagen de archivo. EFE
        Image: iStock
        Źródło: materiały prasowe
        Skjermdump: TV 2
        写真はイメージです
    """,
    "ad": """
        Ad
        - Advertisement -
        Article continues below
        Continue reading after the ad
        Werbung
        Nach der Werbung geht es weiter
        Publicidad
        Continúa leyendo tras el anuncio
        Publicité
        La lecture continue après la publicité
        Pubblicità
        Continua a leggere dopo la pubblicità
        Publicidade
        Continua depois da publicidade
        Advertentie
        Tekst loopt door onder de advertentie
        Reklama
        Artykuł kontynuowany pod reklamą
        Реклама
        Продолжение после рекламы
        Продовження після реклами
        REKLAM
        Haber reklamdan sonra devam ediyor
        Annons
        Artikeln fortsätter efter annonsen
        Annonse
        Saken fortsetter under annonsen
        Annonce
        Artiklen fortsætter under annoncen
        Reklama
        إعلان
        विज्ञापन के बाद खबर जारी है
        広告の後にも続きます
        广告后继续阅读
        광고 후 계속됩니다
        Juttu jatkuu mainoksen jälkeen
        Promoted content
        Sponsored by Example Corp
        In association with Example
        We may earn a commission from links on this page.
        Werbung schließen
        Saltar anuncio
        Text pokračuje pod videem
        広告をスキップ
        关闭广告
        광고 건너뛰기
    """,
    "related": """
        See also: Minister Example Opens The Bridge
        RELATED | Minister Example Opens The Bridge
        Don't miss: Minister Example Opens The Bridge
        Watch: Minister Example Opens The Bridge
        More on this story: Minister Example Opens The Bridge
        You might also like: Minister Example Opens The Bridge
        Mehr zum Thema: Minister Example Opens The Bridge
        Siehe auch: Minister Example Opens The Bridge
        Lesetipp: Minister Example Opens The Bridge
        Lee también: Minister Example Opens The Bridge
        Te recomendamos: Minister Example Opens The Bridge
        Ver más: Minister Example Opens The Bridge
        Lire aussi : Minister Example Opens The Bridge
        À voir aussi : Minister Example Opens The Bridge
        Sur le même sujet : Minister Example Opens The Bridge
        Leggi anche: Minister Example Opens The Bridge
        Guarda anche: Minister Example Opens The Bridge
        Leia mais: Minister Example Opens The Bridge
        Veja também: Minister Example Opens The Bridge
        Lees meer: Minister Example Opens The Bridge
        Bekijk ook: Minister Example Opens The Bridge
        Czytaj więcej: Minister Example Opens The Bridge
        Zobacz także: Minister Example Opens The Bridge
        Читать также: Minister Example Opens The Bridge
        Смотрите также: Minister Example Opens The Bridge
        По теме: Minister Example Opens The Bridge
        Читайте також: Minister Example Opens The Bridge
        İlgili haber: Minister Example Opens The Bridge
        Ayrıca bakınız: Minister Example Opens The Bridge
        Läs mer: Minister Example Opens The Bridge
        Les mer: Minister Example Opens The Bridge
        Læs mere: Minister Example Opens The Bridge
        Čtěte více: Minister Example Opens The Bridge
        اقرأ المزيد: Minister Example Opens The Bridge
        関連: Minister Example Opens The Bridge
        相关新闻：Minister Example Opens The Bridge
        ▶관련기사: Minister Example Opens The Bridge
        Lue lisää: Minister Example Opens The Bridge
        Pročitajte i: Minister Example Opens The Bridge
        Прочетете още: Minister Example Opens The Bridge
        อ่านเพิ่มเติม: Minister Example Opens The Bridge
    """,
    "newsletter": """
        Get our daily newsletter
        Follow us on X and Facebook
        Join our Telegram channel
        Download the app
        Subscribe for full access
        Sign up to receive our weekly email
        Get breaking news on WhatsApp
        Newsletter abonnieren
        Folgen Sie uns auf Instagram
        Melden Sie sich für unseren Newsletter an
        Jetzt die App herunterladen
        Suscríbete al boletín
        Únete a nuestro canal de WhatsApp
        Síguenos en X
        Inscrivez-vous à notre newsletter
        Rejoignez-nous sur WhatsApp
        Téléchargez l'application
        Iscriviti alla newsletter
        Segui il nostro canale WhatsApp
        Scarica l'app
        Assine nossa newsletter
        Entre no nosso grupo do WhatsApp
        Baixe o aplicativo
        Meld je aan voor de nieuwsbrief
        Download onze app
        Zapisz się na newsletter
        Pobierz aplikację
        Подпишитесь на нашу рассылку
        Подписывайтесь на нас в Telegram
        Подпишись на канал в Дзене
        Підписуйтесь на наш канал
        WhatsApp kanalımıza katılın
        Bültenimize kaydolun
        Anmäl dig till vårt nyhetsbrev
        Ladda ner appen
        Last ned appen vår
        Abonner på nyhetsbrevet
        Tilmeld dig nyhedsbrevet
        Hent vores app
        Přihlaste se k odběru newsletteru
        Stáhněte si aplikaci
        انضم إلى قناتنا على واتساب
        حمل تطبيقنا
        हमें फेसबुक पर फॉलो करें
        ニュースレターに登録
        公式Xをフォロー
        关注我们的微博
        下载APP
        채널 구독하기
        앱 다운로드
        Tilaa uutiskirje
        Lataa sovellus
        Thanks for subscribing
        Want more stories like this? Sign up here
        Vielen Dank für Ihre Anmeldung
        Merci de votre inscription
        Obrigado por se inscrever
        Будьте в курсе последних новостей
        Hold deg oppdatert
        Nenechte si nic ujít
        شكرا لاشتراكك
        ご登録ありがとうございます
        感谢您的订阅
        회원 전용 기사입니다
        Sledujte nás na Facebooku
        Pratite nas na Facebooku
        Последвайте ни във Facebook
        Segueix-nos a Instagram
    """,
    "syndication": """
        This article first appeared in The Example.
        Reuters contributed to this report.
        With input from PTI
        Source: Reuters
        (Reuters)
        This story was auto-published from a news agency feed.
        (Edited by Jane Roe)
        Quelle: AFP
        Mit Agenturmaterial
        Dieser Text erschien zuerst bei Beispiel.de
        Fuente: Europa Press
        Con información de AP
        Este contenido fue publicado originalmente en El Ejemplo
        Source : AFP
        (Avec AFP)
        Cet article a été publié à l'origine sur Exemple.fr
        Fonte: ANSA
        Articolo pubblicato originariamente su Esempio
        Com informações da Reuters
        Fonte: Agência Brasil
        Bron: ANP
        Dit artikel verscheen eerder in Voorbeeld
        Źródło: PAP
        Artykuł pochodzi z serwisu Przykład
        Источник: Интерфакс
        По материалам агентства ТАСС
        Джерело: Укрінформ
        Kaynak: AA
        Källa: TT
        Denna artikel publicerades först i Exempel
        Kilde: NTB
        Kilde: Ritzau
        Zdroj: ČTK
        المصدر: وكالات
        (एजेंसी इनपुट के साथ)
        (共同通信)
        来源：新华社
        출처: 연합뉴스
        Lähde: STT
        Traducido por Juan Ejemplo
        Tłumaczenie: Jan Przykład
        The Associated Press
        Texten är översatt från engelska
        この記事は例新聞に掲載されたものです
        View original content
    """,
    "copyright": """
        © Example Media 2024
        Copyright © 2024 Example Ltd
        All content copyright Example Media
        Reproduction without permission is prohibited.
        Unauthorised reproduction is prohibited
        © 2024 Beispiel GmbH. Alle Rechte vorbehalten
        Vervielfältigung nur mit Genehmigung
        Prohibida la reproducción total o parcial
        Queda prohibida la reproducción sin autorización
        Reproduction interdite sans autorisation
        Tous droits réservés © Exemple
        Riproduzione riservata
        Vietata la riproduzione anche parziale
        Proibida a reprodução sem autorização
        Todos os direitos reservados
        Overname zonder toestemming is verboden
        Alle rechten voorbehouden
        Kopiowanie bez zgody zabronione
        Wszystkie prawa zastrzeżone
        Перепечатка без разрешения запрещена
        Все права защищены © 2024
        Передрук заборонено без дозволу
        Tüm hakları saklıdır © 2024
        İzinsiz kopyalanamaz
        Alla rättigheter förbehållna
        Kopiering utan tillstånd är förbjuden
        Kopiering uten tillatelse er forbudt
        Alle rettigheder forbeholdes
        Kopírování bez souhlasu je zakázáno
        جميع الحقوق محفوظة
        सर्वाधिकार सुरक्षित
        無断転載を禁じます
        未经授权禁止转载
        무단 전재 금지
        Kaikki oikeudet pidätetään
        Alle Inhalte sind urheberrechtlich geschützt
        Materiał chroniony prawem autorskim
        Материалы защищены авторским правом
        版权所有 侵权必究
        Published under a Creative Commons licence
        Sva prava pridržana
        Всички права запазени
        Všetky práva vyhradené
    """,
    "cookie": """
        Accept cookies
        This site uses cookies to improve your experience.
        By using this site you agree to our use of cookies.
        Manage cookie preferences
        Cookie settings
        Alle Cookies akzeptieren
        Wir nutzen Cookies auf unserer Website.
        Usamos cookies propias y de terceros
        Aceptar cookies
        Nous utilisons des cookies
        Accepter tous les cookies
        Utilizziamo i cookie
        Accetta i cookie
        Utilizamos cookies
        Aceitar cookies
        Wij gebruiken cookies
        Cookies accepteren
        Używamy plików cookie
        Akceptuj wszystkie
        Мы используем cookie
        Принять все
        Ми використовуємо файли cookie
        Bu sitede çerez kullanılmaktadır
        Vi använder kakor
        Vi bruker informasjonskapsler
        Godta alle
        Vi bruger cookies
        Accepter alle
        Používáme soubory cookie
        Přijmout vše
        نحن نستخدم ملفات تعريف الارتباط
        हम कुकीज़ का उपयोग करते हैं
        クッキーを使用しています
        我们使用Cookie
        쿠키를 사용합니다
        Käytämme evästeitä
        Please enable JavaScript
        Bitte JavaScript aktivieren
        Habilite JavaScript
        Veuillez activer JavaScript
        Включите JavaScript
        JavaScriptを有効にしてください
        请启用JavaScript
        Akzeptieren
        Tout refuser
        Zgadzam się
        Погоджуюсь
        すべて拒否
        全部接受
        모두 동의
        Accept & close
        By continuing to use this site you accept our privacy policy.
        Ova stranica koristi kolačiće
        Този сайт използва бисквитки
        ยอมรับทั้งหมด
    """,
}
"""The shortest lines of boilerplate, by class, in many languages. All of them go."""
