"""Tells the teaser of an article for subscribers from an article that is whole, and only offers a subscription."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from worker.page.kind_words import PAYWALL, SUBSCRIBER
from worker.page.notices import size
from worker.page.reader_words import READER, sentences

_TEASER_WORDS: Final = 35
_ASKING_CHARS: Final = 200  # a longer paragraph that asks for money is not a notice
_TOLD_AFTER: Final = 6  # words of a sentence
_ENDS: Final = (".", "。", "।")
_CUT: Final = ("…", "...", "[…]", "[...]")


def is_teaser(lines: list[str], body: str, blocks: Sequence[str], *, declared: bool) -> bool | None:
    """Whether the page certainly shows no more than a teaser; None if it has no paywall.

    A whole article may offer a subscription as well, so what it tells must be short or cut off.

    Args:
        lines: The titles and headings of the page.
        body: Its text, one paragraph per line.
        blocks: All that it shows. What asks for money may stand beside the body.
        declared: Whether the page declares that the article is for subscribers.
    """
    own = [line for line in body.split("\n") if line not in lines]
    text = "\n".join(own).lower()
    closed = PAYWALL.search(text)
    if declared and not closed:
        closed = PAYWALL.search("\n".join(block for block in blocks if len(block) <= _ASKING_CHARS).lower())
    if not (closed or declared):
        return None
    if any(line.endswith(_CUT) for line in own[-2:]):  # the last may be the one that asks
        return True
    if not declared and _goes_on(own):
        return None
    return bool(closed or SUBSCRIBER.search(text)) and size(" ".join(_told(own))) <= _TEASER_WORDS


def _goes_on(lines: list[str]) -> bool:
    """Whether the text tells more after it has spoken of subscribing: then it is about that, and not cut off."""
    parts = [(one, line.endswith(_ENDS)) for line in lines for one in sentences(line)]
    last = max((at for at, (one, _) in enumerate(parts) if _asks(one)), default=len(parts))
    return any(
        whole and size(one) >= _TOLD_AFTER and not READER.search(one) and not any(map(str.isdigit, one))
        for one, whole in parts[last + 1 :]
    )


def _told(lines: list[str]) -> list[str]:
    """The sentences that do not ask for money. A short line is one sentence."""
    told = (part for line in lines for part in ([line] if len(line) <= _ASKING_CHARS else sentences(line)))
    return [one for one in told if not _asks(one)]


def _asks(sentence: str) -> bool:
    sentence = sentence.lower()
    return PAYWALL.search(sentence) is not None or SUBSCRIBER.search(sentence) is not None
