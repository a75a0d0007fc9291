"""Makes declarative shadow roots a part of the page. Of all templates, a browser shows only these.

Source: https://html.spec.whatwg.org/multipage/scripting.html#attr-template-shadowrootmode.
"""

from __future__ import annotations

import re
from typing import Final

from worker.text.search import holds

_MARK: Final = "shadowroot"
_TEMPLATE: Final = re.compile(r"<(/?+)template(?=[\s/>])([^<>]*+)>", re.IGNORECASE)


def with_shadow_roots(html: str) -> str:
    """The page with a `<div>` in place of each template that is a shadow root. Other pages are returned unchanged."""
    if not holds(html, _MARK):
        return html
    made: list[str] = []
    roots: list[bool] = []  # of the open templates, whether each is a shadow root
    done = 0
    for tag in _TEMPLATE.finditer(html):
        is_end, attributes = tag[1], tag[2]
        if not is_end:
            roots.append(_MARK in attributes)
        is_root = bool(roots) and (roots.pop() if is_end else roots[-1])
        if is_root:
            made += (html[done : tag.start()], f"<{is_end}div>")
            done = tag.end()
    return "".join((*made, html[done:]))
