"""Every stage of the pipeline, and its parts, ready to be measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from unittest.mock import patch

import orjson
from selectolax.lexbor import LexborHTMLParser

from tests.fuzz.families import (
    CHUNKS,
    FIELDS,
    HEADERS,
    JSON,
    MARKDOWN,
    PAGES,
    PAGES_OF_TEXT,
    SCRIPTS,
    SHADOWS,
    TEXTS,
    URLS,
)
from tests.fuzz.growth import Prepare, Stage
from worker.crawlers.charset import decode_page
from worker.dedup.word_codes import words_of
from worker.embedded.article import Clues, article_html
from worker.extraction.blocks import Blocks
from worker.extraction.body import Body, find_body
from worker.extraction.headline import Hints
from worker.extraction.structure import StructuredBlocks
from worker.extraction.walk import read_blocks
from worker.identity.content import content_hash
from worker.identity.urls import canonicalise
from worker.messages import (
    Article,
    DeadLetter,
    DuplicateKind,
    Identity,
    Outcome,
    PipelineInfo,
    RawRecord,
    Reason,
    Source,
    Verdict,
)
from worker.page.bylines import clean_names, names_in_lines
from worker.page.date_texts import dates_in
from worker.page.jsonld import read_linked_data
from worker.page.kind import classify
from worker.page.limits import Limits, check
from worker.page.metadata import Metadata, read_metadata
from worker.page.shadow import with_shadow_roots
from worker.page.tree import TreeTooLargeError, encode, parse
from worker.page.visible_byline import find_byline
from worker.page.visible_date import find_date
from worker.pipeline import outputs
from worker.pipeline.trace import Trace
from worker.sites.lines import remove, sketch
from worker.stages.decode import decode
from worker.stages.extract import Extract, clean_body, normalise
from worker.stages.filter import Filter
from worker.stages.glue import glue
from worker.stages.markdown import markdown
from worker.stages.quality import measure
from worker.stages.repeats import repeats
from worker.stages.residue import residue, without_tags
from worker.text.cleaning import clean_html, clean_line, clean_text
from worker.text.labels import letters
from worker.text.language import decide_language
from worker.transport import dead_letters

URL: Final = "https://example.org/news/1"
_LIMITS: Final = Limits()
_INFO: Final = PipelineInfo("1.2.3", "0123456789abcdef")
_MAX_VALUE_BYTES: Final = 8 << 20
_CLUES: Final = Clues(("Words of a headline",), url=URL, quotes=("word word word word word word word word",))
_SCRIPT: Final = "<script type=application/json>"
_PASSED: Final[dict[int, bool]] = {}


def record(value: bytes | None, offset: int = 0, headers: tuple[tuple[str, bytes], ...] = ()) -> RawRecord:
    """A record as a transport returns it."""
    return RawRecord(Source("articles.raw", 0, offset, timestamp_ms=1_790_000_000_000), value, headers=headers)


def _passes_limits(html: str) -> bool:
    """Whether the page is within the limits. Checked once for all stages, because it may take a separate process."""
    key = hash(html)
    if key not in _PASSED:
        _PASSED[key] = check(html, _LIMITS) is None and _has_tree(html)
    return _PASSED[key]


def _has_tree(html: str) -> bool:
    try:
        parse(encode(html))
    except TreeTooLargeError:
        return False
    return True


def _check_alone(html: str) -> object:
    """Check the limits without the trial, whose process has its own time limit."""
    with patch("worker.page.limits.try_parse", return_value=None):
        return check(html, _LIMITS)


def _on_text(step: Callable[[str], object]) -> Prepare:
    return lambda text: lambda: step(text)


def _on_article(step: Callable[[Article], object]) -> Prepare:
    def prepare(text: str) -> Callable[[], object]:
        article = Article(url=URL, text=text)
        return lambda: step(article)

    return prepare


def _on_page(step: Callable[[str], object]) -> Prepare:
    """A step on a page within the limits."""
    return lambda html: (lambda: step(html)) if _passes_limits(html) else None


def _on_tree(step: Callable[[LexborHTMLParser], object]) -> Prepare:
    def prepare(html: str) -> Callable[[], object] | None:
        if not _passes_limits(html):
            return None
        tree = parse(encode(html))
        return lambda: step(tree)

    return prepare


def _on_linked_data(block: str) -> Callable[[], object]:
    tree = parse(encode(f"<script type=application/ld+json>{block}</script>"))
    return lambda: read_metadata(tree, URL)


def _on_blocks(html: str) -> Callable[[], object] | None:
    if not _passes_limits(html):
        return None
    blocks = read_blocks(parse(encode(html)))
    return lambda: find_body(blocks, Hints("Words of a headline", "word word word word word word"))


def _structured(html: str) -> Article | None:
    """A page whose blocks all belong to its article."""
    if not _passes_limits(html):
        return None
    blocks = read_blocks(parse(encode(html)), StructuredBlocks.new(links=True))
    with patch("worker.extraction.sections.Sections.decide", lambda found, _likelihoods: found.kept | True):
        body = find_body(blocks, Hints("", ""))
    return Article(url=URL, text=body.text, structure=body.lines) if body else None


def _on_structure(html: str) -> Callable[[], object] | None:
    article = _structured(html)
    return (lambda: markdown(article)) if article else None


def _on_lines(text: str) -> Callable[[], object]:
    blocks = Blocks.empty()
    for line in text.split("\n"):
        blocks.add(0, [line], 0, 0, 0)
    blocks.end_block[0] = len(blocks.texts)
    return lambda: find_body(blocks, Hints(text, text))


def _as_text(text: str) -> Callable[[], object]:
    value = orjson.dumps({"url": URL, "text": text})
    return lambda: decode(record(value), max_value_bytes=_MAX_VALUE_BYTES)


def _as_markdown(text: str) -> Callable[[], object]:
    value = orjson.dumps({"markdown": text, "metadata": {"sourceURL": URL}})
    return lambda: decode(record(value), max_value_bytes=_MAX_VALUE_BYTES)


def _as_value(text: str) -> Callable[[], object]:
    return lambda: decode(record(text.encode()), max_value_bytes=_MAX_VALUE_BYTES)


def _as_warc(http: str) -> Prepare:
    """A WARC record with the input in its HTTP response, in place of `{}`."""

    def prepare(text: str) -> Callable[[], object]:
        begin = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/\r\n\r\nHTTP/1.1 200 OK\r\n"
        return lambda: decode(record((begin + http.replace("{}", text)).encode()), max_value_bytes=_MAX_VALUE_BYTES)

    return prepare


def _site_lines(article: Article) -> object:
    page = sketch(article, 0.0)
    return page and remove(article, page, frozenset(page.keys))


def _as_embedded(text: str) -> Callable[[], object]:
    state = orjson.dumps({"title": "Words of a headline", "body": [text, {"text": text}], "text": text}).decode()
    return lambda: article_html(_SCRIPT + state, _CLUES)


def _classify(text: str) -> object:
    return classify(Metadata(title=text[:1000]), URL, text, 0.5, 0.1)


def _outputs(text: str) -> Callable[[], object]:
    identity = Identity("0" * 32, bytes(32), Verdict(DuplicateKind.NEW, 1, None, None, "0" * 32))
    article = Article(
        url=URL, canonical_url=URL, title=text, authors=(text,), text=text, extra={"k": text}, identity=identity
    )  # fmt: skip
    trace = Trace(
        record(text.encode("utf-8", "ignore"), headers=(("name", text[:1000].encode("utf-8", "ignore")),)), article
    )
    trace.article_id, trace.detail = "0" * 32, text

    def write() -> None:
        trace.outcome, trace.reason = Outcome.PUBLISHED, Reason.NEW
        outputs.clean_article(trace, _INFO)
        outputs.quality_report(trace, _INFO)
        trace.outcome, trace.reason = Outcome.DEAD, Reason.STAGE_ERROR
        letter = outputs.dead_letter(trace).value
        if isinstance(letter, DeadLetter):
            dead_letters.line(letter)
            dead_letters.headers(letter)

    return write


STAGES: Final[Sequence[Stage]] = (
    Stage("decode: a field", FIELDS, _as_value),
    Stage("decode: a text", TEXTS, _as_text),
    Stage("decode: Markdown", MARKDOWN, _as_markdown),
    Stage("decode: charset", TEXTS, _on_text(lambda text: decode_page(text.encode("utf-8", "ignore") + b"\xff\xfe"))),
    Stage("decode: WARC headers", HEADERS, _as_warc("{}\r\n\r\n<p>w")),
    Stage("decode: WARC chunks", CHUNKS, _as_warc("Transfer-Encoding: chunked\r\n\r\n{}")),
    Stage("decode: clean_text", TEXTS, _on_text(clean_text)),
    Stage("decode: clean_line", TEXTS, _on_text(clean_line)),
    Stage("decode: clean_html", TEXTS, _on_text(clean_html)),
    Stage("limits", PAGES, _on_text(_check_alone)),
    Stage("parse", PAGES, _on_page(lambda html: parse(encode(html)))),
    Stage("metadata", PAGES, _on_tree(lambda tree: read_metadata(tree, URL))),
    Stage("metadata: names", TEXTS, _on_text(lambda text: clean_names([text]))),
    Stage("metadata: many names", TEXTS, _on_text(lambda text: clean_names(text.split("\n")))),
    Stage("metadata: lines of a byline", TEXTS, _on_text(lambda text: names_in_lines(text.split("\n")))),
    Stage("metadata: visible byline", TEXTS, _on_text(lambda text: find_byline(text.split("\n"), text[:20]))),
    Stage("metadata: letters", TEXTS, _on_text(letters)),
    Stage("metadata: URL", URLS, _on_text(lambda url: read_metadata(parse(b"<link rel=canonical href=/a>"), url))),
    Stage("JSON-LD", JSON, _on_text(lambda block: read_linked_data([block]))),
    Stage("JSON-LD: metadata", JSON, _on_linked_data),
    Stage("JSON-LD: no JSON", TEXTS, _on_text(lambda block: read_linked_data([block]))),
    Stage("shadow roots", SHADOWS, _on_text(with_shadow_roots)),
    Stage("embedded: a script", SCRIPTS, _on_text(lambda text: article_html(f"<script>{text}", _CLUES))),
    Stage("embedded: JSON", {**SCRIPTS, **JSON}, _on_text(lambda text: article_html(_SCRIPT + text, _CLUES))),
    Stage("embedded: a text", TEXTS, _as_embedded),
    Stage("blocks", PAGES, _on_tree(read_blocks)),
    Stage("body", PAGES, _on_blocks),
    Stage("blocks: structured", PAGES, _on_tree(lambda tree: read_blocks(tree, StructuredBlocks.new(links=True)))),
    Stage("body: of lines", TEXTS, _on_lines),
    Stage("body: cleaned", TEXTS, _on_text(lambda text: clean_body(Body(text, 1.0, 0.0)))),
    Stage("kind", TEXTS, _on_text(_classify)),
    Stage("kind: URL", URLS, _on_text(lambda url: classify(Metadata(), url, "", 0.5, 0.1))),
    Stage("visible date", PAGES, _on_text(lambda html: find_date(html, "Words of a headline", None, None))),
    Stage("visible date: of a line", TEXTS, _on_text(lambda text: dates_in(text, None))),
    Stage("extract", PAGES, _on_page(lambda html: Extract(_LIMITS)(Article(url=URL, html=html)))),
    Stage("extract: text", PAGES_OF_TEXT, _on_page(lambda html: Extract(_LIMITS)(Article(url=URL, html=html)))),
    Stage("extract: a crawler's text", TEXTS, _on_text(normalise)),
    Stage("residue", TEXTS, _on_article(residue)),
    Stage("residue: tags", TEXTS, _on_text(without_tags)),
    Stage("repeats", TEXTS, _on_article(repeats)),
    Stage("glue", TEXTS, _on_article(glue)),
    Stage("site lines", TEXTS, _on_article(_site_lines)),
    Stage("markdown", TEXTS, _on_article(markdown)),
    Stage("markdown: structured", PAGES, _on_structure),
    Stage("filter", TEXTS, _on_article(Filter(1 << 30, ("en",)))),
    Stage("language", TEXTS, _on_text(lambda text: decide_language("en", text))),
    Stage("dedup: words", TEXTS, _on_text(partial(words_of, seed=1))),
    Stage("dedup: hash", TEXTS, _on_text(content_hash)),
    Stage("dedup: URL", URLS, _on_text(lambda url: canonicalise(url, url + "/", "/" + url))),
    Stage("quality", TEXTS, _on_article(measure)),
    Stage("outputs", TEXTS, _outputs),
)
"""In pipeline order."""
