from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.peak import peak_below
from tests.stages.residue_stories import SHORT_LINES, STORIES
from worker.messages import Article
from worker.residue import word_tables
from worker.residue.line_matcher import _WORD, LINE_RULES
from worker.residue.rules import MAX_LINE_CHARS, fold
from worker.stages.residue import residue, rule_of, without_tags

SEED = (Path(__file__).parents[1] / "data" / "seed_article.txt").read_text(encoding="utf-8")

# Examples of lines for each rule. Publishers and names are invented.
LINES = {
    "ad_label": """
        This advertisement has not loaded yet, but your article continues below.
        El artículo continúa después de la publicidad
        Votre contenu continue après cette annonce
        Dalsza część tekstu znajduje się pod reklamą
        記事は広告の後に続きます
        Presented by Example Bank
        Conteúdo patrocinado por Exemplo Seguros
        Партнерский материал
        Advertisement
        [ADVERTISEMENT]
        ADVERTISEMENT - SCROLL TO CONTINUE
        Story continues below this ad
        Article continues after advertisement
        Sponsored content
        - Anzeige -
        Werbung – nach der Anzeige weiterlesen
        Continúa después de la publicidad
        La suite après cette publicité
        CONTINUA DOPO LA PUBBLICITÀ
        Continua após a publicidade
        Lees verder na de advertentie
        REKLAMA
        Реклама
        Annons
        إعلان
        विज्ञापन
        【広告】
        广告
        [광고]
    """,
    "interface": """
        Skip to main content
        Gift this article
        0:00 / 3:51
        412 views
        Home > News > World
        Ascolta la versione audio dell'articolo
        Share
        Share on Facebook
        Facebook X WhatsApp Copy link
        Facebook | LinkedIn | E-mail
        Share this article
        12 Comments
        Leave a comment
        Listen to this article
        Click to email a link to a friend (Opens in new window)
        Artikel teilen
        Compartir en Facebook
        Partager sur WhatsApp
        Condividi l'articolo
        Compartilhe esta notícia
        Deel dit artikel
        Udostępnij na Facebooku
        Поделиться
        Haberi paylaş
        Sdílet článek
        この記事をシェア
        分享到微信
        공유하기
    """,
    "read_time": """
        5 min read
        4-minute read
        Reading time: 4 minutes
        Lesedauer: 3 Min.
        Tiempo de lectura: 4 min
        Temps de lecture : 3 minutes
        2 min di lettura
        Leestijd 3 minuten
        Czas czytania: 3 min.
        Час читання: 3 хв
        Okuma süresi: 2 dk
    """,
    "date_stamp": """
        By Ann Example | Updated on: Jan 9, 2024 | 08:12 AM
        Понеділок, 11 вересня 2023, 18:04
        2023年6月9日 19時30分
        02.02.2024, 07:45 Uhr
        Updated: 14 June 2023, 10:42 IST
        Published 3 hours ago
        Last modified on March 3, 2024 at 9:15 pm EST
        Last update: Tuesday, 10:30
        Stand: 12.03.2024, 14:05 Uhr
        Actualizado: 5 de mayo de 2023 a las 10:30
        Publié le 4 mai 2023 à 10h12
        Aggiornato il 3 giugno 2023
        Atualizado em 10/06/2023 às 14h20
        Обновлено 14 июня 2023, 10:42
        Güncelleme: 14 Haziran 2023 10:42
        2023年6月14日 10時42分 更新
        发布时间：2023年6月12日 10:30
        입력 2023.06.14 10:42
    """,
    "photo_credit": """
        Image source, Getty Images
        Courtesy of the Example County Sheriff's Office
        📷 Ann Example/The Example
        (Express Photo by Ann Example)
        Foto LaPresse - Anna Esempio
        撮影・佐藤例
        Фото: пресс-служба музея
        Archives Exemple, Anne Exemple
        Photo: Reuters
        Image credit: Getty Images
        File photo. (AP Photo/Ann Example)
        Photo by Ann Example / AFP
        REUTERS/Ann Example
        Ann Example / AFP via Getty Images
        Representative image
        Foto: dpa/Ann Example
        Bild: picture alliance/dpa
        Crédit photo : AFP
        Fotografía: EFE
        Foto: Agência Brasil
        Fot. Anna Przykład
        Фото: ТАСС
        写真：共同通信
        图片来源：新华社
        사진=연합뉴스
    """,
    "related_link": """
        >> Minister opens the new bridge over the river
        → Minister opens the new bridge over the river
        MORE: Minister opens bridge
        Click here to read: Minister opens bridge
        Article réservé à nos abonnés Lire aussi Le ministre inaugure un pont
        اقرأ أيضًا | الوزير يفتتح جسرا
        Also read: Minister opens bridge over the river
        READ ALSO | Minister opens bridge
        Read more: 7 things to know
        You may also like
        Don't miss: Minister opens bridge
        Continue reading below
        Lesen Sie auch: Minister eröffnet Brücke
        Das könnte Sie auch interessieren: Minister eröffnet Brücke
        Te puede interesar: Ministro abre puente
        À lire aussi : Le ministre inaugure un pont
        Leggi anche > Il ministro apre un ponte
        Leia também: Ministro abre ponte
        Lees ook: Minister opent brug
        Czytaj też: Minister otwiera most
        Читайте также: Министр открыл мост
        Читайте також: Міністр відкрив міст
        Ayrıca okuyun: Bakan köprüyü açtı
        İLGİLİ HABER: Bakan köprüyü açtı
        Läs också: Minister öppnar bro
        Čtěte také: Ministr otevřel most
        اقرأ أيضا: الوزير يفتتح جسرا
        यह भी पढ़ें: मंत्री ने पुल खोला
        関連記事：大臣が橋を開通
        【関連記事】大臣が橋を開通
        相关阅读：部长为大桥剪彩
        [관련기사] 장관, 다리 개통
    """,
    "newsletter": """
        Enter your email address
        Never miss a story: turn on notifications for The Example.
        Have a story? Email our newsdesk at tips@paper.example
        Cet article vous a plu ? Suivez-nous sur WhatsApp.
        Нашли опечатку? Выделите фрагмент и нажмите Ctrl+Enter
        Ladda ner appen – få nyheterna först
        扫描二维码,关注官方微博
        この記事は有料記事です。残り1,204文字 会員登録すると続きをお読みいただけます。
        Sign up for our daily newsletter to get the top stories in your inbox.
        Join our WhatsApp channel for instant updates.
        Follow The Example on Google News and Facebook.
        Download The Example app for breaking news alerts.
        Already a subscriber? Log in
        Abonnieren Sie unseren kostenlosen Newsletter.
        Jetzt kostenlos zum Newsletter anmelden!
        Suscríbete a nuestro boletín diario.
        Abonnez-vous à notre chaîne WhatsApp.
        Seguici su Telegram.
        Inscreva-se no nosso canal no YouTube
        Schrijf je in voor onze nieuwsbrief.
        Zapisz się do naszego newslettera.
        Подписывайтесь на наш Telegram-канал.
        Підписуйтесь на наш Telegram-канал.
        Bizi Google News'te takip edin
        Prenumerera på vårt nyhetsbrev.
        Meld deg på vårt nyhetsbrev.
        Tilmeld dig vores nyhedsbrev.
        Sledujte nás na Facebooku
        تابعونا على فيسبوك
        हमारे व्हाट्सएप चैनल से जुड़ें।
        LINE友だち登録はこちら
        关注我们的微信公众号
        뉴스레터 구독하기
    """,
    "syndication": """
        — The Example's Ann Roe and John Roe contributed to this report.
        Diese Meldung wurde automatisiert von einer Nachrichtenagentur übernommen.
        This story was produced in partnership with Example News.
        Tekst powstał na podstawie depeszy PAP.
        Bu haber ajans tarafından otomatik olarak servis edilmiştir.
        यह खबर सिंडिकेट फीड से सीधे ली गई है, इसे हमारी टीम ने संपादित नहीं किया है।
        (This story has not been edited by Example staff and is auto-generated from a syndicated feed.)
        Except for the headline, this story has not been edited by our staff.
        This article originally appeared on Example.com.
        The post The bridge reopened, and nobody came appeared first on The Example.
        Der Beitrag Brücke eröffnet erschien zuerst auf Beispiel.
        La entrada El puente reabre se publicó primero en Ejemplo.
        (With inputs from agencies)
        (Reporting by Jane Roe in Paris; Editing by John Roe)
        Additional reporting by Jane Roe
        The Associated Press contributed to this report.
        Mit Material der dpa
        (Con información de EFE)
        Avec AFP
        Com informações da Agência Brasil
        По материалам РИА Новости
    """,
    "wire_signoff": """
        Le Monde avec AFP
        dpa-infocom, dpa:230918-99-241873/5
        Fonte: Esempio
        (أ ف ب، رويترز)
        【時事通信社】
        (끝)
        (ANI)
        --IANS
        PTI AB CD EF
        (dpa)
        dpa/abc
        Quelle: dpa
        Fuente: EFE
        (ANSA)
        Источник: ТАСС
        (رويترز)
        （共同）
    """,
    "copyright": """
        No part of this publication may be reproduced without written permission of the publisher.
        ™ & © 2022 Example News, Inc., an Example Company.
        Nachdruck, auch auszugsweise, nur mit Genehmigung des Verlags.
        Kaynak gösterilmeden alıntı yapılamaz.
        При копіюванні матеріалів посилання на джерело обов’язкове.
        <저작권자 © 예시일보, 무단 전재 및 재배포 금지>
        © 2023 The Example Times. All rights reserved.
        Copyright 2023 The Example Press. This material may not be published or redistributed.
        (c) 2024 Example
        All rights reserved.
        Alle Rechte vorbehalten.
        Todos los derechos reservados.
        Tous droits réservés.
        © RIPRODUZIONE RISERVATA
        Wszelkie prawa zastrzeżone.
        Все права защищены.
        Tüm hakları saklıdır.
        無断転載・複製を禁じます
        版权所有，未经授权不得转载。
    """,
    "cookie_notice": """
        We and our 842 partners store and access information on a device, such as cookies, to process personal data.
        Continue without accepting
        Tout accepter Tout refuser Paramétrer les cookies
        Çerezleri kabul et
        すべてのCookieを受け入れる
        Korzystając z serwisu, wyrażasz zgodę na używanie plików cookies.
        قبول الكل رفض الكل
        We use cookies to improve your experience. By continuing you accept our cookie policy.
        This website uses cookies. Accept all Reject all Manage preferences
        By clicking Accept you agree to the use of cookies.
        Accept All Cookies
        We value your privacy
        Wir verwenden Cookies, um Ihnen das beste Erlebnis zu bieten.
        Este sitio web usa cookies
        Nous utilisons des cookies pour améliorer votre expérience.
        Questo sito utilizza i cookie.
        Deze website maakt gebruik van cookies.
        Ta strona używa plików cookie.
        Мы используем файлы cookie.
        このサイトはクッキーを使用しています。
    """,
    "script_notice": """
        You need to enable JavaScript to run this app.
        Ihr Browser unterstützt dieses Video nicht, bitte aktivieren Sie JavaScript.
        Please enable JavaScript to view this content.
        Your browser does not support the video tag.
        JavaScript is disabled in your browser.
        This video is not available in your region.
        Bitte aktivieren Sie JavaScript.
    """,
}

STORY = """
    Advertisement revenue at the broadcaster fell by five per cent in the second quarter, the company said.
    Read more books, the minister told pupils at the opening of the library on Monday.
    The newspaper said its subscribers had grown since it stopped sending the newsletter by post.
    “Share what you have, even when you have little,” she said.
    “Sign up for our newsletter,” the banner over the stage read.
    Cookies remain the most popular snack in the survey, ahead of crisps and chocolate.
    Allow cookies to cool for ten minutes before serving.
    We use cookies as bait, the park ranger explained, because bears love sugar.
    The photo, taken by a Reuters photographer, shows the two leaders shaking hands.
    All rights reserved for the refugees under the convention were respected, the court found.
    Copyright law has not kept up with the machines, said the professor in 2021.
    Updated figures released on Wednesday showed that unemployment had risen for the third month.
    Published in 1962, the novel sold more than ten million copies.
    Share prices in Tokyo closed two per cent higher on Monday.
    Related to this, the ministry said it would publish the figures in May.
    More: that was all the boy in the novel asked for.
    Watch the skies on 12 August: the Perseids will be at their best.
    Reporting by the Guardian in 2019 showed that the company knew of the risk.
    Written by a committee, the text pleases nobody.
    The report was published by the ministry on Friday and shows a fall in crime.
    Reuters reported on Monday that the talks had broken down.
    Credit: that is what small farmers in the region lack most.
    Image is everything in this business, he said.
    Follow the money, the prosecutor told the jury in her closing speech.
    Receive a vaccine, get a beer: that was the offer on Facebook.
    Download speeds have doubled since 2020, the regulator found.
    Join the army, see the world, the poster said.
    3 hours ago he was alive.
    2 minutes to midnight
    Last May 12 people died.
    May 20, 2025
    Less is more
    and/or
    The follow-up study [2] was published in the same journal a year later.
    The tablet was labelled [sic] by the curator, and […] then sold.
    Anzeige erstattete die Mutter erst zwei Tage später bei der Polizei.
    Stand 2023 lebten dort noch vierzig Familien.
    Hier wohnte Goethe, heute eine App-Firma.
    Publicidad engañosa fue el motivo de la multa, según el regulador.
    Sigue la búsqueda en el canal
    La photo a fait le tour du monde en quelques heures.
    Foto av olyckan spreds snabbt.
"""


def lines(block: str) -> list[str]:
    return [line.strip() for line in block.strip().splitlines()]


def cleaned(text: str) -> str:
    return residue(Article(text=text)).text or ""


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, block in LINES.items() for line in lines(block)])
def test_a_line_of_boilerplate_is_removed_and_its_rule_is_counted(rule: str, line: str) -> None:
    article = residue(Article(text=f"The bridge reopened on Monday.\n{line}\nTraffic was light."))
    assert article.text == "The bridge reopened on Monday.\nTraffic was light."
    assert article.removed == {rule: 1}


@pytest.mark.parametrize("agencies", ["efe-epa, pa wire & aap", "AFP/Ritzau", "Ritzau, AFP-Jiji und dpa"])
def test_agencies_whose_names_contain_others_sign_off_too(agencies: str) -> None:
    assert rule_of(f"Quelle: {agencies}") == "wire_signoff"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("line", ["Quelle: afp{}?", "Ann Example met afp{}?", "Avec afp{}?", "Ann Example | afp{}?"])
@pytest.mark.parametrize("more", ["/ritzau/afp", "e anp", "afpe an", " / afp"])
def test_ambiguous_agency_names_take_little_time(line: str, more: str) -> None:
    assert rule_of(line.format(more * ((MAX_LINE_CHARS - len(line)) // len(more)))) is None


def test_every_rule_has_an_example_here() -> None:
    assert set(LINES) == LINE_RULES


@pytest.mark.parametrize("line", lines(STORY))
def test_a_sentence_of_the_story_stays(line: str) -> None:
    article = Article(text=line)
    assert residue(article) is article


@pytest.mark.parametrize(
    ("language", "line"), [(name, line) for name, block in STORIES.items() for line in lines(block)]
)
def test_a_sentence_with_words_of_boilerplate_stays_in_every_language(language: str, line: str) -> None:
    assert (language, rule_of(line)) == (language, None)


@pytest.mark.parametrize("line", [line for block in SHORT_LINES.values() for line in lines(block)])
def test_the_shortest_boilerplate_is_removed_in_every_language(line: str) -> None:
    assert rule_of(line) is not None


@pytest.mark.parametrize("rule", LINES)
def test_a_line_inside_a_paragraph_of_the_story_stays(rule: str) -> None:
    """A rule matches whole lines. The same words at the start, in the middle or at the end of a paragraph belong to it."""
    story = "The mayor, who had fought for the bridge for eleven years, read the words aloud and then burst into tears."
    for line in lines(LINES[rule]):
        for paragraph in (f"{story} {line}", f"{story} {line} {story}"):
            assert cleaned(paragraph) == paragraph


@pytest.mark.parametrize("line", ["Also read: " + "x" * MAX_LINE_CHARS, "We use cookies to " + "improve " * 40])
def test_a_line_longer_than_any_boilerplate_stays(line: str) -> None:
    assert cleaned(line) == line


@pytest.mark.parametrize("dressed", ["▶ {}", "• {}", "**{}**", "({})", "[{}]", "»{}«", "# {}", "{}:", "{}…", " {} "])
def test_decoration_does_not_hide_boilerplate(dressed: str) -> None:
    assert cleaned(dressed.format("Story continues below this ad")) == ""


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "[ad_1]",
            "[ad_2]",
            "[source_link]",
            "[matched_content]",
            "[rule_3]",
            "[rule_12_plain]",
            "[og_img]",
            "[post_title]",
        ),
        *(
            "[ad]",
            "[adsense]",
            "[/caption]",
            '[gallery ids="1,2"]',
            '[caption id="attachment_1" width="300"]',
            "[vc_row a=1]",
            "[rule_{ruleID}_plain]",
            '[adinserter block="3"]',
            "[quads id=1]",
            "[ad-1]",
        ),
    ],
)
def test_a_template_tag_is_removed_wherever_it_is(tag: str) -> None:
    article = residue(
        Article(text=f"{tag}\nThe bridge {tag} reopened {tag}, late.\n{tag}{tag} Traffic was light.{tag}")
    )
    assert article.text == "The bridge reopened, late.\nTraffic was light."
    assert article.removed == {"template_tag": 6}


@pytest.mark.parametrize(
    "text",
    [
        "see [2] and [12]",
        "“He [sic] said […] it [the bridge] stood.”",
        "x = values[my_index]",
        "[AB_CD]",
        "[note]",
        "a[0]",
    ],
)
def test_brackets_of_the_story_stay(text: str) -> None:
    assert cleaned(text) == text


def test_a_tag_glued_to_a_word_is_removed_too() -> None:
    assert cleaned("The bridge[ad_1] reopened.") == "The bridge reopened."


def test_tags_and_lines_are_added_to_the_counts_of_earlier_stages() -> None:
    article = residue(Article(text="[ad_1]\nShare\nStory.\nShare", removed={"interface": 1, "other": 2}))
    assert article.removed == {"interface": 3, "other": 2, "template_tag": 1}


@pytest.mark.parametrize("article", [Article(), Article(text=""), Article(text="\n\n")])
def test_an_empty_article_stays_empty(article: Article) -> None:
    assert residue(article) is article


def test_the_seed_article_loses_its_tags_and_nothing_else() -> None:
    assert cleaned(SEED).split("\n") == SEED.split("\n")[1:-1]


def test_every_word_in_the_tables_can_occur_in_a_line() -> None:
    words = frozenset[str]().union(
        *(rule.all_words for rule in word_tables.WORD_RULES),
        *(rule.head.all_words | rule.alone for rule in word_tables.HEAD_RULES),
    )
    assert [word for word in words if not _WORD.fullmatch(word) or fold(word) != word] == []


ODD = st.text(st.one_of(st.sampled_from("[]_ad1 .:/|\n—“"), st.characters()), max_size=60)


@settings(max_examples=300)
@given(
    st.lists(st.one_of(ODD, st.sampled_from([line for block in LINES.values() for line in lines(block)])), max_size=6)
)
def test_any_text_is_cleaned_without_an_error_and_only_shortened(parts: list[str]) -> None:
    text = "\n".join(parts)
    article = residue(Article(text=text))
    assert article.text is not None
    assert len(article.text) <= len(text)
    assert (article.text == text) == (not article.removed)


@settings(max_examples=200)
@given(ODD)
def test_a_line_has_the_same_fate_whatever_surrounds_it(line: str) -> None:
    line = line.replace("\n", " ")
    assert (rule_of(line) is None) == (rule_of(f"  {line} ") is None)


@pytest.mark.parametrize(
    "filling", ["a ", "the ", "A. ", "cookies ", "ap/", "newsletter ", "字", ", ", "[a_", "(", "- "]
)
def test_hostile_lines_take_little_time(filling: str) -> None:
    """Each pattern gets lines that almost match. All patterns together take far less than 1 ms per line."""
    openings = [
        "this story ",
        "we use ",
        "by ",
        "sign up ",
        "follow ",
        "photo ",
        "copyright ",
        "disclaimer: ",
        "with ",
        "",
    ]
    text = "\n".join((opening + filling * MAX_LINE_CHARS)[:MAX_LINE_CHARS] for opening in openings * 100)
    begin = time.process_time()
    residue(Article(text=text))
    assert time.process_time() - begin < 1.0


def test_the_middle_of_more_than_two_thousand_lines_stays() -> None:
    article = residue(Article(text="\n".join(f"Updated: {n} June 2023" for n in range(3_000))))
    assert article.removed == {"date_stamp": 2_000}
    lines = (article.text or "").split("\n")
    assert (lines[0], lines[-1]) == ("Updated: 1000 June 2023", "Updated: 1999 June 2023")


def test_a_line_with_very_many_parts_is_not_split() -> None:
    assert rule_of("|".join(["Share"] * 24)) == "interface"
    assert rule_of("|".join(["Share"] * 25)) is None


def test_a_row_of_a_million_tags_takes_little_memory() -> None:
    line = "[a_b]" * 200_000
    with peak_below(10 << 20):
        assert without_tags(line) == ("", 200_000)


def test_tags_are_searched_in_a_million_characters_of_lines_with_brackets() -> None:
    line = "word " * 1_000 + "[ad_1]"
    article = residue(Article(text=f"{line}\n" * 300))
    assert article.removed == {"template_tag": (1 << 20) // len(line)}


def test_tags_are_removed_at_both_ends_of_a_long_text() -> None:
    article = residue(Article(text="[ad_1]\n" * 3_000))
    assert article.removed == {"template_tag": 1_999}  # an empty line ends the text


@pytest.mark.parametrize(
    "line",
    [
        "登録|購読 |関連|分享|同意|登録|購読 |関連|分享|{n}",
        "登録購読関連記事分享" * 7 + "{n}",
        "{n} " + "登録" * 40,
        "a b c d cookies site web we cookie accept e f g h" + "._" * 40 + "{n}",
    ],
)
def test_lines_that_look_like_boilerplate_take_little_time(line: str) -> None:
    text = "\n".join(line.replace("{n}", f"{n:x}") for n in range(10_000))
    begin = time.process_time()
    residue(Article(text=text))
    assert time.process_time() - begin < 2.0


def test_parts_of_lines_are_judged_unless_there_are_too_many() -> None:
    share = " | ".join(["Share"] * 9)
    article = residue(Article(text="\n".join(f"{share} | Updated: {n} June 2023\nPart {n}." for n in range(500))))
    assert article.removed == {"interface": 400}


def test_lines_of_code_are_kept_whatever_they_look_like() -> None:
    code = [
        ">>> print A.x, B.x, C.x",
        "print(e)",
        "Date: Fri, 1 Feb 2002 11:53:40 -0500 (EST)",
        "[ad_1]",
        "x = [ads_id]",
    ]
    text = "\n".join(["The bridge reopened on Monday.", *code, "Traffic was light."])
    assert residue(Article(text=text, code=tuple(code))).text == text
    assert residue(Article(text=text)).text != text


def test_the_rows_of_a_table_are_kept_whatever_they_look_like() -> None:
    rows = ["Watch | Price | Battery life", "29 | Vermont | 57.0", "30 | Florida | 56.2"]
    assert residue(Article(text="\n".join(rows))).text == "\n".join(rows)
    assert residue(Article(text="\n".join(rows[1:]))).text == rows[1]
