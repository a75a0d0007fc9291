"""What a page shows beside its body: its blocks, and how many of them lead to other pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Of 3,966 pages with articles, these limits take no article that lacks both a date and a declared type.
_MANY: Final = 8  # teasers or prices
_TEASER_CHARS: Final = 300  # the longest text between two headlines of a list
_SURE: Final = 2
_MOST_SIGNS: Final = 3  # each allows as much more text
_BODY_RUNS: Final = 2.0  # the body of a list is made of the texts of several teasers
_HEADLINE_CHARS: Final = 24  # a shorter link may be in a menu
_HEADLINE_CHARS_EAST_ASIAN: Final = 9
_LEAD_CHARS: Final = 120
_LONGEST_HEADLINE_CHARS: Final = 250  # a longer text is not a headline, even if all of it is in a link
_EAST_ASIAN: Final = "\u2e80"  # and all characters above it
_PRICE_CHARS: Final = 25
_PRICE: Final = re.compile(r"[$€£¥₹₽₺₩]\s?\d|\d\s?(?:[€₽₺₴]|zł|kr\b|Kč|Ft\b|lei\b|руб|грн|TL\b|円|元|원|EUR|USD|CHF)")
_CARTS: Final = (
    *(
        "add-to-cart",
        "add_to_cart",
        "addtocart",
        "addToCart",
        "AddToCart",
        "add-to-basket",
        "addToBasket",
        "AddToBasket",
    ),
    *("add-to-bag", "addToBag", "/cart/add", "in-den-warenkorb", "buybox--button", "ajouter-au-panier"),
)  # searched as they are: a pattern takes a hundred times as long
_NUMBER: Final = re.compile(r"(\d{1,3})[.)] ?[^\W\d]")
_OWN_ANCHOR: Final = 'href="#'
_PRODUCT: Final = 'schema.org/Product"'
_MARKUP_CHARS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Outline:
    """The markup of a page, and its text blocks in order with the number of characters that are in links."""

    html: str = ""
    texts: Sequence[str] = ()
    link_chars: Sequence[int] = ()

    def is_list(self, body_chars: int, signs: int) -> bool:
        """Whether the page has many headlines that are links, and a body that none of the texts between them fills.

        `signs` is how many other signs of a list it has. With two of them, many prices are enough.
        """
        if signs >= _SURE and self.prices() >= _MANY:
            return True
        headlines, longest = self._runs()
        if longest >= _TEASER_CHARS * (1 + min(signs, _MOST_SIGNS)):
            return False
        if not signs and (self._has_lead() or self.html.count(_OWN_ANCHOR, 0, _MARKUP_CHARS) >= headlines):
            return False  # a brief or a column above other stories, or a live blog with links to its own parts
        return headlines >= _MANY and body_chars > _BODY_RUNS * longest and not self._is_ranking(headlines)

    def _is_ranking(self, headlines: int) -> bool:
        """Whether most headlines are numbered one after another: ten best places, each with a link to its page."""
        numbers = [int(found[1]) for text in self.texts if (found := _NUMBER.match(text))]
        steps = {after - before for before, after in pairwise(numbers)}
        return 2 * len(numbers) >= headlines and steps in ({1}, {-1})

    def shown(self, most_chars: int) -> str | None:
        """The whole text of the page, if it has at most so many characters."""
        return "\n".join(self.texts) if sum(map(len, self.texts)) <= most_chars else None

    def _runs(self) -> tuple[int, int]:
        """The number of headlines that are links, and the most characters outside links between two of them."""
        headlines = run = longest = 0
        for text, linked in zip(self.texts, self.link_chars, strict=True):
            size = len(text)
            if linked * 5 < size * 4:
                run += size - linked
            elif size > _LONGEST_HEADLINE_CHARS:
                run += size
            elif size >= _HEADLINE_CHARS or (size >= _HEADLINE_CHARS_EAST_ASIAN and text[0] >= _EAST_ASIAN):
                headlines, run, longest = headlines + 1, 0, max(longest, run)
        return headlines, max(longest, run)

    def _has_lead(self) -> bool:
        """Whether a paragraph stands above the first headline: the page may be a brief, or a column about its links."""
        for text, linked in zip(self.texts, self.link_chars, strict=True):
            if linked * 5 >= len(text) * 4 and _HEADLINE_CHARS <= len(text) <= _LONGEST_HEADLINE_CHARS:
                return False
            if len(text) - linked >= _LEAD_CHARS:
                return True
        return False

    def sells(self) -> bool:
        """Whether the page shows a price of its own, a shopping cart, or a button."""
        return self.prices() > 0 or has_cart(self.html) or "<button" in self.html

    def prices(self) -> int:
        """The number of blocks that are a price."""
        return sum(len(text) <= _PRICE_CHARS and _PRICE.search(text) is not None for text in self.texts)


NO_OUTLINE: Final = Outline()


def has_cart(html: str) -> bool:
    """Whether the reader can put something into a shopping cart."""
    return any(html.find(mark, 0, _MARKUP_CHARS) >= 0 for mark in _CARTS)


def count_products(html: str) -> int:
    """How many products the page describes in its attributes; 0 if it reviews one."""
    described = html.count(_PRODUCT, 0, _MARKUP_CHARS)
    return 0 if described and "itemReviewed" in html else described
