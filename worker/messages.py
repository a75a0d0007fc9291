"""The values that cross a boundary: one frozen dataclass each, and the closed sets of outcomes and reasons.

The transport reads a `RawRecord` and publishes `Output`s; between the stages goes an `Article`; the index answers with
a `Verdict`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

MAX_EXTRA_BYTES = 16 << 10
"""A crawler's own fields are passed on up to this size, as JSON."""


class Outcome(StrEnum):
    """How an input record ended. Every record ends in exactly one of these."""

    PUBLISHED = "published"
    DUPLICATE = "duplicate"
    DROPPED = "dropped"
    DEAD = "dead"


class Reason(StrEnum):
    """Why a record ended as it did. A closed set: readers may switch over it."""

    # published
    NEW = "new"  # first article with this URL and content
    UPDATE = "update"  # known URL, new content: the next version
    POSSIBLE = "possible"  # new, and perhaps a rewritten copy of an earlier article
    CONTAINS = "contains"  # new, and holds an earlier article whole: a round-up
    # duplicate
    EXACT = "exact"  # another URL, the same content
    RECRAWL = "recrawl"  # the same URL, the same content
    COPY = "copy"  # an earlier article with another lede, cut, or among the furniture of another site
    EXCERPT = "excerpt"  # a part of an earlier article
    SUPERSET = "superset"  # an earlier article with more behind, before or between
    SPIN = "spin"  # an earlier article in other words
    # dropped
    HTTP_ERROR = "http_error"  # the page is an answer with a status outside 200..299
    NO_ARTICLE = "no_article"  # no body text was found on the page
    INDEX_PAGE = "index_page"  # a home page, a section, a tag or search results, with teasers for its only text
    PRODUCT_PAGE = "product_page"  # offers something for sale
    ERROR_PAGE = "error_page"  # says in words that there is no such page, or that robots may not read it
    CONSENT_WALL = "consent_wall"  # has a consent notice where the article should stand
    LOGIN_WALL = "login_wall"  # asks for a password where the article should stand
    PAYWALL_STUB = "paywall_stub"  # has a few words of the article, and asks for a subscription
    TOO_SHORT = "too_short"  # fewer words than the setting min_words
    LANGUAGE_NOT_WANTED = "language_not_wanted"  # not among the setting languages
    # dead
    NULL_VALUE = "null_value"  # a tombstone: the record has no value
    TOO_LARGE = "too_large"  # the value or the page is over its limit in bytes
    NOT_UTF8 = "not_utf8"  # JSON must be UTF-8
    BAD_JSON = "bad_json"  # includes NaN, lone surrogates and the literal "json failed to parse"
    BAD_WARC = "bad_warc"  # begins as a WARC record and is no readable response record
    SCHEMA_VIOLATION = "schema_violation"  # a known field has a wrong type
    UNKNOWN_SHAPE = "unknown_shape"  # a JSON value that no crawler's shape fits
    NO_CONTENT = "no_content"  # the message carries neither HTML nor text
    TOO_MANY_NODES = "too_many_nodes"  # the page has more tags than the setting max_nodes
    TOO_DEEP = "too_deep"  # the page nests deeper than the setting max_depth
    OUTPUT_TOO_LARGE = "output_too_large"  # the cleaned article is over max_message_bytes
    TIMEOUT = "timeout"  # took longer than the setting record_timeout
    STAGE_ERROR = "stage_error"  # a bug in a stage; the detail has the exception
    CRASH = "crash"  # the process died on this record, several times in a row


class DuplicateKind(StrEnum):
    """What the index says of an article. The `Reason` of a published or duplicate record is the same word."""

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


PUBLISHED_KINDS = frozenset({DuplicateKind.NEW, DuplicateKind.UPDATE, DuplicateKind.POSSIBLE, DuplicateKind.CONTAINS})
"""What readers get in any case; all else is a duplicate."""


def rfc3339(moment: datetime | None) -> str | None:
    """A time as every message writes it: RFC 3339, UTC, milliseconds. None for a time whose year UTC does not have."""
    try:
        return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    except (OverflowError, ValueError):
        return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record stands. For files the topic is the file's name and the offset counts its lines from 0."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int | None = None  # when the record was written (Kafka), milliseconds since 1970, UTC

    @property
    def place(self) -> str:
        """topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def described(self) -> dict[str, Any]:
        """The source as every message describes it. Its timestamp is null where Kafka or a producer sent nonsense."""
        written_ms, written = self.timestamp_ms, None
        if written_ms is not None and written_ms >= 0:  # Kafka says -1 where there is none
            with suppress(OverflowError):  # a producer's clock counts in another unit
                written = _EPOCH + timedelta(milliseconds=written_ms)
        return {
            "topic": self.topic, "partition": self.partition, "offset": self.offset, "timestamp": rfc3339(written),
        }  # fmt: skip


class MessageId(NamedTuple):
    """Names one message for good: the stores keep under it what they decided.

    The place alone does not. A topic that is created again, a mirrored cluster or another file of the same name has
    other messages at the same places. `value_hash` has 8 bytes of the value as it came, whatever the rules make of it.
    """

    place: str
    value_hash: bytes


_VALUE_HASH = struct.Struct(">II")  # a CRC and the size: no attack is feared, and it costs a third of a SHA-256
_SIZE_MASK = 0xFFFFFFFF


Headers = tuple[tuple[str, bytes], ...]
"""Names and values, in order; a name may occur again."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One input record as the transport read it.

    `value` holds the first bytes only where `size_bytes` is larger than its length: such a record was over
    the transport's limit, and `sha256` is then the hex digest of all its bytes.
    """

    source: Source
    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    size_bytes: int = -1
    sha256: str | None = None
    message_id: MessageId = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.size_bytes < 0:
            object.__setattr__(self, "size_bytes", len(self.value or b""))
        whole = self.sha256.encode() if self.sha256 else self.value or b""
        value_hash = _VALUE_HASH.pack(zlib.crc32(whole), self.size_bytes & _SIZE_MASK)
        object.__setattr__(self, "message_id", MessageId(self.source.place, value_hash))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index says of an article; stored under the `MessageId`, so that it is the same at every reading.

    `of` is the article_id that this one duplicates, updates, may be a copy of or contains; `similarity` is in 0..1
    (1 for the same words); `cluster_id` is the article_id of the first article of the story; `version` counts the
    contents seen at this URL from 1; `evidence` has the numbers that a near duplicate was told by, in 0..1.
    """

    kind: DuplicateKind
    version: int
    of: str | None
    similarity: float | None
    cluster_id: str
    evidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_duplicate(self) -> bool:
        """Whether the article is left out of the clean topic (unless duplicates are tagged)."""
        return self.kind not in PUBLISHED_KINDS


@dataclass(frozen=True, slots=True)
class Identity:
    """What the index knows an article by, and its verdict.

    `article_id` has 32 hex characters; `content_hash` is the hash of the normalised words (32 bytes).
    """

    article_id: str
    content_hash: bytes
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article on its way through the stages.

    decode fills what the crawler sent; extract fills `text` from `html`, and the metadata that is still missing;
    later stages shorten `text`. All times are aware and UTC.
    """

    url: str | None = None  # as the crawler asked for it
    final_url: str | None = None  # where redirects led
    canonical_url: str | None = None  # as the page declares it; normalised by the dedup stage
    html: str | None = None  # until extract has read it
    text: str | None = None  # paragraphs, one a line
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    fetched_at: datetime | None = None
    language: str | None = None  # ISO 639-1, lower case
    site_name: str | None = None
    image: str | None = None  # URL of the lead picture
    paywalled: bool | None = None  # whether the article is for subscribers; None where the page does not say
    page_kind: str | None = None  # as `worker.page.kind` names it; None where there was no page
    status: int | None = None
    shape: str = "native"  # the crawler's shape that decode recognised
    extractor: str | None = None  # what made `text` from `html`; None when the text came extracted
    removed: Mapping[str, int] = field(default_factory=dict)  # rule name -> how often it fired
    extra: Mapping[str, Any] = field(default_factory=dict)  # the crawler's other fields, as they came
    measures: Mapping[str, Any] | None = None  # of the cleaned text (worker.stages.quality)
    identity: Identity | None = None  # once the index has judged the article

    def with_text(self, text: str, removed: Mapping[str, int]) -> Article:
        """The article with its text cleaned further, and the rules that fired added to the count."""
        counts = dict(self.removed)
        for rule, times in removed.items():
            counts[rule] = counts.get(rule, 0) + times
        return replace(self, text=text, removed=counts)


@dataclass(frozen=True, slots=True)
class Dropped:
    """The record is readable, and there is no article in it that anybody wants."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Dead:
    """The record could not be processed."""

    reason: Reason
    detail: str = ""


Channel = Literal["clean", "quality", "dead"]
"""The outputs by role; the transport knows which topic or file each one is."""


DEAD_LETTER_HEADERS = ("reason", "detail", "stage", "value-length", "value-sha256")
"""What a dead letter on Kafka says in headers."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Why a record died, and the record itself; without its value if that made it too large for the topic."""

    record: RawRecord
    reason: Reason
    detail: str
    stage: str
    with_value: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """One message to publish: JSON bytes, or a dead letter, which each transport writes in its own form."""

    channel: Channel
    key: bytes
    value: bytes | DeadLetter
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """Which pipeline made an output: the version, and a hash of everything that decides the output."""

    version: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: exactly one quality report, and at most one article or dead letter.

    `stage_ms` has the milliseconds spent in each stage, for the metrics.
    """

    record: RawRecord
    outcome: Outcome
    reason: Reason
    outputs: tuple[Output, ...]
    stage_ms: Mapping[str, float]
