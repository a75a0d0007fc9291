"""The months as dates name them."""

from __future__ import annotations

from typing import Final

# One line a month, with names in the case that dates use. Languages: English, German, Spanish, French, Italian,
# Portuguese, Catalan, Dutch, Polish, Russian, Ukrainian, Bulgarian, Serbian, Croatian, Slovak, Slovenian, Turkish,
# Czech, the Nordic languages, Romanian, Hungarian, Greek, Indonesian, Hebrew, Persian, Urdu, Hindi, Bengali, Thai, and
# Arabic as in Egypt, the Levant and the Maghreb. Without spaces and full stops in a name.
_MONTH_NAMES: Final = """
january jan januar jänner januari enero ene janvier janv gennaio gen janeiro stycznia sty января янв січня січ ocak
 oca ledna tammikuuta ianuarie ian január ιανουαρίου ιαν يناير जनवरी ינואר בינואר كانونالثاني جانفي ژانویه جنوری
 জানুয়ারি জানুয়ারী มกราคม มค януари јануара januára januara gener siječnja जन
february feb februar februari febrero février févr fév febbraio fevereiro fev lutego lut февраля фев лютого лют şubat
 şub února helmikuuta februarie február φεβρουαρίου φεβ فبراير फरवरी फ़रवरी פברואר בפברואר شباط فيفري فوریه فروری
 ফেব্রুয়ারি ফেব্রুয়ারী กุมภาพันธ์ กพ февруари фебруара februára februara febrer veljače
march mar märz mär mrz marzo mars março maart mrt marca marzec марта мар березня бер mart března maaliskuuta martie
 március marts μαρτίου μαρ maret مارس मार्च מרץ במרץ מרס במרס آذار مارچ মার্চ มีนาคม มีค март març ožujka
april apr abril abr avril avr aprile kwietnia kwi апреля апр квітня кві nisan nis dubna huhtikuuta aprilie április
 απριλίου απρ أبريل अप्रैल אפריל באפריל نيسان ابريل إبريل أفريل آوریل اپریل এপ্রিল เมษายน เมย април априла apríla
 aprila travnja
may mai mayo maggio mag maio mei maja maj мая травня тра mayıs května toukokuuta május μαΐου μαϊ مايو मई מאי במאי أيار
 ايار ماي مه مئی মে พฤษภาคม พค май маја mája maig svibnja
june jun juni junio juin giugno giu junho czerwca cze июня июн червня чер haziran haz června kesäkuuta iunie június
 ιουνίου ιουν يونيو يونيه जून יוני ביוני حزيران جوان ژوئن جون জুন มิถุนายน มิย юни јуна júna juna juny lipnja
july jul juli julio juillet juil luglio lug julho lipca lip июля июл липня лип temmuz tem července heinäkuuta iulie
 július ιουλίου ιουλ يوليو يوليه जुलाई יולי ביולי تموز جويلية يوليوز ژوئیه ژوئيه جولائی জুলাই กรกฎาคม กค юли јула júla
 jula juliol srpnja
august aug agosto ago août aout augustus augusti sierpnia sie августа авг серпня сер ağustos ağu srpna elokuuta
 augusztus αυγούστου αυγ agustus أغسطس अगस्त אוגוסט באוגוסט آب أوت غشت اغسطس اوت اگست আগস্ট สิงหาคม สค август augusta
 avgusta agost kolovoza
september sep sept septiembre septembre settembre set setembro września wrz сентября сен сент вересня вер eylül eyl
 září syyskuuta septembrie szeptember σεπτεμβρίου σεπ سبتمبر सितंबर सितम्बर ספטמבר בספטמבר أيلول ايلول شتنبر سپتامبر
 ستمبر সেপ্টেম্বর กันยายน กย септември септембра septembra setembre rujna
october oct oktober okt octubre octobre ottobre ott outubro out października paź октября окт жовтня жов ekim eki října
 lokakuuta octombrie október οκτωβρίου οκτ أكتوبر अक्टूबर अक्तूबर אוקטובר באוקטובר تشرينالأول تشرينالاول اكتوبر اکتبر
 اکتوبر অক্টোবর ตุลาคม ตค октомври октобра októbra oktobra
november nov noviembre novembre novembro listopada lis ноября ноя листопада лис kasım kas listopadu marraskuuta
 noiembrie νοεμβρίου νοε نوفمبر नवंबर नवम्बर נובמבר בנובמבר تشرينالثاني نونبر نوامبر نومبر নভেম্বর พฤศจิกายน พย ноември
 новембра novembra studenoga studenog
december dec dezember dez diciembre dic décembre déc dicembre dezembro grudnia gru декабря дек грудня гру aralık ara
 prosince joulukuuta decembrie desember des δεκεμβρίου δεκ ديسمبر दिसंबर दिसम्बर דצמבר בדצמבר كانونالأول كانونالاول
 دجنبر دسامبر دسمبر ডিসেম্বর ธันวาคม ธค декември децембра decembra desembre prosinca
""".replace("\n ", " ")
MONTHS: Final = {
    name: month for month, names in enumerate(_MONTH_NAMES.strip().split("\n"), 1) for name in names.split()
}
"""The number of each month by its name in lower case."""
_SOLAR_NAMES: Final = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
SOLAR_MONTHS: Final = {name: month for month, name in enumerate(_SOLAR_NAMES.split(" "), 1)}
"""The months of the calendar of Iran, in Persian."""
