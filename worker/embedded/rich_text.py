"""Writes a part of a state as HTML: a string, a list of blocks, or the tree of an editor.

It goes by shape. A text is a string with the usual names of an editor's text, or else the longest string that reads
like a sentence. Whether it is a block of its own depends on the object around it. The names below are those of editors
and frameworks (Contentful, Draft.js, EditorJS, Lexical, Portable Text, ProseMirror, Slate, React), not of sites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, Final

from worker.embedded.escapes import escaped_once
from worker.embedded.markdown import without_markdown
from worker.embedded.names import NO_STORY, may_hold_story
from worker.text.cleaning import looks_like_html, unescaped
from worker.text.words import count_words

MAX_PIECES: Final = 50_000
MAX_CHARS: Final = 4 << 20
_MAX_DEPTH: Final = 80  # two calls a level; the interpreter allows 1,000
_TEXTS: Final = (
    "html", "innerHTML", "__html", "rendered", "text", "content", "value", "body", "literal", "markdown", "children",
)  # fmt: skip
_KINDS: Final = (
    "@type", "type", "_type", "__typename", "kind", "nodeType", "blockName", "blockType", "component", "tagName", "tag",
)  # fmt: skip
_SENTENCE_WORDS: Final = 6
_SAMPLE_CHARS: Final = 500
_CHARS_A_WORD: Final = 12  # at most, with the space
_CHARS_A_MARK: Final = 40  # at least, for each mark of a programming language
_ADDRESS: Final = re.compile(r"(?:[a-z]++:)?+/\S++")
_SENTENCE_END: Final = re.compile(r"[.!?…:。！？।؟»”\"')\]]\s*+$")

_HEADING: Final = re.compile(r"(?:^|[/_.-])(?:sub)?+(?:head(?:ing|er|line|)|h[1-6]|title)(?![a-z])", re.IGNORECASE)
_ITEM: Final = re.compile(r"list[-_]?+item|^li$", re.IGNORECASE)
_QUOTE: Final = re.compile(r"quote", re.IGNORECASE)
_BREAK: Final = re.compile(r"(?:line|hard)[-_]?break|^br$", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"paragraph|^(?:p|block|normal)$", re.IGNORECASE)
_TAGS: Final = ((_BREAK, "br"), (_ITEM, "li"), (_QUOTE, "blockquote"), (_HEADING, "h2"), (_PARAGRAPH, "p"))
_INLINE: Final = re.compile(
    r"span|fragment|inline|link$|^(?:a|b|i|em|strong|u|br|sub|sup|code|mark|small)$", re.IGNORECASE
)
_ELEMENT: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_BLOCK_TAG: Final = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|li|blockquote|section|article|table|figure|br)\b", re.IGNORECASE
)
_ESCAPED_TAG: Final = re.compile(r"&(?:lt|#60|#x3c);/?(?:p|div|br|h[1-6]|ul|strong|em|a)\b", re.IGNORECASE)
_NO_PHRASE: Final = re.compile(r"[/\\{}_|=]|\d:\d")
_LONG_PART: Final = 1000  # characters
_ANY_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]*+>")
_BLOCK_EDGE: Final = re.compile(r"<(?:/(?:p|div|h[1-6]|li|blockquote|td|section|figcaption)|br)[^<>]*+>", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"<(style|script)\b[^<>]*+>[^<]*+(?:<(?!/\1)[^<]*+)*+", re.IGNORECASE)
_LINE_END: Final = re.compile("[\n\u2028\u2029]")
_HEAD_CHARS: Final = 20_000
_BEGIN_CHARS: Final = 2000
_COMPARED: Final = 60  # characters

_NO_TEXT: Final = frozenset(
    {"html", "head", "body", "title", "meta", "link", "script", "style", "noscript", "svg", "nav", "footer", "form"}
)

Skips = Callable[[dict[str, Any]], bool]


def is_sentence(text: str) -> bool:
    """Whether a string reads like at least one sentence, and not like code, a path or a list of names."""
    head = escaped_once(text[:_SAMPLE_CHARS])
    head = unescaped(head) if "&" in head else head
    found = count_words(head)
    if _ADDRESS.fullmatch(head):
        return False
    is_spaced = found >= _SENTENCE_WORDS and found * _CHARS_A_WORD > len(head)
    return is_spaced and sum(map(head.count, "{};=|\\_")) * _CHARS_A_MARK < len(head)


class Writer:
    """Writes the values of a page as HTML, until they have too many pieces or characters."""

    def __init__(self) -> None:
        self._skips: Skips = lambda _node: False
        self._left = MAX_PIECES
        self._chars_left = MAX_CHARS
        self._written: set[str | int] = set()  # long strings, and the ids of objects

    def html(self, value: Any, skips: Skips) -> str:
        """The value as HTML; empty if it has no text. `skips` says which objects belong to another article."""
        self._skips = skips
        self._written.clear()
        if isinstance(value, str):
            text = as_html(value) if self._may_write(value) else ""
            return text if is_sentence(plain(text[:_HEAD_CHARS])) else ""
        return "".join(self._value(value, 0, inline=False))

    def _value(self, value: Any, depth: int, *, inline: bool) -> Iterator[str]:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            return
        if isinstance(value, str):
            yield self._string(value, inline=inline)
        elif isinstance(value, list):
            if value[:1] == ["$"] and len(value) >= 4:
                yield from self._element(value, depth)
            else:
                yield from self._list(value, depth, inline=inline)
        elif isinstance(value, dict) and id(value) not in self._written and not self._skips(value):
            self._written.add(id(value))
            yield from self._object(value, depth, inline=inline)

    def _string(self, text: str, *, inline: bool) -> str:
        """The string as HTML, unless it was written before or says nothing."""
        if type(text) is not str or not self._may_write(text):  # a `Name`, or too much
            return ""
        if len(text) >= _COMPARED:
            if text in self._written:
                return ""
            self._written.add(text)
        if inline:
            return as_inline(text)
        return as_html(text) if is_sentence(text) else ""

    def _may_write(self, text: str) -> bool:
        if len(text) > self._chars_left:
            return False
        self._chars_left -= len(text)
        return True

    def _list(self, items: list[Any], depth: int, *, inline: bool) -> Iterator[str]:
        inline = inline or _is_run(items)
        pieces = (piece for item in items for piece in self._value(item, depth + 1, inline=inline))
        yield "".join(pieces) if inline else "\n".join(pieces)

    def _element(self, element: list[Any], depth: int) -> Iterator[str]:
        """An element of React: `["$", tag, key, props]`. A component has no tag, but perhaps children."""
        tag, props = element[1], element[3]
        if not isinstance(props, dict):
            return
        if isinstance(tag, str) and tag in _NO_TEXT:
            return
        raw = props.get("dangerouslySetInnerHTML")
        inner = raw.get("__html") if isinstance(raw, dict) else None
        text = inner if isinstance(inner, str) else "".join(self._value(props.get("children"), depth + 1, inline=True))
        yield f"<{tag}>{text}</{tag}>" if isinstance(tag, str) and _ELEMENT.fullmatch(tag) else text

    def _object(self, node: dict[str, Any], depth: int, *, inline: bool) -> Iterator[str]:
        kind = _kind(node)
        if NO_STORY.search(kind):
            return
        tag = _tag(kind)
        if tag == "br":
            yield "<br>"
            return
        inside = inline or tag in ("p", "h2")
        name, own = _own_text(node)
        if not self._may_write(own):
            return
        if not (inside or tag or is_sentence(own) or (kind and _is_phrase(own))):
            own = ""
        parts = [
            "".join(self._value(value, depth + 1, inline=inside))
            for key, value in node.items()
            if key != name
            and isinstance(value, dict | list)
            and may_hold_story(key, value)
            and not _is_names(key, value)
        ]
        text = _joined(own, "".join(parts) if kind else _longest(parts), inline=inside)
        if not text:
            return
        if tag and not (inline and tag == "p"):
            yield f"<{tag}>{text}</{tag}>"
        elif inline or _INLINE.search(kind) or _BLOCK_TAG.search(text):
            yield text
        else:
            yield f"<p>{text}</p>"


def _is_names(key: str, value: Any) -> bool:
    """Whether a value is a list of strings that are no text, such as the styles of a piece of text."""
    if not isinstance(value, list) or key in _TEXTS:
        return False
    return all(isinstance(item, str) for item in value) and not any(map(is_sentence, value))


def _kind(node: dict[str, Any]) -> str:
    kinds = (node.get(name) for name in _KINDS)
    return " ".join(kind[:100] for kind in kinds if isinstance(kind, str))


def _tag(kind: str) -> str:
    for pattern, tag in _TAGS:
        if any(map(pattern.search, kind.split())):
            return tag
    return ""


def _own_text(node: dict[str, Any]) -> tuple[str, str]:
    """The name and the string of the object's text, both empty if it has none."""
    for name in _TEXTS:
        if type(text := node.get(name)) is str and text.strip():
            return name, text
    sentences = [
        (str(name), text)
        for name, text in node.items()
        if type(text) is str and is_sentence(text) and may_hold_story(name, text)
    ]
    return max(sentences, key=lambda each: len(each[1]), default=("", ""))


def _joined(own: str, children: str, *, inline: bool) -> str:
    """The text of an object and that of its parts, which may repeat it."""
    if not own:
        return children
    text = as_inline(own) if inline or "\n" not in own.strip() else as_html(own)
    known = _begin(children)
    return children if known and known == _begin(text) else text + children


def _begin(html: str) -> str:
    return "".join(plain(html[:_BEGIN_CHARS]).split())[:_COMPARED]


def _longest(parts: list[str]) -> str:
    """The parts of an object that is no node of an editor. If several are long, they are versions or other articles."""
    return max(parts, key=len) if sum(len(part) > _LONG_PART for part in parts) > 1 else "".join(parts)


def _is_phrase(text: str) -> bool:
    return " " in text and not _NO_PHRASE.search(text)


def _is_run(items: list[Any]) -> bool:
    """Whether a list holds the pieces of one paragraph, not paragraphs."""
    texts = []
    for item in items:
        if isinstance(item, dict):
            kind = _kind(item)
            if NO_STORY.search(kind):
                continue
            if _INLINE.search(kind):
                return True
            if _tag(kind):
                return False
            texts.append(_own_text(item)[1])
        elif isinstance(item, str):
            texts.append(item)
    whole = [text for text in texts[:-1] if text.strip()]
    return (
        bool(whole)
        and any(isinstance(item, dict) for item in items)
        and not any(_SENTENCE_END.search(text[-20:]) or _BLOCK_TAG.search(text) for text in whole)
    )


def as_inline(text: str) -> str:
    """A string as HTML, without a paragraph around it."""
    text = escaped_once(text)
    if looks_like_html(text):
        return text
    return unescaped(text) if _ESCAPED_TAG.search(text) else escape(text, quote=False)


def as_html(text: str) -> str:
    """A string as HTML: as it is if it has tags; otherwise each of its lines becomes a paragraph."""
    inline = as_inline(without_markdown(text))
    if _BLOCK_TAG.search(inline):
        return inline
    return "".join(f"<p>{line}</p>" for line in map(str.strip, _LINE_END.split(inline)) if line)


def plain(html: str) -> str:
    """The HTML without its tags, one block per line."""
    return _ANY_TAG.sub("", _BLOCK_EDGE.sub("\n", _HIDDEN.sub("", html)))
