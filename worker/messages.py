"""The values that cross a boundary, each a frozen dataclass, and the closed sets of outcomes and reasons.

The transport reads a `RawRecord` and publishes `Output`s. The stages hand on an `Article`. The index answers with a
`Verdict`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

MAX_EXTRA_BYTES = 16 << 10
"""The crawler's own fields are passed on up to this size, as JSON."""


class Outcome(StrEnum):
    """How an input record ended. Every record ends in exactly one of these."""

    PUBLISHED = "published"
    DUPLICATE = "duplicate"
    DROPPED = "dropped"
    DEAD = "dead"


class Reason(StrEnum):
    """Why a record ended as it did. The set is closed, so readers may switch over it."""

    # published
    NEW = "new"  # the first article with this URL and content
    UPDATE = "update"  # a known URL with new content: the next version; with updates=major, a minor one is a duplicate
    POSSIBLE = "possible"  # new, but perhaps a rewritten copy of an earlier article, or shares a part with one
    CONTAINS = "contains"  # new, but contains a whole earlier article: a round-up
    # duplicate
    EXACT = "exact"  # the same content at another URL
    RECRAWL = "recrawl"  # the same content at the same URL
    COPY = "copy"  # an earlier article with another lede, shortened, or among the furniture of another site
    EXCERPT = "excerpt"  # a part of an earlier article
    SUPERSET = "superset"  # an earlier article with more of the story; published, unless supersets=drop
    SPIN = "spin"  # an earlier article in other words
    # dropped
    HTTP_ERROR = "http_error"  # the HTTP status of the page is outside 200..299
    NO_ARTICLE = "no_article"  # no body text was found on the page
    INDEX_PAGE = "index_page"  # a home page, section, tag page or search results: teasers are its only text
    PRODUCT_PAGE = "product_page"  # offers something for sale
    ERROR_PAGE = "error_page"  # its text says that the page does not exist, or that the site is under maintenance
    BOT_CHECK = "bot_check"  # asks the reader to prove that they are human, or to enable JavaScript
    GEO_BLOCK = "geo_block"  # not for readers in the crawler's country
    ADBLOCK_WALL = "adblock_wall"  # asks the reader to switch off an ad blocker
    CONSENT_WALL = "consent_wall"  # shows a consent notice in place of the article
    LOGIN_WALL = "login_wall"  # asks for a password in place of the article
    PAYWALL_STUB = "paywall_stub"  # shows the beginning of the article, and asks for a subscription
    LEGAL_PAGE = "legal_page"  # terms, a privacy policy, a legal notice
    NOT_HTML = "not_html"  # a feed, a sitemap, data, or a file such as a PDF or a picture in place of the page
    TOO_SHORT = "too_short"  # has fewer words than the setting min_words
    LANGUAGE_NOT_WANTED = "language_not_wanted"  # not in the setting languages
    # dead
    NULL_VALUE = "null_value"  # a tombstone: the record has no value
    TOO_LARGE = "too_large"  # the value or the page exceeds its limit in bytes
    NOT_UTF8 = "not_utf8"  # JSON must be UTF-8
    BAD_JSON = "bad_json"  # includes NaN, lone surrogates and the literal "json failed to parse"
    BAD_WARC = "bad_warc"  # begins like a WARC record, but is not a readable response record
    SCHEMA_VIOLATION = "schema_violation"  # a known field has a wrong type
    UNKNOWN_SHAPE = "unknown_shape"  # a JSON value that fits no crawler's shape
    NO_CONTENT = "no_content"  # the message has neither HTML nor text
    TOO_MANY_NODES = "too_many_nodes"  # the page has more tags than the setting max_nodes
    TOO_DEEP = "too_deep"  # the page is nested deeper than the setting max_depth
    OUTPUT_TOO_LARGE = "output_too_large"  # the cleaned article exceeds max_message_bytes
    TIMEOUT = "timeout"  # took longer than the setting record_timeout
    STAGE_ERROR = "stage_error"  # a bug in a stage; the detail has the exception
    CRASH = "crash"  # the process died on this record, several times in a row


class DuplicateKind(StrEnum):
    """What the index says about an article. The `Reason` of a published or duplicate record is the same word."""

    NEW = "new"
    UPDATE = "update"
    RECRAWL = "recrawl"
    EXACT = "exact"
    COPY = "copy"
    EXCERPT = "excerpt"
    SUPERSET = "superset"
    SPIN = "spin"
    POSSIBLE = "possible"
    CONTAINS = "contains"


PUBLISHED_KINDS = frozenset(map(DuplicateKind, ("new", "update", "possible", "contains", "superset")))
"""The kinds that are published, unless the settings leave out a superset or an update. All others are duplicates."""


class Change(StrEnum):
    """How much an update changed."""

    MINOR = "minor"  # lines beside the story, timestamps, spelling
    MAJOR = "major"  # everything else


def rfc3339(moment: datetime | None) -> str | None:
    """A time as all messages write it: RFC 3339, UTC, milliseconds. None if its year in UTC is not in 1..9999."""
    try:
        return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    except (OverflowError, ValueError):
        return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """The position of a record. For files, the topic is the file's name and the offset counts its lines from 0."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int | None = None  # when the record was written (Kafka), milliseconds since 1970, UTC

    @property
    def place(self) -> str:
        """topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def described(self) -> dict[str, Any]:
        """The source as all messages describe it. The timestamp is null if the broker or the producer set a bad one."""
        written_ms, written = self.timestamp_ms, None
        if written_ms is not None and written_ms >= 0:  # Kafka uses -1 for no timestamp
            with suppress(OverflowError):  # a producer may count in another unit
                written = _EPOCH + timedelta(milliseconds=written_ms)
        return {
            "topic": self.topic, "partition": self.partition, "offset": self.offset, "timestamp": rfc3339(written),
        }  # fmt: skip


class MessageId(NamedTuple):
    """Identifies one message for good. The stores use it as the key of their decisions.

    The place alone is not enough: a topic that was created again, a mirrored cluster, or another file of the same name
    has other messages at the same places. `value_hash` has 8 bytes and is made of the value as it arrived, so it does
    not depend on any rule.
    """

    place: str
    value_hash: bytes


_VALUE_HASH = struct.Struct(">II")  # CRC and size: attacks do not matter here, and it costs a third of a SHA-256
_SIZE_MASK = 0xFFFFFFFF


Headers = tuple[tuple[str, bytes], ...]
"""Names and values, in order; a name may be repeated."""


@dataclass(frozen=True, slots=True)
class Retry:
    """That a record is read again from its dead letter.

    `of` is the place of the dead letter. `attempt` counts from 1, which was the first time that the record was read. If
    the record dies in its last attempt, it is given up.
    """

    of: str
    attempt: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One input record as the transport read it.

    If `size_bytes` is more than the length of `value`, the record was over the transport's limit: `value` holds only
    its first bytes, and `sha256` is the hex digest of all of them. `retry` is None the first time that it is read.
    """

    source: Source
    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    size_bytes: int = -1
    sha256: str | None = None
    retry: Retry | None = None
    message_id: MessageId = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.size_bytes < 0:
            object.__setattr__(self, "size_bytes", len(self.value or b""))
        whole = self.sha256.encode() if self.sha256 else self.value or b""
        value_hash = _VALUE_HASH.pack(zlib.crc32(whole), self.size_bytes & _SIZE_MASK)
        object.__setattr__(self, "message_id", MessageId(self.source.place, value_hash))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index says about an article. It is stored under the `MessageId`, so a message always gets the same one.

    `of` is the article_id of the article that this one duplicates, updates, extends, contains or may be a copy of.
    `similarity` is in 0..1: the likelihood of a copy (1 means the same words), or for an update the share of words that
    it has in common with the previous version. `cluster_id` is the article_id of the first article of the story.
    `version` counts the contents seen at this URL, from 1. `evidence` holds the numbers behind a near duplicate, in
    0..1. `change` is how much an update changed; None if the previous version is forgotten. `left_out` is whether the
    settings leave out this superset or update.
    """

    kind: DuplicateKind
    version: int
    of: str | None
    similarity: float | None
    cluster_id: str
    evidence: Mapping[str, float] = field(default_factory=dict)
    change: Change | None = None
    left_out: bool = False

    @property
    def is_duplicate(self) -> bool:
        """Whether the article is left out of the clean topic (unless duplicates are tagged)."""
        return self.left_out or self.kind not in PUBLISHED_KINDS

    @property
    def replaces(self) -> str | None:
        """The article_id of the shorter article in whose place readers may put this one."""
        return self.of if self.kind is DuplicateKind.SUPERSET and not self.left_out else None


@dataclass(frozen=True, slots=True)
class Identity:
    """How the index identifies an article, and its verdict.

    `article_id` has 32 hex characters. `content_hash` is the hash of the normalised words (32 bytes).
    """

    article_id: str
    content_hash: bytes
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article on its way through the stages.

    The decode stage fills in what the crawler sent. The extract stage fills in `text` from `html`, and the metadata
    that is still missing. Later stages shorten `text`. All times are aware, in UTC.
    """

    url: str | None = None  # as the crawler requested it
    final_url: str | None = None  # after redirects
    canonical_url: str | None = None  # as the page declares it; the dedup stage normalises it
    html: str | None = None  # until extract has read it
    text: str | None = None  # one paragraph per line
    code: tuple[str, ...] = ()  # the lines of `text` that are lines of code, as far as the page says so
    markdown: str | None = None  # the same lines as Markdown, if the settings ask for it
    structure: Sequence[Any] | None = None  # until `markdown` is made: `worker.text.structure.Line`s
    title: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    tags: tuple[str, ...] = ()
    section: str | None = None
    published_at: datetime | None = None
    published_at_precision: Literal["day", "second"] | None = None  # None with `published_at`
    fetched_at: datetime | None = None
    language: str | None = None  # ISO 639-1, lower case
    site_name: str | None = None
    image: str | None = None  # URL of the lead picture
    paywalled: bool | None = None  # whether the article is for subscribers; None if the page does not say
    page_kind: str | None = None  # as `worker.page.kind` names it; None if there was no page
    status: int | None = None
    shape: str = "native"  # the message format that decode recognised
    extractor: str | None = None  # where `text` was in `html`; None if the crawler sent the text
    removed: Mapping[str, int] = field(default_factory=dict)  # rule name -> how often it fired
    extra: Mapping[str, Any] = field(default_factory=dict)  # the crawler's other fields, unchanged
    measures: Mapping[str, Any] | None = None  # of the cleaned text (worker.stages.quality)
    identity: Identity | None = None  # set once the index has judged the article

    def with_text(self, text: str, removed: Mapping[str, int]) -> Article:
        """The article with this shorter text, and with `removed` added to its counts."""
        counts = dict(self.removed)
        for rule, times in removed.items():
            counts[rule] = counts.get(rule, 0) + times
        return replace(self, text=text, removed=counts)

    def without_content(self) -> Article:
        """What the report on a record that ended needs of its article: a batch holds it in memory until its end."""
        return replace(self, html=None, text=None, code=(), markdown=None, structure=None, extra={})


@dataclass(frozen=True, slots=True)
class Dropped:
    """The record is readable, but it contains no article that anybody wants.

    `read` is what the stage that ended the record knew of the article, for the quality report; None if nothing new.
    """

    reason: Reason
    detail: str = ""
    read: Article | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Dead:
    """The record could not be processed. `read` is as in `Dropped`."""

    reason: Reason
    detail: str = ""
    read: Article | None = field(default=None, compare=False, repr=False)


Channel = Literal["clean", "quality", "dead"]
"""The outputs by role. The transport maps each to a topic or a file."""


DEAD_LETTER_HEADERS = ("reason", "detail", "stage", "value-length", "value-sha256")
"""The headers of a dead letter on Kafka that say why the record died."""

SOURCE_HEADERS = ("source-topic", "source-partition", "source-offset")
"""The headers of every output that name the place of its input."""

RETRY_OF, RETRY_ATTEMPT, GAVE_UP = RETRY_HEADERS = ("retry-of", "retry-attempt", "retry-gave-up")
"""The headers of the outputs of a record that was read again from its dead letter."""

PROMOTED_FROM = "promoted-from"
"""The header of an output that was promoted from a replay: the name of the replay."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Why a record died, and the record itself. Its value is left out if it made the letter too large for the topic."""

    record: RawRecord
    reason: Reason
    detail: str
    stage: str
    with_value: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """One message to publish: JSON bytes, or a dead letter, which each transport writes in its own format.

    Only a dead letter can have no key: it has that of its record. Without a value, the message is a tombstone: readers
    of the channel have to delete what they have under this key.
    """

    channel: Channel
    key: bytes | None
    value: bytes | DeadLetter | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """The pipeline that made an output: its version, and a hash of everything that decides the output."""

    version: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: exactly one quality report, and at most one article or dead letter.

    The rest is for the metrics: the milliseconds spent in each stage, how often each rule removed something, and the
    host of the page.
    """

    record: RawRecord
    outcome: Outcome
    reason: Reason
    outputs: tuple[Output, ...]
    stage_ms: Mapping[str, float]
    removed: Mapping[str, int] = field(default_factory=dict)
    host: str | None = None
