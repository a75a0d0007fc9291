"""Legal pages are known by their title and their form; a story may have the same title."""

from __future__ import annotations

import pytest

from worker.page.legal import is_legal

NUMBERED = {
    "Käyttöehdot": "1. Immateriaalioikeudet\nSisältöön liittyvät oikeudet kuuluvat lehdelle.\n2. Vastuu\nKäyttäjä vastaa "
    "kommenteistaan.\n3. Muutokset\nEhtoja voidaan muuttaa ilmoittamatta siitä etukäteen.",
    "Regulamin": "§ 1. Regulamin określa zasady korzystania z serwisu.\n§ 2. Użytkownik ponosi odpowiedzialność za swoje "
    "komentarze.\n§ 3. Wydawca zastrzega sobie prawo do zmiany regulaminu.",
    "이용약관": "제1조(목적) 이 약관은 서비스의 이용과 관련하여 회사와 이용자의 권리를 규정합니다.\n제2조(효력) 약관은 게시함으로써 효력이 발생합니다.\n"
    "제3조(의무) 회원은 관계 법령을 준수하여야 하며 타인의 저작권을 침해하여서는 안 됩니다.",
    "利用規約": "第1条（目的）本規約は、利用者と当社との関係を定めます。\n第2条（禁止）利用者は、法律に反する行為をしてはなりません。\n"
    "第3条（免責）当社は、損害について責任を負いません。規約の変更に同意したものとみなします。",
    "Điều khoản sử dụng": "1. Sở hữu\nNội dung thuộc quyền sở hữu của báo.\n2. Trách nhiệm\nNgười dùng chịu trách nhiệm về bình "
    "luận.\n3. Thay đổi\nCác điều khoản có thể được sửa đổi bất cứ lúc nào.",
}
HEADED = {
    "شروط الاستخدام": "حقوق الملكية\nجميع المواد المنشورة محمية بموجب القوانين، ولا يجوز نسخها دون إذن خطي.\nحدود المسؤولية\n"
    "لا تتحمل الصحيفة أي مسؤولية عن الأضرار الناتجة عن الاستخدام.",
    "उपयोग की शर्तें": "बौद्धिक संपदा\nसभी सामग्री कानून के तहत संरक्षित है और उसकी नकल करना मना है।\nदायित्व की सीमा\nकिसी भी नुकसान के "
    "लिए कंपनी उत्तरदायी नहीं होगी।",
}
SPOKEN = {
    "Política de Privacidade": "A sua privacidade é importante para nós.\nSolicitamos informações pessoais apenas quando "
    "precisamos delas para lhe fornecer um serviço.\nNão as partilhamos, exceto quando exigido por lei, e só com o seu "
    "consentimento.",
    "سياسة الخصوصية": "نحن نحترم خصوصية زوارنا ونلتزم بحماية بياناتهم الشخصية.\nلا نشارك بياناتك مع أي طرف دون موافقتك إلا إذا كان ذلك "
    "مطلوبا بموجب القانون.\nباستخدامك لهذا الموقع فإنك توافق على هذه السياسة التي قد نعدلها.",
}
PAGES = NUMBERED | HEADED | SPOKEN


def judged(title: str, text: str, *, declared: bool = False, dated: bool = False, path: str = "/page/7") -> bool:
    return is_legal([title, title], path, text, declared_article=declared, dated=dated)


@pytest.mark.parametrize("title", PAGES)
def test_a_text_with_the_form_of_a_legal_page_is_one(title: str) -> None:
    assert judged(title, PAGES[title])


@pytest.mark.parametrize("title", PAGES)
def test_the_same_text_with_a_headline_of_its_own_is_a_story(title: str) -> None:
    assert not judged("The terms that nobody reads", PAGES[title])


def test_the_form_does_not_count_on_a_page_with_a_date() -> None:
    story = (
        "Die Stadt\nDas Wort stand schon um 1600 auf Blättern, damit der Kaiser wusste, wen er bestrafen musste.\n"
        "Das Land\nDas Gesetz kam erst später, und seitdem steht es auch in den Büchern."
    )
    assert judged("Impressum", story)
    assert not judged("Impressum", story, dated=True)


def test_a_story_in_one_paragraph_has_no_form() -> None:
    story = (
        "Das Wort stand schon um 1600 auf Blättern, damit der Kaiser wusste, wen er bestrafen musste. Nun hat ihm der "
        "Forscher Tom Heger ein Buch gewidmet, das im Frühjahr erscheint und mehr von Druckern als vom Gesetz erzählt."
    )
    assert not judged("Impressum", story)


def test_a_short_text_that_reports_is_a_story_about_the_law() -> None:
    story = (
        "Sites must shorten their privacy policy. Your personal data may be kept for thirteen months.\n"
        "You have the right to ask for its deletion.\nThe agency said that this is free, and that we all should use it."
    )
    assert not judged("Privacy policy", story)
    assert judged("Privacy policy", story.replace("The agency said", "Please note"))
