r"""Makes foreign text safe for a terminal. All text that is printed or logged for people passes through here.

A page, a server's header or a file name can contain sequences that colour a terminal, rename its window, write to its
clipboard, or reverse the order of a line. They are shown as escapes instead, such as `\x1b[31m`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson
from rich.text import Text

# Control characters except tab, line separators, bidirectional controls, and lone surrogates (no terminal takes them).
_UNPRINTABLE: Final = re.compile("[\0-\x08\n-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NAMED: Final = {"\n": r"\n", "\r": r"\r"}
# orjson escapes the C0 controls itself; UTF-8 has no lone surrogates.
_LEFT_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""The text as one line, with an escape such as `\n`, `\x1b` or `\u202e` for each terminal control character.

    At most 30 combining marks in a row are kept: long runs can stall a terminal.
    """
    if not text.isascii():
        from worker.text.normal_forms import stream_safe  # noqa: PLC0415 - imports numpy, 30 ms that `--help` need not take

        text = stream_safe(text)
    return _UNPRINTABLE.sub(_escaped, text)


def printable_lines(text: str) -> str:
    """`printable` for each line of a text with several lines."""
    return "\n".join(map(printable, text.split("\n")))


def shown(text: str, style: str = "") -> Text:
    """The text for a console or table of rich, in one style. Markup in it, such as `[red]`, stays text."""
    return Text(printable(text), style)


def json_text(value: Any, default: Callable[[Any], Any] | None = None, option: int | None = None) -> str:
    r"""The value as JSON on one line, with an escape such as `\u009b` for each character that controls a terminal.

    Raises:
        TypeError: orjson cannot write the value.
    """
    return _LEFT_IN_JSON.sub(_escaped_in_json, orjson.dumps(value, default, option).decode())


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in _NAMED:
        return _NAMED[match[0]]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _escaped_in_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
