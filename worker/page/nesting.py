"""How deep a page nests, and how many elements it has: read off its tags, without a tree.

A parser of HTML takes time by the square of the depth, and opens formatting that was never closed again in every
paragraph that follows: a page of 30 KB can become a million elements. What follows is its rules of opening and closing
(https://html.spec.whatwg.org/multipage/parsing.html) as far as they bound both. It errs to more rather than to less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from typing import Final

NAME: Final = r"[a-zA-Z][^\s>/]*+"
ATTRIBUTE: Final = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
"""One attribute, with what stands before it. Neither goes back over what it has matched."""


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAG: Final = re.compile(
    rf"<(?:!--(?:-?>|(?:[^-]++|-(?!-!?>))*+)|(/?{NAME})(?:{ATTRIBUTE})*+\s*+(/?))"  # a comment, or a tag
)
_RAW: Final = {
    name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "textarea", "xmp", "iframe")
}
_NOT_OPENED: Final = _tags(
    "html head body area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
)
_SPECIAL: Final = _tags(
    "address applet article aside blockquote button caption center colgroup dd details dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup iframe li listing main marquee menu nav "
    "noembed noframes noscript object ol p plaintext pre script search section select style summary table tbody td "
    "template textarea tfoot th thead title tr ul xmp svg math foreignobject"
)
_SCOPE: Final = _tags("applet caption marquee object table td th template svg math foreignobject desc title")
_TABLE: Final = _tags("table template svg math")
_ROWS: Final = _tags("table caption tbody thead tfoot tr td th")
_IN_TABLES: Final = _ROWS - {"table"} | {"colgroup"}
_CELLS: Final = _tags("td th caption")
_FORMATTING: Final = _tags("a b big code em font i nobr s small strike strong tt u")
_ALIKE: Final = 3  # of the formatting that is open, so many are kept of the same name and attributes
_IN_DRAWINGS: Final = _tags("foreignobject desc title annotation-xml")  # HTML may stand in these
_ENDS_DRAWINGS: Final = _tags(
    "b big blockquote br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 hr i img li listing menu meta nobr ol p "
    "pre ruby s small span strong strike sub sup table tt u ul var"
)
_Rule = tuple[AbstractSet[str], AbstractSet[str]]
# Which open elements a start tag ends, and what these must not stand outside of.
_LIST: Final = _SPECIAL - _tags("address div p")
_ENDS: Final[dict[str, _Rule]] = {
    "li": (_tags("li"), _LIST),
    "dd": (_tags("dd dt"), _LIST),
    "dt": (_tags("dd dt"), _LIST),
    "p": (_tags("p"), _SPECIAL - {"p"}),
    "td": (_CELLS, _TABLE),
    "th": (_CELLS, _TABLE),
    "tr": (_tags("tr caption"), _TABLE),
    **dict.fromkeys(("tbody", "thead", "tfoot"), (_tags("tbody thead tfoot caption"), _TABLE)),
}


def measure(html: str, max_depth: int, max_elements: int) -> tuple[int, int]:
    """The depth of the page, and its elements with those that a parser adds. Ends where one is over its limit.

    Time is linear in the page's length and in the tags x the depth, a microsecond for most tags.
    """
    page = _Open()
    at = elements = 0
    while (match := _TAG.search(html, at)) and page.deepest <= max_depth and elements <= max_elements:
        at = match.end()
        name = (match[1] or "").lower()
        if name[:1] == "/":
            page.close(name[1:])
        elif name and name not in _NOT_OPENED:
            elements += 1 + len(page.formats)
            if not page.opens(name, match.group() if name in _FORMATTING else "", closed=bool(match[2])):
                continue
            if name in _RAW:
                end = _RAW[name].search(html, at)
                at = end.start() if end else len(html)
    return page.deepest, elements


class _Open:
    """The elements that are open at a place of a page."""

    def __init__(self) -> None:
        self.deepest = 0
        self.formats: list[tuple[str, str]] = []  # names and tags; opened again when closed with what they stood in
        self._marks = [0]  # how many formats stood before each open cell: they do not go on in it
        self._stack: list[str] = []
        self._unclosed: Counter[str] = Counter()

    def opens(self, name: str, tag: str, *, closed: bool) -> bool:
        """Open an element (of formatting the whole tag counts). Whether its content is text where HTML says so."""
        drawing = self._unclosed["svg"] > 0 or self._unclosed["math"] > 0
        if drawing and name in _ENDS_DRAWINGS and not any(self._unclosed[inner] for inner in _IN_DRAWINGS):
            self._pop(min(self._stack.index(outer) for outer in ("svg", "math") if self._unclosed[outer]))
            drawing = False
        if drawing and closed:
            return False
        if name in _IN_TABLES and not (drawing or self._unclosed["table"] or self._unclosed["template"]):
            return False
        if name in ("a", "nobr"):
            self.close(name)
        if drawing:
            pass  # there nothing is closed by what follows
        elif name in _ENDS:
            self._end(*_ENDS[name])
        elif name == "option" and self._stack[-1:] == [name]:
            self._pop(len(self._stack) - 1)
        self._stack.append(name)
        self._unclosed[name] += 1
        self.deepest = max(self.deepest, len(self._stack))
        if name in _CELLS:
            self._marks.append(len(self.formats))
        elif tag and self.formats[self._marks[-1] :].count((name, tag)) < _ALIKE:
            self.formats.append((name, tag))
        return not drawing

    def close(self, name: str) -> None:
        """An end tag: it closes what stands in its element too, unless that is of a kind that it must not."""
        if name in _FORMATTING:
            self._end_format(name)
        if name in _ROWS:
            self._end({name}, _TABLE - {name})
        else:
            self._end({name}, _SCOPE - {name} if name in _SPECIAL else _SPECIAL)

    def _end(self, names: AbstractSet[str], barrier: AbstractSet[str]) -> None:
        if not any(self._unclosed[name] for name in names):
            return
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at] in names:
                self._pop(at)
                return
            if self._stack[at] in barrier:
                return

    def _pop(self, first: int) -> None:
        for name in self._stack[: first - 1 if first else None : -1]:
            self._unclosed[name] -= 1
            if name in _CELLS:
                del self.formats[self._marks.pop() :]
        del self._stack[first:]

    def _end_format(self, name: str) -> None:
        """Formatting ends behind its end tag, but the blocks that were opened in it go on."""
        for at in range(len(self.formats) - 1, self._marks[-1] - 1, -1):
            if self.formats[at][0] == name:
                del self.formats[at]
                break
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at] == name:
                del self._stack[at]
                self._unclosed[name] -= 1
                return
            if self._stack[at] in _CELLS:
                return
