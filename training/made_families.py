"""Makes families: pages of one site and one template that differ mostly in names. Each is an article of its own.

`families/taught.txt` holds the templates for training and `families/judged.txt` those for benchmarks. Every family has
its own site, wording and facts. Some pages have copies: a print and a mobile page of the same site, and the article on
another site with another title and without its last lines. The same seed gives the same pages; everybody in them is
invented.

In a template, `# NAME LANGUAGE` comes first, then `@kind = a|b|c` (its own word lists), the title, and one paragraph a
line: `= ` a heading, `- ` an item of a list. Neighbouring lines with `*` may come in any order. A line with `~` may be
missing, a heading together with the line after it. `training.family_facts` describes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from training.family_facts import Facts, Template, settle, templates, tidy

HERE = Path(__file__).parent / "families"
PARTS = ("taught", "judged")
PAGES = (8, 20)  # minimum and maximum number of pages of a family
COPIED = 2  # pages of a family that have a copy of each kind
COPIES = ("print", "mobile", "syndicated")
LEFT_OUT = (0, 0.25, 0.5, 0.7)  # possible shares of the standing sentences that a site leaves out
MISSING = 0.35  # share of the optional lines that a page lacks
CUT = (0.15, 0.4)  # minimum and maximum share of the text that a syndicated page lacks
_SITES = ["daily", "metro", "inside", "planet", "my", "all", "open", "real", "first", "city"]
_NAMES = ["hub", "post", "world", "guide", "now", "online", "zone", "press", "today", "journal"]

Doc = dict[str, Any]
"""A page: `id`, `text` (the body, one paragraph a line), `title`, `host` (without `www.` or `m.`), `cluster`,
`kind`, and also `url`, `language` and `lines` (the paragraphs with their marks). A copy has the cluster of its
original."""


def families(seed: int, part: str = "taught", per_template: int = 2) -> list[Doc]:
    """The pages of this many families of each template, in random order. A copy comes later than its original."""
    rng = Random(f"{seed}/{part}")  # noqa: S311 - not for secrets
    docs: list[Doc] = []
    for template in templates(HERE / f"{part}.txt"):
        for number in range(per_template):
            docs += _family(template, f"{template.name}.{template.marks[0]}.{number}", rng)
    docs = shuffled(docs, COPIES, rng)
    return [{"id": f"{part}{number}", **doc} for number, doc in enumerate(docs)]


def family_of(doc: Doc) -> str:
    """The family of a page or of the original of a copy: template, language and number."""
    return str(doc["cluster"].rpartition(".")[0])


def _family(template: Template, name: str, rng: Random) -> Iterator[Doc]:
    house = _thinned([settle(line, rng) for line in template.lines], rng)
    site = f"{rng.choice(_SITES)}{rng.choice(_NAMES)}{rng.randint(1, 999)}.example"
    path = rng.choice(("/{0}", "/{1}/{0}", "/{1}/{0}.html", "/2026/11/{0}/"))
    told: dict[str, list[str]] = {}  # lines by title; a repeated title is drawn again, at most 30 times in all
    pages = rng.randint(*PAGES)
    for _ in range(pages + 30):
        if len(told) < pages:
            title, *lines = _told(house, template, rng)
            told.setdefault(title, lines)
    docs: list[Doc] = []
    for number, (title, lines) in enumerate(told.items()):
        slug = f"{re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')}-{rng.randint(10_000, 99_999)}".lstrip("-")
        url = f"https://www.{site}" + path.format(slug, template.name)
        doc = _doc(title, lines, url, f"{name}.{number}", f"family_{template.name}")
        docs.append({**doc, "language": template.marks[0]})
    yield from docs
    for kind in COPIES:
        for doc in rng.sample(docs, COPIED):
            yield {**_COPY[kind](doc, rng), "language": doc["language"]}


def _thinned(lines: Sequence[str], rng: Random) -> list[str]:
    """The lines without some of the sentences that all pages share: a site says more or less of them."""
    share, told = rng.choice(LEFT_OUT), [lines[0]]
    for line in lines[1:]:
        standing = not re.match("[*~]*[=-] ", line) and not re.search(r"[@\[]", line)
        kept = [sentence for sentence in _sentences(line) if not standing or rng.random() >= share]
        told += [_joined(kept)] if kept else []
    ends = [*told[1:], "= "]
    return [line for line, after in zip(told, ends, strict=True) if not (_is_heading(line) and _is_heading(after))]


def _is_heading(line: str) -> bool:
    return line.lstrip("*~").startswith("= ")


def _told(house: Sequence[str], template: Template, rng: Random) -> list[str]:
    """The title and the lines of one page."""
    facts, language = Facts(rng, template.words), template.marks[0]
    title = tidy(facts.fill(house[0]), language)
    told: list[str] = []
    for free, group in groupby(_units(house[1:]), key=lambda unit: unit[0].startswith("*")):
        units = list(group)
        if free and rng.random() < 0.5:
            rng.shuffle(units)
        told += [line for unit in units if "~" not in unit[0][:2] or rng.random() >= MISSING for line in unit]
    return [title, *(tidy(facts.fill(line.lstrip("*~")), language) for line in told)]


def _units(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines, and each optional heading with the line after it."""
    rest = iter(lines)
    for line in rest:
        yield [line, next(rest)] if "~" in line[:2] and _is_heading(line) else [line]


def _doc(title: str, lines: Sequence[str], url: str, cluster: str, kind: str) -> Doc:
    text = "\n".join(re.sub("^[=-] ", "", line) for line in lines)
    host = re.sub(r"^(www|m)\.", "", url.split("/")[2])
    return {
        "text": text, "title": title, "host": host, "cluster": cluster, "kind": kind, "url": url, "lines": list(lines),
    }  # fmt: skip


def _print(doc: Doc, rng: Random) -> Doc:
    """The page without its headings, or without its last sentence, under another path."""
    lines = [line for line in doc["lines"] if not _is_heading(line)] if rng.random() < 0.5 else _cut(doc["lines"], 0.02)
    url = doc["url"].replace(".example/", rng.choice((".example/print/", ".example/printable/")), 1)
    return _doc(doc["title"], lines, url, doc["cluster"], "print")


def _mobile(doc: Doc, rng: Random) -> Doc:
    """The page on the host for telephones, without its last sentence or with its first sentence once more."""
    first = _sentences(doc["lines"][0])[0]
    lines = [*doc["lines"], first] if rng.random() < 0.5 else _cut(doc["lines"], 0.02)
    url = f"https://m.{doc['host']}/story/{rng.randint(10**6, 10**7)}"
    return _doc(doc["title"], lines, url, doc["cluster"], "mobile")


def _syndicated(doc: Doc, rng: Random) -> Doc:
    """The beginning of the article on another site, under a title made of its first words."""
    lines = _cut(doc["lines"], rng.uniform(*CUT))
    first = re.sub("^[=-] ", "", next(line for line in lines if not _is_heading(line)))
    words = first.split()
    title = " ".join(words[: rng.randint(6, 10)]) if len(words) > 3 else first[: rng.randint(12, 20)]
    site = f"www.{rng.choice(_NAMES)}{rng.choice(_SITES)}{rng.randint(1, 999)}.example"
    url = f"https://{site}/a/{rng.randint(10**6, 10**7)}"
    return _doc(title.rstrip(".,:;"), lines, url, doc["cluster"], "syndicated")


def _cut(lines: Sequence[str], share: float) -> list[str]:
    """The lines without the last sentences, which make up about this share of the text, and at least one sentence."""
    told = [(number, sentence) for number, line in enumerate(lines) for sentence in _sentences(line)]
    left = sum(len(sentence) for _, sentence in told) * (1 - share)
    kept: list[tuple[int, str]] = []
    for number, sentence in told[:-1]:
        left -= len(sentence)
        if left > 0 or not kept:
            kept.append((number, sentence))
    groups = groupby(kept, key=lambda one: one[0])
    lines = [_joined([sentence for _, sentence in group]) for _, group in groups]
    return lines[:-1] if _is_heading(lines[-1]) else lines


def _sentences(line: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?!]) |(?<=。)", line) if sentence]


def _joined(sentences: Sequence[str]) -> str:
    return ("" if "。" in sentences[0] else " ").join(sentences)


_COPY = {"print": _print, "mobile": _mobile, "syndicated": _syndicated}


def shuffled(docs: Sequence[Doc], copies: Sequence[str], rng: Random) -> list[Doc]:
    """The documents in random order, but those of the kinds in `copies` later than their originals."""
    order = sorted(docs, key=lambda _: rng.random())
    originals = {doc["cluster"]: place for place, doc in enumerate(order) if doc["kind"] not in copies}
    for place, doc in enumerate(order):
        other = originals[doc["cluster"]]
        if place < other:
            order[place], order[other] = order[other], order[place]
            originals[doc["cluster"]] = place
    return order
