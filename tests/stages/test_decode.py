"""The first stage: from bytes to an article."""

from __future__ import annotations

import base64
import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.crawlers import registry
from worker.crawlers.field_map import FieldMap
from worker.errors import SettingsError
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.stages.decode import decode

LIMIT = 1 << 16
NO_MAP = FieldMap()
BODY = {"spider": "s", "text": "Body."}


def run(value: bytes | None, shape: str = "auto", fields: FieldMap = NO_MAP, **record: Any) -> Article | Dropped | Dead:
    """The ending of a record with this value."""
    raw = RawRecord(Source("articles.raw", 0, 0), value, **record)
    return decode(raw, shape=shape, fields=fields, max_value_bytes=LIMIT)


def dump(article: Article) -> bytes:
    """All fields as JSON, nested as deep as in an output."""
    return orjson.dumps({"outer": [{"article": article}]})


def has_bad_characters(text: str | None) -> bool:
    """Whether a lone surrogate is left, or a C0 control other than tab and newline."""
    return any((c < " " and c not in "\t\n") or "\ud800" <= c <= "\udfff" for c in text or "")


def check(ending: Article | Dropped | Dead) -> None:
    """Check what holds for every ending."""
    assert isinstance(ending, Article | Dropped | Dead)
    if isinstance(ending, Article):
        assert dump(ending)
        assert ending.html or ending.text
        for text in (ending.url, ending.final_url, ending.html, ending.text, ending.title, *ending.authors):
            assert not has_bad_characters(text)
    else:
        assert len(ending.detail) <= 200
        assert ending.detail.encode()


def test_a_missing_value_is_dead_as_null_value() -> None:
    assert run(None) == Dead(Reason.NULL_VALUE, "the record has no value")


def test_a_value_of_exactly_the_limit_is_accepted_and_one_byte_more_is_too_large() -> None:
    value = orjson.dumps({"text": "x" * (LIMIT - len(b'{"text":""}'))})
    assert len(value) == LIMIT
    assert isinstance(run(value), Article)
    assert run(value + b" ") == Dead(Reason.TOO_LARGE, f"{LIMIT + 1} bytes, more than the limit of {LIMIT}")


def test_a_value_that_the_transport_cut_is_too_large_whatever_is_left_of_it() -> None:
    ending = run(orjson.dumps(BODY), size_bytes=10 * LIMIT, sha256="0" * 64)
    assert ending == Dead(Reason.TOO_LARGE, f"{10 * LIMIT} bytes, more than the limit of {LIMIT}")
    ending = run(orjson.dumps(BODY), size_bytes=LIMIT - 1, sha256="0" * 64)
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.TOO_LARGE


def test_a_utf_8_byte_order_mark_is_removed() -> None:
    assert isinstance(run(b"\xef\xbb\xbf" + orjson.dumps(BODY)), Article)


@pytest.mark.parametrize(
    "value", [b'{"text": "\xff"}', b'{"text": "\xed\xa0\x80"}', "{}".encode("utf-16"), b"\x1f\x8b"]
)
def test_invalid_utf_8_is_distinguished_from_bad_json(value: bytes) -> None:
    ending = run(value)
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NOT_UTF8
    assert ending.detail.startswith("byte ")


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        b"{",
        b'{"text": NaN}',
        b'{"text": "\\ud800"}',
        b'{"n": 1e400, "text": "x"}',
        b"{'text': 1}",
        b"json failed to parse",
        b"[" * 2000 + b"]" * 2000,
        b'{"text": "a\x00b"}',
        b"{}{}",
    ],
)
def test_json_that_orjson_rejects_is_bad_json_with_its_message(value: bytes) -> None:
    ending = run(value)
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.BAD_JSON
    assert ending.detail


@pytest.mark.parametrize("line", [b"<p>Hello</p>", b"  margin: 0;", b"Plain words.", b'"url": "https://e.org/",'])
def test_a_line_that_is_no_message_says_what_a_line_must_be_and_how_to_make_a_page_one(line: bytes) -> None:
    ending = run(line)
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.BAD_JSON
    assert "; in a file, each line is one whole message; a page becomes one with: jq -Rsc " in ending.detail


@pytest.mark.parametrize("line", [b"{", b'{"text": "cut', b' {"a": 1}}'])
def test_a_message_that_is_cut_or_laid_out_over_lines_says_so_without_the_way_to_make_one(line: bytes) -> None:
    ending = run(line)
    assert isinstance(ending, Dead)
    assert ending.detail.endswith("; in a file, each line is one whole message")


@pytest.mark.parametrize(
    ("value", "kind"),
    [(b"null", "null"), (b"[]", "an array"), (b"7", "a number"), (b'"text"', "a string"), (b"true", "a boolean")],
)
def test_json_that_is_not_an_object_has_an_unknown_shape(value: bytes, kind: str) -> None:
    assert run(value) == Dead(Reason.UNKNOWN_SHAPE, f"expected an object, got {kind}")
    assert run(value, "scrapy") == Dead(Reason.UNKNOWN_SHAPE, f"expected an object, got {kind}")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            b'[{"html": "<p>", "url": "u"}]',
            "an array of objects (html, url): send each of them as a message of its own",
        ),
        (b"[{}]", "an array of objects (no fields): send each of them as a message of its own"),
        (b'"{\\"html\\": 1}"', "a string with JSON in it: encode the message only once"),
        (
            b'"<p>Page</p>"',
            "a string with a page in it: send the page without quotes, or as the field html of an object",
        ),
    ],
)
def test_the_detail_of_an_unknown_shape_names_the_fields_and_says_what_to_send(value: bytes, said: str) -> None:
    assert run(value) == Dead(Reason.UNKNOWN_SHAPE, f"expected an object, got {said}")


def test_an_object_without_html_and_text_is_no_content_and_its_fields_are_listed() -> None:
    value = orjson.dumps({"spider": "s", "content": "", "url": "https://e.org/", "note": 1, "meta": {"a": 1}})
    listed = "content (blank), meta.a, note, spider; if one is the page, add --map html=NAME"
    assert run(value) == Dead(Reason.NO_CONTENT, f"neither html nor text; other fields: {listed}")
    assert run(b'{"html": ""}') == Dead(Reason.NO_CONTENT, "neither html nor text; other fields: html (blank)")
    nothing = Dead(Reason.NO_CONTENT, "neither html nor text; other fields: none")
    assert run(b"{}") == run(b'{"url": "https://e.org/"}') == nothing


def test_the_detail_of_no_content_names_the_flags_that_would_read_the_message() -> None:
    message = {"my page": {"uri": "https://e.org/", "markup": "<p>Page</p>"}, "note": 1}
    ending = run(orjson.dumps(message))
    assert ending == Dead(
        Reason.NO_CONTENT,
        "neither html nor text; other fields: my page.markup, my page.uri, note; "
        "try --map 'url=my page.uri' --map 'html=my page.markup'",
    )
    assert isinstance(run(orjson.dumps(message), fields=FieldMap(["html=my page.markup"])), Article)


def test_the_detail_of_no_content_is_bounded_and_safe_to_print() -> None:
    names = ["\x1b[31m", "\u202e", *(f"{number:060}" for number in range(300))]
    ending = run(orjson.dumps({name: {"x" * 30: {"url": "https://e.org/", "x" * 20: "<p>"}} for name in names}))
    assert isinstance(ending, Dead)
    assert (len(ending.detail) <= 200, ending.detail.isprintable()) == (True, True)


@pytest.mark.parametrize("text", ["\x00\x01", "\r\n \x0b", "\u2028"])
def test_content_that_scrubbing_empties_is_no_content(text: str) -> None:
    ending = run(orjson.dumps({"spider": "s", "text": text}))
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.NO_CONTENT


@pytest.mark.parametrize("status", [100, 301, 404, 500, 999, "403"])
def test_a_response_outside_2xx_is_dropped_with_its_status(status: Any) -> None:
    assert run(orjson.dumps({**BODY, "status": status})) == Dropped(Reason.HTTP_ERROR, f"status {status}")


@pytest.mark.parametrize("status", [200, 206, 299, 0, None, "", "200"])
def test_a_response_of_2xx_or_without_a_known_status_is_an_article(status: Any) -> None:
    assert isinstance(run(orjson.dumps({**BODY, "status": status})), Article)


def test_an_error_page_without_content_is_still_an_error_page() -> None:
    assert run(b'{"status_code": 404, "body": ""}') == Dropped(Reason.HTTP_ERROR, "status 404")


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ({"status": 404, "html": "<p>Gone</p>", "depth": 2}, Reason.HTTP_ERROR),
        ({"status": 200, "depth": 2}, Reason.NO_CONTENT),
    ],
)
def test_an_ending_keeps_what_was_read_but_not_the_content(rest: dict[str, Any], reason: Reason) -> None:
    ending = run(orjson.dumps({"url": "https://e.org/1", "title": "Bridge", "spider": "s", **rest}))
    assert isinstance(ending, Dropped | Dead)
    assert ending.reason is reason
    assert ending.read == Article(url="https://e.org/1", title="Bridge", status=rest["status"], shape="scrapy")


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (
            {"url": "https://e.org/1", "html": 7, "status": 200, "spider": "s"},
            Article(url="https://e.org/1", status=200, shape="scrapy"),
        ),
        (
            {"url": 7, "link": "https://e.org/2", "html": "", "spider": "s"},
            Article(url="https://e.org/2", shape="scrapy"),
        ),
        ({"schema": "raw_article.v1", "url": "https://e.org/3", "text": []}, Article(url="https://e.org/3")),
        ({"schema": "raw_article.v1", "url": ["https://e.org/3"], "text": "x"}, Article()),
    ],
)
def test_a_schema_violation_keeps_the_url_the_status_and_the_shape(message: dict[str, Any], read: Article) -> None:
    ending = run(orjson.dumps(message))
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.SCHEMA_VIOLATION
    assert ending.read == read


def test_a_forced_shape_reads_only_its_own_kind_of_value() -> None:
    page = b"<!doctype html><p>Page</p>"
    assert isinstance(run(page), Article)
    ending = run(page, "scrapy")
    assert isinstance(ending, Dead)
    assert ending.reason is Reason.BAD_JSON


def test_an_unknown_shape_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="unknown shape 'scrappy'"):
        run(b"{}", "scrappy")


def test_mojibake_in_a_page_and_in_text_is_repaired() -> None:
    page = "<html><body><p>Café “Zürich”: the owner’s choice.</p></body></html>"
    broken = {"spider": "s", "html": page.encode().decode("latin-1"), "title": "CafÃ© ZÃ¼rich", "text": "donâ€™t\nCafé"}
    article = run(orjson.dumps(broken))
    assert isinstance(article, Article)
    assert (article.html, article.title, article.text) == (page, "Café Zürich", "don’t\nCafé")


def test_the_slow_libraries_are_not_imported_for_a_clean_message() -> None:
    code = r"""
import sys
from worker.messages import RawRecord, Source
from worker.stages.decode import decode
value = br'{"spider": "s", "html": "<p>Gr\u00f6\u00dfe \u201cok\u201d</p>", "title": "Gr\u00f6\u00dfe", "date": "2026-03-02"}'
print(ascii(decode(RawRecord(Source("t", 0, 0), value), max_value_bytes=1000).title))
print(sorted({"ftfy", "warcio", "charset_normalizer", "jsonschema_rs"} & sys.modules.keys()))
"""
    root = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True, encoding="utf-8")
    assert shown.stdout == "'Gr\\xf6\\xdfe'\n[]\n"


_NAMES = """
url html text body content maintext title authors author date timestamp status status_code headers encoding raw_html
http_metadata content_metadata rss_entry response request metadata crawlid appid schema extra source language
fetch.statusCode sections paragraphs summary name publishing_date free_access
article articleBody data markdown rawHtml browserHtml source page dom raw_html response_body headline crawled_at
"""
_KNOWN = st.sampled_from(_NAMES.split())
_MARKUP = st.sampled_from(
    ["<p>x</p>", "<html>\x00é</html>", "cafÃ©", "PGh0bWw+PC9odG1sPg==", "None", "\x0b", "2026-03-02"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | _MARKUP,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KNOWN | st.text(max_size=4), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip
_OBJECTS = st.dictionaries(_KNOWN, _JSON, max_size=8)
_SHAPES = st.sampled_from(["auto", *registry.names()])


def test_fields_that_are_too_large_to_publish_are_not_kept() -> None:
    small, large = {**BODY, "links": [1] * 8000}, {**BODY, "links": [1] * 8200}
    kept, dropped = run(orjson.dumps(small)), run(orjson.dumps(large))
    assert isinstance(kept, Article)
    assert isinstance(dropped, Article)
    assert "links" in kept.extra
    assert dropped == replace(kept, extra={})


@pytest.mark.parametrize("item", [b"[]", b'{"":1}', b"[[[[[[[[]]]]]]]]"])
def test_json_of_more_arrays_and_objects_than_fit_into_memory_is_dead(item: bytes) -> None:
    many = b",".join([item] * 600_000)
    value = b'{"spider": "s", "text": "Body.", "foo": [%s]}' % many
    dead = decode(RawRecord(Source("articles.raw", 0, 0), value), max_value_bytes=1 << 24)
    assert isinstance(dead, Dead)
    assert dead.reason is Reason.TOO_MANY_NODES


@given(st.binary(max_size=400), _SHAPES)
@example(b"<html>\xff\xfe\x00", "auto")
@example(b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", "auto")
def test_no_bytes_make_decode_raise(value: bytes, shape: str) -> None:
    check(run(value, shape))


@given(_JSON | _OBJECTS, _SHAPES)
def test_no_json_value_makes_decode_raise_and_every_article_can_be_written(value: Any, shape: str) -> None:
    try:
        data = orjson.dumps(value)
    except TypeError:  # a key with a lone surrogate
        return
    check(run(data, shape))


@given(_OBJECTS, st.sampled_from(["html", "body", "text", "content", "maintext"]), _SHAPES)
def test_odd_fields_do_not_make_decode_raise(message: dict[str, Any], field: str, shape: str) -> None:
    check(run(orjson.dumps({**message, field: "<p>Größe</p>"}, option=orjson.OPT_NON_STR_KEYS), shape))


@given(st.binary(max_size=300))
def test_no_page_bytes_make_decode_raise(data: bytes) -> None:
    page = b"<html>" + data
    check(run(page))
    check(run(orjson.dumps({"spider": "s", "body": base64.b64encode(page).decode()})))
    check(
        run(
            b"WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
            + gzip.compress(page)
        )
    )


def test_the_same_record_always_gives_the_same_article() -> None:
    value = orjson.dumps({**BODY, "authors": ["B", "A", "B"], "links": [1, 2]})
    first = run(value)
    assert isinstance(first, Article)
    assert run(value) == replace(first)
