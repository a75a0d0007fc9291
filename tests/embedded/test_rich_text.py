from __future__ import annotations

from typing import Any

import pytest

from worker.embedded.rich_text import Writer, as_html, is_sentence, plain


def written(value: Any) -> str:
    return Writer().html(value, lambda node: "skipped" in node)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line of 1 < 2 & 3.", "<p>One line of 1 &lt; 2 &amp; 3.</p>"),
        ("One line.\n\n Another line.\n", "<p>One line.</p><p>Another line.</p>"),
        ("<p>A <b>line</b> &amp; another.</p>", "<p>A <b>line</b> &amp; another.</p>"),
        ("&lt;p&gt;A line &amp;amp; another.&lt;/p&gt;", "<p>A line &amp; another.</p>"),
        ("A <b>bold</b> word.", "<p>A <b>bold</b> word.</p>"),
        ("One line.\u2028Another line.", "<p>One line.</p><p>Another line.</p>"),
        ("&amp;quot;One&amp;quot; line.", "<p>&amp;quot;One&amp;quot; line.</p>"),
        ("&amp;lt;p&amp;gt;A &amp;amp;amp; b.&amp;lt;/p&amp;gt;", "<p>A &amp; b.</p>"),
        ("One line.\\r\\n\\r\\nAnother \\u0041 line.", "<p>One line.</p><p>Another A line.</p>"),
        ("\\u003cp\\u003eA line.\\u003c\\/p\\u003e", "<p>A line.</p>"),
        ("The folder C:\\new is Fish &amp;amp; chips.", "<p>The folder C:\\new is Fish &amp;amp;amp; chips.</p>"),
    ],
)
def test_a_string_becomes_html_once(text: str, html: str) -> None:
    assert as_html(text) == html


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (
            [
                {"type": "heading", "text": "A heading"},
                {"type": "text", "text": "It is a sentence of eight short words."},
            ],
            "<h2>A heading</h2>\n<p>It is a sentence of eight short words.</p>",
        ),
        (
            {"type": "list", "items": [{"type": "list-item", "text": "One"}, {"type": "list-item", "text": "Two"}]},
            "<li>One</li>\n<li>Two</li>",
        ),
        ([{"type": "image", "text": "A caption that is a sentence of nine words."}], ""),
        ([{"type": "text", "text": "It is a sentence of eight short words.", "skipped": 1}], ""),
        ({"type": "paragraph", "children": [{"text": "a"}, {"text": "b", "bold": True}]}, "<p>ab</p>"),
        (
            {"_type": "block", "children": [{"_type": "span", "text": "a", "marks": ["em", "x1"]}, {"text": "b"}]},
            "<p>ab</p>",
        ),
        ({"type": "paragraph", "children": [{"text": "a", "looks": ["em", "x1"]}, {"text": "b"}]}, "<p>ab</p>"),
        ({"type": "paragraph", "children": [{"text": "a"}, {"type": "linebreak"}, {"text": "b"}]}, "<p>a<br>b</p>"),
        ({"type": "paragraph", "content": [{"text": "a"}, {"type": "hardBreak"}, {"text": "b"}]}, "<p>a<br>b</p>"),
        *(
            ([{"type": kind, "text": "It is a sentence of eight short words."}], "")
            for kind in ("ad", "adBlock", "cta", "readMore", "teaser-list", "articleRef")
        ),
        (["$", "script", None, {"children": "It is a sentence of eight short words."}], ""),
        (["$", "p", None, {"children": ["a", ["$", "b", None, {"children": "b"}]]}], "<p>a<b>b</b></p>"),
        (["$", "div", None, {"dangerouslySetInnerHTML": {"__html": "<p>x</p>"}}], "<div><p>x</p></div>"),
    ],
)
def test_objects_become_elements_by_their_shape(value: Any, html: str) -> None:
    assert written(value) == html


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/path/to/a/page",
        "a b c",
        "{ a: b; c: d; e: f; g: h; i: j }",
        "QmFzZTY0" * 40,
        "",
        "2026-03-02 10:00",
    ],
)
def test_what_is_no_sentence_is_not_text(text: str) -> None:
    assert not is_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is a sentence of eight short words.",
        "&quot;It&#39;s&nbsp;a&nbsp;sentence&nbsp;of&nbsp;eight&nbsp;short&nbsp;words.&quot;" * 5,
        "山あいの小さな駅に、三十年ぶりに駅員が戻ってきた。",
        "यह एक छोटा वाक्य है जो पढ़ा जाता है।",
    ],
)
def test_a_sentence_is_recognised_in_any_script(text: str) -> None:
    assert is_sentence(text)


def test_plain_text_has_a_line_for_each_block() -> None:
    assert plain("<style>p { a: b }</style><p>a <b>b</b></p><p>c<br>d").split("\n") == ["a b", "c", "d"]


def test_a_value_that_contains_itself_is_written_once() -> None:
    value: dict[str, Any] = {
        "type": "text",
        "text": "It is a sentence of eight short words that is long enough to be known.",
    }
    value["children"] = [value]
    assert written(value).count("sentence") == 1


def test_writing_stops_at_a_limit() -> None:
    value = {"text": "It is a sentence of eight short words. " * 1000}
    writer = Writer()
    lengths = [len(writer.html({**value, "n": n}, lambda _node: False)) for n in range(200)]
    assert lengths[0] > 30_000
    assert lengths[-1] == 0


def test_an_object_that_many_others_refer_to_is_written_once() -> None:
    value: dict[str, Any] = {"type": "text", "text": "It is the last of many texts."}
    for number in range(60):
        value = {"type": "text", "text": f"It is the text with the number {number}.", "a": value, "b": value}
    html = written(value)
    assert html.count("It is the last") == html.count("number 7.") == 1
