"""Which elements of a page are not part of its article: comments, lists of other articles, menus, quotations."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

_MAX_CHARS: Final = 300  # of a class and an id
_CLOSE: Final = 4  # elements; the classes of those further up tell about the layout: "has-sidebar"
_MAX_CLIMBS: Final = 40  # to the root of a page, from one element

# Words in the class or id of an element that is not part of the article, or whose authors are others', in lower case.
ELSEWHERE: Final = re.compile(
    r"comment|respond|repl(?:y|ies)|disqus|related|recommend|popular|trending|latest|recent|teaser|sidebar|widget|"
    r"promo|more-|most-|read-?next|also|(?<!entry-)(?<!post-)(?<!article-)footer|(?<![a-z])nav(?![a-z])|menu|carousel|slider|pagination|newsletter|"
    r"quote|tag-?_?cloud|testimonial|review-|kommentar|verwandt|similar",
)
OUTSIDE: Final = frozenset({"nav", "footer", "form", "blockquote", "figure", "figcaption", "link", "meta", "input"})
REGIONS: Final = frozenset({"body", "html", "main"})


def places(node: LexborNode) -> set[int]:
    """The parent and the grandparent, which elements of one list have in common."""
    parent = node.parent
    above = parent.parent if parent is not None else None
    return {place.mem_id for place in (parent, above) if place is not None and place.tag not in REGIONS}


def _is_headed(aside: LexborNode) -> bool:
    return aside.css_first("h2,h3,h4,h5") is not None


def is_elsewhere(node: LexborNode) -> bool:
    """Whether the element is in a comment, a list of other articles, a menu, a quotation or the like.

    An `<aside>` with a heading, such as "Columns", is part of an article only within it.
    """
    above: LexborNode | None = node
    in_aside = False
    for climbs in range(_MAX_CLIMBS):
        if above is None or above.tag in REGIONS:
            return in_aside
        attributes = above.attributes
        kind = f"{attributes.get('itemprop') or ''} {attributes.get('itemtype') or ''}"
        if "comment" in kind or "Comment" in kind or kind.startswith("review "):
            return True
        look = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_MAX_CHARS].lower()
        if climbs < _CLOSE and ELSEWHERE.search(look):
            return True
        in_aside = (in_aside and above.tag != "article") or (above.tag == "aside" and _is_headed(above))
        inside, above = above.tag, above.parent
        if inside in OUTSIDE and not (inside == "footer" and above is not None and above.tag == "article"):
            return True
    return True
