"""How much an update changed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dedup.made_stream import LANGUAGES, stories
from tests.dedup.sketches import SEED
from worker.dedup.changes import difference_of
from worker.dedup.entries import Record, pack_record, unpack_words
from worker.dedup.word_codes import MAX_WORDS, Words, words_of
from worker.messages import Change

MINOR, MAJOR = Change.MINOR, Change.MAJOR
FIRST = "The central bank cuts its main rate to 3.5 percent, governor Maria Lopez announced in Lisbon on Tuesday."
SECOND = "Analysts had expected the decision, which takes effect on 1 June and does not apply to older contracts."
THIRD = "Shares of the largest lenders rose after the announcement, while the currency remained almost unchanged."


def told(*lines: str) -> Words:
    return words_of("\n".join(lines), seed=SEED)


def stored(words: Words) -> Words:
    """The words as the index remembers them."""
    return unpack_words(pack_record(Record("0" * 32, "0" * 32, words)))


def change(new: Words, old: Words) -> Change:
    return difference_of(new, stored(old))[0]


def edited(old: str, new: str, *, line: str = FIRST) -> Change:
    assert old in line
    return change(told(line.replace(old, new), SECOND, THIRD), told(line, SECOND, THIRD))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Read more: Storm closes three harbours", "Read more: Festival opens with a record crowd"),
        ("Updated 10:45", "Updated 11:20"),
        ("Last update: 4 May 2026, 10:45", "Last update: 5 May 2026, 08:02"),
        ("Markets: wheat 214.50, corn 187.25", "Weather: sunny, 24 degrees, light wind"),
    ],
)
def test_a_line_beside_the_story_that_changes_is_a_minor_change(old: str, new: str) -> None:
    assert change(told(FIRST, new, SECOND, THIRD), told(FIRST, old, SECOND, THIRD)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12 comments", "15 comments"),
        ("Read 1,304 times", "Read 1,377 times"),
        ("Comments (12)", "Comments (9)"),
        ("5 hours ago", "7 hours ago"),
        ("Weather: sunny, 24 degrees, light wind", "Weather: sunny, 27 degrees, light wind"),
        ("DAX 18,304.12, MDAX 25,190.40, Gold 2,310.55", "DAX 18,322.47, MDAX 25,201.90, Gold 2,307.15"),
        ("댓글 12개", "댓글 15개"),
        ("评论 12 条", "评论 15 条"),
    ],
)
def test_a_number_in_a_line_beside_the_story_is_a_minor_change(old: str, new: str) -> None:
    assert change(told(FIRST, new, SECOND, THIRD), told(FIRST, old, SECOND, THIRD)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Dead: 12, injured: 40", "Dead: 14, injured: 40"),
        ("Dead: 12, injured: 40", "Dead: 12, injured: 45"),
        ("Dead 12, injured 40", "Dead 14, injured 45"),
        ("Main rate: 3.25 percent", "Main rate: 3.5 percent"),
        ("New contracts: 5", "New contracts: 1"),
        ("Older contracts: 12,500", "Older contracts: 15,200"),
        ("The fine is 500 euros.", "The fine is 900 euros."),
    ],
)
def test_a_number_in_a_line_of_the_story_is_a_major_change(old: str, new: str) -> None:
    assert change(told(FIRST, new, SECOND, THIRD), told(FIRST, old, SECOND, THIRD)) is MAJOR


def test_a_short_line_beside_the_story_may_come_and_go() -> None:
    line = "Listen to our podcast every Friday"
    assert change(told(FIRST, line, SECOND, THIRD), told(FIRST, SECOND, THIRD)) is MINOR
    assert change(told(FIRST, SECOND, THIRD), told(FIRST, line, SECOND, THIRD)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [("announced", "anounced"), ("governor", "govenror"), ("central", "centraal"), ("announced", "annouced")],
)
def test_a_word_spelled_in_another_way_is_a_minor_change(old: str, new: str) -> None:
    assert edited(old, new) is MINOR
    assert edited(new, old, line=FIRST.replace(old, new)) is MINOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cuts", "raises"),
        ("cuts its main", "leaves its main"),
        ("3.5", "4.5"),
        ("Lopez", "Gomez"),
        ("Lisbon", "Lisboa"),
        ("announced", "denied"),
        ("announced", "has not announced"),
        ("central", "commercial"),
        ("on Tuesday", ""),
        ("cuts", "cats"),
    ],
)
def test_another_word_number_or_name_and_a_negation_are_major_changes(old: str, new: str) -> None:
    assert edited(old, new) is MAJOR


ONE_SIGN = {
    "zh": (
        ("工厂的三百二十名工人将获得补偿", "工厂的九百二十名工人将获得补偿"),
        ("工厂的三百二十名工人将获得补偿", "工厂的三百二十名工人未获得补偿"),
        ("检测到的有害物质超过标准四倍", "检测到的有害物质超过标准五倍"),
        ("今年七十六岁的王德福说", "今年七十六岁的王德贵说"),
        ("市政府星期三宣布", "市政府星期五宣布"),
    ),
    "ja": (
        ("山田真由美市長は会見で理由を挙げた", "山本真由美市長は会見で理由を挙げた"),
        ("市は水曜日に発表した", "市は金曜日に発表した"),
    ),
    "th": (("นายกเทศมนตรีสมชาย ใจดี กล่าวว่าจะย้าย", "นายกเทศมนตรีสมชัย ใจดี กล่าวว่าจะย้าย"),),
    "lo": (("ນາຍົກ ສົມຊາຍ ກ່າວວ່າຈະຍ້າຍ", "ນາຍົກ ສົມຊັຍ ກ່າວວ່າຈະຍ້າຍ"),),
    "my": (("မြို့တော်ဝန် ကိုမင်းသည် ပြောသည်", "မြို့တော်ဝန် ကိုလင်းသည် ပြောသည်"),),
    "km": (("អភិបាល សុខា បាននិយាយថា", "អភិបាល សុផា បាននិយាយថា"),),
    "ko": (("정부는 계획이 불가능하다고 밝혔다", "정부는 계획이 가능하다고 밝혔다"),),
    "ar": (("قال المتحدث باسم المغرب إن الاتفاق قريب", "قال المتحدث باسم الغرب إن الاتفاق قريب"),),
    "he": (("השר כהנוב אמר", "השר כהנו אמר"),),
    "hi": (("महापौर सुनीता ने कहा कि काम शुरू होगा", "महापौर सुनीत ने कहा कि काम शुरू होगा"),),
}


@pytest.mark.parametrize(("old", "new"), [pair for pairs in ONE_SIGN.values() for pair in pairs])
def test_one_sign_is_a_major_change_where_the_script_has_no_spaces_or_no_capitals(old: str, new: str) -> None:
    assert change(told(old), told(new)) is MAJOR
    assert change(told(new), told(old)) is MAJOR


@pytest.mark.parametrize("language", ["zh", "ja"])
@pytest.mark.parametrize(
    "names", ["", "Sam Altman of OpenAI met Elon Musk and Tim Cook of Apple in the city of Paris."]
)
def test_one_sign_of_a_line_in_ideographs_is_a_major_change_beside_any_other_line(language: str, names: str) -> None:
    for old, new in ONE_SIGN[language]:
        before, after = (told(names, stories(language)[0].paragraphs[0], line) for line in (old, new))
        assert change(after, before) is MAJOR


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2024年9月12日 10:45", "2024年9月13日 08:02"),
        ("更新 10:45", "更新 11:20"),
        ("업데이트 10:45", "업데이트 11:20"),
        ("آخر تحديث: 10:45", "آخر تحديث: 11:20"),
        ("अपडेट 10:45", "अपडेट 11:20"),
        ("עודכן 10:45", "עודכן 11:20"),
        ("อัพเดท 10:45", "อัพเดท 11:20"),
    ],
)
def test_a_timestamp_is_a_minor_change_in_every_script(old: str, new: str) -> None:
    assert change(told(FIRST, new, SECOND), told(FIRST, old, SECOND)) is MINOR


def test_another_year_is_a_major_change() -> None:
    old = told(FIRST, "September 12, 2024", SECOND)
    assert change(told(FIRST, "September 19, 2024", SECOND), old) is MINOR
    assert change(told(FIRST, "September 12, 2025", SECOND), old) is MAJOR


def test_a_line_that_is_only_a_number_is_not_beside_the_story() -> None:
    assert change(told(FIRST, "15", SECOND), told(FIRST, "12", SECOND)) is MAJOR


@pytest.mark.parametrize(
    "line",
    [
        "The bank later said that the main rate would fall again in autumn, Maria Lopez confirmed.",
        "Correction: the decision takes effect on 1 July.",
        "Police arrested two men near the harbour after a chase that lasted for more than an hour and ended at a bridge",
    ],
)
def test_a_paragraph_more_is_a_major_change(line: str) -> None:
    assert change(told(FIRST, SECOND, line, THIRD), told(FIRST, SECOND, THIRD)) is MAJOR


def test_a_paragraph_that_is_gone_is_a_major_change() -> None:
    assert change(told(FIRST, THIRD), told(FIRST, SECOND, THIRD)) is MAJOR


def test_a_typo_beside_a_changed_line_is_a_major_change_because_the_letters_of_the_line_are_unknown() -> None:
    old = told(FIRST, "Read more: Storm closes three harbours", SECOND)
    new = told(FIRST.replace("announced", "anounced"), "Read more: Festival opens with a crowd", SECOND)
    assert change(new, old) is MAJOR


def test_what_differs_beyond_the_compared_words_is_a_major_change() -> None:
    rng = Random(1)
    long = [" ".join(rng.choices(FIRST.split(), k=20)) for _ in range(MAX_WORDS // 15)]
    assert change(told(*long, "rates fall"), told(*long, "rates climb")) is MAJOR
    assert change(told(*long, "Lopez beats Gomez"), told(*long, "Gomez beats Lopez")) is MAJOR


def test_another_sign_is_a_major_change_though_no_word_is_another() -> None:
    assert change(told(FIRST, "Prices: -3 percent."), told(FIRST, "Prices: +3 percent.")) is MAJOR


def test_versions_without_words_differ_in_an_unknown_way() -> None:
    assert difference_of(told("!"), told("?")) == (MAJOR, 0.0)


def test_the_similarity_is_the_share_of_common_words() -> None:
    half = " ".join(["word"] * 10)
    assert difference_of(told(FIRST), told(FIRST))[1] == 1
    assert difference_of(told(f"{half} {half}"), told(half))[1] == pytest.approx(2 / 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rotating_line_is_a_minor_change_in_every_language(language: str) -> None:
    for story in stories(language):
        one, two, *_ = sorted(story.furniture, key=len)
        before, after = story.paragraphs[:1], story.paragraphs[1:]
        assert change(told(*before, one, *after), told(*before, two, *after)) is MINOR


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_of_a_story_is_a_major_change_in_every_language(language: str) -> None:
    for story in stories(language):
        before, after = story.paragraphs[:1], story.paragraphs[1:]
        assert change(told(*before, *story.update, *after), told(*before, *after)) is MAJOR


TEXTS = st.lists(st.sampled_from([FIRST, SECOND, THIRD, "Updated 10:45", "Updated 11:20", "Read more", "!", ""]))


@given(new=TEXTS, old=TEXTS)
def test_any_two_versions_can_be_compared(new: list[str], old: list[str]) -> None:
    _, similarity = difference_of(told(*new), stored(told(*old)))
    assert 0 <= similarity <= 1
