"""The common parts of all shapes: the table of aliases, and the conversion of a message to an article.

The table is the contract: of a field's aliases, the first one that is present and not blank counts. Everything that
fills no field of the article goes to `Article.extra` unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from worker.crawlers.charset import content_type, decode_page, from_base64
from worker.crawlers.values import kind, parse_authors, parse_language, parse_status
from worker.messages import Article, Dead, Dropped, RawRecord, Reason
from worker.text.cleaning import clean_html, clean_line, clean_text, clean_url, looks_like_html
from worker.text.times import parse_time

Message = Mapping[str, Any]
"""A JSON object as parsed, or a message that a byte shape made. In the latter, `html` and `body` may be bytes."""

Path = tuple[str, ...]
Aliases = Mapping[str, tuple[Path, ...]]


def table(**aliases: str) -> Aliases:
    """Aliases from text: separated by spaces, in order of precedence, with a slash between an object and its field."""
    return {field: tuple(tuple(alias.split("/")) for alias in text.split()) for field, text in aliases.items()}


def extended(aliases: Aliases, **more: str) -> Aliases:
    """The table with more aliases after its own."""
    return {**aliases, **{field: aliases.get(field, ()) + paths for field, paths in table(**more).items()}}


COMMON: Final = table(
    url="url requested_url WARC-Target-URI uri link rss_entry/link content_metadata/original_url original_url",
    final_url="response_url final_url responded_url http_metadata/final_url _redirTo canonical_url",
    canonical_url="canonical_url",
    html="html body content raw_html/html response/body",
    text="maintext text text_content plaintext content_metadata/text_content body content",
    title="title article_title title_page title_rss rss_entry/title",
    authors="authors author",
    published_at="published_at date_publish publishing_date publication_date date pub_date",
    fetched_at="fetched_at timestamp date_download fetch_timestamp crawl_date WARC-Date _request.time_ scraped_at",
    language="language lang full_language",
    status="status status_code response_code response/status fetch.statusCode",
    # Hints for pages that arrive as bytes. They fill no field and stay in `extra`; a wrong type is not a violation.
    encoding="encoding charset",
    headers="headers response_headers response/headers http_headers",
)

_MOST_AUTHORS: Final = 200  # limits the work on a hostile list; the longest bylines have a few dozen
_MOST_NESTED: Final = 100
_EITHER: Final = frozenset({("body",), ("content",)})  # a page if it looks like HTML, otherwise text
_NULLS: Final = frozenset({"", "None", "null"})  # left behind by str(None) and careless exporters
_LONGEST_NULL = max(map(len, _NULLS))


class WrongType(Exception):  # noqa: N818 - never leaves this package; it becomes a Dead
    """A known field has a wrong type."""

    def __init__(self, field: str, expected: str, value: Any) -> None:
        super().__init__(f"{field}: expected {expected}, got {kind(value)}")


def _as_it_came(message: Message) -> Message:
    return message


def _no_violation(_message: Message) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Shape:
    """One crawler's JSON message.

    `fits` recognises the message by its fields. `violation` returns what is wrong with it, or None. Then `prepare`
    unfolds fields that no alias reaches; it may raise `WrongType`. With `first_of_lists`, the first element of a list
    stands for the list.
    """

    name: str
    fits: Callable[[Message], bool]
    aliases: Aliases = field(default_factory=lambda: COMMON)
    prepare: Callable[[Message], Message] = _as_it_came
    violation: Callable[[Message], str | None] = _no_violation
    first_of_lists: bool = False


@dataclass(frozen=True, slots=True)
class ByteShape:
    """One kind of value that is not JSON. `open` turns it into a message; its second argument is the limit in bytes."""

    name: str
    fits: Callable[[bytes], bool]
    open: Callable[[RawRecord, int], Message | Dropped | Dead]
    aliases: Aliases = field(default_factory=lambda: COMMON)


class Fields:
    """The fields of a message, read through a table of aliases. Remembers which fields were used."""

    def __init__(self, message: Message, aliases: Aliases, *, first_of_lists: bool = False) -> None:
        self._message = message
        self._aliases = aliases
        self._first_of_lists = first_of_lists
        self.taken: list[Path] = []

    def present(self, name: str) -> Iterator[tuple[Path, Any]]:
        """Each alias that is present and not blank, with its value."""
        for path in self._aliases.get(name, ()):
            value = self._message.get(path[0])
            if len(path) > 1:
                value = value.get(path[1]) if isinstance(value, dict) else None
            if self._first_of_lists and isinstance(value, list) and name != "authors":
                value = value[0] if value else None
            if not _blank(value):
                yield path, value

    def first(self, name: str, parse: Callable[[Any], Any], *wrong: type) -> Any:
        """The first value that `parse` accepts.

        Raises:
            WrongType: an earlier value has one of the types `wrong`.
        """
        for path, value in self.present(name):
            if isinstance(value, wrong):
                raise WrongType(".".join(path), "a string" if int in wrong else "a number", value)
            parsed = parse(value)
            if parsed is not None:
                self.taken.append(path)
                return parsed
        return None

    def string(self, name: str, parse: Callable[[str], str | None]) -> str | None:
        """The first value. It must be a string."""
        found: str | None = self.first(name, lambda value: parse(value) or None, int, float, list, dict)
        return found

    def rest(self) -> dict[str, Any]:
        """The fields that were not used, unchanged."""
        rest = dict(self._message)
        for path in self.taken:
            if len(path) == 1:
                rest.pop(path[0], None)
            else:
                rest[path[0]] = {key: value for key, value in rest[path[0]].items() if key != path[1]}
        return rest


def to_article(shape: Shape | ByteShape, message: Message) -> Article | Dead:
    """Convert a message to an article. Its text is scrubbed, and orjson can write its `extra`.

    The article may have neither `html` nor `text`: whether that is an error depends on the status. If it has both,
    `html` wins if the extractor finds a body in it.
    """
    try:
        if isinstance(shape, ByteShape):
            return _article(Fields(message, shape.aliases), shape.name)
        violation = shape.violation(message)
        if violation:
            return Dead(Reason.SCHEMA_VIOLATION, violation)
        fields = Fields(shape.prepare(message), shape.aliases, first_of_lists=shape.first_of_lists)
        return _article(fields, shape.name)
    except WrongType as error:
        return Dead(Reason.SCHEMA_VIOLATION, str(error))


def _article(fields: Fields, shape: str) -> Article:
    html = _page(fields)
    text = _plain_text(fields)
    return Article(
        url=fields.string("url", clean_url),
        final_url=fields.string("final_url", clean_url),
        canonical_url=fields.string("canonical_url", clean_url),
        html=(clean_html(html) or None) if html else None,
        text=(clean_text(text) or None) if text else None,
        title=fields.string("title", clean_line),
        authors=_authors(fields),
        published_at=fields.first("published_at", parse_time),
        fetched_at=fields.first("fetched_at", parse_time),
        language=fields.string("language", parse_language),
        status=fields.first("status", parse_status, list, dict),
        shape=shape,
        extra=_writable(fields.rest()),
    )


def _page(fields: Fields) -> str | None:
    for path, value in fields.present("html"):
        page = _unpacked(fields, path, value)
        if path not in _EITHER or looks_like_html(page):
            fields.taken.append(path)
            return page
    return None


def _plain_text(fields: Fields) -> str | None:
    for path, value in fields.present("text"):
        if path in fields.taken:
            continue
        text = _unpacked(fields, path, value) if path in _EITHER else value
        if not isinstance(text, str):
            raise WrongType(".".join(path), "a string", value)
        if path not in _EITHER or not looks_like_html(text):
            fields.taken.append(path)
            return text
    return None


def _unpacked(fields: Fields, path: Path, value: Any) -> str:
    """The page in bytes or base64; any other string unchanged."""
    if isinstance(value, str):
        data = from_base64(value) if "<" not in value else None
        return decode_page(data, _declared(fields)) if data is not None else value
    if isinstance(value, bytes):
        return decode_page(value, _declared(fields))
    raise WrongType(".".join(path), "a string", value)


def _declared(fields: Fields) -> Iterator[str]:
    for _, headers in fields.present("headers"):
        if declared := content_type(headers):
            yield declared
    for _, label in fields.present("encoding"):
        if isinstance(label, str):
            yield label


def _authors(fields: Fields) -> tuple[str, ...]:
    for path, value in fields.present("authors"):
        names = parse_authors(value)
        if names is None:
            raise WrongType(".".join(path), "a string or an array of strings", value)
        names = [line for name in names[:_MOST_AUTHORS] if not _blank(name) and (line := clean_line(name))]
        if names:
            fields.taken.append(path)
            return tuple(dict.fromkeys(names))
    return ()


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return (len(value) <= _LONGEST_NULL and value in _NULLS) or value.isspace()  # a whole page is slow to hash
    return value is None or value in ([], {}, b"")


def _writable(extra: dict[str, Any]) -> dict[str, Any]:
    """The fields without those that nest deeper than orjson can write (254 levels, minus the levels around them).

    If there is such a field, only the first 100 nested fields are checked; the others are dropped.
    """
    nested = [key for key, value in extra.items() if isinstance(value, dict | list)]
    if not nested or _can_write(extra):
        return extra
    kept = {key for key in nested[:_MOST_NESTED] if _can_write(extra[key])}
    return {key: value for key, value in extra.items() if key in kept or not isinstance(value, dict | list)}


def _can_write(value: Any) -> bool:
    try:
        orjson.dumps([[[[[[[[value]]]]]]]])
    except orjson.JSONEncodeError:
        return False
    return True
