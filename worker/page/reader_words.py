"""How a site speaks to its reader, in the languages of news: a notice does so in most of its sentences, a story hardly."""
# ruff: noqa: E501 - a line holds the words of one language

from __future__ import annotations

import re
from typing import Final

from worker.page.kind_words import any_of

READER: Final = any_of(
    r"""
    \b(?:you|yours?|we|our|please|sorry|kindly)\b
    (?-i:(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihre?[nmrs]?)\b)|\b(?:dein\w{0,2}|dir|dich|bitte|wir|unser\w{0,2})\b
    \b(?:wenn|dass|falls|hast|kannst|bist|möchtest|om|hvis|når|at|har|kan|vil|vill|leder|letar|søger|söker) du|du (?:leder|letar|søger|söker)\b
    \b(?:vous|votre|vos|nous|notre|veuillez|merci|désolée?s?)\b
    \b(?:usted|tus?|nuestr[oa]s?|nosotros|lo sentimos|lamentamos|disculp\w+|por favor|compruebe|vuelva|pulse|inténtelo|llámenos|escríbanos|estamos)\b
    \b(?:tu[oa]|tuoi|nostr[oaie]|puoi|controlla|torna|clicca|riprova|aggiungi|ci scusiamo)\b
    \b(?:você|seu (?:país|navegador|dispositivo)|nós|nosso|nossa|pedimos|desculpe|volte|verifique|tente|faça|por favor|lamentamos)\b
    \b(?:uw|jouw|jij|wij|onze|helaas|probeer|ga terug|u (?:kunt|bent|hebt|heeft)|(?:kunt|bent|hebt|gebruikt) u|u zoekt|als [uj]e?|dat [uj]e?|(?:kun|ben|heb|gebruik) je)\b
    \b(?:tw[oó]j\w{0,3}|cię|ciebie|szukasz|korzystasz|używasz|prosz[eę]\w{0,2}|prosimy|przepraszamy|wróć|skorzystaj|sprawdź|spróbuj|możesz|nasz\w{0,3}|państw[ao]\w{0,2})\b
    \b(?:вы|вас|вам|ваш\w{0,3}|мы|наш\w{0,3}|пожалуйста|извин\w+|вернитесь|воспользуйтесь|попробуйте|проверьте)\b
    \b(?:ви|ми|будь ласка|перепрошуємо|поверніться|спробуйте|перевірте)\b
    \b(?:lütfen|siz(?:i|e|in|den|ler\w*)?|üzgünüz|özür dileriz|ülkeniz\w{0,4}|bölgeniz\w{0,4}|\w+(?:bilirsiniz|[ıiuü]n[ıiuü]z\w{0,4}))\b
    \b(?:dig|ditt|dina|våra|vårt|vår (?:webb|sajt|sida|tjänst)\w{0,9}|tyvärr|deg|dine|vores|vi (?:har|kan|kunne|kunde|beklager|beklagar|bruker|bruger|använder|fant|fandt|hittar)|beklager|venligst|prøv|försök)\b
    \b(?:vás|vám|váš|vaš\w{1,3}|prosím|omlouv\w+|zkuste|vraťte|zadejte|přihlaste|vypněte|obnovte|založte|povolte|napište|naš\w{1,3})\b
    \bنحن\b|يمكنك|يرجى|عفوا|نعتذر|لديك|متصفحك|تأكد من|اتبعته|حاول مرة|आप(?:\s|क|न)|अपन[ेाी]\s|करें\b|कृपया|खेद है|क्षमा करें
    ください|お客様|ております|ございます|ご利用|ご不便|ご確認|申し訳|お探し|いただけま|您|你|请|請|抱歉|주세요|하세요|십시오|회원님|고객님|죄송|바랍니다
    \b(?:sinun|sinua|etsimääsi|selaimesi|voit|pahoittelemme|palaa|kokeile|tarkista|yritä|σας|σου|παρακαλ\w+|λυπούμαστε|δοκιμάστε|μας|ön|önnek|kérjük|sajnáljuk|próbálja|dumneavoastră|vă|cauți|te rugăm|ne pare rău|încercați)\b
    \b(?:אתה|אתם|שלך|שלכם|אנא|מצטערים|סליחה|נסו|anda|kami|silakan|mohon|maafkan|bạn|chúng tôi|vui lòng|xin lỗi|hãy|شما|هستید|بودید|باز ?گردید|لطفاً?|متأسف\w*|پوزش)\b
    """
)
"""You and your, we and our, please and sorry. For text as it stands: German tells *Sie* from *sie* by its capital."""

_QUOTED: Final = re.compile(
    r"“[^“”\n]{3,600}[”\n]?|„[^„“”\n]{3,600}[“”]|«[^«»\n]{3,600}»|»[^«»\n]{3,600}«|「[^「」\n]{2,600}」|『[^『』\n]{2,600}』|(?<!\w)\"[^\"\n]{3,600}\"(?!\w)"
)
_SENTENCE: Final = re.compile(r"[^.!?。！？।؟\n]+")


REPORTED: Final = any_of(
    r"""
    \b(?:said|says|told|announced|warned|promised|ruled|according to)\b
    \b(?:sagten?|sagt|erklärten?|warnt|warnten|rät|rieten?|berichte(?:t|ten)|teilten?\b.{1,60}\bmit|teilt\b.{1,60}\bmit|wie .{1,40} mitteilten?)\b
    \b(?:a|ont) (?:dit|déclaré|expliqué|annoncé|indiqué|précisé|affirmé|averti)\b|,["”» ]{1,3}(?:explique(?:nt)?|rappelle|raconte|dit|prévient|assure|explica|afirma|dice|diz|spiega|avverte|советует|объясняет|пояснює|радить)\b
    \b(?:dijo|dijeron|explicó|afirmó|anunció|señaló|declaró|advirtió|aseguró|disse (?:o|a|à)|disseram|afirmou|explicou|anunciou|declarou)\b
    \b(?:(?:ha|hanno) (?:detto|dichiarato|spiegato|annunciato|affermato|avvertito)|zei(?:den)?|zegt|aldus|vertel(?:t|de)|waarschuw(?:t|de))\b
    \b(?:powiedzia(?:ł[ai]?|eli)|mówi|poinformowa(?:ł[ao]?|li)|ostrze(?:gł[ao]?|ga)|radzi|řekl[ai]?|uvedl[ai]?|sdělil[ai]?|oznámil[ai]?|varuj[ei]|radí|vzkazuje|říká|povedal[ai]?|uviedl[ai]|uviedol|hovorí)\b
    \b(?:сообщ(?:ил[аи]?|ает|ают)|говорит|сказал[аи]?|заяв(?:ил[аи]?|ляет)|рассказал[аи]?|предупре(?:дил[аи]?|ждает)|объяснил[аи]?|по словам)\b
    \b(?:повідоми(?:в|л[аи])|повідомляє|каже|сказа(?:в|л[аи])|заяви(?:в|л[аи])|розпові(?:в|л[аи])|попереди(?:в|л[аи])|поясни(?:в|л[аи])|за словами)\b
    \b(?:dedi|söyledi|açıkladı|belirtti|bildirdi|uyardı|diyor|säger|sade|sier|siger|sagde|opplyser|oplyser|uppger|meddelar|sanoo|sanoi|kertoo|kertoi|neuvoo|varoittaa)\b
    \b(?:είπε|δήλωσε|ανέφερε|λέει|mondta|közölte|jelentette be|elmondta|figyelmeztetett|(?:a|au) (?:spus|declarat|anunțat|precizat|avertizat)|ujar|mengatakan|cho biết|nói rằng)\b|, kata\b
    \bو?(?:قالت?|أعلنت?|صرحت?|حذرت?)\b|\b(?:אמר[הו]?|לדברי|מסר[הו]|הודיע[הו]?|הזהיר[הו]?|گفت|گفته است|اعلام کرد|هشدار داد)\b|ने (?:कहा|बताया|चेताया)|के मुताबिक
    と(?:話し|述べ|語っ|説明し|発表し|明らかにし)|によると|(?:表示|说|称|指出)[,，:：]|说道|告诉记者|据\S{1,8}报道|(?:밝혔|말했|전했|설명했|경고했)다|에 따르면
    """
)
"""Who said what, as stories tell it. No notice does."""


def unquoted(text: str) -> str:
    """The text without its quotations: a notice says what a story quotes."""
    return _QUOTED.sub(" ", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, without their ends."""
    return _SENTENCE.findall(text)


GONE: Final = any_of(
    r"""
    nothing (?:is )?(?:here|there)|mistyped|misspel|\b(?:removed|deleted|moved|renamed|archived|broken|expired|unavailable|offline|too many)\b|walkabout|database connection
    \bnichts\b|gelöscht|umbenannt|veraltet|verschoben|tippfehler|nicht erreichbar|nulle part|plus valable|retirée?\b|supprimé|déplacé|erronée?
    \brot[oa]\b|retirad|eliminad|borrad|movid|no hay nada|no podrá|rimoss|cambiato indirizzo|mai esistit|não corresponde|removid|mudado|errado
    \bniets\b|verwijderd|verplaatst|tikfout|\bnic\b|usunięt|przeniesion|literówk|ничего нет|удал(?:ил|[её]н)|перенес|опечатк|видал(?:ил|ен)|нічого нема
    kaldırıl|değişmiş|silin|bulunam|borttag|flytta[td]|slettet|flyttet|fjernet|smazán|přesunut|mimo provoz|potíž|poistet|siirret|μετακιν|διαγρα|töröl|áthelyez|megszűn|șters|mutat[ăe]?\b|הוסר|נמחק|הועבר|dihapus|dipindah|bị xóa|di chuyển
    معطل|أزيل|حذف|لا يوجد|منتقل|हटा|नहीं मिल|存在しない|存在しません|誤り|削除|終了|不存在|删除|刪除|失效|없|삭제|잘못
    """
)
"""What became of a page that is not there."""

WAY_OUT: Final = any_of(
    r"""
    \bsearch (?:box|bar|field|our|the)|\bfront page|\bhome ?page|start again|try again|\brefresh\b|\breload\b|go back
    \bdie suche|zurück (?:zu|geh)|\bstartseite|\bzum start|erneut versuch|l['’]accueil|moteur de recherche|réessay|portada|buscador|página de inicio|int[ée]nte?lo|inconvenientes|molestias
    alla home|usa la ricerca|pagina iniziale|riprov|à entrada|página inicial|faça uma pesquisa|tente (?:de novo|novamente)|incómodo|voorpagina|zoekveld|zoekfunctie|homepagina|opnieuw
    stron[ęay] główn|wyszukiwark|spróbuj|на главную|поиск(?:ом|у)|попробуйте|на головну|пошук|ana sayfa|arama kutusu|tekrar deney|startsidan|sökrutan|försök igen|forsiden|søgefelt|søkefelt|prøv igjen|prøv igen
    titulní stran|úvodní stran|vyhledáván|znovu|etusivu|hakukent|αρχική|αναζήτηση|kezdőlap|főoldal|keres[őe]|prima pagină|căutare|לדף הבית|החיפוש|beranda|pencarian|trang chủ|tìm kiếm
    الرئيسية|البحث|صفحه اصلی|جستجو|मुखपृष्ठ|होम ?पेज|トップページ|ホームへ|検索|首页|首頁|搜索|重试|홈으로|첫 화면|검색
    wait a little|write to (?:us|our)|our api
    """
)
"""Where a page sends a reader who cannot have what he came for."""

MACHINE: Final = any_of(
    r"""
    unusual traffic|automated|too many requests|\ba person is\b|\brobots?\b|automatisiert|trop de requêtes|automátic|automatizad|automatic[oi]|geautomatiseerd|automatyczn|автоматич|слишком много запросов|olağan ?dışı|automatiserad|automatiseret|automatick|automatiz
    通常と異なる|不正なアクセス|人間による|异常|異常|비정상|غير معتاد|असामान्य
    """
)
PUZZLE: Final = any_of(
    r"""
    \bpuzzle|\bslider\b|\bdrag\b|\bthe task\b|aufgabe|schieberegler|glissez|rompecabezas|deslice|rompicapo|trascina|quebra-cabeça|arraste|puzzel|schuif|suwak|ползун|пазл|bulmaca|pussel|puslespil|posuvník|パズル|スライド|拼图|滑块|拼圖|퍼즐|슬라이드|اللغز|पहेली
    """
)
PLACE: Final = any_of(
    r"""
    \b(?:eu|european)\b.{0,60}\b(?:law|rules)|data protection law|licen[cs]\w{0,4} (?:rights|reasons)|broadcast(?:ing)? rights|\bvpn\b|lizenz|standort|droits de diffusion|derechos de (?:emisión|transmisión)|diritti di trasmissione|direitos de transmissão|uitzendrechten|praw\w{0,2} (?:licencyj|do transmisji)|yayın hakları|sändningsrätt|senderettigheder|vysílací práva|権利上|版权|版權|저작권|حقوق البث
    """
)
OUTSIDE: Final = any_of(
    r"""
    cannot (?:currently )?(?:reach|access|view|serve)|(?:another|other|outside \w{1,10}) country|innerhalb|außerhalb|hors de|depuis l['’]étranger|otro país|fuera de|altro paese|outro país|território|ander land|buiten|innym kraju|вашей страны|вашого|başka (?:bir )?ülke|annat land|andet land|jiné zemi|国外|海外|国内から|境外|해외|خارج
    """
)
ADS: Final = any_of(
    r"""
    \badvert|\bads?\b|ad-free|werb(?:ung|efrei)|anzeigen|publicité|sans pub|publicidad|anuncios|pubblicità|annunci|publicidade|anúncios|advertenti|reclame|reklam|реклам|annons|annonce|mainoks|διαφημ|hirdetés|פרסומ|iklan|quảng cáo|广告|廣告|広告|광고|إعلان|विज्ञापन|تبلیغ
    """
)
ALLOW: Final = any_of(
    r"""
    allow(?:ed)? list|white-?list|browser extension|\bextension\b|pause on|\bad[- ]?block|erweiterung|weiße liste|liste blanche|lista blanca|extensión|eccezioni|lista bianca|estensione|lista branca|extensão|witte lijst|białą list|wyjątk|rozszerzeni|белый список|исключени|расширени|beyaz liste|eklenti|vitlist|undantag|hvidlist|whitelist|výjimk|rozšíření|poikkeu|白名单|ホワイトリスト|拡張機能|허용 ?목록|القائمة البيضاء
    """
)
PARTNERS: Final = any_of(
    r"""
    \b\d{2,4} (?:partners?\b|partner\w*|partenaires|socios|parceiros|parte?neri|партн\w+|ortak\w*|third|drittanbieter)
    """
)
DEVICE: Final = any_of(
    r"""
    your device|ihrem gerät|ihres geräts|votre appareil|su dispositivo|tuo dispositivo|seu dispositivo|uw apparaat|je apparaat|twoim urządzeniu|вашем устройстве|cihazınız|din enhet|din enhed|zařízení|laitteell|συσκευή|eszköz|dispozitiv|personal adverts|mätt?a|messen
    """
)
