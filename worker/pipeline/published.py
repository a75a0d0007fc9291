"""Reads clean articles back: what `worker.pipeline.outputs.clean_article` wrote, in this version or an earlier one."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, Field, NonNegativeInt, StringConstraints, ValidationError

from worker.identity.ids import hash_id
from worker.messages import PUBLISHED_KINDS, Article, Change, DuplicateKind, Identity, MessageId, Source, Verdict

ARTICLE_ID = re.compile(rb"[0-9a-f]{32}")
"""The keys of the clean topic."""

_IN_VERSION_1 = {"unique": DuplicateKind.NEW}
_HASH_NAME = "sha256:"

_Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
_Hash = Annotated[str, StringConstraints(pattern=f"^{_HASH_NAME}[0-9a-f]{{64}}$")]
_ValueHash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
_Share = Annotated[float, Field(ge=0, le=1)]


class ForeignRecordError(Exception):
    """This is not a clean article that this version of the worker can read."""


class Published(NamedTuple):
    """A clean article, with its identity and what its words are made from, and the position of its input.

    `message` identifies that input; None if the worker that published the article did not write its hash, or if the
    article was promoted from a replay: the verdict on the input was another one.
    """

    article: Article
    identity: Identity
    source: Source
    message: MessageId | None


def read_published(value: bytes) -> Published:
    """Read the value of a record of the clean topic.

    Raises:
        ForeignRecordError: it is something else.
    """
    try:
        read = _CleanArticle.model_validate_json(value)
    except ValidationError as error:
        raise ForeignRecordError from error
    content_hash = bytes.fromhex(read.content_hash.removeprefix(_HASH_NAME))
    if read.article_id != hash_id(read.canonical_url or content_hash.hex()):
        raise ForeignRecordError
    article = Article(url=read.canonical_url, text=read.text, title=read.title, fetched_at=read.fetched_at)
    identity = Identity(read.article_id, content_hash, read.duplicate.verdict(read.version))
    source, value_hash = read.source.source(), read.source.value_hash
    is_own = value_hash is not None and read.promoted_from is None
    message = MessageId(source.place, bytes.fromhex(value_hash or "")) if is_own else None
    return Published(article, identity, source, message)


class _Duplicate(BaseModel):
    kind: str
    is_duplicate: bool | None = None
    of: _Id | None
    similarity: _Share | None
    cluster_id: _Id
    evidence: dict[str, _Share] | None
    change: Change | None = None
    replaces: _Id | None = None

    def verdict(self, version: int) -> Verdict:
        try:
            kind = _IN_VERSION_1.get(self.kind) or DuplicateKind(self.kind)
        except ValueError as error:
            raise ForeignRecordError from error
        if (self.of is None) != (kind is DuplicateKind.NEW):
            raise ForeignRecordError
        was_left_out = kind is DuplicateKind.SUPERSET if self.is_duplicate is None else self.is_duplicate
        return Verdict(
            kind, version, self.of, self.similarity, self.cluster_id, self.evidence or {}, change=self.change,
            left_out=kind in PUBLISHED_KINDS and was_left_out,
        )  # fmt: skip


class _Source(BaseModel):
    topic: str
    partition: NonNegativeInt
    offset: NonNegativeInt
    timestamp: AwareDatetime | None
    value_hash: _ValueHash | None = None

    def source(self) -> Source:
        written_ms = round(self.timestamp.timestamp() * 1000) if self.timestamp else None
        return Source(self.topic, self.partition, self.offset, written_ms)


class _CleanArticle(BaseModel):
    """The fields that the index needs. Others are ignored, so that a later version may add some."""

    name: Literal["clean_article.v1", "clean_article.v2"] = Field(alias="schema")
    article_id: _Id
    version: Annotated[int, Field(ge=1, lt=(1 << 32) - 1)]
    canonical_url: str | None
    title: str | None
    fetched_at: AwareDatetime | None
    text: Annotated[str, StringConstraints(min_length=1)]
    content_hash: _Hash
    duplicate: _Duplicate
    source: _Source
    promoted_from: str | None = None
