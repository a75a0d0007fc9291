"""Makes articles of made-up words, of any length, and changes them."""

from __future__ import annotations

from random import Random

_FUNCTION_WORDS = ("a", "of", "the", "in", "to", "and", "for", "was", "he", "it", "on", "as")
_SYLLABLES = ("ba", "do", "ke", "li", "mur", "nas", "pel", "ri", "sto", "tan", "vo", "wes", "gri", "hal", "cor", "fen")


def word(rng: Random) -> str:
    """A content word that is almost certainly unique."""
    return "".join(rng.choices(_SYLLABLES, k=4))


def prose(seed: object, count: int) -> list[str]:
    """This many words: a third of them are function words, one in 25 is a number."""
    rng = Random(str(seed))
    words = []
    for _ in range(count):
        kind = rng.random()
        if kind < 0.33:
            words.append(rng.choice(_FUNCTION_WORDS))
        elif kind < 0.37:
            words.append(str(rng.randrange(20, 100_000)))
        else:
            words.append(word(rng))
    return words


def misspelt(words: list[str], rng: Random, share: float) -> list[str]:
    """The words, with another letter in this share of the content words."""
    return [f"{word[:2]}x{word[3:]}" if len(word) > 4 and rng.random() < share else word for word in words]


def respelt(words: list[str], rng: Random, share: float) -> list[str]:
    """The words, with this share of the content words replaced. Numbers stay."""
    return [word(rng) if old.isalpha() and len(old) > 4 and rng.random() < share else old for old in words]


def renumbered(words: list[str], rng: Random) -> list[str]:
    """The words, with other numbers."""
    return [str(rng.randrange(20, 100_000)) if old.isdecimal() else old for old in words]
