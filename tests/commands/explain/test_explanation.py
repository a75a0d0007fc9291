from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from worker.commands import cli
from worker.commands.explain.asked import parse
from worker.commands.explain.explanation import Explanation, explain
from worker.commands.explain.run import Options, run_explain
from worker.commands.explain.terminal import NOT_SHOWN
from worker.commands.samples import load
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.messages import Article, Dropped
from worker.pipeline.stage import Stage, Stages
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


def with_stage(run: Callable[[Article], Article | Dropped], part: int = 0) -> Stages:
    """The worker's stages, and one more at the beginning of a part."""
    known = build_stages(Settings())
    parts = list(known.parts)
    parts[part] = replace(parts[part], stages=(Stage("added", run), *parts[part].stages))
    return replace(known, parts=tuple(parts))


PAGE = (
    "<!doctype html><html><head><title>Bridge</title></head><body><div><a href=/>Home and more</a></div><article>"
    f"<h1>Bridge</h1>{''.join(f'<p>{line}</p>' for line in STORY.splitlines())}</article></body></html>"
)


@pytest.mark.parametrize("value", [PAGE, MESSAGE, MESSAGE | {"html": PAGE}], ids=["page", "text", "both"])
def test_a_stage_before_extract_that_changes_nothing_leaves_the_explanation_as_it_is(
    value: str | dict[str, str],
) -> None:
    raw = value.encode() if isinstance(value, str) else orjson.dumps(value)
    assert explain(raw, Settings(), with_stage(lambda article: article)) == told(value)


def test_the_blocks_are_those_of_the_page_that_extract_read() -> None:
    def without_links(article: Article) -> Article:
        return replace(article, html=(article.html or "").replace("<div><a href=/>Home and more</a></div>", ""))

    assert "Home and more" in [line.text for line in told(PAGE).lines]
    explanation = explain(PAGE.encode(), Settings(), with_stage(without_links))
    assert "Home and more" not in [line.text for line in explanation.lines]
    assert [line.text for line in explanation.lines if line.kept] == STORY.splitlines()


def test_a_stage_before_extract_that_changes_a_text_is_shown() -> None:
    def shout(article: Article) -> Article:
        return article.with_text((article.text or "").replace("mayor", "MAYOR"), {"shouted": 1})

    explanation = explain(orjson.dumps(MESSAGE), Settings(), with_stage(shout))
    assert marks(explanation)[:2] == [("-", "interface"), ("~", "shouted")]


def test_the_empty_lines_of_a_text_are_not_shown_as_removed() -> None:
    doubled = MESSAGE | {"text": MESSAGE["text"].replace("\n", "\n \n").replace("the river", "the   river")}
    assert told(doubled).lines == told(MESSAGE).lines


def test_an_exception_of_a_stage_is_the_ending_that_the_worker_reports() -> None:
    def broken(article: Article) -> Article:
        raise ValueError(f"{len(article.text or '')} characters")

    explanation = explain(orjson.dumps(MESSAGE | {"text": STORY}), Settings(), with_stage(broken, 1))
    assert (explanation.outcome, explanation.stage) == ("dead", "added")
    assert explanation.reason == f"stage_error: ValueError: {len(STORY)} characters"
    assert marks(explanation) == [("+", None)] * 4


def test_a_stage_that_raises_only_on_single_lines_is_followed_by_comparison() -> None:
    def picky(article: Article) -> Article:
        first, rest = (article.text or "").split("\n", 1)
        return article.with_text(rest, {"first": int(bool(first))})

    explanation = explain(orjson.dumps(MESSAGE | {"text": STORY}), Settings(), with_stage(picky, 1))
    assert marks(explanation) == [("-", "first"), *[("+", None)] * 3]


def test_an_interrupt_ends_the_command() -> None:
    def interrupted(_: Article) -> Article:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explain(orjson.dumps(MESSAGE), Settings(), with_stage(interrupted))


@pytest.mark.parametrize("name", ["bruecke_de", "ferry_en"])
def test_a_stage_added_before_the_extraction_does_not_repeat_lines(name: str) -> None:
    page = (Path(load.__file__).parent / "pages" / f"{name}.html").read_bytes()
    known = build_stages(Settings())
    first, second = known.parts
    same = Stage("same", lambda article: article)
    stages = replace(known, parts=(replace(first, stages=(same, *first.stages)), second))
    assert explain(page, Settings(), stages) == explain(page, Settings())


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
    ("value", "outcome", "stage", "reason"),
    [
        (b'{"url": ', "dead", "decode", "bad_json"),
        (b"[1, 2]", "dead", "decode", "unknown_shape"),
        (b'{"url": "https://a.example", "text": "Too short."}', "dropped", "filter", "too_short"),
        (b'{"url": "https://a.example", "status": 404, "text": "Not here."}', "dropped", "decode", "http_error"),
        (b'{"url": "https://a.example", "html": "<nav>x</nav>"}', "dropped", "extract", "index_page"),
        (b'{"url": "https://a.example"}', "dead", "decode", "no_content"),
    ],
)
def test_a_message_without_an_article_says_which_stage_ended_it_and_why(
    value: bytes, outcome: str, stage: str, reason: str
) -> None:
    explanation = told(value)
    assert (explanation.outcome, explanation.stage) == (outcome, stage)
    assert explanation.reason.partition(":")[0] == reason


ODD = {"page": {"uri": "https://paper.example/1", "my text": STORY}, "note": 1}


def test_a_message_without_content_gets_the_map_that_would_read_it() -> None:
    explanation = told(orjson.dumps(ODD))
    assert explanation.suggested_map == ("url=page.uri", "text=page.my text")
    read = told(orjson.dumps(ODD), map=explanation.suggested_map)
    assert (read.outcome, read.url, read.suggested_map) == ("published", "https://paper.example/1", ())


@pytest.mark.parametrize(
    "value", [MESSAGE, {"url": "https://paper.example/1"}, {"url": "u", "note": "Short."}], ids=str
)
def test_other_messages_get_no_map(value: dict[str, str]) -> None:
    assert told(value).suggested_map == ()


def test_the_command_prints_the_map_as_flags_and_as_lines_of_a_settings_file() -> None:
    printed = invoke("-", stdin=orjson.dumps(ODD)).splitlines()
    assert printed[-5:] == [
        "If these are the right fields, add --map url=page.uri --map 'text=page.my text'",
        "to the command, or add these lines to the settings file:",
        "[map]",
        'url = "page.uri"',
        'text = "page.my text"',
    ]
    assert "published: 4 lines kept" in invoke("-", "--map", "text=page.my text", stdin=orjson.dumps(ODD))
    assert orjson.loads(invoke("-", "--json", stdin=orjson.dumps(ODD)))["suggested_map"][0] == "url=page.uri"


def test_a_map_whose_field_the_message_lacks_is_named() -> None:
    entries = ("html=page.nope", "text=page.my text", "title=note", "url=gone")
    explanation = told(orjson.dumps(ODD), map=entries)
    assert explanation.unmatched_map == ("url=gone", "html=page.nope")
    assert told(b"no JSON", map=entries).unmatched_map == ()
    printed = invoke("-", "--map", "html=page.nope", stdin=orjson.dumps(MESSAGE))
    assert "--map html=page.nope has no effect: the message has no field page.nope, or it is blank\n" in printed


def test_an_empty_input_and_several_messages_are_errors_that_say_what_to_do() -> None:
    with pytest.raises(SettingsError, match="the input is empty: give"):
        told(b" \n")
    with pytest.raises(SettingsError, match="holds 2 messages: give one"):
        told(orjson.dumps(MESSAGE) + b"\n" + orjson.dumps(MESSAGE))


def test_a_missing_file_is_an_error_that_says_so() -> None:
    with pytest.raises(
        SettingsError, match=r"there is no file 'nowhere\.json'\. If you mean a message: a URL begins with http"
    ):
        parse("nowhere.json")


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
    assert "- interface     Share  [en: share]\n" in printed
    assert "- related_link  Also read: Mayor resigns at last  [en: " in printed
    assert f"+               {STORY.splitlines()[0]}\n" in printed
    assert "published: 4 lines kept, 3 removed\n" in printed
    assert NOT_SHOWN in printed
    assert "\x1b" not in printed


def test_the_command_reads_standard_input_and_prints_json_for_machines() -> None:
    printed = orjson.loads(invoke("-", "--json", stdin=orjson.dumps(MESSAGE)))
    assert (printed["outcome"], printed["stage"]) == ("published", None)
    assert printed["lines"][0] == {
        "text": "Share",
        "kept": False,
        "rule": "interface",
        "score": None,
        "section_score": None,
        "why": "en: share",
    }


def test_the_command_prints_the_markdown_if_it_is_asked_for() -> None:
    message = orjson.dumps(MESSAGE | {"text": f"{MESSAGE['text']}\n# \u202e*A last line of the story, with a star.*"})
    assert "\\# \\*A last line of the story, with a star.\\*\n" in invoke("-", "--markdown", stdin=message)
    assert "\\#" not in invoke("-", stdin=message)


def test_the_last_line_names_the_stage_that_ended_the_article() -> None:
    printed = invoke("-", stdin=b'{"url": "https://a.example", "text": "Too short."}')
    assert "dropped by filter (too_short: 2 words, fewer than " in printed


def test_a_terminal_gets_colours() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="standard")
    path = Path(__file__).parents[2] / "data" / "seed_article.txt"
    run_explain(Options(str(path)), Settings(), console, console)
    assert "\x1b[31m- template_tag" in screen.getvalue()
