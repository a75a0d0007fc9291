from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.implementations import BOTH, one_of_both
from worker import schema
from worker.messages import Article
from worker.stages.quality import FAULTS, FULL_LENGTH_WORDS, SAMPLE_CHARS, measure, score

PROSE = (
    "The harbour bridge reopened on Monday after eleven months of repairs. Traffic was light in the morning, and the "
    "mayor, who had cut the ribbon herself, waited almost ten minutes for the first lorry.\n"
    "“I never doubted that this day would come,” she said. Engineers had replaced every cable and most of the deck. "
    "Did the city pay too much? An audit in the spring put the price at 14 million, twice what the council had voted.\n"
    "Fishermen along the quay told another story: for them the quiet year without lorries brought back herring. Nobody "
    "at the town hall wished to comment on that. Ferries will run until autumn, when the last of them goes to Norway."
)
FAULTLESS = {"words": FULL_LENGTH_WORDS, "prose_share": 1.0, **{name: 0.0 for name, _, _ in FAULTS}}


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """All tests of this module run with the Python code and with the compiled part."""
    yield from one_of_both(request)


def of(text: str) -> dict[str, Any]:
    return dict(measure(Article(text=text)))


def test_the_score_is_the_formula_that_the_schema_states() -> None:
    stated = orjson.loads(schema.text("quality_report"))["properties"]["score"]["description"]
    terms = re.findall(r"f\((\w+), ([\d.]+), ([\d.]+)\)", stated)
    assert [(name, float(good), float(bad)) for name, good, bad in terms] == list(FAULTS)
    assert "sqrt(min(1, words / 600)) * (0.1 + 0.9 * prose_share) * f(" in stated
    assert [score({**FAULTLESS, "words": words}) for words in (0, 24, 150, 600, 1200)] == [0.0, 0.2, 0.5, 1.0, 1.0]
    assert [score({**FAULTLESS, "prose_share": share}) for share in (0.0, 0.5, 1.0)] == [0.1, 0.55, 1.0]


def test_long_prose_gets_the_full_score_and_a_short_text_is_marked_down_only_for_its_length() -> None:
    measures = of(PROSE)
    assert (measures["words"], measures["sentences"], measures["prose_share"]) == (117, 9, 1.0)
    assert measures["score"] == round((117 / FULL_LENGTH_WORDS) ** 0.5, 4)
    long = "\n".join(
        f"Line {n} of the story goes on about the harbour and its {n} old boats" + " in long prose" * (n % 9) + "."
        for n in range(60)
    )
    assert of(long)["prose_share"] == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "The harbour bridge reopened on Monday after eleven months of repairs.",
        "“I never doubted that this day would come,” she said. “Not once.” (1)"[:-4],
        "Городской совет одобрил во вторник перестройку порта.",
        "市议会于周二晚间批准了旧港口的改建计划，耗资两千万。",
        "「市議会は火曜日の夜、古い港の改修計画を承認した。」",
        "नगर परिषद ने मंगलवार को पुराने बंदरगाह के पुनर्निर्माण को मंजूरी दी।",
        "هل دفعت المدينة أكثر مما يجب مقابل إصلاح الجسر القديم؟",
        "สภาเมืองอนุมัติแผนปรับปรุงท่าเรือเก่าเมื่อคืนวันอังคาร " * 4,
        "a paragraph of a transcript that has no full stops at all " * 6,
    ],
)
def test_a_line_of_prose_is_a_whole_sentence_or_a_long_paragraph_in_any_script(line: str) -> None:
    assert of(line)["prose_share"] == 1.0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("It was a cold night for a boat.", 31 / 60),
        ("“It was a cold night for a boat”", 36 / 60),
        ("大桥周一重新通车了。", 30 / 60),
        ("The harbour board has three tasks to do:", 40 / 60),
        ("The gulls have gone inland to beg,\nthe nets hang stiff as bone,\na radio sings.", 1.0),
        ("What we hauled from the grey and green\nis ledger and rust and rope.", 1.0),
        ("Times: “He jumped before he was pushed, and nobody will miss him.” Times", 68 / 74),
    ],
)
def test_short_sentences_and_verses_and_quotes_count_in_proportion(text: str, share: float) -> None:
    assert of(text)["prose_share"] == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize(
    "line",
    [
        "Read more.",
        "Harbour bridge reopens after eleven months of repairs and delays",
        "阅读更多。",
        "Home | News | Sport",
    ],
)
def test_labels_and_headlines_are_not_prose(line: str) -> None:
    assert of(line)["prose_share"] == 0.0


INTERVIEW = """Why crime novels?
Because I am too old for poems and too poor for silence.
How long did this one take?
Four years, three of them for the last chapter, and the rest for the first sentence, which I cut.
Do you use a computer?
My daughter types. I still write by hand, at night, in the kitchen.
And the cat?
He sits on the pages that he does not like.
Are you afraid of critics?
Of two of them. They read to the end and remember what they read.
What is next?
Soup. Then we shall see."""
POEM = """The gulls have gone inland to beg,
the nets hang stiff as bone,
a radio sings to a table leg,
the harbourmaster drinks alone.
What we had hauled from the grey and the green
is ledger and rust and rope,
and all of the boats that have ever been
lie down in the mud like hope."""
FAQ = """When do the rules start?
On 1 April, at eight in the morning.
Who needs a permit?
Everyone who lives in zones C to F and parks on the street.
What does it cost?
Forty pounds a year for the first car, and three times as much for the second.
Can visitors park?
Yes, with a day ticket from the app or the library.
Where do I apply?
On the council’s site, or at the town hall."""
BRIEF = (
    "A cyclist was hurt on Monday when a lorry turned into Dock Street. She was taken to hospital with a broken arm.\n"
    "Police are looking for the driver, who did not stop."
)
SENTENCES = "\n".join(
    f"The council says no to plan {n}" + " for the old boats" * (n % 4) + "." for n in range(100, 180)
)


@pytest.mark.parametrize(("text", "least"), [(INTERVIEW, 0.2), (POEM, 0.2), (FAQ, 0.2), (BRIEF, 0.2)])
def test_short_pieces_in_whole_sentences_score_above_lists(text: str, least: float) -> None:
    assert least <= of(text)["score"] <= 0.6
    assert of(HEADLINES)["score"] < 0.1


def test_a_list_of_headlines_with_full_stops_scores_below_long_prose() -> None:
    assert of(SENTENCES)["prose_share"] <= 0.3
    assert of(SENTENCES)["score"] <= 0.4


CODE = ["for (int i = 0; i != 10; ++i) {", "    if (a[i] == 0) {", "        return i;", "    }", "}"] * 4


def test_code_neither_raises_nor_lowers_the_shares_and_the_prose() -> None:
    lines = [" ".join(line.split()) for line in CODE]
    text = "\n".join([*PROSE.split("\n"), *lines])
    with_code = dict(measure(Article(text=text, code=tuple(lines))))
    shares = [name for name in with_code if name.endswith("_share")]
    assert [with_code[name] for name in shares] == [of(PROSE)[name] for name in shares]
    assert with_code["words"] > of(PROSE)["words"]
    assert with_code["score"] > of(PROSE)["score"] > of(text)["score"]


def test_a_text_that_is_preformatted_as_a_whole_is_measured() -> None:
    assert measure(Article(text=PROSE, code=tuple(PROSE.split("\n")))) == of(PROSE)


def test_very_short_lines_may_repeat() -> None:
    assert (
        of(PROSE + "\n}\n} else {\n}\n----------------\n----------------\nAnna:\nAnna:")["repeated_line_share"] == 0.0
    )


HEADLINES = "\n".join(f"Town council approves plan number {n} for the old harbour" for n in range(40))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (PROSE, PROSE.partition("\n")[0]),
        (PROSE.partition("\n")[0], HEADLINES),
        (PROSE, HEADLINES),
        (PROSE, PROSE + "\n" + HEADLINES),
        (PROSE, PROSE + "\nHome\nSport\nRead more\nMost read\nContact\nAbout us\nJobs and careers\nPrivacy policy"),
        (PROSE, re.sub("[aeo]", "\ufffd", PROSE)),
        (PROSE, "\n".join(f"United {n} {n + 3} {n * 7}" for n in range(60))),
    ],
)
def test_the_score_ranks_articles_above_stubs_and_stubs_above_lists(better: str, worse: str) -> None:
    assert of(better)["score"] > of(worse)["score"]


def test_each_measure_of_a_small_text_is_right() -> None:
    assert of("AB cd 12.\nAB cd 12.\n$ ok!\n\n") == {
        "words": 7,
        "sentences": 3,
        "mean_word_length": 2.0,
        "symbol_share": round(1 / 18, 4),
        "digit_share": round(4 / 18, 4),
        "upper_share": 0.4,
        "prose_share": 0.0,
        "repeated_line_share": 0.0,
        "top_2gram_share": round(2 / 6, 4),
        "top_3gram_share": round(2 / 5, 4),
        "score": 0.0,
    }


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_a_text_without_words_has_measures_of_zero(text: str | None) -> None:
    measures = measure(Article(text=text))
    assert set(measures.values()) == {0}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four… Five", 4),
        ("It cost 3.50 at example.org.", 1),
        ("“Yes.” (No.) ‘Perhaps!’", 3),
        ("大桥通车。真的吗？是！", 3),
        ("पुल खुला। लोग आए।", 2),
        ("Really?! Wow...", 2),
        ("no full stop", 1),
    ],
)
def test_sentences_are_counted_by_their_ends(text: str, count: int) -> None:
    assert of(text)["sentences"] == count


def test_a_short_text_without_repeats_has_no_frequent_ngram() -> None:
    measures = of("one two three four")
    assert measures["top_2gram_share"] == measures["top_3gram_share"] == 0.0


def test_ngrams_ignore_case() -> None:
    assert of("The bridge, the BRIDGE")["top_2gram_share"] == round(2 / 3, 4)


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("#", "symbol_share"),
        ("★", "symbol_share"),
        ("\ue000", "symbol_share"),
        ("٣", "digit_share"),
        ("Ж", "upper_share"),
    ],
)
def test_characters_of_every_script_count(char: str, name: str) -> None:
    assert of(char)[name] == 1.0


@pytest.mark.parametrize(
    "text", ["“Où?” — «là», (ici): d'accord…", "यह हिन्दी में है।", "大桥，周一《通车》。", "cafe\u0301"]
)
def test_marks_and_punctuation_are_not_symbols(text: str) -> None:
    assert of(text)["symbol_share"] == 0.0


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("short", PROSE[:200]),
        ("repeated", PROSE + "\nRead the terms.\nRead the terms." * 3),
        ("one phrase", PROSE + " buy now best price" * 20),
        ("symbols", PROSE.replace(" the ", " ## ** ")),
        ("digits", PROSE + " 1234567890" * 12),
        ("shouting", PROSE.upper()),
    ],
)
def test_each_fault_lowers_the_score(fault: str, text: str) -> None:
    assert of(text)["score"] < (of(text)["words"] / FULL_LENGTH_WORDS) ** 0.5 or fault == "short"
    assert of(text)["score"] < of(PROSE)["score"]


@given(
    st.sampled_from(FAULTS), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000), st.integers(0, 1000)
)  # fmt: skip
def test_more_of_a_fault_or_fewer_words_never_raise_the_score(
    fault: tuple[str, float, float], one: float, other: float, few: int, many: int
) -> None:
    name = fault[0]
    assert score({**FAULTLESS, name: max(one, other)}) <= score({**FAULTLESS, name: min(one, other)})
    assert score({**FAULTLESS, "words": min(few, many)}) <= score({**FAULTLESS, "words": max(few, many)})


@pytest.mark.parametrize(("name", "good", "bad"), FAULTS)
def test_a_fault_costs_from_its_first_bound_and_everything_at_its_second(name: str, good: float, bad: float) -> None:
    assert score({**FAULTLESS, name: good}) == 1.0
    assert score({**FAULTLESS, name: (good + bad) / 2}) == pytest.approx(0.5)
    assert score({**FAULTLESS, name: bad}) == 0.0


@given(st.text(st.one_of(st.sampled_from("aB1# \n.字"), st.characters())))
def test_the_measures_of_any_text_are_within_their_bounds(text: str) -> None:
    measures = of(text)
    assert 0 <= measures["words"] <= len(text)
    assert bool(text.strip()) <= measures["sentences"] <= len(text)
    assert (measures["mean_word_length"] >= 1) == (measures["words"] > 0)
    assert all(0 <= measures[name] <= 1 for name in measures if name.endswith("_share") or name == "score")


@pytest.mark.cost
@pytest.mark.parametrize("filling", ["x", "x ", "a-", ".", "a.\n", "字", "\ud800", ".\"'", "A1_ "])
def test_a_hostile_text_of_5_mb_is_measured_in_seconds(filling: str) -> None:
    text = filling * (5_000_000 // len(filling))
    begin = time.process_time()
    measures = of(text)
    assert time.process_time() - begin < 5.0
    assert measures["score"] < 0.5


def test_all_words_of_a_long_text_are_counted_but_shares_only_cover_its_beginning() -> None:
    beginning = "word " * (SAMPLE_CHARS // 5)
    measures = of(beginning + "7 # " * 1000)
    assert measures["words"] == SAMPLE_CHARS // 5 + 1000
    assert measures["digit_share"] == measures["symbol_share"] == 0.0
