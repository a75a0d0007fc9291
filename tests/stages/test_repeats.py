from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.news_page import STORIES
from worker.messages import Article
from worker.page.limits import Limits
from worker.stages import repeats as stage
from worker.stages.extract import Extract
from worker.stages.repeats import MIN_CHARS, repeats
from worker.stages.residue import residue

SEED = (Path(__file__).parents[1] / "data" / "seed_article.txt").read_text(encoding="utf-8").split("\n")
SEED_BODY = SEED[1:31]

BODY = [f"Paragraph {name} of the story tells what nobody else in this town had told before." for name in "ABCDEFGHIJ"]
QUOTE = "“I never doubted that this day would come, and I never will,” said the mayor of the town on Monday."


def kept(lines: list[str]) -> list[str]:
    return (repeats(Article(text="\n".join(lines))).text or "").split("\n")


def seed_cleaned(lines: list[str]) -> list[str]:
    return (repeats(residue(Article(text="\n".join(lines)))).text or "").split("\n")


def tagged(lines: list[str], every: int) -> list[str]:
    """The lines, with a template tag between the words of every n-th line."""
    return [
        line.replace(" ", " [ad_1] ", 9).replace(" [ad_1] ", " ", 8) if n % every else line
        for n, line in enumerate(lines)
    ]


def test_the_30_paragraphs_of_the_seed_article_come_out() -> None:
    assert len(SEED) == 61
    assert seed_cleaned(SEED) == SEED_BODY
    assert len(set(SEED_BODY)) == 30


@pytest.mark.parametrize(
    "lines",
    [
        SEED_BODY * 2,
        SEED_BODY * 3,
        SEED_BODY + SEED_BODY[1:] * 2,
        ["[ad_1]", *SEED_BODY, "[ad_2]", *SEED_BODY[1:], "[ad_2]"],
        [*SEED_BODY, *SEED_BODY[-10:]],
        [*SEED_BODY, "Advertisement", *SEED_BODY],
    ],
)
def test_the_seed_article_comes_out_once_however_often_it_is_repeated(lines: list[str]) -> None:
    assert seed_cleaned(lines) == SEED_BODY


def test_tags_inside_paragraphs_do_not_hide_a_copy() -> None:
    lines = tagged(SEED_BODY, 2) + tagged(SEED_BODY[1:], 3)
    assert sum("[ad_1]" in line for line in lines) == 15 + 19
    assert seed_cleaned(lines) == SEED_BODY


@pytest.mark.parametrize("copies", [2, 3, 7])
def test_a_repeated_body_becomes_one(copies: int) -> None:
    assert kept(BODY * copies) == BODY


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_copy_may_lack_its_first_paragraphs(missing: int) -> None:
    assert kept(BODY + BODY[missing:]) == BODY


@pytest.mark.parametrize("tail", [2, 3, 9])
def test_a_tail_that_follows_itself_is_removed(tail: int) -> None:
    assert kept(BODY + BODY[-tail:]) == BODY


def test_a_beginning_that_is_repeated_before_the_rest_is_removed() -> None:
    assert kept(BODY[:3] + BODY) == BODY


def test_a_repeated_body_of_one_paragraph_becomes_one() -> None:
    assert kept([QUOTE, QUOTE]) == [QUOTE]


def test_a_body_without_its_subheadings_goes_if_the_one_with_them_follows() -> None:
    short = [f"{paragraph} So it was." for paragraph in BODY]
    whole = [line for n, text in enumerate(short) for line in (*map(f"{n} {{}}".format, "abcd"), text)]
    assert kept([*short, *whole]) == whole
    assert kept(["Lead", *short, *whole, "End"]) == ["Lead", *whole, "End"]
    assert kept([*short[:3], *whole]) == [*short[:3], *whole]  # a summary


def test_a_line_that_occurs_once_is_kept_even_inside_a_copy() -> None:
    new = "This line stands in the second copy only."
    assert kept([*BODY, *BODY[:4], new, *BODY[4:]]) == [*BODY, new]
    assert kept([*BODY[:4], new, *BODY[4:], *BODY]) == [*BODY[:4], new, *BODY[4:]]


def test_a_copy_may_lack_lines_of_its_original() -> None:
    assert kept(BODY + BODY[:3] + BODY[5:]) == BODY


def test_a_refrain_does_not_hide_a_copy() -> None:
    body = [*BODY[:3], "Stand up!", *BODY[3:6], "Stand up!", *BODY[6:]]
    assert kept(body + body) == body


@pytest.mark.parametrize(
    "lines",
    [
        [*BODY[:4], QUOTE, *BODY[4:7], QUOTE, *BODY[7:]],
        [*BODY[:4], QUOTE, "He paused.", QUOTE, *BODY[4:]],
        [*BODY[:4], "“Never again.”", "“Never again.”", *BODY[4:]],
        [BODY[0], BODY[8], BODY[9], *BODY[1:4], BODY[8], BODY[9], *BODY[4:7], BODY[8], BODY[9]],
        ["Row, row", "row your boat", "Row, row", "row your boat"],
    ],
    ids=["quote", "quote after a short line", "short line twice", "chorus", "short refrain"],
)
def test_a_refrain_or_a_quote_inside_the_story_stays(lines: list[str]) -> None:
    article = Article(text="\n".join(lines))
    assert repeats(article) is article


def test_the_removed_lines_are_counted() -> None:
    article = repeats(Article(text="\n".join(BODY * 2), removed={"ad_label": 1}))
    assert article.removed == {"ad_label": 1, "repeated_body": len(BODY)}


@pytest.mark.parametrize("article", [Article(), Article(text=""), Article(text="\n\n"), Article(text="a\n\nb")])
def test_with_nothing_to_do_the_article_is_unchanged(article: Article) -> None:
    assert repeats(article) is article


def test_blank_lines_do_not_hide_a_copy() -> None:
    assert kept([*BODY, "", *(line for pair in zip(BODY, [" "] * len(BODY), strict=True) for line in pair)]) == BODY


# -- the bounds --------------------------------------------------------------------------------------------------------

LONG_BODY = [
    f"Paragraph {number} of the story is one of {100 + number} that nobody had told before." for number in range(40)
]


@pytest.mark.parametrize(("strangers", "is_copy"), [(3, True), (4, False)])
def test_a_copy_may_add_three_lines_in_a_row_to_its_original(*, strangers: int, is_copy: bool) -> None:
    new = [f"Stranger {number}." for number in range(strangers)]
    lines = LONG_BODY + LONG_BODY[:20] + new + LONG_BODY[20:]
    assert kept(lines) == (LONG_BODY + new if is_copy else lines)


@pytest.mark.parametrize(("missing", "is_copy"), [(3, True), (4, False)])
def test_a_copy_may_lack_three_lines_in_a_row_of_its_original(*, missing: int, is_copy: bool) -> None:
    lines = LONG_BODY + LONG_BODY[:18] + LONG_BODY[18 + missing :]
    assert kept(lines) == (LONG_BODY if is_copy else lines)


@pytest.mark.parametrize(("chars", "is_copy"), [(79, False), (80, True)])
def test_a_line_of_80_characters_that_follows_itself_is_a_copy(*, chars: int, is_copy: bool) -> None:
    lines = ["Begin", "x" * chars, "x" * chars, "End"]
    assert kept(lines) == (["Begin", "x" * chars, "End"] if is_copy else lines)


@pytest.mark.parametrize(("chars", "is_copy"), [(79, False), (80, True)])
def test_a_run_of_80_characters_that_follows_itself_is_a_copy(*, chars: int, is_copy: bool) -> None:
    run = ["x" * 40, "y" * (chars - 40)]
    assert kept(["Begin", *run, *run, "End"]) == ["Begin", *run, *([] if is_copy else run), "End"]


@pytest.mark.parametrize(("count", "is_copy"), [(9, False), (10, True)])
def test_a_copy_repeats_at_least_four_fifths_of_its_original(*, count: int, is_copy: bool) -> None:
    body = [letter * 100 for letter in "abcdefghij"[:count]]
    lines = body + body[:4] + body[6:]
    assert kept(lines) == (body if is_copy else lines)


# -- any text --------------------------------------------------------------------------------------------------------

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60).map(str.strip)
UNIQUE = st.lists(LINE.filter(bool), min_size=1, max_size=15, unique=True)
STORY = st.lists(LINE, min_size=4, max_size=15, unique=True).map(
    lambda lines: [f"Said the mayor: {line}." for line in lines]
)
FEW_KINDS = st.lists(st.sampled_from(["a", "b", "c" * 30, "d" * 90, "e" * 90, ""]), max_size=40)


@given(UNIQUE)
def test_a_text_without_repeated_lines_is_unchanged(lines: list[str]) -> None:
    article = Article(text="\n".join(lines))
    assert repeats(article) is article


@given(STORY.filter(lambda lines: sum(map(len, lines)) >= MIN_CHARS), st.integers(2, 4))
def test_a_doubled_body_becomes_one(lines: list[str], copies: int) -> None:
    assert kept(lines * copies) == lines


@given(STORY, st.data())
def test_a_repeated_tail_that_is_long_enough_is_removed(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(lines) - 1))
    tail = lines[start:]
    again = sum(map(len, tail)) >= MIN_CHARS
    assert kept(lines + tail) == (lines if again else lines + tail)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["a", "b", "c" * 30, "d" * 79, "e" * 80]), max_size=9))
def test_what_is_not_compared_has_no_copies(lines: list[str]) -> None:
    if stage._repeated_chars(lines) < MIN_CHARS:
        assert stage._without_excerpt(lines) == lines
        assert stage._Scan(lines[::-1]).run() == lines


@settings(max_examples=300)
@given(FEW_KINDS)
def test_cleaning_twice_changes_nothing_more_and_no_line_is_lost_entirely(lines: list[str]) -> None:
    once = repeats(Article(text="\n".join(lines)))
    twice = repeats(once)
    assert twice.text == once.text
    assert set((once.text or "").split("\n")) - {""} == set(lines) - {""}


@pytest.mark.parametrize(
    "lines",
    [
        ["x"] * 100_000,
        ["x" * 90] * 100_000,
        ["a", "b"] * 50_000,
        [str(n % 300) for n in range(100_000)],
        [str(n) for size in range(440) for n in range(size)],
        random.Random(1).choices("abcdefgh", k=100_000),
        [""] * 100_000,
    ],
    ids=["one line", "one long line", "two lines", "a cycle", "growing prefixes", "random", "blank"],
)
def test_100_000_hostile_lines_take_less_than_a_second(lines: list[str]) -> None:
    article = Article(text="\n".join(lines))
    begin = time.process_time()
    repeats(article)
    assert time.process_time() - begin < 1.0


def test_nothing_is_removed_from_a_text_with_too_many_lines() -> None:
    body = "\n".join(f"Line {n} of a long body." for n in range(50_000))
    assert repeats(Article(text=f"{body}\n{body}")).text == body
    article = Article(text=f"{body}\n{body}\nOne line more.")
    assert repeats(article) is article


# -- A body in one piece and in paragraphs -----------------------------------------------------------------------


WHOLE = " ".join(BODY)


@pytest.mark.parametrize(
    "lines",
    [
        [WHOLE, *BODY],
        [*BODY, WHOLE],
        [WHOLE, "Advertisement", *BODY],
        [WHOLE, *BODY[:5], "Advertisement", *BODY[5:]],
        [WHOLE, *BODY, WHOLE],
        ["".join(BODY), *BODY],
        [" ".join([*BODY[:5], "Read more about the old mill.", *BODY[5:]]), *BODY],
        [*BODY[:5], " ".join(BODY[:5]), *BODY[5:]],
    ],
    ids=[
        "before",
        "after",
        "a label between",
        "a label in the paragraphs",
        "twice",
        "glued",
        "a label in it",
        "a half",
    ],
)
def test_a_body_in_one_piece_is_removed_if_it_stands_in_paragraphs_too(lines: list[str]) -> None:
    assert kept(lines) == [line for line in lines if len(line) < 2 * MIN_CHARS]


def test_a_body_in_one_piece_in_a_script_without_spaces_is_removed() -> None:
    paragraphs = [
        f"第{name}段讲述了这座城市里从来没有人讲述过的故事，市长周一在会上这样说道，" * 3 for name in "一二三四五"
    ]
    assert kept(["".join(paragraphs), *paragraphs]) == paragraphs


REFRAIN = [
    "The river runs, the river bends,",
    "it takes the years, it takes the friends,",
    "it never asks what morning sends.",
]


@pytest.mark.parametrize(
    "lines",
    [
        ["In short: " + BODY[0] + " " + BODY[4] + " " + BODY[9], *BODY],
        [" ".join(BODY[::2]), *BODY],
        [" ".join(BODY[::-1]), *BODY],
        [BODY[0], " ".join(BODY[1:6]), *BODY[6:]],
        [BODY[0], *REFRAIN, BODY[1], *REFRAIN, BODY[2], " ".join(REFRAIN)],
        [f"{WHOLE} In state {name} these terms hold until the last day of the year." for name in "AB"],
        [WHOLE, *BODY[:7]],
    ],
    ids=["a summary", "every other", "another order", "no copy", "a refrain", "variants", "the piece says more"],
)
def test_a_long_line_that_says_something_else_than_its_neighbours_stays(lines: list[str]) -> None:
    assert kept(lines) == lines


def test_the_copies_of_a_page_become_one_body() -> None:
    """Once for the screen in paragraphs, once for the printer in one element, once hidden for a reader on a phone."""
    for story in STORIES:
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        whole = f"<div class='print'>{' '.join(story.paragraphs)}</div>"
        hidden = f"<div style='display:none'>{paragraphs}</div>"
        html = f"<main><article><h1>{story.title}</h1><div>{paragraphs}</div>{whole}{hidden}</article></main>"
        article = Extract(Limits())(Article(url="https://paper.example/1", html=html))
        assert isinstance(article, Article)
        assert (article.text or "").count(story.paragraphs[-1]) == 3
        assert (repeats(article).text or "").split("\n") == list(story.paragraphs)


@pytest.mark.parametrize("line", ["ab" * 250_000, "a" * 499_999 + "b"])
def test_a_hostile_line_of_half_a_million_characters_takes_less_than_a_second(line: str) -> None:
    article = Article(text="\n".join([line, *["a" * 100] * 5_000]))
    begin = time.process_time()
    repeats(article)
    assert time.process_time() - begin < 1.0
