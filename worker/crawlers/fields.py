"""The names under which crawlers send a field, and a message that is read through them.

The table is the contract: of a field's aliases, the first one that is present and not blank counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from worker.crawlers.values import kind, parse_status
from worker.text.labels import Read

T = TypeVar("T")

Message = Mapping[str, Any]
"""A JSON object as parsed, or a message that a byte shape made. In the latter, `html` and `body` may be bytes."""

Path = tuple[str, ...]
Aliases = Mapping[str, tuple[Path, ...]]

MOST_NAMES: Final = 6
"""The longest path that a user can give. There are 32 ways to read its dots."""


def table(**aliases: str) -> Aliases:
    """Aliases from text: separated by spaces, in order of precedence, with a slash between an object and its field."""
    return {field: tuple(tuple(alias.split("/")) for alias in text.split()) for field, text in aliases.items()}


def extended(aliases: Aliases, **more: str) -> Aliases:
    """The table with more aliases after its own."""
    return joined(aliases, table(**more))


def joined(*tables: Aliases) -> Aliases:
    """One table with the aliases of several, in their order."""
    names = dict.fromkeys(field for aliases in tables for field in aliases)
    return {field: sum((aliases.get(field, ()) for aliases in tables), ()) for field in names}


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
    # Crawlers send these three in many forms. A value of another form stays in `extra`.
    description="description excerpt",
    tags="tags keywords topics",
    section="section articleSection",
    language="language lang full_language",
    status="status status_code response_code response/status fetch.statusCode",
    # Hints for pages that arrive as bytes. They fill no field and stay in `extra`; a wrong type is not a violation.
    encoding="encoding charset",
    headers="headers response_headers response/headers http_headers",
)

FALLBACK: Final = table(
    html="raw_html response_body source page dom",
    text="articleBody paragraphs",
    title="headline",
    published_at="publish_date datePublished",
    fetched_at="crawled_at",
    # Crawlers send these in many forms.
    description="description excerpt",
    tags="tags keywords topics",
    section="section",
)
"""Names that often mean something else. They count only if no other name fills the field, and a wrong type is ignored.

Those of `html` and `text` count only if the message has neither HTML nor text under another name.
"""

_NULLS: Final = frozenset({"", "None", "null"})  # left behind by str(None) and careless exporters
_LONGEST_NULL = max(map(len, _NULLS))


_LISTS: Final = ("authors", "tags")
_NO_ALIASES: Final[Aliases] = {}


class WrongType(Exception):  # noqa: N818 - never leaves this package; it becomes a Dead
    """A known field has a wrong type."""

    def __init__(self, field: str, expected: str, value: Any) -> None:
        super().__init__(f"{field}: expected {expected}, got {kind(value)}")


class Fields:
    """The fields of a message, read through tables of aliases. Remembers which fields were used."""

    def __init__(
        self, message: Message, aliases: Aliases, fallback: Aliases = _NO_ALIASES, *, first_of_lists: bool = False
    ) -> None:
        self._message = message
        self._aliases = aliases
        self._fallback = fallback
        self._first_of_lists = first_of_lists
        self.taken: list[Path] = []

    def present(self, name: str) -> Iterator[tuple[Path, Any]]:
        """Each alias that is present and not blank, with its value."""
        for path in self._aliases.get(name, ()):
            value = self._message.get(path[0])
            if len(path) > 1:  # few are, and this runs some sixty times for each article
                value = _within(value, path)
            if self._first_of_lists and isinstance(value, list) and name not in _LISTS:
                value = value[0] if value else None
            if not is_blank(value):
                yield path, value

    def fallbacks(self, name: str) -> Iterator[tuple[Path, Any]]:
        """Each fallback that is present and not blank, with its value."""
        for path in self._fallback.get(name, ()):
            if not is_blank(value := _within(self._message.get(path[0]), path)):
                yield path, value

    def may_be_html_or_text(self, path: Path) -> bool:
        """Whether the field is a page if it looks like HTML, and text otherwise."""
        return path in self._aliases.get("html", ()) and path in self._aliases.get("text", ())

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
        for path, value in self.fallbacks(name):
            parsed = None if isinstance(value, wrong) else parse(value)
            if parsed is not None:
                self.taken.append(path)
                return parsed
        return None

    def label(self, name: str, read: Callable[[Any], Read[T]]) -> T | None:
        """The first value of a form that `read` knows. If a part of it was left out, it also stays in `rest`."""
        for path, value in (*self.present(name), *self.fallbacks(name)):
            found = read(value)
            if found.value is not None:
                if found.is_whole:
                    self.taken.append(path)
                return found.value
        return None

    def string(self, name: str, parse: Callable[[str], str | None]) -> str | None:
        """The first value. It must be a string."""
        found: str | None = self.first(name, lambda value: parse(value) or None, int, float, list, dict)
        return found

    def rest(self) -> dict[str, Any]:
        """The fields that were not used, unchanged."""
        rest = dict(self._message)
        for path in self.taken:
            parent = rest
            for name in path[:-1]:
                parent[name] = dict(parent[name])  # the message itself stays as it is
                parent = parent[name]
            parent.pop(path[-1], None)
        return rest


def _within(value: Any, path: Path) -> Any:
    """The value at the path, of which `value` is the outermost object; None if there is none."""
    for name in path[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_blank(value: Any) -> bool:
    """Whether the value counts as missing."""
    if isinstance(value, str):
        return (len(value) <= _LONGEST_NULL and value in _NULLS) or value.isspace()  # a whole page is slow to hash
    return value is None or value in ([], {}, b"")


def is_readable(message: Message) -> bool:
    """Whether the common names give HTML, text, or the status of an error page.

    Recognise a shape that is newer than such messages only if it is false. They are then read as they always were.
    """
    fields = Fields(message, COMMON)
    if any(True for name in ("html", "text") for _ in fields.present(name)):
        return True
    statuses = (parse_status(value) for _, value in fields.present("status"))
    status = next((status for status in statuses if status is not None), 200)
    return not 200 <= status <= 299
