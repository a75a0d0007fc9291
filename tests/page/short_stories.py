"""Short stories with the words of notices: (language, headline, text). No page that shows one may be dropped."""

from __future__ import annotations

STORIES = (
    (
        "en",
        "Ferry service closed for maintenance",
        "The Harwich ferry service will be closed for maintenance from Monday, the port authority said. Drivers are asked to take the coast road. It apologised to travellers for the inconvenience and promised a discount in June.",
    ),
    (
        "en",
        "City website down for two days",
        "The city's website was unavailable on Friday due to maintenance that took longer than planned. Officials said that forms will be accepted on paper until Tuesday, and that no data had been lost.",
    ),
    (
        "en",
        "Library catalogue page not found, readers complain",
        "Readers of the county library saw a page not found message for most of Tuesday. The county blamed a new server. Its head of technology, Rita Moll, said that the old pages would return within a week.",
    ),
    (
        "en",
        "Streaming giant leaves Norway",
        "The service will no longer be available in Norway from May, the company said on Wednesday. Viewers in the country will get their money back. Unions fear for the 140 jobs at its office in Bergen.",
    ),
    (
        "en",
        "Robot passes driving test",
        "A robot passed the written driving test in Ohio on Monday after four attempts. The examiners did not know that they were testing a machine. It failed the practical part because it stopped for every squirrel.",
    ),
    (
        "en",
        "Council deletes page about flood",
        "The council has removed a page about the January flood from its site after complaints. Its figures were wrong, a spokeswoman admitted. The page had been read by nine thousand people, more than any other.",
    ),
    (
        "en",
        "Account of a shipwreck found",
        "The account of a shipwreck in 1811 was found in a Whitby attic. In it, the ship's cook describes the storm and the rescue of nine sailors. The museum will show the letter from Friday, with a drawing of the ship.",
    ),
    (
        "en",
        "Pub bans passwords",
        "A pub in Leeds has banned phones and passwords: guests must tell the landlord a joke to use the wireless network. Sign in with a bad one and you get half an hour, said the owner. The best one so far earned a week.",
    ),
    (
        "de",
        "Kein Zutritt zum Freibad",
        "Wegen Wartungsarbeiten bleibt das Freibad in Mölln bis Freitag geschlossen, wie die Stadt mitteilte. Eine Pumpe muss ersetzt werden. Besucher können so lange das Hallenbad in Ratzeburg nutzen, der Eintritt ist dort verbilligt.",
    ),
    (
        "de",
        "Portal der Stadt nicht erreichbar",
        "Das Portal der Stadt Emden ist seit Montag nicht erreichbar. Schuld sind laut Rathaus Wartungsarbeiten an einem Server, die länger dauern als geplant. Anträge nimmt das Bürgerbüro bis Ende der Woche auf Papier an.",
    ),
    (
        "de",
        "Unser Dorf hat wieder einen Laden",
        "Wir freuen uns: Unser Dorf hat wieder einen Laden. Am Samstag öffnete Petra Kühn die Tür, und schon um zehn Uhr waren die Brötchen ausverkauft. Sie will bis abends um acht öffnen und auch Pakete annehmen.",
    ),
    (
        "de",
        "Roboter hilft im Altenheim",
        "Ein Roboter namens Paul hilft seit dieser Woche im Altenheim in Plön. Er bringt Wasser, spielt Lieder und erinnert an Tabletten. Die Bewohner haben ihm eine Mütze gestrickt. Er kostet so viel wie ein Kleinwagen.",
    ),
    (
        "fr",
        "Pont fermé pour maintenance",
        "Le pont de l'Alma sera fermé du 3 au 5 mai pour des travaux de maintenance, a annoncé la mairie. Les automobilistes sont priés de passer par le quai. Le service des bus ne sera pas perturbé, selon la régie.",
    ),
    (
        "fr",
        "Le site de la mairie du village piraté",
        "Le site du village de Sévrier a été piraté dimanche. Une page annonçait que la mairie était à vendre pour un euro. Le maire du village en a ri et a porté plainte. La page a été supprimée dans la soirée.",
    ),
    (
        "fr",
        "Des abonnés en colère",
        "Des abonnés du club de Brest ont quitté le stade samedi avant la fin du match. Ils protestent contre le prix des places, qui doit augmenter de douze pour cent. Le président du club les recevra jeudi.",
    ),
    (
        "es",
        "Corte de agua por mantenimiento",
        "El agua se cortará el jueves en tres barrios de Lugo por trabajos de mantenimiento en el depósito. La empresa lamenta las molestias y pide a los vecinos que llenen garrafas. El servicio volverá a las seis de la tarde.",
    ),
    (
        "es",
        "La página de las becas no funciona",
        "La página de las becas lleva dos días sin funcionar y miles de estudiantes no pueden enviar su solicitud. El ministerio reconoció el fallo y amplió el plazo hasta el viernes. Los sindicatos piden una semana más.",
    ),
    (
        "it",
        "Ascensore fermo da un mese",
        "L'ascensore della stazione di Prato è fermo da un mese per manutenzione. I pendolari con la bicicletta devono fare le scale. Le ferrovie si scusano e promettono che tornerà in funzione entro la fine di marzo.",
    ),
    (
        "it",
        "Il robot che suona il violino",
        "Un robot ha suonato il violino martedì al conservatorio di Parma. Il pubblico, che non lo sapeva, ha applaudito per due minuti. Poi l'ingegnere ha aperto il sipario e ti mostra un braccio di metallo con l'archetto.",
    ),
    (
        "pt",
        "Elevador parado para manutenção",
        "O elevador da Glória vai parar na segunda-feira para manutenção, informou a empresa. Os turistas terão de subir a pé ou apanhar o autocarro. A empresa pede desculpa pelo incómodo, que deve durar onze dias.",
    ),
    (
        "pt",
        "Nos bairros altos falta água",
        "Nos bairros altos de Braga falta água desde domingo. A câmara enviou camiões com depósitos e pediu paciência aos moradores. Uma conduta com setenta anos rebentou e a reparação vai custar duzentos mil euros.",
    ),
    (
        "nl",
        "Tunnel dicht wegens onderhoud",
        "De tunnel bij Velsen gaat vrijdagnacht dicht wegens onderhoud aan de ventilatoren. Rijkswaterstaat verwacht lange files op de A22. Wie naar het strand wil, kan beter de pont nemen, adviseert de gemeente Beverwijk.",
    ),
    (
        "nl",
        "Robot maait gras voor stadhuis",
        "Een robot maait sinds maandag het gras voor het stadhuis van Goes. Hij werkt alleen 's nachts en heeft al twee egels gered, zegt de maker. De gemeente bespaart met hem zestienduizend euro per jaar.",
    ),
    (
        "sv",
        "Bron stängd för underhåll",
        "Bron över Göta älv stängs på lördag för underhåll, meddelar Trafikverket. Bilister får köra via tunneln. Arbetet tar två dygn och Trafikverket beklagar de problem som det ger för resande till och från hamnen.",
    ),
    (
        "sv",
        "Din vår blir dyrare",
        "Elpriset stiger igen. I vår får en villa i Skåne betala tre tusen kronor mer än i fjol, visar siffror från Energimyndigheten. Regeringen vill inte lova något stöd, men säger att frågan kommer upp i maj.",
    ),
    (
        "da",
        "Svømmehal lukket på grund af vedligehold",
        "Svømmehallen i Holbæk er lukket til fredag på grund af vedligehold. En pumpe gik i stykker i weekenden, oplyser kommunen. Gæster kan bruge hallen i Roskilde til samme pris. Bassinet får også nye fliser.",
    ),
    (
        "da",
        "Siden fjernet efter kritik",
        "Kommunen har fjernet siden om busserne efter kritik fra mange borgere. Tiderne var forkerte, og flere skolebørn kom for sent. En ny side med de rigtige tider er på vej, siger borgmester Lone Dahl til avisen.",
    ),
    (
        "no",
        "Heisen stengt for vedlikehold",
        "Heisen opp til Fløya er stengt fram til torsdag på grunn av vedlikehold. Driftssjefen beklager overfor turistene, og viser til at det går en sti med tolv hundre trinn. Vaieren skal byttes for første gang på ti år.",
    ),
    (
        "fi",
        "Silta suljetaan huoltotöiden takia",
        "Turun Föri on poissa liikenteestä maanantaihin asti huoltotöiden takia. Kaupunki pahoittelee haittaa ja kehottaa kävelijöitä käyttämään siltaa. Lauttaan vaihdetaan akut ja kansi maalataan samalla oranssiksi.",
    ),
    (
        "pl",
        "Most zamknięty na czas prac technicznych",
        "Most w Toruniu będzie w sobotę zamknięty z powodu prac technicznych. Drogowcy przepraszają kierowców za utrudnienia i radzą jechać objazdem. Ruch ma wrócić w niedzielę rano, zapowiedział rzecznik miasta Piotr Lis.",
    ),
    (
        "pl",
        "Ci sami złodzieje wrócili",
        "Ci sami złodzieje wrócili do muzeum w Gnieźnie po raz trzeci. Tym razem nie zabrali obrazu, lecz zegar z biura dyrektora. Policja szuka dwóch mężczyzn, których nagrała kamera. Straty wyniosły tysiąc złotych.",
    ),
    (
        "cs",
        "Lanovka nejezdí kvůli údržbě",
        "Lanovka na Petřín v pondělí kvůli údržbě nevyjela. Dopravní podnik se omlouvá cestujícím a posílá na kopec autobusy. Technici vyměňují lano, které je staré patnáct let. Provoz se má obnovit příští středu.",
    ),
    (
        "cs",
        "Stránka s jízdními řády zmizela",
        "Stránka s jízdními řády v noci zmizela z webu kraje. Podle úřadu za to může chyba při údržbě serveru. Cestující si stěžovali na nádražích i v autobusech. Od rána je stránka zase k dispozici, uvedl mluvčí kraje.",
    ),
    (
        "hu",
        "Karbantartás miatt zárva a híd",
        "Karbantartás miatt hétvégén zárva lesz a szegedi híd. A város elnézést kér az autósoktól, és azt javasolja, hogy a komppal menjenek. A munkák kilencmillió forintba kerülnek, és vasárnap estig tartanak.",
    ),
    (
        "ro",
        "Podul din Cernavodă se închide",
        "Podul din Cernavodă se închide vineri pentru lucrări de mentenanță. Compania de drumuri își cere scuze șoferilor și îi trimite pe ruta din nord. Lucrările din această primăvară costă două milioane de lei.",
    ),
    (
        "el",
        "Κλειστή η γέφυρα για συντήρηση",
        "Κλειστή θα μείνει την Κυριακή η γέφυρα του Ρίου για εργασίες συντήρησης, όπως ανακοίνωσε η εταιρεία. Οι οδηγοί θα περνούν με το πλοίο. Η εταιρεία ζητεί συγγνώμη για την ταλαιπωρία και υπόσχεται μισή τιμή.",
    ),
    (
        "ru",
        "Мост закрыт на технические работы",
        "Мост в Костроме закроют в субботу на технические работы, сообщила мэрия. Водителям советуют ехать через плотину. Мэрия извинилась перед жителями за неудобства. Движение откроют в воскресенье к полудню.",
    ),
    (
        "ru",
        "Сайт вокзала не работал сутки",
        "Сайт вокзала в Самаре не работал сутки из-за технических работ на сервере. Пассажиры покупали билеты в кассах, где выстроились очереди. В среду утром страница с расписанием снова открылась, сообщила дорога.",
    ),
    (
        "uk",
        "Міст закрили на технічні роботи",
        "Міст у Чернігові закрили до п'ятниці на технічні роботи. Водіїв просять їхати через нову дамбу. Міська рада вибачилася перед мешканцями за незручності. Вартість ремонту становить чотири мільйони гривень.",
    ),
    (
        "tr",
        "Teleferik bakıma alındı",
        "Bursa'daki teleferik bakım çalışması için on gün kapatıldı. Belediye, turistlerden özür dileyerek dağa otobüs seferleri koydu. Halatların yedi yıl sonra ilk kez değiştirileceğini söyleyen müdür, masrafı açıklamadı.",
    ),
    (
        "ar",
        "توقف المصعد للصيانة",
        "توقف مصعد برج القاهرة منذ الأحد لأعمال الصيانة، وقالت الإدارة إن العمل سيستمر أسبوعين. واعتذرت للزوار الذين اضطروا إلى صعود تسعمئة درجة. ويتوقع أن يعود المصعد إلى العمل قبل عيد الفطر المقبل.",
    ),
    (
        "fa",
        "تله\u200cکابین برای تعمیر بسته شد",
        "تله\u200cکابین توچال از شنبه برای تعمیر و نگهداری بسته شد. شهرداری از مردم پوزش خواست و گفت که کابل\u200cها پس از ده سال عوض می\u200cشوند. این کار دو هفته طول می\u200cکشد و بلیت\u200cهای فروخته شده تا پایان سال اعتبار دارند.",
    ),
    (
        "he",
        "הרכבל נסגר לתחזוקה",
        "הרכבל בחיפה נסגר אתמול לעבודות תחזוקה שיימשכו שבועיים. העירייה התנצלה בפני התושבים והודיעה על תגבור באוטובוסים. הכבלים יוחלפו לראשונה מאז נחנך הרכבל לפני ארבע שנים, אמר מנהל החברה המפעילה.",
    ),
    (
        "hi",
        "रखरखाव के लिए पुल बंद",
        "गंगा पर बना पुल रखरखाव के लिए रविवार तक बंद रहेगा। नगर निगम ने लोगों से असुविधा के लिए माफी मांगी है और नाव चलाने का फैसला किया है। इंजीनियर ने बताया कि पुल के बीस खंभे बदले जाएंगे और खर्च दो करोड़ रुपये होगा।",
    ),
    (
        "ja",
        "ロープウエー、点検のため運休",
        "箱根のロープウエーは10日から2週間、メンテナンスのため運休する。運営会社が3日発表した。ロープを15年ぶりに取り換える。期間中は代行バスを走らせる。会社は利用客に不便をかけることをわびている。",
    ),
    (
        "ja",
        "市のサイトが一時停止",
        "市のサイトが2日、サーバーのメンテナンスの失敗で半日にわたり閲覧できなくなった。市によると、約5万人が影響を受けた。個人情報の流出はないという。市長は3日の会見で陳謝し、再発防止を約束した。",
    ),
    (
        "zh",
        "缆车停运维护",
        "泰山缆车自周一起停运十天，工作人员正在维护索道设备。景区为此向游客致歉，并安排了二十辆大巴上山。负责人介绍，此次将更换使用了八年的钢索，费用约三百万元，预计下周四恢复运行。",
    ),
    (
        "zh",
        "网站瘫痪两天 考生着急",
        "报名网站因系统维护失败瘫痪两天，数千名考生无法提交材料。教育部门周三表示，页面已经恢复，报名时间延长到周日。有家长批评说，去年也发生过同样的事情，却没有人承担责任。",
    ),
    (
        "ko",
        "케이블카 점검으로 운행 중단",
        "남산 케이블카가 정기 점검 중인 설비 문제로 열흘 동안 운행을 중단한다. 서울시는 시민들에게 사과하고 버스를 늘리기로 했다. 줄은 십 년 만에 교체되며 비용은 이십억 원으로 알려졌다. 운행은 다음 달 초에 다시 시작된다.",
    ),
    (
        "id",
        "Kereta gantung ditutup untuk pemeliharaan",
        "Kereta gantung di Taman Mini ditutup sampai Jumat untuk pemeliharaan. Pengelola meminta maaf kepada pengunjung dan menyediakan bus gratis. Kabel yang berumur dua belas tahun akan diganti dengan biaya empat miliar rupiah.",
    ),
    (
        "vi",
        "Cáp treo tạm dừng để bảo trì",
        "Cáp treo Bà Nà tạm dừng đến thứ Sáu để bảo trì, ban quản lý cho biết. Du khách được hoàn tiền vé hoặc đi xe buýt lên núi. Dây cáp mười hai năm tuổi sẽ được thay với chi phí khoảng ba mươi tỷ đồng.",
    ),
    (
        "th",
        "กระเช้าปิดซ่อมบำรุง",
        "กระเช้าลอยฟ้าที่หาดใหญ่ปิดซ่อมบำรุงตั้งแต่วันจันทร์ถึงวันศุกร์ เทศบาลขออภัยในความไม่สะดวกและจัดรถรับส่งขึ้นเขาแทน สายเคเบิลใช้งานมาสิบสองปีแล้วจะถูกเปลี่ยนใหม่ทั้งหมดด้วยงบห้าล้านบาท",
    ),
)

NO_ROBOT = {
    "en": "Please confirm that you are not a robot to comment.",
    "de": "Bitte bestätigen Sie vor dem Kommentar, dass Sie kein Roboter sind.",
    "fr": "Confirmez que vous n'êtes pas un robot avant de commenter.",
    "es": "Confirma que no eres un robot para comentar.",
    "it": "Conferma di non essere un robot.",
    "pt": "Confirme que você não é um robô.",
    "nl": "Bevestig dat u geen robot bent.",
    "da": "Bekræft, at du ikke er en robot.",
    "fi": "Vahvista, että et ole robotti.",
    "pl": "Potwierdź, że nie jesteś robotem.",
    "cs": "Potvrďte, že nejste robot.",
    "el": "Επιβεβαιώστε ότι δεν είστε ρομπότ.",
    "ru": "Подтвердите, что вы не робот.",
    "tr": "Robot olmadığınızı doğrulayın.",
    "ar": "يرجى تأكيد أنك لست روبوتا.",
    "hi": "पुष्टि करें कि आप रोबोट नहीं हैं।",
    "ja": "ロボットではないことを確認してください。",
    "zh": "请确认您不是机器人。",
    "ko": "로봇이 아닙니다를 확인해 주세요.",
}
"""What a site asks of those who comment below its stories."""

OFFERS = {
    "en": "Already a subscriber? Sign in.",
    "de": "Bereits Abonnent? Hier anmelden.",
    "fr": "Déjà abonné ? Connectez-vous.",
    "es": "¿Ya eres suscriptor? Inicia sesión.",
    "it": "Sei già abbonato? Accedi.",
    "pt": "Já é assinante? Entre.",
    "nl": "Al abonnee? Log in.",
    "sv": "Redan prenumerant? Logga in.",
    "no": "Allerede abonnent? Logg inn.",
    "fi": "Oletko jo tilaaja? Kirjaudu.",
    "cs": "Už máte předplatné? Přihlaste se.",
    "ja": "会員の方はログイン",
    "zh": "已订阅？登录",
    "ar": "مشترك بالفعل؟ سجل الدخول",
}
"""What a site offers below a story that is free."""
