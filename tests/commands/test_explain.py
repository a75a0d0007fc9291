from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from worker.commands import cli
from worker.commands.explain import NOT_SHOWN, Explanation, explain, run_explain
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.messages import Article
from worker.pipeline.stage import Stage
from worker.stages.order import build_stages
from worker.stages.repeats import repeats
from worker.stages.residue import residue

STORY = "\n".join(
    f"The bridge over the river {name} reopened on Monday after eleven years of work, the mayor said to those who came."
    for name in ("Alba", "Bera", "Cora", "Dera")
)
MESSAGE = {
    "url": "https://paper.example/1",
    "title": "Bridge reopened",
    "text": f"Share\n{STORY}\n[ad_1]\nAlso read: Mayor resigns at last",
}


def told(value: bytes | str | dict[str, str], **changes: object) -> Explanation:
    if isinstance(value, dict):
        value = orjson.dumps(value)
    return explain(value if isinstance(value, bytes) else value.encode(), Settings(**changes))  # type: ignore[arg-type]


def marks(explanation: Explanation) -> list[tuple[str, str | None]]:
    return [(line.mark, line.rule) for line in explanation.lines]


def test_each_line_says_whether_it_is_kept_and_which_rule_removed_it() -> None:
    explanation = told(MESSAGE)
    assert marks(explanation) == [("-", "interface"), *[("+", None)] * 4, ("-", "template_tag"), ("-", "related_link")]
    assert explanation.outcome == "published"
    assert (explanation.url, explanation.title) == ("https://paper.example/1", "Bridge reopened")


def test_a_line_that_is_kept_but_changed_is_marked_and_shown_in_its_final_form() -> None:
    explanation = told(MESSAGE | {"text": f"{STORY}\nThe mayor [ad_2] left.\nIt was Monday.The mayor came."})
    assert marks(explanation)[4:] == [("~", "template_tag"), ("~", "glue")]
    assert [line.text for line in explanation.lines[4:]] == ["The mayor left.", "It was Monday. The mayor came."]


def test_a_second_copy_of_the_body_is_shown_as_such() -> None:
    assert marks(told(MESSAGE | {"text": f"{STORY}\n{STORY}"})) == [("+", None)] * 4 + [("-", "repeated_body")] * 4


def test_an_added_stage_is_shown_too() -> None:
    def shout(article: Article) -> Article:
        return article.with_text((article.text or "").replace("mayor", "MAYOR"), {"shouted": 1})

    known = build_stages(Settings())
    first, second = known.parts
    stages = replace(known, parts=(first, replace(second, stages=(Stage("shout", shout), *second.stages))))
    explanation = explain(orjson.dumps(MESSAGE), Settings(), stages)
    assert marks(explanation)[1] == ("~", "shouted")
    assert "the MAYOR said" in explanation.lines[1].text


def test_a_plain_text_is_an_article_too_even_if_it_begins_with_a_bracket() -> None:
    explanation = told(f"[ad_1]\n{STORY}")
    assert explanation.shape == "text"
    assert marks(explanation) == [("-", "template_tag"), *[("+", None)] * 4]


def test_a_page_is_shown_by_its_extracted_text() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in STORY.split("\n"))
    explanation = told(
        f"<!doctype html><html><head><title>Bridge</title></head><body><article>{paragraphs}</article></body></html>"
    )
    assert explanation.extractor
    assert [line.text for line in explanation.lines if line.kept] == STORY.split("\n")


@pytest.mark.parametrize(
    ("value", "outcome", "reason"),
    [
        (b'{"url": ', "dead", "bad_json"),
        (b"[1, 2]", "dead", "unknown_shape"),
        (b'{"url": "https://a.example", "text": "Too short."}', "dropped", "too_short"),
        (b'{"url": "https://a.example", "status": 404, "text": "Not here."}', "dropped", "http_error"),
        (b'{"url": "https://a.example"}', "dead", "no_content"),
    ],
)
def test_a_message_without_an_article_says_why(value: bytes, outcome: str, reason: str) -> None:
    explanation = told(value)
    assert (explanation.outcome, explanation.reason.partition(":")[0]) == (outcome, reason)


def test_an_empty_input_and_several_messages_are_errors_that_say_what_to_do() -> None:
    with pytest.raises(SettingsError, match="the input is empty: give"):
        told(b" \n")
    with pytest.raises(SettingsError, match="holds 2 messages: give one"):
        told(orjson.dumps(MESSAGE) + b"\n" + orjson.dumps(MESSAGE))


def test_a_missing_file_is_an_error_that_says_so() -> None:
    with pytest.raises(SettingsError, match=r"cannot read nowhere\.json: No such file"):
        run_explain("nowhere.json", Settings(), Console(file=io.StringIO()), as_json=False)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*STORY.split("\n"), "Share", "[ad_1]", "The mayor [ad_1] left.", "Also read: Mayor resigns"]),
        max_size=14,
    )
)
def test_the_kept_lines_are_those_that_the_stages_keep(parts: list[str]) -> None:
    text = "\n".join([STORY, *parts])
    cleaned = repeats(residue(Article(text=text))).text or ""
    explanation = told(MESSAGE | {"text": text})
    assert [line.text for line in explanation.lines if line.kept] == cleaned.split("\n")


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=60).filter(bytes.strip))
def test_no_input_raises(value: bytes) -> None:
    assert told(value).outcome in {"published", "dropped", "dead"}


def invoke(*args: str, stdin: bytes | None = None) -> str:
    result = CliRunner().invoke(cli.app, ["explain", *args], input=stdin)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_plain_lines_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(orjson.dumps(MESSAGE))
    printed = invoke(str(path))
    assert "- interface     Share\n" in printed
    assert "- related_link  Also read: Mayor resigns at last\n" in printed
    assert f"+               {STORY.splitlines()[0]}\n" in printed
    assert "published: 4 lines kept, 3 removed\n" in printed
    assert NOT_SHOWN in printed
    assert "\x1b" not in printed


def test_the_command_reads_standard_input_and_prints_json_for_machines() -> None:
    printed = orjson.loads(invoke("-", "--json", stdin=orjson.dumps(MESSAGE)))
    assert printed["outcome"] == "published"
    assert printed["lines"][0] == {"text": "Share", "kept": False, "rule": "interface", "score": None}


def test_a_terminal_gets_colours() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="standard")
    path = Path(__file__).parents[1] / "data" / "seed_article.txt"
    run_explain(str(path), Settings(), console, as_json=False)
    assert "\x1b[31m- template_tag" in screen.getvalue()
