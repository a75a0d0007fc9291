"""Word rules for the publication time of a page and for reading times."""

from __future__ import annotations

from worker.residue.rules import WordRule, word_set

READ_TIME = WordRule(  # the verb and the unit
    "read_time",
    strong=word_set("""
        read reading readtime lesezeit lesedauer lesen lectura leer lecture lire lettura leggere leitura ler
        leestijd lezen czytania czytanie чтения чтение читать читання читати okuma lästid läsning läsa lesetid
        lesing læsetid læsning čtení قراءة القراءة पढ़ें पढ़ने 阅读 읽는 min mins minute minutes minuten minutos
        przeczytasz minuto minuti minuut minut minuty минут минуты минута мин хвилин хвилини хв dk dakika dakikada
        minuter minutter minutters minuta دقيقة دقائق मिनट lukuaika citire baca menit phút perc 読めます 読む 読了
        読了時間 分 分钟 分鐘 阅读时间 閱讀時間 閱讀 시간 분
    """),
    filler=word_set("""
        time est estimated approx about a ca etwa circa tiempo de duración temps durée tempo di czas время час
        süresi tid doba وقت में का समय 시간 약 مدة المقال ten tekst artykuł w zajmie ci lesezeit text uhr this
        article story it takes to lees je dit in se lee vous lisez sur la l'articolo artikeln artiklen artikkelen på
        lukuaika χρόνος ανάγνωσης olvasási idő perc timp citire минуту стаття статья статьи за מזמן קריאה waktu baca
        menit phút đọc مدت مطالعه दقीका পড়তে মিনিট この 記事 は 約 で 所要 時間 目安 约 預計 预计 需 需要 本文 全文
        时间 소요 이 기사
    """),
    max_words=7,
    needed=2,
    min_numbers=1,
)

_DATE_WORDS = word_set("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday sun
    sunday p m a n am pm gmt utc ist est edt cst cdt pst pdt bst cet cest aest et pt ct sgt hkt jst wib eat wat pkt
    januar jänner februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag
    sonntag mo di mi do fr sa so uhr enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre
    noviembre diciembre lunes martes miércoles jueves viernes sábado domingo janvier février mars avril juin juillet
    août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche gennaio febbraio
    aprile maggio giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro segunda terça quarta quinta sexta
    feira mei januari februari maart augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag stycznia
    lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia января февраля марта
    апреля мая июня июля августа сентября октября ноября декабря січня лютого березня квітня травня червня липня
    серпня вересня жовтня листопада грудня ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım
    aralık pazartesi salı çarşamba perşembe cuma cumartesi pazar augusti desember marts maj ledna února března dubna
    května června července srpna září října listopadu prosince يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر
    أكتوبر نوفمبر ديسمبر जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर msk мск at on the of
    and um den der vom alle las el de del y às em le les du h il ore e os om kl klo o godz dnia в во от о об год
    года г saat tarihi tarihinde d v hod في يوم م ص को बजे by date time понеділок вівторок середа четвер п'ятниця
    субота неділя понедельник вторник среда четверг пятница суббота воскресенье poniedziałek wtorek środa czwartek
    piątek niedziela pondělí úterý středa čtvrtek pátek neděle måndag tisdag onsdag torsdag fredag lördag söndag
    mandag tirsdag lørdag søndag الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد सोमवार मंगलवार बुधवार गुरुवार
    शुक्रवार शनिवार रविवार min mins minute minutes hour hours hr hrs day days week weeks month months year years 오후
    오전 午前 午後 上午 下午 ago yesterday today just now vor stunden stunde minuten tagen tag gestern heute hace
    horas hora minutos días heures heure jours jour fa ora giorni minuti há uur dagen geleden часов часа назад минут
    годин тому op aujourd'hui hoy ayer oggi ieri hoje ontem vandaag gisteren dzisiaj wczoraj сегодня вчера bugün dün
    idag igår dnes včera önce dakika timer timar dage dagar sedan siden sist sidst před hodinami 分 時 时 年 月 日
    ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου
    δεκεμβρίου január február március április május június július augusztus szeptember október ianuarie februarie
    martie aprilie iunie iulie septembrie octombrie noiembrie decembrie maret agustus senin selasa rabu kamis jumat
    sabtu minggu thứ hai ba tư năm sáu bảy chủ nhật tháng ngày wita tammikuuta helmikuuta maaliskuuta huhtikuuta
    toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
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
        yayınlandı yayın uppdaterad publicerad oppdatert publisert opdateret 更新 更新时间 更新時間 更新日 最終更新
        公開 公開日 配信 掲載 发布 发布于 发布时间 發布 發布時間 发表 입력 수정 등록 업데이트 게시 기사입력
        publiceret aktualizováno publikováno aktualizace vydáno تحديث نشر التحديث النشر अपडेट प्रकाशित अपडेटेड पब्लिश
        giriş eklenme aangepast há siden sedan назад тому przed hace fa vor öncesi تم الموافق päivitetty julkaistu
        ενημέρωση δημοσίευση frissítve megjelent actualizat publicat עודכן פורסם diperbarui diterbitkan cập nhật
        منتشر شده প্রকাশিত আপডেট изменен размещено розміщено оновлення geactualiseerd uppdaterat ajour edición
        geändert creado creada créé oluşturulma tarihi τελευταία انتشار publicación creación revisado zuletzt
        erstmals skapad opprettet oprettet 최종수정 수정일
    """),
    filler=_DATE_WORDS
    | word_set("""
        last update first originally latest article story on was zuletzt última vez el mis mise à dernière ultimo
        meses mês mes mindre enn mer pre sidst for timer siden minutos anos ano años semanas semana wochen monaten
        vandaag gisteren om uur dagen بتوقيت مكة المكرمة غرينتش جرينتش الساعة صباحا مساء एम पीएम आईएसटी laatst
        laatste ostatnia data дата последнее останнє son senast sist naposledy آخر تاريخ अंतिम hier sunt la tarihi
        τελευταία δημοσίευση ngày tanggal
    """),
    max_words=16,
    min_numbers=1,
)

DATE_AND_TIME = WordRule(
    "date_stamp", _DATE_WORDS, frozenset(), max_words=6, min_words=1, min_numbers=4, max_numbers=6, with_clock=True
)
