"""Takes the marks of Markdown off a text. Some systems store their articles in it.

Source: https://spec.commonmark.org.
"""

from __future__ import annotations

import re
from typing import Final

# Only what no plain text has: a heading, a link, or words in bold.
_MARKDOWN: Final = re.compile(r"^#{1,6} \S|\]\((?:https?:/)?/|\*\*\w[^*\n]*+\*\*", re.MULTILINE)
_REPLACED: Final = tuple(
    (re.compile(pattern, re.MULTILINE), by)
    for pattern, by in (
        (r"^```[^\n]*+$", ""),
        (r"!\[[^\[\]\n]*+\]\([^()\n]*+\)", ""),
        (r"\[([^\[\]\n]++)\]\([^()\n]*+\)", r"\1"),
        (r"(?<=[^\s#])[ ]?\n(?=[^\W\d_])", " "),  # a line break within a paragraph
        (r"^(?:#{1,6} |> ?|[*+-] )", ""),
        (r"\*\*([^*\n]++)\*\*", r"\1"),
        (r"(?<![\w*])\*([^*\n]++)\*(?![\w*])", r"\1"),
        (r"(?<!\w)_([^_\n]++)_(?!\w)", r"\1"),
    )
)


def without_markdown(text: str) -> str:
    """The text without the marks, and with one line for each paragraph. Other texts are returned unchanged."""
    if not _MARKDOWN.search(text):
        return text
    for pattern, by in _REPLACED:
        text = pattern.sub(by, text)
    return text
