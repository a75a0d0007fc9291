"""Rules for the most common lines in more languages: sk hr sr bg ca sl lt lv et th ta te ur."""

from __future__ import annotations

from worker.residue.rules import HeadRule, WordRule, word_set

_CALL = WordRule(
    "newsletter",
    strong=word_set("""
        prihláste odoberajte sledujte prijavite pretplatite pratite пратите претплатите абонирайте последвайте
        следвайте subscriu segueix seguiu naročite spremljajte prenumeruokite sekite abonējiet sekojiet telli jälgi
        εγγραφείτε ακολουθήστε ติดตาม สมัครรับ ติดตามเราบน অনুসরণ הירשמו עקבו đăng theo سبسکرائب فالو
    """),
    filler=word_set("""
        sa se na odber newslettera noviniek newsletter nás nas naš našu facebooku instagramu facebook instagram
        youtube telegram twitter x google news нас на наш се нашия фејсбуку фейсбук ни във за бюлетин бюлетина
        нашата страница в te us al nostre butlletí nos a l e novice naše nam mus naujienlaiškį mūsų mums
        uudiskirjaga uudiskirja meid στο μας เราบน เรา ฟেসবুকে ফেসবুকে আমাদের করুন אחרינו באינסטגרם בטוויטר בפייסבוק
        ký nhận bản tin dõi chúng tôi trên کریں ہمیں پر viber whatsapp
    """),
    max_words=10,
    min_words=2,
)
_RIGHTS = WordRule(
    "copyright",
    strong=word_set("""
        vyhradené pridržana zadržana задржана запазени reservats pridržane saugomos aizsargātas kaitstud αναπαραγωγή
        αναδημοσίευση สงวนลิขสิทธิ์ সর্বস্বত্ব محفوظ محفوظہیں
    """),
    filler=word_set("""
        všetky práva sva prava сва права всички tots els drets vse pravice visos teisės visas tiesības kõik õigused
        απαγορεύεται η χωρίς άδεια του εκδότη সংরক্ষিত جملہ حقوق ہیں
    """),
    max_words=7,
    min_words=1,
)
_CONSENT = WordRule(
    "cookie_notice",
    strong=word_set("""
        cookie cookies kolačiće kolačići колачиће бисквитки galetes slapukus sīkdatnes küpsiseid piškotke súhlasím
        prihvaćam прихватам приемам accepto αποδέχομαι setuju ยอมรับทั้งหมด ยอมรับ עוגיות בעוגיות prihvati sprejmem
        sutinku piekrītu nõustun súbory
    """),
    filler=word_set("""
        táto stránka používa používame súbory ova stranica koristi koristimo web ovaj sajt овај сајт користи този
        сайт използва използваме aquest lloc utilitza utilitzem ta spletna stran uporablja uporabljamo ši svetainė
        naudoja mes naudojame šī vietne izmanto see veebileht kasutab saya אתר זה משתמש האתר χρησιμοποιούμε για να
        βελτιώσουμε την εμπειρία σας τα όλα sve все vše všetko všetky totes les chúng tôi sử dụng คุกกี้ เว็บไซต์นี้ใช้
    """),
    max_words=10,
    min_words=2,
)
_CONSENT_WORD = WordRule(
    "cookie_notice",
    word_set("""
        súhlasím prihvaćam прихватам приемам accepto αποδέχομαι setuju ยอมรับทั้งหมด ยอมรับ sutinku piekrītu nõustun
    """),
    frozenset(),
    max_words=1,
)
_BUTTON = WordRule(
    "interface",
    strong=word_set("""
        zdieľať zdieľajte podijeli podijelite подели поделите сподели споделете comparteix compartiu delite dalintis
        dalīties jaga แชร์ komentáre komentari коментари comentaris komentarji komentarai komentāri kommentaarid
        vytlačiť ispiši شیئر
    """),
    filler=word_set("""
        na facebooku twitteru facebook twitter x whatsapp viber článok članak статију статията l'article članek
        straipsnį rakstu artiklit a al с в във на фејсбуку ovo o komentovať pridaj link e mail email کریں
    """),
    max_words=6,
    min_words=1,
)
_AD = WordRule(
    "ad_label",
    strong=word_set("""
        โฆษณา விளம்பரம் ప్రకటన اشتہار oglas oglasa oglasom оглас реклама рекламата рекламу anunci publicitat reklaama
        reklāma oglašujemo reklamou reklama quảng
    """),
    filler=word_set("""
        članak se nastavlja ispod nakon статията продължава след чланак се наставља испод l'article continua després
        de la cáo raksts turpinās pēc pokračuje pod článok po straipsnio tęsinys artikkel jätkub pärast članek
        nadaljuje
    """),
    max_words=8,
    min_words=1,
)
_DATE = WordRule(
    "date_stamp",
    strong=word_set("""
        aktualizované publikované zverejnené objavljeno ažurirano објављено ажурирано публикувана публикувано
        обновена actualitzat publicat posodobljeno paskelbta atnaujinta publicēts avaldatud uuendatud δημοσιεύτηκε
        ενημερώθηκε เผยแพร่ อัปเดต
    """),
    filler=word_set("""
        u o ob la el del de a les siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada
        studenoga prosinca januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
        јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра януари февруари
        март април май юни юли август септември октомври ноември декември gener febrer març abril maig juny juliol
        agost setembre octubre novembre desembre ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου
        αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου г h в στις
    """),
    max_words=9,
    min_words=1,
    min_numbers=2,
)
OTHER_WORDS = (_CALL, _RIGHTS, _CONSENT, _CONSENT_WORD, _BUTTON, _AD, _DATE)

_MORE = WordRule(
    "related_link",
    strong=word_set("""
        čítajte prečítajte pročitajte čitajte прочитајте читајте прочетете четете вижте llegeix llegiu preberite
        berite skaitykite lasi lasiet loe อ่านเพิ่มเติม อ่านต่อ ข่าวที่เกี่ยวข้อง படிக்க پڑھیں súvisiace povezano повезано
        свързани relacionat susiję saistītie seotud
    """),
    filler=word_set("""
        aj tiež si i također još viac više и још също още també més tudi več taip pat daugiau arī vairāk ka rohkem
        மேலும் مزید یہ بھی članci články vesti вести новини notícies novice
    """),
    max_words=4,
)
_SOURCE = WordRule(
    "wire_signoff",
    word_set("""
        izvor извор източник šaltinis avots allikas zdroj ที่มา நன்றி ماخذ autor аутор foto фото снимка фотографија
        nuotrauka
    """),
    frozenset(),
    max_words=1,
)
OTHER_HEADS = (
    HeadRule(_MORE, max_rest_words=30, alone=_MORE.strong),
    HeadRule(_SOURCE, max_rest_words=6, alone=_SOURCE.strong, names=True),
)
