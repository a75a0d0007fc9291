"""Pages without an article in many languages and layouts, by the reason that they are dropped for."""

from __future__ import annotations

from html import escape

from worker.messages import Reason

NOTICES: dict[Reason, tuple[tuple[str, str], ...]] = {
    Reason.ERROR_PAGE: (
        ("Ups, hier ist nichts", "Der von Ihnen gesuchte Beitrag wurde gelöscht oder verschoben. Zur Startseite"),
        (
            "Esta página se ha perdido",
            "Lo sentimos, el contenido que buscas ya no está disponible. Vuelve a la portada.",
        ),
        ("Oups !", "La page que vous recherchez est introuvable ou a été supprimée. Retour à l’accueil"),
        ("Errore 404", "La pagina che stai cercando non esiste o è stata spostata. Torna alla home"),
        ("Ops!", "A página que você procura não foi encontrada. Voltar para a página inicial"),
        ("Deze pagina is verdwenen", "De pagina die u zoekt bestaat niet meer. Naar de voorpagina"),
        ("Ups, coś poszło nie tak", "Szukana strona nie została odnaleziona. Sprawdź adres lub wróć na stronę główną"),
        ("Упс", "Запрашиваемая страница не найдена. Возможно, она была удалена. На главную"),
        ("Помилка 404", "На жаль, такої сторінки не існує. Повернутися на головну"),
        ("Hata", "Aradığınız sayfa bulunamadı veya kaldırılmış olabilir. Ana sayfaya dön"),
        ("Hoppsan!", "Sidan du söker finns inte längre. Gå till förstasidan"),
        ("Oi!", "Vi fant ikke siden du leter etter. Til forsiden"),
        ("Hovsa", "Siden, du leder efter, findes ikke længere. Til forsiden"),
        ("Jejda", "Požadovaná stránka nebyla nalezena. Zpět na úvodní stránku"),
        ("عذراً", "الصفحة التي تبحث عنها غير موجودة. العودة إلى الرئيسية"),
        ("क्षमा करें", "आप जिस पेज को खोज रहे हैं वह उपलब्ध नहीं है। होम पेज पर जाएं"),
        ("お探しのページは見つかりませんでした", "URLが変更されたか、削除された可能性があります。トップページへ"),
        ("抱歉", "您访问的页面不存在或已被删除。返回首页"),
        ("죄송합니다", "요청하신 페이지를 찾을 수 없습니다. 메인으로"),
        ("Hups!", "Etsimääsi sivua ei löytynyt. Etusivulle"),
        ("Ωχ", "Η σελίδα που ζητήσατε δεν βρέθηκε. Επιστροφή στην αρχική"),
        ("Hoppá", "A keresett oldal nem található. Vissza a címlapra"),
        ("Ups", "Pagina pe care o cauți nu există sau a fost mutată. Înapoi la prima pagină"),
        ("אופס", "הדף שחיפשת לא נמצא. חזרה לדף הבית"),
        ("Ups", "Halaman yang Anda cari tidak ditemukan. Kembali ke beranda"),
        ("Rất tiếc", "Trang bạn tìm kiếm không tồn tại. Về trang chủ"),
        ("متأسفیم", "صفحه مورد نظر شما یافت نشد. بازگشت به صفحه اصلی"),
        (
            "We lost that page",
            "The story you are looking for has been removed or never existed. Head back to the front page.",
        ),
        ("We’ll be back soon", "The site is down for scheduled maintenance. Please check back shortly."),
        ("Wir sind gleich zurück", "Unsere Website wird gerade gewartet. Bitte versuchen Sie es später noch einmal."),
        ("Sitio en mantenimiento", "Estamos realizando tareas de mantenimiento. Volveremos en breve."),
        ("Site en maintenance", "Notre site est actuellement en cours de maintenance. Merci de revenir plus tard."),
        ("Sito in manutenzione", "Stiamo effettuando lavori di manutenzione. Torneremo presto online."),
        ("Em manutenção", "O site está temporariamente em manutenção. Voltamos em breve."),
        ("Even geduld", "Wegens onderhoud is de website tijdelijk niet bereikbaar."),
        ("Przerwa techniczna", "Trwają prace konserwacyjne. Zapraszamy wkrótce."),
        ("Технические работы", "На сайте ведутся технические работы. Пожалуйста, зайдите позже."),
        ("Bakım çalışması", "Sitemiz şu anda bakımdadır. Lütfen daha sonra tekrar deneyin."),
        ("Vi är snart tillbaka", "Webbplatsen är nere för underhåll. Försök igen om en stund."),
        ("Probíhá údržba", "Stránky jsou dočasně mimo provoz z důvodu údržby."),
        ("メンテナンス中", "ただいまメンテナンスを行っております。しばらくしてからアクセスしてください。"),
        ("系统维护中", "网站正在维护,请稍后再访问。"),
        ("시스템 점검 중", "서비스 점검 중입니다. 잠시 후 다시 이용해 주세요."),
        ("Karbantartás", "Az oldal karbantartás miatt átmenetileg nem elérhető."),
        ("Dalam pemeliharaan", "Situs kami sedang dalam pemeliharaan. Silakan kembali lagi nanti."),
        ("الموقع تحت الصيانة", "الموقع قيد الصيانة حالياً. يرجى المحاولة لاحقاً."),
        ("Dead end", "Looks like this URL leads nowhere. Try our homepage instead."),
        ("Das tut uns leid", "Unter dieser Adresse gibt es keinen Inhalt. Vielleicht hilft Ihnen die Suche weiter."),
        ("Erreur", "Nous sommes désolés, cette adresse ne correspond à aucune page de notre site."),
        ("Error", "No hemos podido encontrar lo que buscas. Prueba con el buscador."),
        ("Spiacenti", "Il contenuto richiesto è stato rimosso oppure l’indirizzo è errato."),
        ("Ошибка", "К сожалению, запрошенный материал был удалён."),
        ("Fel", "Vi kan tyvärr inte hitta den sida du letar efter."),
        ("Oeps", "We kunnen deze pagina helaas niet vinden."),
        ("Błąd", "Nie znaleźliśmy tego, czego szukasz."),
        ("Erro", "Não encontramos a página que você procura."),
        ("エラー", "指定されたURLのページは存在しないか、移動しました。"),
        ("出错了", "您要找的内容可能已被移除或更名。"),
        ("त्रुटि", "यह पेज अब मौजूद नहीं है।"),
        ("خطأ", "عذرا، لم نجد الصفحة التي طلبتها."),
        ("Hang tight", "We are upgrading our systems and will return shortly."),
        ("Patience", "Nous effectuons une mise à jour. Le site sera de retour dans quelques instants."),
        ("Moment bitte", "Wegen technischer Arbeiten ist unsere Seite vorübergehend nicht erreichbar."),
    ),
    Reason.GEO_BLOCK: (
        (
            "451: Unavailable due to legal reasons",
            "We recognize you are attempting to access this website from a country belonging to the European Economic Area including the EU, which enforces the GDPR, and therefore access cannot be granted at this time.",
        ),
        ("Not available", "Sorry, this content is not available in your region."),
        ("Hinweis", "Dieser Inhalt ist in Ihrem Land leider nicht verfügbar."),
        ("Aviso", "Este contenido no está disponible en tu país."),
        ("Information", "Ce contenu n’est pas disponible dans votre pays pour des raisons de droits."),
        ("Avviso", "Questo contenuto non è disponibile nel tuo paese."),
        ("Aviso", "Este conteúdo não está disponível na sua região."),
        ("Melding", "Deze inhoud is niet beschikbaar in jouw land."),
        ("Uwaga", "Ta treść nie jest dostępna w Twoim kraju."),
        ("Внимание", "Доступ к сайту из вашей страны ограничен."),
        ("Увага", "Цей вміст недоступний у вашій країні."),
        ("Uyarı", "Bu içerik ülkenizde kullanılamıyor."),
        ("Obs", "Det här innehållet är inte tillgängligt i ditt land."),
        ("Bemærk", "Dette indhold er ikke tilgængeligt i dit land."),
        ("お知らせ", "このコンテンツはお住まいの地域ではご利用いただけません。"),
        ("提示", "很抱歉,您所在的地区无法访问此内容。"),
        ("안내", "이 콘텐츠는 회원님의 국가에서 이용할 수 없습니다."),
        ("تنبيه", "هذا المحتوى غير متاح في بلدك."),
        (
            "Access from Europe",
            "Our European visitors are important to us. This site is currently unavailable to visitors from the European Union while we work to ensure your data is protected.",
        ),
        ("Sorry", "Due to licensing restrictions, this video cannot be played in your location."),
        ("Lo sentimos", "Por restricciones geográficas no puedes acceder a este contenido desde tu ubicación actual."),
        ("Nicht verfügbar", "Aus rechtlichen Gründen ist dieses Angebot nur in Deutschland abrufbar."),
        ("403", "Access from your country has been blocked."),
        ("Attenzione", "Il servizio non è accessibile dalla tua area geografica."),
        ("Przepraszamy", "Z powodu ograniczeń licencyjnych materiał niedostępny w Twoim regionie."),
    ),
    Reason.ADBLOCK_WALL: (
        (
            "Ad blocker detected",
            "Please disable your ad blocker or add us to your whitelist to keep reading. Advertising pays for our journalism.",
        ),
        (
            "Support us",
            "It looks like you’re using an adblocker. Turn it off for this site and reload the page, or subscribe.",
        ),
        ("Adblocker erkannt", "Bitte deaktivieren Sie Ihren Adblocker, um unsere Inhalte lesen zu können."),
        ("Bloqueador detectado", "Desactiva tu bloqueador de anuncios para seguir navegando en nuestra web."),
        (
            "Bloqueur de publicité",
            "Vous utilisez un bloqueur de publicité. Merci de le désactiver pour accéder au site.",
        ),
        ("Adblock attivo", "Hai un ad blocker attivo. Disattivalo per continuare a leggere gratuitamente."),
        ("Bloqueador de anúncios", "Detectamos um bloqueador de anúncios. Desative-o para continuar a ler."),
        ("Adblocker", "Je gebruikt een adblocker. Schakel deze uit om verder te lezen."),
        ("Adblock", "Wykryliśmy, że korzystasz z AdBlocka. Wyłącz go, aby czytać dalej."),
        ("Блокировщик рекламы", "У вас включён блокировщик рекламы. Пожалуйста, отключите его, чтобы продолжить."),
        ("Reklam engelleyici", "Reklam engelleyici kullandığınızı tespit ettik. Devam etmek için lütfen kapatın."),
        ("Annonsblockerare", "Du använder en annonsblockerare. Stäng av den för att läsa vidare."),
        ("Blokování reklam", "Používáte AdBlock. Vypněte jej prosím, abyste mohli pokračovat."),
        ("広告ブロック", "広告ブロッカーが検出されました。無効にしてからページを再読み込みしてください。"),
        ("广告拦截", "检测到您使用了广告拦截插件,请关闭后继续浏览。"),
        ("광고 차단", "광고 차단 프로그램이 감지되었습니다. 해제 후 이용해 주세요."),
        ("We noticed", "Our site is paid for by ads. Please consider switching off your ad-blocking software."),
        ("Werbung finanziert uns", "Um weiterzulesen, schalten Sie bitte Ihren Werbeblocker aus."),
        ("Atención", "Parece que tienes activado un bloqueador de publicidad. Inclúyenos en tu lista blanca."),
        ("Attention", "Notre site vit grâce à la publicité. Désactivez votre adblock, s’il vous plaît."),
        ("Atenção", "Você está usando um adblocker. Libere os anúncios para continuar."),
    ),
    Reason.BOT_CHECK: (
        ("JavaScript required", "You need to enable JavaScript to run this app."),
        ("Mill Online", "Please turn on JavaScript in your browser settings to view this site."),
        ("Tagblatt", "Bitte aktivieren Sie JavaScript in Ihrem Browser, um diese Seite anzuzeigen."),
        ("El Faro", "Para ver esta página es necesario habilitar JavaScript en tu navegador."),
        ("Le Phare", "Veuillez activer JavaScript dans votre navigateur pour continuer."),
        ("La Torre", "Per visualizzare il sito devi abilitare JavaScript."),
        ("O Farol", "Ative o JavaScript no seu navegador para ver esta página."),
        ("De Toren", "Schakel JavaScript in om deze website te gebruiken."),
        ("Wieża", "Włącz obsługę JavaScript w przeglądarce, aby wyświetlić stronę."),
        ("Маяк", "Для работы сайта необходимо включить JavaScript в вашем браузере."),
        ("Fener", "Bu siteyi görüntülemek için JavaScript’i etkinleştirmeniz gerekir."),
        ("Tornet", "Du måste aktivera JavaScript för att använda webbplatsen."),
        ("灯台新聞", "JavaScriptを有効にしてください。"),
        ("灯塔日报", "请启用浏览器的JavaScript功能后再访问。"),
        ("등대일보", "자바스크립트를 활성화해 주세요. JavaScript가 필요합니다."),
        ("Majakka", "Ota JavaScript käyttöön selaimesi asetuksista."),
        ("x", "This application works only in browsers with JavaScript switched on."),
        ("x", "Ce site nécessite JavaScript pour fonctionner."),
        ("x", "Du skal slå JavaScript til for at se siden."),
        ("x", "JavaScript está deshabilitado en tu navegador."),
        ("Hold on", "Before we let you in, show us that you are not a machine."),
        ("Un momento", "Resuelve el captcha para continuar."),
        ("Prüfung", "Bitte lösen Sie das Captcha, damit wir wissen, dass Sie kein Roboter sind."),
        ("Contrôle", "Confirmez que vous n’êtes pas un robot."),
        ("Doğrulama", "Devam etmek için robot olmadığınızı doğrulayın."),
        ("Too many requests", "You have sent too many requests. Slow down and try again later."),
    ),
}
"""Titles and texts of notices."""

CHECKS = (
    """<html><head><title>Just a moment...</title><script>window._cf_chl_opt={cvId:"3",cZone:"a.example"}</script></head><body><div class="main-wrapper"><h1>a.example</h1><h2 id="challenge-running">Verifying you are human. This may take a few seconds.</h2><div>a.example needs to review the security of your connection before proceeding.</div></div></body></html>""",
    """<html><head><title>Nur einen Moment…</title><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></head><body><h1>a.example</h1><p>Bestätigen Sie, dass Sie ein Mensch sind. Dies kann ein paar Sekunden dauern.</p></body></html>""",
    """<html><head><title>Attention Required! | Cloudflare</title></head><body><div id="cf-wrapper"><div id="cf-error-details"><h1>Sorry, you have been blocked</h1><h2>You are unable to access a.example</h2><p>This website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution. There are several actions that could trigger this block including submitting a certain word or phrase, a SQL command or malformed data.</p><p>You can email the site owner to let them know you were blocked. Cloudflare Ray ID: 7d2</p></div></div></body></html>""",
    """<html><head><title>a.example</title></head><body style="margin:0"><p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','cid':'AHr','hsh':'D6','host':'geo.captcha-delivery.com'}</script><script src="https://ct.captcha-delivery.com/c.js"></script></body></html>""",
    """<html><head><title>Access to this page has been denied</title></head><body><div class="px-captcha-container"><h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><div id="px-captcha"></div><p>Reference ID 1e5b</p></div><script>window._pxAppId="PXabc";</script></body></html>""",
    """<html><head><title>Vérification</title></head><body><div id="px-captcha"></div><p>Avant de continuer, appuyez et maintenez pour confirmer que vous êtes un humain et non un robot.</p></body></html>""",
    """<html><head><meta name="ROBOTS" content="NOINDEX, NOFOLLOW"></head><body><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1" frameborder=0>Request unsuccessful. Incapsula incident ID: 449000</iframe></body></html>""",
    """<html><head><title>Pardon Our Interruption</title></head><body><h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen: you are a power user moving through this website with super-human speed, or you have disabled cookies.</p></body></html>""",
    """<html><head><title>Human Verification</title><script>window.gokuProps={"key":"AQ"};</script><script src="https://x.token.awswaf.com/challenge.js"></script></head><body><div id="challenge-container"></div><noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you are not a robot.</noscript></body></html>""",
    """<html><head><title>Sucuri WebSite Firewall - Access Denied</title></head><body><h1>Access Denied - Sucuri Website Firewall</h1><p>If you are the site owner, please whitelist your IP or review the logs. Block reason: Bad bot access attempt.</p></body></html>""",
    """<html><head><script>window.KPSDK={};KPSDK.now=Date.now</script></head><body><script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/ips.js?x=1"></script></body></html>""",
    """<html><head><title>https://www.google.example/search</title></head><body><form id="captcha-form" action="index" method="post"><div id="recaptcha" class="g-recaptcha"></div></form><div>About this page<br><br>Our systems have detected unusual traffic from your computer network. This page checks to see if it’s really you sending the requests, and not a robot.</div></body></html>""",
    """<html><head><title>DDoS-Guard</title></head><body><h1>Проверка браузера перед переходом на a.example</h1><p>Пожалуйста, подождите несколько секунд. Включите JavaScript и cookies.</p><script src="/.well-known/ddos-guard/js-challenge/index.js"></script></body></html>""",
    """<html><head><title>Вы не робот?</title></head><body><form action="/checkcaptcha"><p>Подтвердите, что запросы отправляли вы, а не робот. Нам очень жаль, но запросы с вашего устройства похожи на автоматические.</p></form></body></html>""",
    """<html><head><title>Verificación de seguridad</title></head><body><h1>Un momento</h1><p>Comprueba que eres humano completando la siguiente acción.</p><div class="h-captcha" data-sitekey="1"></div></body></html>""",
    """<html><head><title>a.example</title></head><body><p>Confirme que você não é um robô para continuar.</p><div class="g-recaptcha"></div></body></html>""",
    """<html><head><title>Controllo</title></head><body><p>Verifica di non essere un robot prima di accedere al sito.</p><div class="cf-turnstile" data-sitekey="0x"></div></body></html>""",
    """<html><head><title>確認</title></head><body><h1>セキュリティチェック</h1><p>あなたが人間であることを確認します。ロボットではありませんか。</p></body></html>""",
    """<html><head><title>安全验证</title></head><body><p>请完成安全验证后继续访问。系统检测到您的访问存在异常。</p><div id="captcha"></div></body></html>""",
    """<html><head><title>보안 확인</title></head><body><p>로봇이 아닙니다. 아래 상자를 확인해 주세요. 비정상적인 접근이 감지되었습니다.</p></body></html>""",
    """<html><head><title>Making sure you&#39;re not a bot!</title></head><body><h1>Making sure you&#39;re not a bot!</h1><p>You are seeing this because the administrator of this website has set up Anubis to protect the server against the scourge of AI companies aggressively scraping websites. This can and does cause downtime for the websites, which makes their resources inaccessible for everyone.</p></body></html>""",
    """<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>You don't have permission to access "http&#58;&#47;&#47;a.example&#47;x" on this server.<p>Reference&#32;&#35;18&#46;2f&#46;17<p>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18</body></html>""",
    """<html><head><title>Client Challenge</title></head><body><noscript>Please enable JavaScript to proceed.</noscript><p>A required part of this site couldn’t load. This may be due to a browser extension, network issues, or browser settings.</p></body></html>""",
    """<html><head><title>a.example</title></head><body><p>Potwierdź, że nie jesteś robotem. Wykryliśmy nietypowy ruch z Twojej sieci.</p></body></html>""",
)
"""Pages of vendors that check for robots, shortened."""

LEGAL = (
    (
        "Privacy Policy",
        "/privacy-policy",
        "This policy describes how we collect, use and share your personal data when you use our site. We may process information that you give us, such as your name and email address. You have the right to access, correct or delete your personal data.",
    ),
    (
        "Terms and Conditions",
        "/terms",
        "By using this website you agree to be bound by these terms. If you do not agree to these terms, do not use the site. We may change these terms at any time. Our liability is limited to the extent permitted by law.",
    ),
    (
        "Datenschutzerklärung",
        "/datenschutz",
        "Wir verarbeiten Ihre personenbezogenen Daten nach der Datenschutz-Grundverordnung. Verantwortlicher im Sinne der DSGVO ist der Verlag. Sie haben das Recht auf Auskunft, Berichtigung und Löschung Ihrer Daten.",
    ),
    (
        "Impressum",
        "/impressum",
        "Angaben gemäß § 5 TMG. Tagblatt Verlag GmbH, Marktplatz 1. Registergericht: Amtsgericht Neustadt, HRB 1234. Umsatzsteuer-Identifikationsnummer: DE000. Verantwortlich im Sinne des § 18 MStV.",
    ),
    (
        "Aviso legal",
        "/aviso-legal",
        "En cumplimiento de la Ley 34/2002 se informa de los datos del titular. El usuario acepta las presentes condiciones. El titular no se hace responsable del mal uso del sitio. Los datos personales se tratarán conforme al RGPD.",
    ),
    (
        "Política de privacidad",
        "/politica-de-privacidad",
        "El responsable del tratamiento de sus datos personales es la editorial. Usted puede ejercer sus derechos de acceso, rectificación y supresión.",
    ),
    (
        "Mentions légales",
        "/mentions-legales",
        "Le site est édité par la société Le Phare SAS. Hébergeur : Exemple. Conformément au RGPD, vous disposez d’un droit d’accès et de rectification de vos données personnelles.",
    ),
    (
        "Conditions générales d’utilisation",
        "/cgu",
        "L’utilisateur accepte les présentes conditions générales. L’éditeur se réserve le droit de modifier les présentes conditions. La responsabilité de l’éditeur ne peut être engagée.",
    ),
    (
        "Informativa sulla privacy",
        "/privacy",
        "Il titolare del trattamento dei dati personali è la società editrice. Gli utenti hanno il diritto di accesso, rettifica e cancellazione ai sensi del GDPR.",
    ),
    (
        "Política de Privacidade",
        "/politica-de-privacidade",
        "O responsável pelo tratamento dos seus dados pessoais é o jornal. Pode exercer os seus direitos de acesso, retificação e eliminação nos termos do RGPD.",
    ),
    (
        "Privacyverklaring",
        "/privacyverklaring",
        "Wij verwerken uw persoonsgegevens volgens de AVG. U heeft het recht op inzage, correctie en verwijdering van uw gegevens.",
    ),
    (
        "Polityka prywatności",
        "/polityka-prywatnosci",
        "Administratorem danych osobowych jest wydawca. Masz prawo dostępu do swoich danych, ich sprostowania i usunięcia zgodnie z RODO.",
    ),
    (
        "Политика конфиденциальности",
        "/privacy",
        "Настоящая политика определяет порядок обработки персональных данных пользователей сайта. Пользователь имеет право отозвать согласие на обработку персональных данных.",
    ),
    (
        "Gizlilik Politikası",
        "/gizlilik",
        "Kişisel verileriniz KVKK kapsamında işlenmektedir. Veri sorumlusu sıfatıyla şirketimiz kişisel verilerinizi korur.",
    ),
    (
        "Integritetspolicy",
        "/integritetspolicy",
        "Vi behandlar dina personuppgifter enligt GDPR. Du har rätt att begära tillgång till, rättelse och radering av dina personuppgifter.",
    ),
    (
        "プライバシーポリシー",
        "/privacy",
        "当社は、個人情報の保護に関する法律を遵守し、お客様の個人情報を適切に取り扱います。当社は取得した個人情報を次の目的で利用します。",
    ),
    (
        "隐私政策",
        "/privacy",
        "我们非常重视您的个人信息和隐私保护。本政策说明我们如何收集、使用和共享您的个人信息。您有权访问、更正和删除您的个人信息。",
    ),
    (
        "개인정보처리방침",
        "/privacy",
        "회사는 이용자의 개인정보를 중요시하며 개인정보 보호법을 준수합니다. 수집하는 개인정보의 항목과 이용 목적은 다음과 같습니다.",
    ),
    (
        "Cookie Policy",
        "/cookies",
        "This policy explains how we use cookies and similar technologies on this website. You can change your settings in your browser. We use third-party cookies to measure our audience.",
    ),
    (
        "Zásady ochrany osobních údajů",
        "/gdpr",
        "Správcem osobních údajů je vydavatel. Máte právo na přístup k osobním údajům, jejich opravu a výmaz podle GDPR.",
    ),
)
"""Titles, paths and texts of legal pages."""

HEADLINES = {
    "en": (
        "Mill reopens after forty years of silence|Mayor resigns over bridge contract dispute|Ferry company raises fares for winter|Teachers strike enters its third week|Harbour dredging delayed again until May|New library opens its doors on Saturday|Farmers warn of poor apple harvest|Council approves plans for cycle lanes|Orchestra announces summer programme in park|Storm damages roofs along the coast|Hospital to hire two hundred nurses|River clean-up finds century-old boat",
        "The long-awaited decision came late on Monday evening after hours of debate behind closed doors.",
        "News",
    ),
    "de": (
        "Mühle öffnet nach vierzig Jahren wieder|Bürgermeister tritt wegen Brückenvertrag zurück|Fähre erhöht die Preise zum Winter|Lehrerstreik geht in die dritte Woche|Hafenvertiefung verzögert sich bis Mai|Neue Bibliothek öffnet am Samstag|Bauern warnen vor schlechter Apfelernte|Rat beschließt Pläne für Radwege|Orchester stellt Sommerprogramm vor|Sturm beschädigt Dächer an der Küste|Krankenhaus sucht zweihundert Pfleger|Altes Boot bei Flussreinigung entdeckt",
        "Die lange erwartete Entscheidung fiel am späten Montagabend nach stundenlanger Debatte hinter verschlossenen Türen.",
        "Nachrichten",
    ),
    "es": (
        "El molino reabre tras cuarenta años|El alcalde dimite por el contrato del puente|La naviera sube las tarifas de invierno|La huelga docente entra en su tercera semana|El dragado del puerto se retrasa a mayo|La nueva biblioteca abre el sábado|Los agricultores temen mala cosecha de manzana|El concejo aprueba carriles para bicicletas|La orquesta anuncia su programa de verano|El temporal daña tejados en la costa|El hospital contratará doscientas enfermeras|Hallan un barco antiguo en el río",
        "La esperada decisión llegó a última hora del lunes tras varias horas de debate a puerta cerrada.",
        "Noticias",
    ),
    "fr": (
        "Le moulin rouvre après quarante ans|Le maire démissionne pour le contrat du pont|La compagnie de ferries augmente ses tarifs|La grève des enseignants entre en troisième semaine|Le dragage du port repoussé à mai|La nouvelle bibliothèque ouvre samedi|Les agriculteurs craignent une mauvaise récolte|Le conseil approuve les pistes cyclables|L’orchestre annonce son programme d’été|La tempête endommage les toits du littoral|L’hôpital va recruter deux cents infirmières|Un bateau ancien retrouvé dans la rivière",
        "La décision tant attendue est tombée lundi soir après des heures de débat à huis clos.",
        "Actualités",
    ),
    "pl": (
        "Młyn znów otwarty po czterdziestu latach|Burmistrz odchodzi po sporze o most|Promy podnoszą ceny biletów na zimę|Strajk nauczycieli trwa trzeci tydzień|Pogłębianie portu opóźnione do maja|Nowa biblioteka rusza w sobotę|Rolnicy ostrzegają przed słabymi zbiorami|Rada zatwierdza plany ścieżek rowerowych|Orkiestra ogłasza letni program w parku|Wichura uszkodziła dachy na wybrzeżu|Szpital zatrudni dwieście pielęgniarek|W rzece znaleziono stuletnią łódź",
        "Długo oczekiwana decyzja zapadła późnym wieczorem w poniedziałek po wielu godzinach narad.",
        "Wiadomości",
    ),
    "ru": (
        "Мельница открылась после сорока лет простоя|Мэр ушёл в отставку из-за моста|Паромная компания повышает цены на зиму|Забастовка учителей длится третью неделю|Углубление порта отложено до мая|Новая библиотека откроется в субботу|Фермеры ждут плохого урожая яблок|Совет одобрил планы велодорожек|Оркестр объявил летнюю программу концертов|Шторм повредил крыши на побережье|Больница наймёт двести медсестёр|В реке нашли столетнюю лодку",
        "Долгожданное решение было принято поздно вечером в понедельник после многочасовых закрытых обсуждений.",
        "Новости",
    ),
    "it": (
        "Il mulino riapre dopo quarant’anni|Il sindaco si dimette per il contratto del ponte|I traghetti aumentano le tariffe invernali|Lo sciopero dei docenti alla terza settimana|Dragaggio del porto rinviato a maggio|La nuova biblioteca apre sabato|Gli agricoltori temono un raccolto scarso|Il consiglio approva le piste ciclabili|L’orchestra annuncia il programma estivo|La tempesta danneggia i tetti sulla costa|L’ospedale assumerà duecento infermieri|Trovata una barca antica nel fiume",
        "L’attesa decisione è arrivata lunedì sera dopo ore di dibattito a porte chiuse.",
        "Notizie",
    ),
    "pt": (
        "O moinho reabre depois de quarenta anos|O prefeito renuncia por contrato da ponte|Balsa aumenta tarifas para o inverno|Greve dos professores entra na terceira semana|Dragagem do porto adiada para maio|Nova biblioteca abre no sábado|Agricultores temem má colheita de maçã|Câmara aprova planos de ciclovias|Orquestra anuncia programa de verão|Temporal danifica telhados na costa|Hospital vai contratar duzentas enfermeiras|Barco antigo é achado no rio",
        "A decisão tão esperada saiu na noite de segunda-feira depois de horas de debate a portas fechadas.",
        "Notícias",
    ),
    "nl": (
        "De molen draait weer na veertig jaar|Burgemeester stapt op om brugcontract|Veerdienst verhoogt de prijzen deze winter|Lerarenstaking gaat derde week in|Baggeren van haven uitgesteld tot mei|Nieuwe bibliotheek opent op zaterdag|Boeren waarschuwen voor slechte appeloogst|Raad keurt plannen voor fietspaden goed|Orkest presenteert zomerprogramma in park|Storm beschadigt daken langs de kust|Ziekenhuis zoekt tweehonderd verpleegkundigen|Eeuwenoude boot gevonden in rivier",
        "Het lang verwachte besluit viel maandagavond laat na urenlang debat achter gesloten deuren.",
        "Nieuws",
    ),
    "tr": (
        "Değirmen kırk yıl sonra yeniden açıldı|Belediye başkanı köprü yüzünden istifa etti|Feribot şirketi kış ücretlerini artırdı|Öğretmen grevi üçüncü haftasına girdi|Liman çalışması mayısa ertelendi|Yeni kütüphane cumartesi günü açılıyor|Çiftçiler kötü elma hasadından endişeli|Meclis bisiklet yolu planını onayladı|Orkestra yaz programını parkta açıkladı|Fırtına kıyıdaki çatılara zarar verdi|Hastane iki yüz hemşire alacak|Nehirde yüz yıllık tekne bulundu",
        "Uzun süredir beklenen karar pazartesi akşamı saatler süren kapalı görüşmelerin ardından geldi.",
        "Haberler",
    ),
    "sv": (
        "Kvarnen öppnar igen efter fyrtio år|Borgmästaren avgår efter strid om bron|Färjebolaget höjer priserna i vinter|Lärarstrejken går in på tredje veckan|Muddringen av hamnen försenas till maj|Nya biblioteket öppnar på lördag|Bönder varnar för dålig äppelskörd|Fullmäktige godkänner planer på cykelvägar|Orkestern presenterar sommarens program|Stormen skadade tak längs kusten|Sjukhuset anställer tvåhundra sjuksköterskor|Hundraårig båt hittad i ån",
        "Det efterlängtade beslutet kom sent på måndagskvällen efter timmar av debatt bakom stängda dörrar.",
        "Nyheter",
    ),
    "ja": (
        "水車小屋が四十年ぶりに再開|市長が橋の契約をめぐり辞任|フェリー会社が冬の運賃を値上げ|教員ストが三週目に入る|港の浚渫工事は五月まで延期|新しい図書館が土曜日に開館|農家がリンゴの不作を警告|議会が自転車道の計画を承認|オーケストラが夏の演目を発表|嵐で沿岸の屋根に被害|病院が看護師二百人を採用へ|川から百年前の船が見つかる",
        "長く待たれた決定は、数時間に及ぶ非公開の議論の末、月曜の夜遅くに下された。",
        "ニュース",
    ),
}
"""The headlines of a list, separated by bars, the text of a teaser, and the title of the list."""

PRODUCTS = (
    (
        "Bread oven, 40 litres",
        "Add to cart",
        "Free delivery from 20 euros. In stock. The oven bakes four loaves at once and heats in ten minutes. Its door has double glazing, and the stone plate comes out for cleaning. Two-year warranty. Power 2,000 W, weight 14 kg, cable 1.5 m.",
    ),
    (
        "Brotbackofen, 40 Liter",
        "In den Warenkorb",
        "Versandkostenfrei ab 20 Euro. Auf Lager. Der Ofen backt vier Brote zugleich und heizt in zehn Minuten auf. Die Tür ist doppelt verglast, die Steinplatte lässt sich zum Reinigen entnehmen. Zwei Jahre Garantie.",
    ),
    (
        "Horno de pan, 40 litros",
        "Añadir al carrito",
        "Envío gratis desde 20 euros. En stock. El horno cuece cuatro panes a la vez y se calienta en diez minutos. La puerta tiene doble cristal y la piedra se retira para limpiarla. Dos años de garantía.",
    ),
    (
        "Four à pain, 40 litres",
        "Ajouter au panier",
        "Livraison gratuite dès 20 euros. En stock. Le four cuit quatre pains à la fois et chauffe en dix minutes. La porte a un double vitrage et la pierre se retire pour le nettoyage. Garantie deux ans.",
    ),
    (
        "Forno per pane, 40 litri",
        "Aggiungi al carrello",
        "Spedizione gratuita da 20 euro. Disponibile. Il forno cuoce quattro pani alla volta e si scalda in dieci minuti. La porta ha doppio vetro e la pietra si estrae per la pulizia. Garanzia due anni.",
    ),
    (
        "Piec do chleba, 40 litrów",
        "Dodaj do koszyka",
        "Darmowa dostawa od 20 euro. W magazynie. Piec wypieka cztery bochenki naraz i nagrzewa się w dziesięć minut. Drzwiczki mają podwójną szybę, a kamień wyjmuje się do czyszczenia. Dwa lata gwarancji.",
    ),
    (
        "Печь для хлеба, 40 литров",
        "Добавить в корзину",
        "Бесплатная доставка от 20 евро. В наличии. Печь выпекает четыре буханки сразу и нагревается за десять минут. Дверца с двойным стеклом, камень вынимается для чистки. Гарантия два года.",
    ),
    (
        "パン焼きオーブン 40リットル",
        "カートに入れる",
        "送料無料。在庫あり。一度に四斤のパンを焼くことができ、十分で温まります。扉は二重ガラスで、石板は取り外して掃除できます。保証は二年です。",
    ),
    (
        "Ekmek fırını, 40 litre",
        "Sepete ekle",
        "20 euro üzeri ücretsiz kargo. Stokta var. Fırın aynı anda dört ekmek pişirir ve on dakikada ısınır. Kapısı çift camlıdır, taş levha temizlik için çıkarılabilir. İki yıl garanti.",
    ),
    (
        "Broodoven, 40 liter",
        "In winkelwagen",
        "Gratis levering vanaf 20 euro. Op voorraad. De oven bakt vier broden tegelijk en warmt in tien minuten op. De deur heeft dubbel glas en de steen is uitneembaar. Twee jaar garantie.",
    ),
)
"""Names, cart buttons and descriptions."""


def shell(title: str, main: str, layout: int = 0, head: str = "") -> str:
    """A page with a menu around its main part, in one of three layouts."""
    menu = "".join(f'<li><a href="/{number}">Menu {number}</a></li>' for number in range(9))
    if layout == 0:
        body = f"<header><nav><ul>{menu}</ul></nav></header><main>{main}</main><footer><p>© 2026</p></footer>"
    elif layout == 1:
        body = f"<div id=top><ul>{menu}</ul></div><div class=content>{main}</div><div><a href=/about>About</a></div>"
    else:
        body = f"<table><tr><td>{menu}</td><td>{main}</td></tr></table>"
    return f"<!doctype html><html><head><title>{escape(title)}</title>{head}</head><body>{body}</body></html>"


def notice(title: str, text: str, layout: int) -> str:
    """A page with a notice."""
    title, text = escape(title), escape(text)
    mains = (
        f"<h1>{title}</h1><p>{text}</p>",
        f"<div class=msg><h2>{title}</h2>" + "".join(f"<p>{part}.</p>" for part in text.split(". ")) + "</div>",
        f"<center><b>{title}</b><br><br>{text}</center>",
    )
    return shell(f"{title} | Beacon" if layout else "Beacon", mains[layout], layout)


def listing(headlines: list[str], teaser: str, title: str, layout: int) -> str:
    """A list of other pages, in one of six layouts."""
    items = {
        0: '<article class=teaser><h2><a href="/2026/{n}">{h}</a></h2><p>{t}</p><time datetime="2026-03-0{d}">0{d}.03.</time></article>',
        1: '<li><a href="/a/{n}"><h3>{h}</h3><p>{t}</p></a><span class=date>0{d}.03.2026</span></li>',
        2: '<div class=item><a href="/n/{n}">{h}</a></div>',
        3: '<div class=card><div class=card-title><a href="/s{n}.html">{h}</a></div><div>{t} {t}</div><a href="/s{n}.html">»</a></div>',
        4: '<dt><a href="/x?id={n}"><b>{h}</b></a></dt><dd>{t}</dd>',
        5: '<article><a href="/p/{n}"><h4>{h}</h4></a><div>0{d}.03.2026</div><div>{t} <a href="/p/{n}">…</a></div></article>',
    }[layout]
    rows = "".join(items.format(n=number, d=number % 9 + 1, h=head, t=teaser) for number, head in enumerate(headlines))
    return shell(title, f"<h1>{title}</h1>{rows}", layout % 3)


def product(name: str, cart: str, text: str, layout: int) -> str:
    """A product in a shop, declared in one of three ways."""
    button = f'<form action="/cart/add"><span>199,00 €</span><button name="add-to-cart">{cart}</button></form>'
    main = f"<h1>{name}</h1>{button}" + f"<p>{text}</p>" * 3
    head = (
        '<script type="application/ld+json">{"@type":"Product","offers":{"@type":"Offer","price":"199"}}</script>',
        "",
        '<meta property="og:type" content="og:product">',
    )[layout]
    if layout == 1:
        main = f'<div itemscope itemtype="https://schema.org/Product">{main}</div>'
    return shell(name, main, layout, head)
