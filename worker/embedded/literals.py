"""Reads the objects, lists and strings of a script without running it. JSON is a part of what it reads.

The reader knows only brackets, commas, colons and strings. Every other token is a name, which stands for a value that
is not known. So it also gets through code, in which it finds nothing but strings.

Source: https://tc39.es/ecma262/#sec-literals-string-literals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

MAX_VALUES: Final = 300_000  # of one literal; each takes up to 120 bytes. Real states have up to 100,000.
_MAX_DEPTH: Final = 500

# A string without an end takes the rest of the text.
_TOKEN: Final = re.compile(
    r"""(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?+\Z)|'[^'\\]*+(?:\\.[^'\\]*+)*+(?:'|\\?+\Z)|`[^`\\]*+(?:\\.[^`\\]*+)*+(?:`|\\?+\Z))"""
    r"""|(?P<mark>[\[\]{}(),:])|(?P<other>[^\s"'`\[\]{}(),:/]++)|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+|/|\s++""",
    re.DOTALL,
)
_OPENING: Final = "{[("
_CLOSING: Final = "}])"
_ESCAPE: Final = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r\n|.))", re.DOTALL
)
_SHORT_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": ""}


class Name(str):
    """A name in a script. It stands for a value that is not known here."""

    __slots__ = ()


def load(text: str) -> Any:
    """The value of a JSON text, even if it has errors; None if it holds too many values, or nothing can be read."""
    if too_many_values(text):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        begin = re.search(r"[\[{]", text)
        return read_literal(text, begin.start())[0] if begin else None


def too_many_values(text: str) -> bool:
    """Whether the values in a text would take too much memory."""
    return count_values(text) > MAX_VALUES


def count_values(text: str) -> int:
    """At least the number of values in a JSON text."""
    return sum(map(text.count, ",[{"))


def read_literal(text: str, at: int) -> tuple[Any, int]:
    """The value that begins at the bracket or quote at `at`, and the index behind it.

    Reads as far as the value makes sense: it may be cut off. Takes linear time.
    """
    reader = _Reader()
    for token in _TOKEN.finditer(text, at):
        kind = token.lastgroup
        if kind == "mark":
            if reader.mark(token[0]):
                return reader.value, token.end()
        elif kind == "string":
            if len(token[0]) == 1 or token[0][-1] != token[0][0]:  # without an end
                break
            reader.pending = unquoted(token[0])
            if not reader.open:
                return reader.pending, token.end()
        elif kind == "other" and reader.pending is None:
            reader.pending = Name(token[0])
    return reader.close_all(), len(text)


class _Reader:
    """The containers that are open. A list stands for a call's arguments too."""

    __slots__ = ("key", "keys", "left", "open", "pending", "value")

    def __init__(self) -> None:
        self.open: list[dict[str, Any] | list[Any]] = []
        self.keys: list[str | None] = []
        self.key: str | None = None
        self.pending: Any = None
        self.value: Any = None
        self.left = MAX_VALUES

    def mark(self, mark: str) -> bool:
        """Take a bracket, a comma or a colon. Returns whether the outermost value has ended."""
        if mark in _OPENING:
            self.left -= 1
            if len(self.open) >= _MAX_DEPTH or not self.left:
                self.close_all()
                return True
            self.open.append({} if mark == "{" else [])
            self.keys.append(self.key)
            self.key = self.pending = None
        elif mark == ":":
            self.key = str(self.pending) if self.pending is not None else None
            self.pending = None
        else:
            self._put()
            return mark in _CLOSING and self._close()
        return False

    def close_all(self) -> Any:
        """End all values. Returns the outermost one."""
        while self.open:
            self._put()
            self._close()
        return self.value

    def _put(self) -> None:
        value, key = self.pending, self.key
        self.pending = self.key = None
        if value is None or not self.open:
            return
        self.left -= 1
        container = self.open[-1]
        if isinstance(container, list):
            container.append(value)
        elif key is not None:
            container[key] = value

    def _close(self) -> bool:
        if self.open:
            self.pending, self.key = self.open.pop(), self.keys.pop()
        if not self.open:
            self.value = self.pending
        return not self.open


def unquoted(literal: str) -> str:
    """The text of a string literal with its quotes."""
    text = literal[1:-1]
    return (
        _ESCAPE.sub(_character, text).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        if "\\" in text
        else text
    )


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return chr(int(escape[4], 8)) if escape[4] else _SHORT_ESCAPES.get(escape[5], escape[5])


def strings_in(value: Any) -> Iterator[str]:
    """The strings in a list, in order, not those in its objects."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting += reversed(item)
