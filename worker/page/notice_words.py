"""What notices in place of an article say, in the languages of news. All patterns are for text in lower case."""
# ruff: noqa: E501 - a line holds the phrases of one language

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import Final

from worker.page.kind_words import any_of

ERROR: Final = any_of(
    r"""
    (?:page|article|story|content|file|link) (?:that )?(?:you(?:['’]re| are| were|['’]ve| have)?|was) .{0,30}(?:look|search|request|try)
    (?:page|story|article) .{0,40}(?:not (?:be )?found|(?:been|was|is) (?:re)?moved|no longer (?:exists|available)|does(?: not|n['’]t) exist|never existed)
    (?:gesuchte|angeforderte|gewünschte|aufgerufene)\w? .{0,40}(?:nicht|gelöscht|verschoben|existiert)
    (?:seite|beitrag|artikel) .{0,40}(?:nicht (?:mehr )?(?:gefunden|vorhanden|verfügbar)|existiert nicht|gelöscht oder verschoben)
    (?:página|contenido|noticia|artículo|dirección) .{0,40}(?:ya no (?:está|existe)|no (?:existe|está disponible|se encuentra|se ha encontrado|ha sido encontrad))
    (?:page|article|contenu) .{0,40}(?:introuvable|n['’]existe (?:pas|plus)|n['’]est (?:pas|plus) disponible|a été (?:supprimée?|déplacée?)|n['’]a pas été trouvée?)
    (?:pagina|articolo|contenuto) .{0,40}(?:non (?:esiste|è stat[ao] trovat|è (?:più )?disponibile|è raggiungibile)|è stat[ao] (?:spostat|rimoss))
    (?:página|conteúdo|endereço|notícia) .{0,40}(?:não (?:foi encontrad|existe|está disponível)|foi removid)
    (?:pagina|artikel) .{0,40}(?:bestaat niet|niet (?:meer )?(?:gevonden|beschikbaar)|is verwijderd|kan niet worden gevonden)
    (?:stron[aęy]|artykuł\w{0,2}) .{0,40}(?:nie (?:istnieje|została|znalezion|można)|przeniesion|usunięt)|nie (?:możemy )?znale(?:ziono|źć) .{0,30}stron
    (?:страниц\w{1,2}|материал|адрес\w{0,2}|документ) .{0,40}(?:не (?:найден|существует|обнаружен)|был\w? удал|больше не)|так\w{2,3} страницы (?:не|нет)
    (?:сторінк\w{1,2}|матеріал) .{0,40}(?:не (?:знайден|існує)|видален)|так\w{2,3} сторінки (?:не|немає)
    (?:sayfa|içerik|haber)\w{0,3} .{0,40}(?:bulunamad|bulunamıyor|mevcut değil|kaldırıl|silinmiş)
    (?:sidan|artikeln) .{0,40}(?:finns inte|hitta(?:des|s)? inte|inte (?:hittas|längre)|kunde inte)
    (?:siden|artikkelen|artiklen).{0,40}(?:finnes ikke|findes ikke|ikke (?:bli )?(?:funnet|fundet)|eksisterer ikke|er (?:flyttet|slettet|fjernet))|(?:fant|finner|fandt|finder|kan) ikke (?:finde |finne )?siden
    (?:stránk|obsah|článek)\w{0,3} .{0,40}(?:neexist|nenalez|nebyl|nelze naj|nemůžeme naj)|(?:stránk|článok).{0,40}(?:sa nenaš|neexistuje)
    (?:الصفحة|المحتوى|المقال) .{0,40}(?:غير موجود|غير متاح|لم يتم العثور|لا يمكن العثور|تم حذف|قد تكون)|لم نتمكن من العثور
    (?:पेज|पृष्ठ|पन्ना|लेख) .{0,40}(?:नहीं मिल|उपलब्ध नहीं|मौजूद नहीं|हटा)
    (?:ページ|記事|コンテンツ).{0,30}(?:見つかりません|見つかりませんでした|存在しません|存在しない|削除され|ありません)
    (?:页面|頁面|网页|網頁|文章|内容).{0,20}(?:不存在|未找到|找不到|无法找到|已被删除|已删除|已刪除|不見了)
    (?:페이지|기사|콘텐츠|주소)\S{0,2} .{0,20}(?:찾을 수 없|존재하지 않|삭제)
    sivua .{0,30}(?:ei (?:löyty|ole|voi)|on poistettu)|sivu .{0,20}ei ole
    σελίδα .{0,40}(?:δεν (?:βρέθηκε|υπάρχει|είναι διαθέσιμη)|έχει (?:μετακινηθεί|διαγραφεί))
    (?:oldal|cikk) .{0,30}(?:nem (?:található|létezik|elérhető)|nem találj)|(?:keresett|kért) oldal
    (?:pagina|articolul) .{0,40}(?:nu (?:există|a fost găsit|mai (?:este|există)|este disponibil)|a fost (?:mutat|șters))
    (?:הדף|העמוד|הכתבה) .{0,30}(?:לא (?:נמצא|קיים)|אינו (?:קיים|נמצא)|הוסר)
    (?:halaman|artikel) .{0,40}(?:tidak (?:ditemukan|tersedia|ada|dapat)|telah (?:dihapus|dipindah))
    (?:trang|bài viết|nội dung) .{0,40}(?:không (?:tồn tại|tìm thấy|còn)|đã bị (?:xóa|gỡ))
    (?:صفحه|مطلب|خبر) .{0,40}(?:یافت نشد|پیدا نشد|وجود ندارد|حذف شده)
    (?:site|website|page|server|our services?|this service) .{0,30}(?:(?:down|closed|offline|unavailable) .{0,15}(?:for|due to) .{0,25}maintenance|under(?:going)? .{0,20}maintenance)|performing .{0,20}maintenance|we(?:['’]ll| will) be (?:right )?back (?:soon|shortly)
    welcome to nginx\b|if you see this page, the \w{2,20} web server|apache2 \w{2,20} default page|this is the default (?:web|welcome) page|this (?:account|site|website) has been suspended|contact your hosting provider
    you (?:will be|are being) redirected|sie werden .{0,30}weitergeleitet|vous allez être redirigé|(?:será|serás) redirigid|redirecionad[oa] (?:para|em)|reindirizzat[oa] (?:a|tra|alla)|wordt (?:u )?.{0,20}doorgestuurd|zostani\w{2,4} przekierowan|будете перенаправлен|yönlendiriliyorsunuz|yönlendirileceksiniz
    (?:modo|sitio|web|página) (?:está )?(?:de|en|actualmente en) (?:.{0,20}en )?mantenimiento|estamos en mantenimiento|mode maintenance|wartungsmodus|bakım modu|به ?روز ?رسانی سایت
    """,
    lower=True,
)

UPKEEP: Final = any_of(
    r"""
    (?:doing|performing|carrying out|under|undergoing|scheduled|planned) .{0,20}maintenance|gewartet|wartungsarbeiten|(?:de|en) mantenimiento|(?:cours de|en|opération de) maintenance|manutenzione|(?:em|de) manutenção|onderhoud|prace? (?:konserwacyjn|techniczn|serwisow)|przerwa techniczna
    технически\w{1,2} (?:работ|обслуживан)|технічн\w{1,2} робот|профилактическ\w{1,2} работ|bakım çalışma|bakımda|för underhåll|underhållsarbete|vedlikehold|vedligehold|údržb|karbantart
    メンテナンス|维护中|維護中|正在维护|系统维护|系統維護|점검 ?중|서비스 점검|الصيانة|रखरखाव|huolto(?:katko|töi)|συντήρησ|mentenanță|תחזוקה|pemeliharaan|bảo trì|تعمیر و نگهداری
    """,
    lower=True,
)
"""Maintenance: of the site, or of a bridge."""

ABOUT_SITES: Final = any_of(
    r"""
    \bsites?\b|\bsito\b|\bsitio\b|\bweb|\bseite\b|\bserver|\bportal|сайт|сервер|портал|sidan\b|siden\b|\bsayfa|\boldal|sivusto|ιστότοπ|ιστοσελίδ|strán[ek]\w|serwis\w* internet|przerwa techniczna|\bsitus|\btrang (?:web|tin)|הדף|האתר|الموقع|سایت|साइट|サイト|ページ|システムメンテ|アクセス|サービス(?:を|の)|网站|網站|页面|사이트|홈페이지
    """,
    lower=True,
)

CRASH: Final = re.compile(
    r"error establishing a database connection|\bsqlstate\[|fatal error\W{1,3}(?:uncaught|allowed memory|out of memory)|"
    r"\Aindex of /|\A\.\./\s|"
    r"domain \S{3,60} (?:is parked|is for sale|may be for sale)|\bthis domain (?:is parked|may be for sale|has expired)|traceback \(most recent call last\)"
)
"""What the text of a server, or of a seller of domains, begins with."""

TRACE: Final = re.compile(r"\b(?i:ray id): ?[0-9a-f]{2}|\bIncident ID: ?\d")
"""The number that a guard of sites gives each visit it has stopped, in any language."""

GEO: Final = any_of(
    r"""
    (?:not|un|isn['’]t|n['’]t|no longer) ?(?:currently )?(?:available|accessible)(?: to (?:view|you|visitors|users|readers))? .{0,30}(?:in|from|for) (?:your|the|this|most) (?:current )?(?:country|region|location|area|territory|european)
    unavailable (?:due to|for) legal reasons|(?:your|this) (?:country|region|location) (?:is|has been) (?:blocked|restricted|not supported|not allowed)
    (?:from|in) (?:a country belonging to )?the european (?:economic area|union).{0,60}(?:gdpr|cannot|not|unavailable|enforces)|unavailable (?:to|in|for) .{0,30}europe|blocked .{0,20}(?:in|from) your (?:country|region|location)
    in (?:ihrem|deinem|diesem) (?:land|region|gebiet).{0,30}(?:nicht|gesperrt)|in (?:ihrer|deiner) region.{0,30}(?:nicht|gesperrt)|aus (?:ihrem|deinem) land
    no (?:está|se encuentra|estamos) .{0,30}disponible.{0,20} (?:en|para|desde) (?:tu|su|este) (?:país|región|ubicación|zona|territorio)
    (?:n['’]est|ne sont|sont|est) (?:pas|plus|in).{0,20}(?:disponible|accessible)s? (?:dans|depuis|en|pour) (?:votre|ce|ton) (?:pays|région|territoire|zone)|depuis votre (?:pays|région)
    non (?:è|sono) .{0,20}(?:disponibil|accessibil)\w .{0,10}(?:nel|nella|dal|dalla|per) (?:tuo|tua|suo|sua|vostr\w|il tuo) (?:paese|regione|area|zona)
    não (?:está|estão|se encontra) .{0,20}(?:disponíve\w{1,2}|acessíve\w{1,2}) (?:no|na|em|para) (?:seu|sua|teu|tua|o seu) (?:país|região|localização)
    niet (?:beschikbaar|toegankelijk) (?:in|vanuit|voor) (?:uw|jouw|je) (?:land|regio|locatie)
    (?:nie(?: jest| są)?|nie) (?:dostępn\w{1,2}|jest dostępn\w{1,2}) w (?:twoim|twojej|państwa|tym) (?:kraju|regionie|lokalizacji)|niedostępn\w{1,2} w (?:twoim|twojej|państwa) (?:kraju|regionie)
    (?:из|в|для) (?:вашей|вашем|вашего) (?:стран\w|регион\w|местоположени\w)|(?:у|з|в) (?:вашій|вашої|вашому) (?:країн\w|регіон\w)
    (?:ülkenizde|bölgenizde|bulunduğunuz (?:ülke|bölge)\w{0,3}|ülkenizden) .{0,30}(?:kullanıl|erişil|görüntülen|mevcut|yayınlan|değil|engel)
    inte (?:tillgänglig\w?|åtkomlig\w?) (?:i|från) (?:ditt|din) (?:land|region)|ikke (?:tilgjengelig|tilgængelig\w?) (?:i|fra|der) (?:ditt|dit|din|landet)(?: land| region)?
    (?:ve|z|pro) vaš\w{1,2} (?:zemi|země|oblasti|regionu|lokalit\w)|(?:v|vo) vašej (?:krajine|oblasti)
    (?:في|من) (?:بلدك|بلدكم|منطقتك|منطقتكم|دولتك)|आपके (?:देश|क्षेत्र|इलाके) (?:में|से)
    (?:海外|国外)からの(?:アクセス|ご?利用|視聴)|お住まいの(?:国|地域).{0,20}(?:できません|いただけません|視聴|利用)|(?:お客様の|ご利用の|この)(?:国|地域)(?:では|から).{0,20}(?:ません|できない)
    (?:您|你)(?:所在的|所在|的)(?:国家|地区|國家|地區|区域).{0,20}(?:无法|無法|不可|不能|不支持|限制)|(?:所在|当前)(?:地区|国家).{0,10}(?:无法|不可|不支持)
    (?:회원님의|고객님의|귀하의|현재|해당) (?:국가|지역|위치)\S{0,3} .{0,20}(?:수 없|않|제한)
    ei ole .{0,20}(?:saatavilla|käytettävissä|katsottavissa) (?:maassasi|alueellasi|sijainnissasi)|δεν είναι διαθέσιμ\w{1,2} (?:στη|στην|για τη) (?:χώρα|περιοχή)
    nem (?:érhető el|elérhető|tekinthető meg) .{0,20}(?:országod|régiód|országá|területé)|nu (?:este|sunt) disponibil\w{0,2} în (?:țara|regiunea|zona) (?:ta|dumneavoastră|dvs)
    (?:אינו|לא) (?:זמין|נגיש).{0,10} (?:במדינ|באזור|בארצ)|tidak tersedia (?:di|untuk) (?:negara|wilayah|lokasi)|không (?:khả dụng|có sẵn|hỗ trợ|thể (?:xem|truy cập)).{0,30} (?:quốc gia|khu vực)|(?:در|از) (?:کشور|منطقه) شما
    """,
    lower=True,
)

ADBLOCK: Final = any_of(
    r"""
    (?:disabl|turn|deactivat|switch|paus|whitelist|allow|remov).{0,40}(?:ad[- ]?block|ads on)|(?:ad[- ]?block\w{0,20}).{0,80}(?:disabl|turn|deactivat|switch|paus|whitelist|enabled|detect|allow)|(?:using|have|detected|running) (?:an? )?(?:active )?ad[- ]?block
    (?:ad-?block|werbeblocker).{0,60}(?:deaktivier|ausschalt|abschalt|auszuschalten|abzuschalten|erkannt|aktiv)|(?:deaktivier|schalt).{0,40}(?:ad-?block|werbeblocker)
    bloqueador de (?:anuncios|publicidad)|ad-?block.{0,60}(?:desactiv|detect|deshabilit|desativ|ativad)|(?:desactiv|deshabilit|desativ).{0,40}ad-?block|bloqueador (?:de anúncios|detectado)
    bloqueur (?:de )?(?:publicit|pub)|ad-?block.{0,60}(?:désactiv|détect|activé)|désactiv.{0,40}(?:ad-?block|bloqueur)
    (?:ad[- ]?block\w{0,20}|blocco (?:degli )?annunci|blocca pubblicità).{0,60}(?:disattiv|disabilit|attiv|rilevat)|disattiv.{0,40}(?:ad[- ]?block)
    (?:ad-?block\w{0,20}|reclameblokker|advertentieblokker).{0,60}(?:schakel|uit\b|gebruikt|gedetecteerd)|(?:schakel|gebruikt).{0,40}(?:ad-?block|reclameblokker|advertentieblokker)
    (?:ad-?block\w{0,20}|blok\w{1,20} reklam).{0,60}(?:wyłącz|wykry|wyłączenie|vypn|zakaž|vypni)|(?:wyłącz|wykry|vypn|používá).{0,60}(?:ad-?block|blok\w{1,20} reklam|blokován)
    блокировщик\w{0,2} рекламы|блокувальник\w{0,2} реклами|(?:отключ|выключ|вимкн).{0,40}(?:adblock|адблок)|реклам\w{1,3} блокиров
    reklam engelle\w{1,20}|annonsblocker\w{1,20}|annonsblokker\w{1,20}|reklameblokker\w{0,20}|annonceblocker\w{0,20}|mainostenesto\w{0,20}|hirdetésblokkol\w{1,20}|hirdetésblok
    مانع الإعلانات|حاجب الإعلانات|विज्ञापन (?:ब्लॉकर|अवरोधक)|ऐड ?ब्लॉकर|広告ブロック|広告ブロッカー|アドブロック|广告(?:拦截|屏蔽|过滤)|廣告(?:攔截|封鎖|阻擋)|광고 ?차단|חוסם (?:ה)?פרסומות|pemblokir iklan|chặn quảng cáo|مسدود ?کننده تبلیغات|blocator\w{0,20} de reclame|πρόγραμμα αποκλεισμού διαφημίσεων
    """,
    lower=True,
)

SCRIPT: Final = any_of(
    r"""
    your browser is (?:not|no longer|un)[ -]?supported|your browser is out(?:dated| of date)|browser wird .{0,20}nicht (?:mehr )?unterstützt|navegador no es compatible|navigateur n['’]est (?:pas|plus) (?:pris en charge|compatible|supporté)|browser non (?:è )?(?:più )?supportato|navegador não é (?:compatível|suportado)|browser wordt niet .{0,10}ondersteund|przeglądarka nie jest obsługiwana|браузер не поддерживается
    (?:enable|turn on|activate|allow|switch on|requires?|needs?|without|disabled?) (?:your browser['’]s )?(?:javascript|js\b)|javascript (?:is |has been |must be |to be |needs to be |and cookies )?.{0,20}(?:disabled|required|enabled|turned off|not enabled|not supported|necessary)
    (?:aktivier|schalte|einschalt|benötig|erforder|erlaub).{0,30}javascript|javascript.{0,40}(?:aktivier|einschalt|deaktiviert|benötig|erforderlich|ausgeschaltet)
    (?:habilit|activ|ativ|necesit|precis|permit|requier|requer|abilit|attiv|serve|richied).{0,30}javascript|javascript.{0,40}(?:habilit|activ|ativ|necesari|necessári|desactiv|desativ|disabilit|abilit|attiv|disattivat|necessari|richiest|activé|désactivé|nécessaire|requis)
    (?:schakel|zet|inschakel|nodig|vereist).{0,30}javascript|javascript.{0,40}(?:schakel|inschakel|uitgeschakeld|aan\b|nodig|vereist|staat uit)|(?:włącz|wymaga|obsług).{0,30}javascript|javascript.{0,40}(?:włącz|wyłącz|wymag)
    (?:включ|увімкн|поддерж|активир|требует).{0,30}javascript|javascript.{0,40}(?:включ|отключ|увімкн|вимкн|необходим|потріб|активир)
    javascript.{0,25}(?:etkin|açın|aç\b|gerek|devre dışı|kapalı)|(?:aktivera|aktiver|slå på|slå til|slå på|kräver|krever|kræver).{0,30}javascript|javascript.{0,40}(?:aktiver|avstäng|slått av|slået fra|krävs|kreves|kræves|päälle|käyttöön|pois|vaatii|zapn|povol|vypnut|engedélyez|szükséges|kapcsol|activat|dezactivat)
    (?:zapn|povol|vyžaduj).{0,30}javascript|(?:kytke|ota|salli).{0,20}javascript|(?:engedélyez|kapcsol).{0,30}javascript|(?:ενεργοποι|απαιτ).{0,30}javascript|(?:تفعيل|تمكين|تشغيل|يتطلب|فعال).{0,30}(?:javascript|جافا ?سكربت|جاوا ?اسکریپت)|جاوا ?اسکریپت .{0,40}فعال|(?:javascript|जावास्क्रिप्ट) .{0,20}(?:सक्षम|चालू|ज़रूरी|आवश्यक|را فعال)
    (?:javascript|ジャバスクリプト).{0,20}(?:有効|オン|必要|無効)|(?:启用|啟用|开启|開啟|打开|支持).{0,15}javascript|javascript.{0,15}(?:启用|啟用|禁用|停用|关闭)|(?:javascript|자바스크립트).{0,15}(?:활성|필요|허용|켜|사용)
    (?:הפעל|לאפשר|להפעיל).{0,30}javascript|(?:aktifkan|mengaktifkan|nyalakan).{0,20}javascript|(?:bật|kích hoạt|cho phép).{0,20}javascript|enable js\b
    """,
    lower=True,
)

BOT: Final = any_of(
    r"""
    (?:verify|verifying|confirm|prove|check(?:s|ing)?|make sure|making sure|ensure|sure) (?:that |if |to see if )?(?:you(?:['’]re| are)|it['’]s really you).{0,12}(?:human|not a (?:ro)?bot|real\b|a (?:ro)?bot|person)|checking (?:your browser|if the site connection)|unusual (?:traffic|activity) from|press (?:and|&) hold to|(?:think|thought|believe) (?:that )?you (?:are|were|might be|may be) a (?:ro)?bot|automated (?:access|requests|queries|traffic)|i am not a robot|i['’]m not a robot|review the security of your connection|(?:complete|solve|enter) the (?:security check|captcha)|you have been blocked|security (?:service|check) to protect|required part of this site couldn|request unsuccessful|incident id|sucuri website firewall|generated by wordfence|security checkpoint|bot(?:s)? (?:detected|protection)|verification required|human verification|too many requests|access to this (?:service|site) has been limited|using wordfence to|client challenge|slide to (?:verify|complete)
    (?:dass sie|sie|du) (?:wirklich )?(?:kein (?:ro)?bot|ein mensch|menschlich)|ungewöhnliche\w? (?:datenverkehr|zugriff|aktivität)|ihr browser wird (?:geprüft|überprüft)|sicherheitsüberprüfung|automatisierte (?:zugriffe|anfragen)
    (?:no (?:eres|soy|es usted|ser) un (?:robot|bot))|(?:eres|es usted|ser) (?:un )?(?:ser )?humano|(?:tráfico|actividad) (?:inusual|sospechos[oa])|comprobando (?:su|tu) navegador|verificación de seguridad|verificando que|(?:verifi|confirm)\w{1,3} que (?:eres|es usted|no eres)|navegador automatizado
    (?:n['’]êtes|ne suis|pas) (?:pas )?un robot|(?:êtes|es) (?:bien )?un (?:être )?humain|trafic (?:inhabituel|suspect|exceptionnel)|vérification de (?:votre navigateur|sécurité)|(?:vérifi|confirm)\w{1,3} que vous (?:êtes|n['’]êtes)|activité (?:inhabituelle|suspecte)
    non (?:sei|sono|essere|è) un (?:ro)?bot|(?:sei|essere) (?:un )?(?:essere )?uman|traffico (?:insolito|anomalo)|verifica (?:di sicurezza|del browser)|controllo di sicurezza
    não (?:é|sou|és) um (?:robô|robot|bot)|(?:é|és) (?:um )?(?:ser )?humano|tráfego (?:incomum|suspeito)|verificação de segurança|verificando (?:seu|o seu) navegador
    geen robot|een mens bent|ongebruikelijk (?:verkeer|netwerkverkeer)|uw browser wordt gecontroleerd|beveiligingscontrole
    nie jeste[śm]\w* (?:ro)?bot|jesteś człowiekiem|nietypowy ruch|sprawdzanie przeglądarki|weryfikacja bezpieczeństwa
    (?:вы|я) не робот|(?:вы|а) не робот|вы человек|подозрительн\w{2,3} (?:трафик|активност)|похожи на автоматические|проверка (?:вашего )?браузера|проверка безопасности|(?:ви|я) не робот|ви людина|перевірка (?:браузера|безпеки)
    robot olmadığınız|insan olduğunuz|olağan ?dışı trafik|tarayıcınız kontrol|güvenlik (?:kontrolü|doğrulaması)
    (?:inte är|är inte) en robot|är (?:en )?människa|ovanlig trafik|ikke er en robot|er (?:ikke en robot|et menneske)|usædvanlig trafik|uvanlig trafikk|säkerhetskontroll|sikkerhedskontrol|sikkerhetskontroll
    nejste robot|jste člověk|neobvyklý provoz|kontrola prohlížeče|bezpečnostní kontrola|et ole robotti|olet ihminen|δεν είστε ρομπότ|είστε άνθρωπος|nem (?:vagy|ön) robot|hogy ember|nu sunteți (?:un )?robot|nu ești (?:un )?robot|sunteți (?:o persoană|om)|אינך רובוט|לא רובוט|bukan robot|anda manusia|không phải (?:là )?(?:robot|người máy)|bạn là (?:con )?người|ربات نیستید
    لست روبوت|لست برنامج|أنك إنسان|التحقق من (?:أنك|متصفحك|الأمان)|حركة مرور غير|रोबोट नहीं|आप इंसान हैं|असामान्य (?:ट्रैफ़िक|गतिविधि)
    ロボットでは(?:ない|ありません)|人間であることを|通常と異なる(?:トラフィック|アクセス)|不正なアクセス|セキュリティ(?:チェック|検証|の確認)|ブラウザ(?:ー)?を(?:確認|チェック)し
    (?:安全|人机|滑动|身份)(?:验证|驗證|校验)|您?不是机器人|不是機器人|(?:异常|異常)(?:流量|访问|訪問)|访问(?:存在|过于|频繁|异常)|确认您是(?:真)?人|正在检查您的浏览器|拖动滑块
    trop de requêtes|zu viele anfragen|demasiadas (?:solicitudes|peticiones)|troppe richieste|muitas solicitações|te veel verzoeken|zbyt wiele żądań|слишком много запросов|забагато запитів|çok fazla istek|för många förfrågningar|for mange forespørsler|příliš mnoho požadavků|リクエストが多すぎ|请求过(?:多|于频繁)|요청이 너무 많|طلبات كثيرة
    로봇이 아닙니다|로봇이 아님|사람인지|비정상적인 (?:접근|트래픽)|보안 (?:확인|검사)|자동 ?입력 ?방지
    """,
    lower=True,
)

# In a few words, it is enough to name the thing and to deny it, or to speak of machines.
ABOUT_BOTS: Final = any_of(
    r"""
    javascript|captcha|\brobot|roboter|robô|\bbots?\b|too many requests|rate limit|not a machine|\bhuman\b|робот|روبوت|रोबोट|ロボット|机器人|機器人|로봇|רובוט|ρομπότ|ربات|robotti|자바스크립트|anomal\w{1,20} traffic
    """,
    lower=True,
)
ABOUT_PAGES: Final = any_of(
    r"""
    \b(?:page|url|address|link|content|story|article|site|website|system|service)s?\b|seite|adresse|inhalt|angebot|página|dirección|contenido|sitio|lo que bus|contenu|pagina|indirizzo|contenut|sito\b|endereço|conteúdo
    \badres|artikel|artykuł|stron|czego szuka|страниц|материал|адрес|сайт|сторінк|sayfa|içerik|\bsid(?:a|an|en|e)\b|innehåll|indhold|innhold|stránk|obsah|الصفحة|المحتوى|الموقع|पेज|पृष्ठ|सामग्री|ページ|記事|サイト
    页面|頁面|网页|內容|内容|网站|網站|페이지|사이트|콘텐츠|sivu|sisältö|σελίδα|ιστότοπ|oldal|tartalom|conținut|הדף|העמוד|האתר|התוכן|halaman|konten|situs|trang|nội dung|صفحه|سایت|محتوا
    """,
    lower=True,
)
DENIALS: Final = any_of(
    r"""
    \b(?:not|nowhere|n['’]t|no|cannot|gone|removed|deleted|moved|expired|lost|missing|shortly|unavailable|broken|wrong)\b|n['’]t\b|\b(?:nicht|kein\w{0,2}|gelöscht|verschoben|entfernt|vorübergehend)\b|\b(?:no|eliminad\w|borrad\w|movid\w|rota)\b
    \b(?:ne|n['’]\w+|aucune?|introuvable|supprimée?|déplacée?|de retour|instants)\b|\b(?:non|rimoss\w|spostat\w|errat\w)\b|\b(?:não|nenhum\w?|removid\w|movid\w)\b|\b(?:niet|geen|verwijderd|verplaatst)\b|\b(?:nie|usunięt\w{1,2}|przeniesion\w)\b
    \b(?:не|нет|немає|удал[её]н\w?|видален\w?|перемещ\w+)\b|bulunamad|bulamad|kaldırıl|taşın|silin|\b(?:inte|ikke|ej|borttag\w+|slettet|flyttet|fjernet)\b|\b(?:ne\w{3,}|smazán\w?|přesunut\w?)\b|\b(?:nu|șters\w?|mutat\w?)\b|\b(?:nem|törölt\w*|törölv\w*)\b|\bei\b|poistettu|\bδεν\b
    (?:غير|لم|لا|حذف|تم نقل)|नहीं|हटा|ません|ない|削除|移動|不存在|找不到|未找到|无法|無法|移除|删除|刪除|없|삭제|לא\b|אינ[וה]\b|הוסר|tidak|dihapus|dipindah|không|bị xóa|نشد|ندارد|نیست|حذف
    """,
    lower=True,
)


# Searched as they are: a pattern takes five times as long.
CHECKS: Final = (
    "_cf_chl_opt", "cf-browser-verification", "cf-error-details", "captcha-delivery.com/c", "geo.captcha-delivery",
    "px-captcha", "_pxBlockScript", "_Incapsula_Resource?SWUDNSAI", "Incapsula incident", "distil_r_captcha", "gokuProps",
    "sec-if-cpt-container", "errors.edgesuite.net", "errors&#46;edgesuite&#46;net", "sucuri_cloudproxy_js",
    "window.KPSDK", "ips.js?KP_UIDz", "ddos-guard/js-challenge", "__qrator/qauth", "validate.perfdrive",
    "Generated by Wordfence", "anubis_challenge", "/checkcaptcha", "/_sec/cp_challenge",
    *(f"/challenge-platform/h/{letter}/orchestrate" for letter in ascii_lowercase),
)  # fmt: skip
"""The scripts and forms of a check for robots that stands in place of the page."""
GUARDS: Final = (
    "cf-turnstile", "g-recaptcha", "h-captcha", "AwsWafIntegration", "awswaf.com", "bm-verify", "geetest", "arkoselabs",
    "funcaptcha", "frc-captcha", "smartcaptcha", "captcha-form", "wappass.baidu", "TSPD_101", "slowAES", "shieldsquare",
    "friendlycaptcha",
)  # fmt: skip
"""Those that also guard ordinary forms and pages."""

LEGAL: Final = any_of(
    r"""
    how we (?:handle|use|process|protect) your (?:personal )?(?:data|information)|(?:our |the )?(?:website |site |general |data )?(?:(?:privacy|cookies?|data protection|data)(?: (?:and|&) (?:cookies?|privacy|security))? (?:policy|policies|notice|statement)|terms(?: (?:and|&) conditions| of (?:use|service|sale)s?)?(?: (?:and|&) .{1,25})?|conditions of use|legal (?:notice|information|disclaimer)|user agreement|imprint|disclaimer|copyright (?:policy|notice)|community (?:guidelines|rules)|your privacy rights)
    angaben gemäß §.{0,20}|(?:allgemeine )?(?:datenschutz(?:erklärung|hinweise?|bestimmungen|richtlinie|information\w*)?|impressum|(?:nutzungs|geschäfts)bedingungen|agb|cookie-?(?:richtlinien?|hinweise?|erklärung)|rechtliche hinweise|rechtliches|haftungsausschluss|netiquette)
    (?:aviso legal|política de (?:privacidad|cookies|protección de datos)|términos (?:y condiciones|de (?:uso|servicio))(?: .{1,20})?|condiciones (?:de uso|generales|legales|del servicio)(?: .{1,20})?|nota legal)
    (?:mentions légales|politique (?:de (?:confidentialité|protection.{1,30}|cookies|gestion .{1,20})|cookies|relative aux cookies)|conditions générales(?: d['’](?:utilisation|abonnement)| de vente)?|données personnelles|charte .{1,30}|cgu|cgv)
    (?:informativa (?:sulla )?(?:privacy|cookie)?|(?:privacy|cookie) policy|note legali|termini (?:e condizioni|di (?:servizio|utilizzo))(?: .{1,20})?|condizioni (?:generali|d['’]uso|di utilizzo)(?: .{1,20})?|informativa .{1,30})
    (?:política de (?:privacidade|cookies)|termos (?:de (?:uso|serviço)|e condições)(?: .{1,20})?|condições (?:de uso|gerais|de utilização)|aviso de privacidade|ficha técnica)
    (?:privacy ?(?:verklaring|beleid|statement)|cookie ?(?:verklaring|beleid|statement)|algemene voorwaarden|gebruiksvoorwaarden|disclaimer|colofon)
    (?:polityka (?:prywatności|cookies|plików cookies?)|regulamin(?: .{1,25})?|warunki (?:korzystania|użytkowania)(?: .{1,20})?|nota prawna)
    (?:политика (?:конфиденциальности|обработки.{1,40}|cookie)|пользовательское соглашение|правила (?:использования|пользования|сайта)(?: .{1,20})?|правовая информация|условия использования(?: .{1,20})?|політика (?:конфіденційності|приватності)|умови користування|правила користування)
    (?:gizlilik (?:politikası|sözleşmesi|bildirimi)|kullanım (?:koşulları|şartları)|çerez politikası|kvkk(?: aydınlatma metni)?|aydınlatma metni|künye|yasal uyarı)
    (?:integritetspolicy|personuppgiftspolicy|cookiepolicy|användarvillkor|allmänna villkor|personvern(?:erklæring)?|brukervilkår|vilkår|privatlivspolitik|cookiepolitik|handelsbetingelser|betingelser|tietosuoja(?:seloste|käytäntö)?|käyttöehdot|evästekäytäntö)
    (?:zásady (?:ochrany (?:osobních údajů|soukromí)|používání.{1,20}|cookies)|ochrana (?:osobních údajů|soukromí)|obchodní podmínky|podmínky (?:užití|užívání|používání)|všeobecné (?:obchodní )?podmínky)
    (?:adatvédelmi (?:tájékoztató|nyilatkozat|szabályzat|irányelvek)|felhasználási feltételek|általános szerződési feltételek|ászf|impresszum|politic[aă] de (?:confidențialitate|cookie\w*)|termeni (?:și|si) condiț?t?ii|condiții de utilizare)
    (?:πολιτική (?:απορρήτου|προστασίας.{1,30}|cookies)|όροι χρήσης|נגישות|מדיניות (?:ה)?פרטיות|תנאי (?:ה)?שימוש|תקנון(?: .{1,20})?|kebijakan privasi|syarat (?:dan|&) ketentuan|ketentuan (?:layanan|penggunaan)|pedoman (?:pemberitaan )?media siber|chính sách (?:bảo mật|quyền riêng tư)|điều khoản (?:sử dụng|dịch vụ)|حریم خصوصی|شرایط (?:استفاده|و قوانین)|قوانین و مقررات)
    (?:سياسة (?:ال)?خصوصية|شروط (?:ال)?(?:استخدام|خدمة)|الشروط والأحكام|गोपनीयता नीति|निजता नीति|नियम (?:और|एवं|व) शर्तें|उपयोग की शर्तें|プライバシーポリシー|個人情報(?:保護方針|の取り?扱い.{0,10})|利用規約|特定商取引.{0,20}|隐私(?:政策|声明|条款|权政策)|隱私(?:權政策|政策|聲明)|服务条款|服務條款|使用条款|用户协议|免责声明|法律声明|개인정보 ?처리 ?방침|이용 ?약관|청소년 ?보호 ?정책)
    """,
    whole=True,
    lower=True,
)

LEGAL_PATH: Final = re.compile(
    r"/(?:.{0,40}/)?(?:(?:[a-z]{1,12}[-_])?(?:privacy|cookies?|terms|legal|datenschutz|impressum|imprint|agb|nutzungsbedingungen|disclaimer|gdpr|cgu|cgv|kvkk|"
    r"privacidad|privacidade|mentions|confidentialite|privacyverklaring|privacybeleid|prywatnosci|regulamin|polityka|gizlilik|integritetspolicy|personvern|"
    r"tietosuoja|ochrana|podminky|adatvedelem|privasi|tos)(?:[-_](?:[a-z]{1,14}[-_]){0,3}[a-z]{1,14})?)(?:\.[a-z]{2,5})?/?",
    re.IGNORECASE,
)

LEGAL_NOTIONS: Final = re.compile(
    r"(?P<data>personal (?:data|information)|personenbezogen|informaç(?:ões|ão) (?:pessoais|pessoal)|información personal|informazioni personali|informations personnelles|datos personales|données (?:personnelles|à caractère)|dati personali|dados pessoais|persoonsgegevens|danych osobowych|персональных данных|персональні дані|kişisel veri|personuppgifter|personopplysninger|personoplysninger|osobních údaj|személyes adat|date\w{0,20} (?:cu caracter )?personal|henkilötie|προσωπικ\w{1,20} δεδομέν|البيانات الشخصية|معلومات(?:ك)? الشخصية|व्यक्तिगत (?:जानकारी|डेटा)|個人情報|个人信息|個人資料|개인정보|מידע אישי|data pribadi|dữ liệu cá nhân|thông tin cá nhân|اطلاعات شخصی)"
    r"|(?P<law>\bgdpr\b|\bdsgvo\b|\brgpd\b|\bavg\b|\brodo\b|\bkvkk\b|datenschutz-grund|applicable law|governing law|by law|\btmg\b|\bmstv\b|\bddg\b|ley \d|gesetz|законодательств|法律|保护法|保護法|보호법|legge|lei n|por lei|por ley|par la loi|νομοθεσ|κανονισμ|القوانين|القانون|कानून|pháp luật|\blakia\b|törvény|lege[aă]\b|\bחוק|hukum|undang-undang|\bzákon|\bustaw|법률|법령|قانون)"
    r"|(?P<agree>you agree|agree to|by using|sie stimmen|stimmen sie|acept\w{1,3} (?:las|los|estas|as|os)|accept\w{1,3} (?:les|the|these)|accett\w{1,20}|akceptuj|соглас|kabul et|godkänn|hyväksy|συμφων|αποδοχή|elfogad|acceptați|सहमत|đồng ý|setuju|souhlas|同意|동의|موافق)"
    r"|(?P<right>right to|right of|recht auf|recht op|derecho|droit d|diritto|direito|prawo d|право|hakkı|rätt att|rett til|ret til|právo|您有权|権利|권리|liab|haft|responsab|odpowiedzialn|ответственност|aansprakelijk|sorumlu|ansvar|oikeu|vastuu|δικαίωμα|ευθύνη|jogod|joga|felelős|dreptul|răspunde|حقوق|مسؤولية|अधिकार|दायित्व|quyền|trách nhiệm|\bhak\b|tanggung jawab|práva|\bpraw[ao]\b|책임|مسئولیت|זכות|אחריות)"
    r"|(?P<party>we (?:may|collect|use|process)|wir (?:verarbeiten|erheben)|verantwortlich\w{0,20} (?:im sinne|für)|registergericht|handelsregister|hébergeur|titular|titolare|responsable d|controller|administrator\w{0,20}|operator|data protection officer|当社|我们|회사|veri sorumlusu|správce|vi behandla|vi behandler)"
    r"|(?P<firm>\b(?:gmbh|s\.l\.|s\.a\.r\.l|s\.r\.l|hrb|nif|rcs|vat|ust)\b|umsatzsteuer|vertreten durch|domicilio en|siège social|toutes taxes comprises|@[a-z])"
    r"|(?P<clause>présentes conditions|toute commande|se rétracter|litige|juzgados|derechos reservados|amtsgericht|this (?:notice|policy) explains|of your (?:data|details)|we (?:keep|never sell)|your rights|have it erased)"
    r"|(?P<means>cookies|third[- ]part|purposes?\b|zweck|finalidad|finalité|finalità|doel|cel[eu]\b|цел[яеи]|amaç|ändamål|formål|účel|目的)"
)
"""The number of different groups tells a legal text from a story about one."""


def _marks(phrases: str) -> tuple[str, ...]:
    return tuple(phrase.strip().replace("_", " ") for phrase in phrases.replace("\n", "|").split("|") if phrase.strip())


# A text without any of these words does not match the pattern. They take a fiftieth of its time. `_` is a space.
ERROR_MARKS: Final = _marks(
    """
    page | story | article | content | file_ | link | seite | beitrag | gesucht | angeford | gewünscht | aufgeruf |
    página | contenido | noticia | dirección | contenu | pagina | articol | conteúdo | endereço | notícia | stron |
    artykuł | страниц | материал | адрес | документ | сторінк | матеріал | sayfa | içerik | haber | sidan | siden |
    artik | stránk | obsah | člán | الصفحة | المحتوى | المقال | نتمكن | पेज | पृष्ठ | पन्ना | लेख | ページ | 記事 |
    コンテンツ | 页面 | 頁面 | 网页 | 網頁 | 文章 | 内容 | 페이지 | 기사 | 콘텐츠 | 주소 | sivu | σελίδα | oldal | cikk | הדף | העמוד | הכתבה |
    halaman | trang | bài viết | nội dung | صفحه | مطلب | خبر | site | server | service | mainten | account | redir |
    reindir | weitergel | doorgestuurd | przekier | перенаправ | yönlendir | nginx | be back | be right back |
    wartung | mantenim | bakım | رسانی
    """
)
GEO_MARKS: Final = _marks(
    """
    海外 | geogr | licens | lizenz | restric | abrufbar | ubica | region | country | location | area | territor |
    europe | legal reasons | land | gebiet | país | región | zona | pays | région | zone | paese | kraju | lokali |
    регион | стран | местопол | країн | регіон | ülke | bölge | zem | oblast | krajin | بلد | منطقت | دولت | देश |
    क्षेत्र | इलाके | 国 | 地域 | 地区 | 國家 | 地區 | 区域 | 국가 | 지역 | 위치 | maassa | alueella | sijain | χώρα | περιοχή |
    orszá | régiód | terület | țara | regiun | במדינ | באזור | בארצ | negara | wilayah | lokasi | quốc gia |
    khu vực | کشور | منطقه | localiza | lokac | região | território
    """
)
ADBLOCK_MARKS: Final = _marks(
    """
    ad block | ad-block | adblock | blocker | bloque | blok | блок | engelle | annons | estohj | реклам |
    advertentie | reklam | مانع | حاجب | مسدود | ब्लॉ | अवरोधक | ブロック | 广告 | 廣告 | 광고 | חוסם | chặn | blocc |
    blocator | mainosten | αποκλεισμού
    """
)
SCRIPT_MARKS: Final = _marks(
    """
    javascript | browser | navegador | navigateur | przegląd | браузер | _js | ジャバ | 자바 | جافا | جاوا | जावा
    """
)
BOT_MARKS: Final = _marks(
    """
    too many | access to this | actividad | verifi | vérifi | confirm | requêtes | zu viele | demasiadas | troppe |
    solicita | verzoeken | żąda | запросов | запитів | istek | förfrågn | forespørs | požadav | リクエスト | アクセス | 请求 |
    요청 | طلبات | robot | _bot | robô | browser | unusual | press_ | automat | security | blocked | captcha |
    required part | request unsuccessful | incident id | firewall | wordfence | challenge | slide to | you are |
    you’re | you're | mensch | ungewöhnl | sicherheits | tráfico | navegador | seguridad | trafic | navigateur |
    sécurité | activité | uman | traffico | sicurezza | tráfego | segurança | ongebruikelijk | mens_ | beveiliging |
    człowiek | nietypowy | przegląd | weryfik | робот | человек | подозр | автомат | браузер | безопас | людина |
    безпек | insan | olağan | tarayıcı | güvenlik | människa | menneske | trafik | säkerhets | sikker | člověk |
    neobvykl | prohlížeč | bezpeč | ihminen | ρομπότ | άνθρωπος | ember | רובוט | manusia | người | ربات | روبوت |
    برنامج | إنسان | التحقق | مرور | रोबोट | इंसान | असामान्य | ロボット | 人間 | トラフィック | セキュリ | ブラウザ | 验证 | 驗證 | 校验 |
    机器人 | 機器人 | 异常 | 異常 | 访问 | 确认您 | 浏览器 | 滑块 | 로봇 | 사람인지 | 비정상 | 보안 | 자동 | persoană | sunteți om
    """
)
