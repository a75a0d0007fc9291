"""What becomes of the lines in stages that the module does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.commands.explain.fates import followed, lines_of
from worker.messages import Article, Dropped, Reason
from worker.pipeline.stage import Stage

Change = Callable[[list[str]], list[str]]


def stage(change: Change, rule: str | None = None) -> Stage:
    """A stage that counts one rule for everything it does, or none."""

    def run(article: Article) -> Article:
        lines = (article.text or "").split("\n")
        left = change(lines)
        return article.with_text("\n".join(left), {rule: 1} if rule and left != lines else {})

    return Stage("new", run)


def marks(text: str, made: Stage) -> list[tuple[str, str, str | None]]:
    before = Article(text=text)
    after = made.run(before)
    assert isinstance(after, Article)
    return [(line.mark, line.text, line.rule) for line in followed(lines_of(before), made, before, after)]


def without_b(lines: list[str]) -> list[str]:
    return [line for line in lines if line != "b"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without_b, [("+", "a", None), ("-", "b", "r"), ("+", "c", None), ("+", "a", None)]),
        (lambda lines: lines, [("+", "a", None), ("+", "b", None), ("+", "c", None), ("+", "a", None)]),
        (
            lambda lines: [line.replace("b", "B") for line in lines],
            [("+", "a", None), ("~", "B", "r"), ("+", "c", None), ("+", "a", None)],
        ),
        # Results that depend on the surrounding lines: copies, the last line, an added line.
        (lambda lines: list(dict.fromkeys(lines)), [*[("+", x, None) for x in "abc"], ("-", "a", "r")]),
        (lambda lines: lines[:-1] if len(lines) > 1 else lines, [*[("+", x, None) for x in "abc"], ("-", "a", "r")]),
        (
            lambda lines: [*lines[:2], "new", *lines[2:]] if len(lines) > 1 else lines,
            [("+", "a", None), ("+", "b", None), ("~", "new", "r"), ("+", "c", None), ("+", "a", None)],
        ),
        (
            lambda lines: ["new", *lines] if len(lines) > 1 else lines,
            [("~", "new", "r"), *[("+", x, None) for x in "abca"]],
        ),
    ],
)
def test_each_line_has_the_right_fate(change: Change, expected: list[tuple[str, str, str | None]]) -> None:
    assert marks("a\nb\nc\na", stage(change, "r")) == expected


def test_a_stage_that_counts_no_rule_is_named_as_the_rule() -> None:
    assert ("-", "b", "new") in marks("a\nb", stage(without_b))
    assert marks("a\nb", stage(lambda lines: lines[-1:])) == [("-", "a", "new"), ("+", "b", None)]


def test_a_stage_that_drops_single_lines_is_judged_by_the_whole_text() -> None:
    def run(article: Article) -> Article | Dropped:
        text = article.text or ""
        return article.with_text(text.removesuffix("\nb"), {"r": 1}) if "\n" in text else Dropped(Reason.TOO_SHORT)

    assert marks("a\nb", Stage("new", run)) == [("+", "a", None), ("-", "b", "r")]


def test_a_line_that_an_earlier_stage_removed_keeps_its_place_and_rule() -> None:
    first, second = stage(without_b, "one"), stage(lambda lines: [line for line in lines if line != "c"], "two")
    came = Article(text="a\nb\nc")
    once = first.run(came)
    assert isinstance(once, Article)
    twice = second.run(once)
    assert isinstance(twice, Article)
    lines = followed(followed(lines_of(came), first, came, once), second, once, twice)
    assert [(line.mark, line.rule) for line in lines] == [("+", None), ("-", "one"), ("-", "two")]


@pytest.mark.parametrize(("text", "rules"), [("b", ["r"]), ("b\nb", ["r", "r"]), ("a\nb", ["r", "r"])])
def test_if_a_stage_removes_the_whole_text_no_line_is_kept(text: str, rules: list[str]) -> None:
    nothing = stage(lambda lines: without_b(lines) if lines != ["a", "b"] else [], "r")
    assert marks(text, nothing) == [("-", line, rule) for line, rule in zip(text.split("\n"), rules, strict=True)]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.lists(st.sampled_from("abcde"), max_size=9))
def test_the_kept_lines_are_always_the_text_after_the_stage(came: list[str], left: list[str]) -> None:
    made = stage(lambda lines: left if len(lines) > 1 else lines)
    kept = [text for mark, text, _ in marks("\n".join(came), made) if mark != "-"]
    assert "\n".join(kept) == ("\n".join(left) if len(came) > 1 else came[0])
