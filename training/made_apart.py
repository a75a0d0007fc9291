"""Makes articles that have most of their words from another one, and yet tell something else.

Each stands beside true copies of the same article that are as close to it:

- `opposite`: other news before the same background. One or two words differ in the title and in the first sentence.
  `opposite_headed` has no title but begins with it.
- `framed`: a short post between the same words about the site and its author as other posts.
- `interleaved`: an article with as many paragraphs of another story between its own.
- `half_own`: an article in which the paragraphs of another story stand in place of every second one or two.
- `edited`, `edited_headed`: a copy with one to four synonyms, or a typing mistake in one word in a hundred, anywhere.
- `mistyped_headed`: a copy with typing mistakes in the title and in the first sentence.
- `restyled`, `restyled_headed`: a copy in the style of another house, under a dateline.
- `unframed`: a post without the words about the site, on another site.

The articles are those of `training.articles`, written in each of the scripts of `training.scripts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from training.articles import RealArticle, shortened
from training.house_style import mistyped, restyle, swap
from training.newsroom import phrases, sentences
from training.pairs import Doc
from training.scripts import SCRIPTS, written

WORDS = (80, 400)  # minimum and maximum of an article
COPIES = ("edited", "edited_headed", "mistyped_headed", "restyled", "restyled_headed", "unframed")
MIXED = ("interleaved", "half_own")
KNOWN = {"mistyped_headed": ("plain", "caseless")}
"""The scripts of a kind, if not all: where a word has two letters, a mistake makes it another word."""
ROUND = 8  # articles that are used together: four for `apart`, the others for posts
POSTS = 3  # of a site
FRAME, POST = (30, 90), (25, 130)  # minimum and maximum words of each end of a post, and between them
_WORD = re.compile(r"\b[a-z]{4,}\b")
_NUMBER = re.compile(r"\b\d+\b")


def apart(articles: Sequence[RealArticle], seed: int, limit: int | None = None) -> list[Doc]:
    """The articles, each before those that are made from it, but no posts.

    At most `limit` articles are used for these and the posts together. The same arguments give the same articles.
    """
    return _in_scripts(articles, f"apart/{seed}", limit, _round)


def posts(articles: Sequence[RealArticle], seed: int, limit: int | None = None) -> list[Doc]:
    """The posts and their copies, made of other articles than `apart` takes."""
    return _in_scripts(articles, f"apart/{seed}", limit, _posts)


def _in_scripts(
    articles: Sequence[RealArticle],
    seed: str,
    limit: int | None,
    made: Callable[[Sequence[RealArticle], Random], Iterator[Doc]],
) -> list[Doc]:
    rng = Random(seed)  # noqa: S311 - not for secrets
    chosen = rng.sample(articles, len(articles))[:limit]
    docs: list[Doc] = []
    for at in range(0, len(chosen) - ROUND + 1, ROUND):
        for script in SCRIPTS:
            cut = [shortened(article, rng.randint(*WORDS)) for article in chosen[at : at + ROUND]]
            docs += written((doc for doc in made(cut, rng) if script in KNOWN.get(doc["kind"], SCRIPTS)), script)
    return docs


def _round(cut: Sequence[RealArticle], rng: Random) -> Iterator[Doc]:
    titled, headed, whole, lender, *_ = cut
    vocabulary = sorted({word for article in cut for word in _WORD.findall(" ".join(article.paragraphs))})
    yield from _titled(titled, vocabulary, rng)
    yield from _headed(headed, vocabulary, rng)
    yield from _mixed(whole, lender.paragraphs, rng)


def _titled(article: RealArticle, vocabulary: Sequence[str], rng: Random) -> Iterator[Doc]:
    """An article with a title and a site, with opposite news and copies."""
    for kind, lines, site in (
        ("base", _lines(article), article.host),
        ("opposite", _turned(article, vocabulary, rng), article.host if rng.random() < 0.5 else "wire.example"),
        ("edited", _edited(article, rng), article.host if rng.random() < 0.2 else "paper.example"),
        ("restyled", _restyled(article, rng), "paper.example"),
    ):
        yield _doc(article.id, kind, lines[0], "\n".join(lines[1:]), site)


def _headed(article: RealArticle, vocabulary: Sequence[str], rng: Random) -> Iterator[Doc]:
    """The same without a site, and with the title in the text."""
    title, first, *rest = _lines(article)
    for kind, lines in (
        ("base_headed", _lines(article)),
        ("opposite_headed", _turned(article, vocabulary, rng)),
        ("edited_headed", _edited(article, rng)),
        ("mistyped_headed", [mistyped(title, 0.15, rng), mistyped(first, 0.08, rng), *rest]),
        ("restyled_headed", _restyled(article, rng)),
    ):
        yield _doc(article.id, kind, "", "\n".join(lines), None)


def _lines(article: RealArticle) -> list[str]:
    return [article.title, *article.paragraphs]


def _restyled(article: RealArticle, rng: Random) -> list[str]:
    house = rng.randrange(1000)
    title, first, *rest = (restyle(line, house) for line in _lines(article))
    city, agency = rng.choice(phrases()["towns"]), rng.choice(phrases()["agencies"])
    return [title, f"{city.upper()} ({agency}) - {first}", *rest]


def _doc(name: str, kind: str, title: str, text: str, host: str | None) -> Doc:
    is_story = kind.startswith(("base", "framed")) or kind in COPIES
    cluster = name if is_story else f"{name} {kind}"
    return {"id": f"{name} {kind}", "cluster": cluster, "kind": kind, "title": title, "text": text, "host": host}


def _turned(article: RealArticle, vocabulary: Sequence[str], rng: Random) -> list[str]:
    title, lede, *background = _lines(article)
    first, *rest = sentences(lede)
    if rng.random() < 0.3 and len(background) > 3:
        background.pop()
    title, first = (_other_words(line, vocabulary, rng) for line in (title, first))
    return [title, " ".join([first, *rest]), *background]


def _other_words(line: str, vocabulary: Sequence[str], rng: Random) -> str:
    """The line with one or two other words, and perhaps another number."""
    found = [*_WORD.finditer(line)] or [*re.finditer(r"\w{4,}", line)] or [*re.finditer(r"\w+", line)]
    for old in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 2)))), key=lambda each: -each.start()):
        new = rng.choice(vocabulary)
        new = f"{new} {rng.choice(vocabulary)}" if rng.random() < 0.2 else new
        line = line[: old.start()] + new + line[old.end() :]
    if rng.random() < 0.2:
        line = _NUMBER.sub(lambda found: str(int(found[0]) + rng.choice((-1, 1, 5))), line, count=1)
    return line


def _edited(article: RealArticle, rng: Random) -> list[str]:
    told = _lines(article)
    if rng.random() < 0.5:
        return [mistyped(line, 0.015, rng) for line in told]
    weights = [len(text) for text in told]
    for at in rng.choices(range(len(told)), weights, k=rng.randint(1, 4)):
        words = told[at].split(" ")
        place = rng.randrange(len(words))
        for near in range(place, len(words)):
            other = swap(words[near], 1, rng)
            if other != words[near]:
                words[near] = other
                break
        told[at] = " ".join(words)
    return told


def _mixed(article: RealArticle, others: Sequence[str], rng: Random) -> Iterator[Doc]:
    texts, step = article.paragraphs, rng.randint(1, 2)
    yield _doc(article.id, "base", article.title, "\n".join(texts), article.host)
    kind = rng.choice(MIXED)
    lines: list[str] = []
    for at in range(0, len(texts), step):
        own, other = texts[at : at + step], others[at : at + step]
        if kind == "interleaved":
            lines += (*own, *other)
        else:
            lines += other if at // step % 2 else own
    made = _doc(article.id, kind, rng.choice((article.title, "")), "\n".join(lines), "mixed.example")
    yield {**made, "partial_of": article.id}


def _posts(articles: Sequence[RealArticle], rng: Random) -> Iterator[Doc]:
    """Short posts of a site, each between the same words, and a copy of the first one without these."""
    articles = articles[-1 - POSTS :]
    words = [" ".join(article.paragraphs).split() for article in articles]
    lender, *others = words
    above, below = rng.randint(*FRAME), rng.randint(*FRAME)
    ends = " ".join(lender[:above]), " ".join(lender[-below:])
    host = f"{articles[0].id.replace('/', '-')}.blog.example"
    bodies = [" ".join(post[: rng.randint(*POST)]) for post in others]
    for number, (article, body) in enumerate(zip(articles[1:], bodies, strict=False)):
        yield _doc(article.id, "framed", article.title, "\n".join((ends[0], body, ends[1])), host)
        if number == 0:
            yield _doc(article.id, "unframed", article.title, body, "reader.example")
