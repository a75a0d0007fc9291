"""The common parts of all shapes, and the conversion of a message to an article.

Everything that fills no field of the article goes to `Article.extra` unchanged. So does a description, a section, a
list of tags or of authors of which a part was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from worker.crawlers.charset import content_type, decode_page, from_base64
from worker.crawlers.fields import COMMON, FALLBACK, Aliases, Fields, Message, Path, WrongType, is_blank
from worker.crawlers.media import media
from worker.crawlers.values import is_error, parse_authors, parse_language, parse_status
from worker.messages import Article, Dead, Dropped, RawRecord, Reason
from worker.text.cleaning import MAX_LINE_CHARS, clean_html, clean_line, clean_text, clean_url, looks_like_html
from worker.text.labels import line_of, section_of, tags_of
from worker.text.times import Publication, parse_publication, parse_time

_MOST_AUTHORS: Final = 200  # limits the work on a hostile list; the longest bylines have a few dozen
_MOST_NESTED: Final = 100


def _as_it_came(message: Message) -> Message:
    return message


def _no_violation(_message: Message) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Shape:
    """One crawler's JSON message.

    `fits` recognises the message by its fields. `violation` returns what is wrong with it, or None. Then `prepare`
    unfolds fields that no alias reaches; it may raise `WrongType`. With `first_of_lists`, the first element of a list
    stands for the list. `fallback` has the second choice of names: see `FALLBACK`.
    """

    name: str
    fits: Callable[[Message], bool]
    aliases: Aliases = field(default_factory=lambda: COMMON)
    fallback: Aliases = field(default_factory=lambda: FALLBACK)
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


def to_article(shape: Shape | ByteShape, message: Message) -> Article | Dropped | Dead:
    """Convert a message to an article. Its text is scrubbed, and orjson can write its `extra`.

    The article may have neither `html` nor `text`: whether that is an error depends on the status. If it has both,
    `html` wins if the extractor finds a body in it.
    """
    try:
        if isinstance(shape, ByteShape):
            return _article(Fields(message, shape.aliases), shape.name)
        violation = shape.violation(message)
        if violation:
            return Dead(Reason.SCHEMA_VIOLATION, violation, _readable(shape, message))
        fields = Fields(shape.prepare(message), shape.aliases, shape.fallback, first_of_lists=shape.first_of_lists)
        return _article(fields, shape.name)
    except WrongType as error:
        return Dead(Reason.SCHEMA_VIOLATION, str(error), _readable(shape, message))


def _article(fields: Fields, shape: str) -> Article | Dropped:
    html = _page(fields)
    text = _plain_text(fields)
    if html is None and text is None:
        html, text = _fallback_content(fields)
    declared = next(_declared(fields), "")
    no_page, no_text = (media(content, declared) if content else "" for content in (html, text))
    article = _filled(fields, shape, None if no_page else html, None if no_text else text)
    if (no_page or no_text) and not (article.html or article.text) and not is_error(article.status):
        return Dropped(Reason.NOT_HTML, f"the content is {no_page or no_text}", article)
    return article


def _filled(fields: Fields, shape: str, html: str | None, text: str | None) -> Article:
    published: Publication | None = fields.first("published_at", parse_publication)
    return Article(
        url=fields.string("url", clean_url),
        final_url=fields.string("final_url", clean_url),
        canonical_url=fields.string("canonical_url", clean_url),
        html=(clean_html(html) or None) if html else None,
        text=(clean_text(text) or None) if text else None,
        title=fields.string("title", clean_line),
        authors=_authors(fields),
        description=fields.label("description", line_of),
        tags=fields.label("tags", tags_of) or (),
        section=fields.label("section", section_of),
        published_at=published.at if published else None,
        published_at_precision=published.precision if published else None,
        fetched_at=fields.first("fetched_at", parse_time),
        language=fields.string("language", parse_language),
        status=fields.first("status", parse_status, list, dict),
        shape=shape,
        extra=_writable(fields.rest()),
    )


def _readable(shape: Shape | ByteShape, message: Message) -> Article:
    """What can be read of a message whose other fields have wrong types. Tells which site and crawler it is from."""
    fields = Fields(message, shape.aliases, first_of_lists=isinstance(shape, Shape) and shape.first_of_lists)
    return Article(
        url=fields.first("url", _url_if_string),
        final_url=fields.first("final_url", _url_if_string),
        status=fields.first("status", parse_status),
        shape=shape.name,
    )


def _url_if_string(value: Any) -> str | None:
    return (clean_url(value) or None) if isinstance(value, str) else None


def _page(fields: Fields) -> str | None:
    for path, value in fields.present("html"):
        page = _string(fields, path, value)
        if not fields.may_be_html_or_text(path) or looks_like_html(page):
            fields.taken.append(path)
            return page
    return None


def _plain_text(fields: Fields) -> str | None:
    for path, value in fields.present("text"):
        if path in fields.taken:
            continue
        if not fields.may_be_html_or_text(path):
            text = _joined(value)
            if not isinstance(text, str):
                raise WrongType(".".join(path), "a string or an array of strings", value)
        elif looks_like_html(text := _string(fields, path, value)):
            continue
        fields.taken.append(path)
        return text
    return None


def _fallback_content(fields: Fields) -> tuple[str | None, str | None]:
    """The longest page under a fallback name, and the first text under a fallback name of text."""
    found = [
        (name, path, content)
        for name in ("html", "text")
        for path, value in fields.fallbacks(name)
        if (content := _unpacked(fields, _joined(value)))
    ]
    pages = [each for each in found if looks_like_html(each[2])]
    page = max(pages, key=lambda each: len(each[2]), default=None)
    text = next((each for each in found if each[0] == "text" and each not in pages), None)
    fields.taken += [each[1] for each in (page, text) if each]
    return page and page[2], text and text[2]


def _string(fields: Fields, path: Path, value: Any) -> str:
    """The page or text under the alias. An array of paragraphs counts under names of text only."""
    may_be_text = fields.may_be_html_or_text(path)
    content = _unpacked(fields, _joined(value) if may_be_text else value)
    if content is None:
        expected = "a string or an array of strings" if may_be_text else "a string"
        raise WrongType(".".join(path), expected, value)
    return content


def _unpacked(fields: Fields, value: Any) -> str | None:
    """The page in bytes or base64; any other string unchanged; None for any other type."""
    if isinstance(value, str):
        data = from_base64(value) if "<" not in value else None
        return decode_page(data, _declared(fields)) if data is not None else value
    return decode_page(value, _declared(fields)) if isinstance(value, bytes) else None


def _joined(value: Any) -> Any:
    """Paragraphs as lines, if the value is an array of strings; any other value unchanged."""
    if isinstance(value, list):
        paragraphs = [paragraph for paragraph in value if paragraph is not None]
        if all(isinstance(paragraph, str) for paragraph in paragraphs):
            return "\n".join(paragraphs)
    return value


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
        lines = [line for name in names[:_MOST_AUTHORS] if not is_blank(name) and (line := clean_line(name))]
        if lines:
            if len(names) <= _MOST_AUTHORS and max(map(len, names)) <= MAX_LINE_CHARS:
                fields.taken.append(path)
            return tuple(dict.fromkeys(lines))
    return ()


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
