from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.implementations import BOTH, one_of_both
from tests.stages.glue_tokens import APART, OF_CODE, WHOLE
from worker.messages import Article
from worker.stages.glue import glue

# The rest of the article, which shows that the halves of a joint are words.
REST = """The minister said that he would come. Reuters reported it, Berlin confirmed it, and Wenbin spoke in Berlin to Reuters.
Play your part at the station, you and your pal pay for the tube; link it in. Face the book. The premier said it was time."""


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)


def glued(line: str, rest: str = REST) -> str:
    return (glue(Article(text=f"{rest}\n{line}", language="en")).text or "").removeprefix(f"{rest}\n")


def around(token: str) -> Article:
    """An article in which both halves of the token are words of their own, several times, but never side by side."""
    halves = re.findall(r"[^\W_]+", re.sub(r"(?<=[^\W\d_])(?=[A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩА-Я])", " ", token)) or [token]
    listed = ", ".join([*halves, *halves[::-1], *halves])
    return Article(text=f"{listed}.\nx x {token} x x.")


@pytest.mark.parametrize(
    ("language", "token"), [(key, token) for key, words in WHOLE.items() for token in words.split()]
)
def test_a_word_with_a_capital_inside_stays_even_if_both_halves_are_words(language: str, token: str) -> None:
    article = replace(around(token), language=language)
    assert glue(article) is article


@pytest.mark.parametrize("sign", ["It calls run() first.", "{", "x = 1", "a->b", "std::cout", "int count;"])
@pytest.mark.parametrize("token", OF_CODE.split())
def test_a_name_with_a_dot_stays_in_a_text_with_code(token: str, sign: str) -> None:
    article = around(token)
    article = replace(article, text=f"{article.text}\n{sign}", language="en")
    assert glue(article) is article


def test_a_name_with_a_dot_stays_if_the_page_marks_code() -> None:
    article = replace(around("time.Duration"), code=("import time",))
    assert glue(article) is article


def test_a_name_with_a_dot_stays_if_it_has_another_part_elsewhere() -> None:
    assert glued("Use Assert.The or Assert.Equal here.") == "Use Assert.The or Assert.Equal here."


@pytest.mark.parametrize(
    ("language", "token"), [(key, token) for key, words in APART.items() for token in words.split()]
)
def test_two_words_that_lost_their_space_get_it_back_in_each_language(language: str, token: str) -> None:
    repaired = glue(replace(around(token), language=language)).text or ""
    assert re.search(r"x x \S+ \S+ x x", repaired)


@pytest.mark.parametrize(
    ("line", "repaired"),
    [
        ("Wang WenbinHe said it was time.", "Wang Wenbin He said it was time."),
        ("According toReuters the talks failed.", "According to Reuters the talks failed."),
        ("It was said inside toReuters.", "It was said inside to Reuters."),
        ("It was said inside theReuters building.", "It was said inside theReuters building."),
        ("The tax rose in 2024.The minister left.", "The tax rose in 2024. The minister left."),
        ("It was time.The talks failed.", "It was time. The talks failed."),
        ("Was it time?He left.", "Was it time? He left."),
        ("“It was time.”The minister left.", "“It was time.” The minister left."),
        ("„Es war lange her.“Der Minister ging.", "„Es war lange her.“ Der Minister ging."),
        ("«Time».The minister left", "«Time».The minister left"),
    ],
)
def test_the_space_is_put_back_between_two_known_words_or_two_sentences(line: str, repaired: str) -> None:
    assert glued(line) == repaired


def test_cyrillic_and_greek_are_repaired_too() -> None:
    assert glued("Это было давно.Он ушёл.", "Он пришёл давно.") == "Это было давно. Он ушёл."
    assert glued("Ήταν αργά.Το πλοίο έφυγε.", "Το πλοίο ήρθε αργά.") == "Ήταν αργά. Το πλοίο έφυγε."


@pytest.mark.parametrize(
    "line",
    [
        *(
            "YouTube",
            "iPhone",
            "eBay",
            "PayPal",
            "LaTeX",
            "DeFi",
            "McDonald",
            "LinkedIn",
            "PlayStation",
            "FaceBook",
            "YouTubeHe",
        ),
        *(
            "LehrerInnen",
            "MacBook",
            "DiCaprio",
            "e.g.The",
            "U.S.-China",
            "U.S.The",
            "Node.js",
            "Amazon.Com",
            "report.Pdf",
            "time.Time",
        ),
        *(
            "https://berlin.example/theReuters",
            "@theReuters",
            "#saidReuters",
            "time.The@berlin.example",
            "builder.Services.Add()",
        ),
        *("if (timeThe) { return theReuters; }", "x = time.The", "”The minister", "”Det var tid.”Han gick"),
    ],
)
def test_names_addresses_and_code_are_left_alone(line: str) -> None:
    article = Article(text=f"{REST}\nHere {line} stands.")
    assert glue(article) is article


def test_a_word_that_occurs_more_than_once_in_one_piece_is_a_name() -> None:
    assert glued("It was theReuters, yes theReuters of old.") == "It was theReuters, yes theReuters of old."


def test_each_repair_is_added_to_the_counts_of_earlier_stages() -> None:
    article = glue(Article(text=f"{REST}\nIt was time.The talks failed.The minister left.", removed={"interface": 1}))
    assert article.removed == {"interface": 1, "glue": 2}


@pytest.mark.parametrize(
    "text", ["", "漢字とかな。次の文。", "هذا نص عربي.نص آخر", "यह एक वाक्य है।दूसरा", "no capital.here"]
)
def test_other_scripts_and_empty_texts_pass(text: str) -> None:
    article = Article(text=text)
    assert glue(article) is article


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(["said", "The", "he", ".", "”", "“", " ", "\n", "Ωμ", "2024", "é", "É", "\ud800", "[", "@"]),
        max_size=60,
    )
)
def test_only_spaces_are_ever_added(parts: list[str]) -> None:
    text = "".join(parts)
    repaired = glue(Article(text=text)).text or ""
    assert repaired.replace(" ", "") == text.replace(" ", "")
    assert glue(Article(text=repaired)).text == repaired


@pytest.mark.parametrize("filling", ["aB", "saidThe ", "said.The", "“said.”The", "a", "A", "said.The "])
def test_the_time_is_linear(filling: str) -> None:
    def spent_s(count: int) -> float:
        begin = time.process_time()
        glue(Article(text=filling * (count // len(filling))))
        return time.process_time() - begin

    assert spent_s(400_000) < 24 * max(spent_s(50_000), 0.02)  # 8 times the text; quadratic time would be 64 times


def test_only_the_first_ten_thousand_joints_of_a_text_are_repaired() -> None:
    article = glue(Article(text="in 2024.The " * 12_000))
    assert article.removed == {"glue": 10_000}
    assert (article.text or "").endswith("in 2024.The ")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000 + " " + f"{'b' * 70}The " * 10_000,
        "—" * 1_000_000 + " " + f"{'b' * 70}The " * 10_000,
        "abcd.The " * 100_000,
        "".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}Abcd " for n in range(15_000))
        + "wabc Abcde " * 70_000,
        "".join(f"W{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}.The " for n in range(15_000))
        + "xWaaa.The " * 70_000,
    ],
    ids=["a long first word", "a row of dashes first", "many joints in a line", "many pairs", "many names with a dot"],
)
def test_no_part_of_a_text_is_read_for_every_joint(text: str) -> None:
    begin = time.process_time()
    glue(Article(text=text))
    assert time.process_time() - begin < 0.4


def test_nothing_is_repaired_after_the_first_million_characters() -> None:
    line = "The tax rose in 2024.The minister left.\n"
    article = glue(Article(text=line + "word " * 210_000 + line))
    assert article.removed == {"glue": 1}
    assert (article.text or "").endswith(line)


@pytest.mark.parametrize(("code", "repaired"), [(" a = b", 0), ("\na = b", 2), (" word" * 250 + " a = b", 2)])
def test_a_joint_near_code_on_its_line_is_left_alone(code: str, repaired: int) -> None:
    article = glue(Article(text=f"The tax rose in 2024.The minister left in 2023.He came back.{code}"))
    assert article.removed.get("glue", 0) == repaired


def test_a_joint_near_code_is_left_alone_after_an_earlier_joint() -> None:
    filler = "word " * 150
    line = f"In 2021.The end. {filler} a = b {filler} in 2022.The end. {filler} in 2023.The end."
    assert (glue(Article(text=line)).text or "").count(".The") == 2
