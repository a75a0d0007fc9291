"""The data that a page's scripts hold: JSON, and the literals in JavaScript. Nothing is run.

Known forms: `application/json` and JSON-LD scripts (Next.js, Nuxt 3, Angular, SvelteKit, Apollo), assignments
(`window.__INITIAL_STATE__ = {...}`), `JSON.parse("...")`, a function that is called with its values (Nuxt 2), and the
stream of React's server components (Next.js).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from worker.embedded.flight import rows_of
from worker.embedded.literals import Name, load, read_literal, strings_in, too_many_values
from worker.embedded.names import LONGEST_TEASER
from worker.embedded.references import containers, items_of, resolved

_SCRIPT: Final = re.compile(r"<script(?=[\s>/])([^>]*+)>", re.IGNORECASE)
_END: Final = re.compile(r"</script", re.IGNORECASE)
_TYPE: Final = re.compile(r"""\btype\s*+=\s*+["']?+([^\s"'>]*+)""", re.IGNORECASE)
_CODE_TYPES: Final = re.compile(r"$|module$|.*(?:java|ecma)script", re.IGNORECASE)
_SHORTEST: Final = 200  # characters of a script that could hold an article

# The beginning of a literal: an object or a list, or a string that holds JSON.
_LITERAL: Final = re.compile(r"""(?:[=(,]|\breturn\b)\s*+(?=[{\[]|["'`](?:[\[{]|%[57][bB]))""")
_FLIGHT: Final = "__next_f"
_FUNCTION: Final = re.compile(r"function\s*+\(([\w$,\s]*+)\)\s*+\{\s*+return\s*+(?=\{)")
_CALL: Final = re.compile(r"\s*+;?\s*+\}\s*+\)?+\s*+(?=\()")
_ANGULAR: Final = {"&q;": '"', "&s;": "'", "&l;": "<", "&g;": ">", "&a;": "&"}
_ANGULAR_ESCAPE: Final = re.compile("&[qslga];")
_ARTICLE: Final = re.compile(r"article|blogposting|report", re.IGNORECASE)
_PERCENT: Final = re.compile(rb"%([0-9a-fA-F]{2})")
_BYTES: Final = {b"%02x" % code: bytes([code]) for code in range(256)}
_DECODER: Final = json.JSONDecoder(strict=False)
_MAX_HEAD_CHARS: Final = 50_000  # of the names of a function's parameters
_MAX_CODE_CHARS: Final = 3 << 20  # of all scripts that are no JSON; reading takes 0.1 us a character


def states(html: str, least_chars: int = _SHORTEST) -> Iterator[Any]:
    """The values in the scripts of a page, in order, with all references resolved.

    Leaves out scripts that are shorter than `least_chars`, except the pieces of a stream.
    """
    stream: list[str] = []
    left = _MAX_CODE_CHARS
    for kind, text in _scripts(html):
        if _FLIGHT in text[:_SHORTEST]:
            stream += _pushed(text)
        elif len(text) < least_chars:
            continue
        elif "ld+json" in kind:
            yield _described(load(text))
        elif "json" in kind:
            yield resolved(load(_decoded(text)))
        elif _CODE_TYPES.match(kind) and (left := left - len(text)) > 0:
            yield from (
                resolved(load(_decoded(value)) if isinstance(value, str) else value) for value in _literals(text)
            )
    if stream:
        yield from rows_of("".join(stream))


def _scripts(html: str) -> Iterator[tuple[str, str]]:
    """The type of each script, which may be empty, and its text."""
    at = 0
    while begin := _SCRIPT.search(html, at):
        end = _END.search(html, begin.end())
        at = end.end() if end else len(html)
        if at - begin.end() > _SHORTEST:
            kind = _TYPE.search(begin[1])
            yield kind[1].lower() if kind else "", html[begin.end() : end.start() if end else len(html)]


def _described(linked: Any) -> list[dict[str, Any]]:
    """The articles that JSON-LD describes, with their strings alone: other nodes hold questions, reviews, products."""
    return [
        {name: text for name, text in node.items() if isinstance(text, str)}
        for node in containers(linked)
        if isinstance(node, dict) and _may_be_story(node)
    ]


def _may_be_story(node: dict[Any, Any]) -> bool:
    """Whether a node has the text of an article. Some sites have all of it in the description."""
    body, description, kind = node.get("articleBody"), node.get("description"), node.get("@type")
    if isinstance(body, str):
        return True
    is_long = isinstance(description, str) and len(description) > LONGEST_TEASER
    return is_long and _ARTICLE.search(str(kind)[:_SHORTEST]) is not None


def _decoded(text: str) -> str:
    """The JSON of a script. Angular before version 16 replaces its quotes."""
    begin = text[:_SHORTEST].lstrip()
    if begin.startswith(("{&q;", "[&q;", "[{&q;")):
        return _ANGULAR_ESCAPE.sub(lambda escape: _ANGULAR[escape[0]], text)
    return _unquoted(text) if begin[:3].lower() in ("%7b", "%5b") else text


def _unquoted(text: str) -> str:
    """The text without percent-encoding. `urllib.parse.unquote` takes 90 bytes of memory for each character."""
    data = text.encode("utf-8", "surrogatepass")
    return _PERCENT.sub(lambda code: _BYTES[code[1].lower()], data).decode("utf-8", "replace")


def _pushed(text: str) -> Iterator[str]:
    """The strings that a script pushes to the stream."""
    at = text.find("push(")
    while at >= 0:
        pushed, end = read_literal(text, at + 4)
        yield from (piece for piece in strings_in(pushed) if not isinstance(piece, Name))
        at = text.find("push(", end)


def _literals(text: str) -> Iterator[Any]:
    """The literals in a script, apart from those inside another one."""
    if too_many_values(text):
        return
    at = failed = 0
    while begin := _LITERAL.search(text, at):
        start = begin.end()
        value = None
        if start >= failed and text[start] in "{[":
            try:
                value, at = _DECODER.raw_decode(text, start)
            except json.JSONDecodeError as error:
                failed = error.pos
            except RecursionError:
                failed = len(text)
        if value is None:
            value, at = read_literal(text, start)
            at = _fill(text, start, value, at)
        yield value


def _fill(text: str, start: int, value: Any, end: int) -> int:
    """Replace the names in the result of a function by the values that it is called with. Returns the end."""
    heads = [*_FUNCTION.finditer(text, max(0, start - _MAX_HEAD_CHARS), start + 1)]
    call = _CALL.match(text, end)
    if not heads or heads[-1].end() != start or not call:
        return end
    names = [name.strip() for name in heads[-1][1].split(",")]
    given, end = read_literal(text, call.end())
    if isinstance(given, list):
        _replace(value, dict(zip(names, given, strict=False)))
    return end


def _replace(value: Any, given: dict[str, Any]) -> None:
    waiting = [value]
    while waiting:
        container = waiting.pop()
        for key, item in items_of(container):
            if isinstance(item, Name):
                container[key] = given.get(item, item)
            elif isinstance(item, dict | list):
                waiting.append(item)
