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


def is_elsewhere(node: LexborNode) -> bool:
    """Whether the element is in a comment, a list of other articles, a menu, a quotation or the like."""
    above: LexborNode | None = node
    for climbs in range(_MAX_CLIMBS):
        if above is None or above.tag in REGIONS:
            return False
        attributes = above.attributes
        kind = f"{attributes.get('itemprop') or ''} {attributes.get('itemtype') or ''}"
        if "comment" in kind or "Comment" in kind or kind.startswith("review "):
            return True
        look = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_MAX_CHARS].lower()
        if climbs < _CLOSE and ELSEWHERE.search(look):
            return True
        inside, above = above.tag, above.parent
        if inside in OUTSIDE and not (inside == "footer" and above is not None and above.tag == "article"):
            return True
    return True
