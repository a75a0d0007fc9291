"""Makes excerpts of articles: passages, beginnings and quotes that other sites took over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from training.articles import RealArticle, shortened
from training.changes import beginning
from training.newsroom import sentences
from training.pairs import Doc

LEAST_WORDS = 200  # of an article that has an excerpt
EXCERPTS = 3  # of each article
SHORT, SHORT_WORDS = 0.6, (200, 500)  # share of the articles that are cut to the length of agency news; their words
BEFORE = 0.3  # share of the excerpts that arrive before the article
WHOLE = "whole"
_PASSAGE_SLACK = 12  # a passage ends at the end of a sentence if one is at most this many words away
_LEAST_PARAGRAPH, _LEAST_QUOTE = 15, 12  # words

Excerpt = Callable[[Sequence[str], Random], str]
"""Makes an excerpt of these paragraphs."""


def _passage(length: int) -> Excerpt:
    """A passage of about `length` words from anywhere."""

    def passage(paragraphs: Sequence[str], rng: Random) -> str:
        parts = [sentence.split() for paragraph in paragraphs for sentence in sentences(paragraph)]
        words = [word for part in parts for word in part]
        starts = [sum(map(len, parts[:at])) for at in range(len(parts))]
        start = rng.choice([start for start in starts if start + length <= len(words)] or [0])
        end = min((abs(end - start - length), end) for end in [*starts[1:], len(words)])
        return " ".join(words[start : end[1] if end[0] <= _PASSAGE_SLACK else start + length])

    return passage


def _first_two(paragraphs: Sequence[str], _rng: Random) -> str:
    return "\n".join(paragraphs[:2])


def _first_quarter(paragraphs: Sequence[str], _rng: Random) -> str:
    return "\n".join(beginning(paragraphs, 0.25))


def _quote_and_paragraph(paragraphs: Sequence[str], rng: Random) -> str:
    """A paragraph with a quote in it, and one other paragraph."""
    long = [text for text in paragraphs if len(text.split()) >= _LEAST_QUOTE]
    quote = rng.choice([text for text in long if '"' in text or "“" in text] or long)
    return "\n".join((quote, rng.choice([text for text in long if text != quote] or [quote])))


def _two_apart(paragraphs: Sequence[str], rng: Random) -> str:
    """Two paragraphs that are not neighbours."""
    long = [at for at, text in enumerate(paragraphs) if len(text.split()) >= _LEAST_PARAGRAPH]
    pairs = [(one, other) for one in long for other in long if other > one + 1] or [(0, len(paragraphs) - 1)]
    one, other = rng.choice(pairs)
    return f"{paragraphs[one]}\n{paragraphs[other]}"


KINDS: Mapping[str, Excerpt] = {
    "passage40": _passage(40),
    "passage60": _passage(60),
    "passage90": _passage(90),
    "first_two": _first_two,
    "cut75": _first_quarter,
    "quote_and_paragraph": _quote_and_paragraph,
    "two_apart": _two_apart,
}
"""The kinds of excerpts by name."""


def excerpts(articles: Sequence[RealArticle], seed: int, limit: int | None = None) -> list[Doc]:
    """Up to `limit` articles, each with three excerpts of different kinds after it, or before it if its kind says so.

    The kind of an article before its excerpts is `base`, and that of an article after one of them is `whole`. The same
    arguments give the same articles.
    """
    rng = Random(seed)  # noqa: S311 - not for secrets
    long = [article for article in articles if sum(len(text.split()) for text in article.paragraphs) >= LEAST_WORDS]
    rng.shuffle(long)
    return [doc for article in long[:limit] for doc in _with_excerpts(article, rng)]


def _with_excerpts(article: RealArticle, rng: Random) -> Iterator[Doc]:
    if rng.random() < SHORT:
        article = shortened(article, rng.randint(*SHORT_WORDS))
    kinds = rng.sample(sorted(KINDS), EXCERPTS)
    parts = [_doc(article, kind, KINDS[kind](article.paragraphs, rng), f"{kind}.example") for kind in kinds]
    if rng.random() < BEFORE:
        yield {**parts[0], "kind": f"{kinds[0]}_first"}
        yield _doc(article, WHOLE, "\n".join(article.paragraphs), article.host)
    else:
        yield _doc(article, "base", "\n".join(article.paragraphs), article.host)
        yield from parts


def _doc(article: RealArticle, kind: str, text: str, host: str) -> Doc:
    return {
        "id": f"{article.id} {kind}", "cluster": article.id, "kind": kind,
        "host": host, "title": article.title, "text": text,
    }  # fmt: skip
