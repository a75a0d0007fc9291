"""Puts back the space where a link or a tag stood between two words: `Wang WenbinHe said`, `in 2024.The`.

It acts only where it is certain, because names and code look the same: `YouTube`, `kaZuma`, `time.Duration`. The
article itself must show that both halves are separate words. The only knowledge of languages is which words begin a
sentence (`worker.stages.glue_words`). Scripts without capitals pass unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

from worker.messages import Article
from worker.stages.glue_words import ALL_STARTS, CLEAR_STARTS, CODE_WORDS, ENDINGS, NAME_BEGINNINGS, STARTS
from worker.text.capitals import capitals

GLUE = "glue"

_LETTERS = [chr(code) for code in (*range(0x41, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000))]
_LOWER = "".join(letter for letter in _LETTERS if unicodedata.category(letter) == "Ll")
_UPPER = "".join(letter for letter in _LETTERS if unicodedata.category(letter) == "Lu")
_WORD = rf"[{_UPPER}]?[{_LOWER}]+"

# A capital directly after a small letter or the end of a sentence. The pattern begins with a set of letters, because
# that makes the search ten times as fast as beginning with a lookbehind.
_HINT = re.compile(rf"[{_UPPER}](?:(?<=[{_LOWER}.?!…”»].)|(?<=[.?!…][’“].))")

# The two words of a joint, with the mark between them if there is one. Both sides must look like prose.
_JOINT = re.compile(
    rf"(?<![^\s“„«‘\"'—–])({_WORD}|(?:1[5-9]|20)\d\d)(?:([.?!…][”’»“]?|[”’»])|(?<=[{_LOWER}]))([{_UPPER}][{_LOWER}]+)"
    r"(?=[,;:!?]?(?:\s|$)|[.”’»“](?:\s|$)|’[a-z]\s)"
)
_CODE = re.compile(r"[{}\\=]|;\s*$|\w\(|[:-][:>]|https?:|www\.")
_ANY_CODE = re.compile(r"[{}\\]|[\w\]]\(\)|==| = |\w->\w|::|;$|`", re.MULTILINE)
_WORDS = re.compile(rf"(?<![\w.@/#’'-])[{_UPPER}{_LOWER}]+(?![\w@/’'-]|\.\w)")

# Closing quotation marks, each with the opening mark that must come earlier in the line. In other languages the closing
# mark may open a quotation.
_OPENED_BY = {"”": "“", "“": "„", "’": "‘", "»": "«"}

_MAX_CHARS = 1 << 20  # of a text; the rest is not examined
_MAX_PLACES = 10_000  # examined, at 3 µs each: the longest articles have a few hundred
_MAX_LOOKS = 200
_MAX_TOKEN = 64
_NEAR = 1000
_MAX_CODE = 8  # longer than any sign of code
_OPENING_MARKS = "“„«‘\"'—–"
_MIN_CHARS = 6
_MIN_WORD_CHARS = 3


def glue(article: Article) -> Article:
    """The article with all spaces put back that are certainly missing. They are counted as `glue`.

    Takes linear time. Only the first 1,048,576 characters of the text are examined.
    """
    text = article.text or ""
    head = text[:_MAX_CHARS]
    words, code = _Words(head, article), _Code(head)
    places = [place for place in islice(_hints(head), _MAX_PLACES) if _is_joint(head, place, words, code)]
    if not places:
        return article
    ends = [*places, len(text)]
    parts = [text[begin:end] for begin, end in zip([0, *places], ends, strict=True)]
    return article.with_text(" ".join(parts), {GLUE: len(places)})


def _is_joint(text: str, place: int, words: _Words, code: _Code) -> bool:
    """Whether a space is missing before the capital at this place."""
    if not text[place + 1 : place + 2].islower() or text[max(0, place - 2)].isupper():  # `U.S.`, most of all
        return False
    far = max(0, place - _MAX_TOKEN)
    begin = max(text.rfind(" ", far, place), text.rfind("\n", far, place)) + 1
    if begin < far:  # too long for a word
        return False
    while text[begin] in _OPENING_MARKS:
        begin += 1
    joint = _JOINT.match(text, begin)
    if not joint or joint.start(3) != place:
        return False
    certain = _ends(joint, words) if joint[2] else _are_two(joint[1], joint[3], words)
    return certain and not code.is_near(place)


def _near(text: str, place: int) -> tuple[int, int]:
    """The start and end of the part of the line that is near this place."""
    begin = text.rfind("\n", max(0, place - _NEAR), place) + 1 or max(0, place - _NEAR)
    end = text.find("\n", place, place + _NEAR)
    return begin, end if end >= 0 else min(place + _NEAR, len(text))


class _Code:
    """Finds code in a text. Places must be asked for in ascending order, so that nothing is searched twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = -1  # the last place where code was found
        self._searched = 0

    def is_near(self, place: int) -> bool:
        """Whether there is code on the line near this place. Each place must come after the previous one."""
        begin, end = _near(self._text, place)
        if self._last >= begin:
            return True
        found = _CODE.search(self._text, max(begin, self._searched), end)
        if found:
            self._last = found.start()
        self._searched = self._last + 1 if found else end - _MAX_CODE
        return found is not None


def _hints(text: str) -> Iterable[int]:
    """The places of capitals directly after a small letter or a mark, in order. Fast if all capitals are A to Z."""
    places, beyond = capitals(text, _MAX_PLACES)
    if "„" in beyond or beyond != beyond.lower():
        return (hint.start() for hint in _HINT.finditer(text))
    return places


class _Words:
    """The words of one article. They are counted only if a quick look does not decide."""

    def __init__(self, text: str, article: Article) -> None:
        self._text = text
        self._looks = 0
        self.starts = STARTS.get(article.language or "", ALL_STARTS)
        self.clear_starts = CLEAR_STARTS.get(article.language or "", frozenset())
        self._has_lines_of_code = bool(article.code)

    @cached_property
    def _counted(self) -> Counter[str]:
        return Counter(_WORDS.findall(self._text))

    def __getitem__(self, word: str) -> int:
        return self._counted[word]

    @cached_property
    def speak_of_code(self) -> bool:
        """Whether there is a sign of code anywhere in the text. Without one, `time.Duration` is two sentences."""
        return self._has_lines_of_code or _ANY_CODE.search(self._text) is not None

    def once(self, token: str) -> bool:
        """Whether the token occurs only once, unlike tokens of code. After many looks the answer is always no."""
        self._looks += 1
        return self._looks <= _MAX_LOOKS and self._text.count(token) == 1

    def is_namespace(self, first: str) -> bool:
        """Whether a dot and no beginning of a sentence follow the word elsewhere: `Assert.Equal`, of `Assert.That`."""
        self._looks += 1
        if self._looks > _MAX_LOOKS:
            return True
        parts = re.finditer(rf"{first}\.(?<!\w{first}\.)([^\W\d_]++)", self._text)
        return any(part[1] not in ALL_STARTS for part in parts)

    def stand_apart(self, first: str, second: str) -> bool:
        """Whether the two words stand next to each other elsewhere, as `the Reuters` does for `theReuters`."""
        self._looks += 1
        apart = f"{first} {second}"  # a pattern that begins with it is found several times as fast
        return self._looks <= _MAX_LOOKS and re.search(rf"{apart}(?<!\w{apart})\b", self._text) is not None


def _are_two(first: str, second: str, words: _Words) -> bool:
    """Whether two joined words are really two, and not one word such as `YouTube` or `kaZuma`."""
    if len(first) == 1 or len(first) + len(second) < _MIN_CHARS or first.lower() in NAME_BEGINNINGS:
        return False
    is_name = first[0].isupper()
    if second in words.clear_starts:  # `WenbinHe said`, `all of themThe minister`
        return words.once(first + second) and words[first] > 0 and not (is_name and words[first.lower()])
    if is_name or not words.once(first + second) or not words.stand_apart(first, second):
        return False
    return not words[second.lower()]  # it is a name, because it never occurs in small letters


def _ends(joint: re.Match[str], words: _Words) -> bool:
    """Whether the mark between two words ends a sentence, so that the second word begins a new one."""
    first, mark, second = joint.groups()
    is_capital = first[0].isupper()
    opened_by = _OPENED_BY.get(mark[-1])
    if opened_by and not _is_open(joint, opened_by):
        return False
    if second in ENDINGS and (is_capital or second not in ALL_STARTS):
        return False
    if mark == "." and second in CODE_WORDS and words.speak_of_code:
        return False
    if is_capital:
        return second in words.starts and _is_name(first, second, words)
    if second in ALL_STARTS:
        return first.isdigit() or len(first) > _MIN_WORD_CHARS or words[first] > 0
    return mark[0] in ".?!…" and _are_known(joint, words)


def _is_name(first: str, second: str, words: _Words) -> bool:
    """Whether the first word, which has a capital, ends a sentence: `in India.The minister`, but not `Parallel.For`."""
    return (words[first] > 0 or second not in CODE_WORDS) and not words.is_namespace(first)


def _are_known(joint: re.Match[str], words: _Words) -> bool:
    """Whether the text has both words elsewhere, and they are not a name of code, such as `time.Duration`."""
    first, mark, second = joint.groups()
    if mark == "." and (joint.string[joint.end() : joint.end() + 1] != " " or words.speak_of_code):
        return False
    if first == second.lower() or not words.once(joint[0]):
        return False
    return words[second] + words[second.lower()] > 0 and (first.isdigit() or words[first] > 0)


def _is_open(joint: re.Match[str], opening: str) -> bool:
    mark = joint.start(2)
    before = joint.string[_near(joint.string, mark)[0] : mark]
    return before.count(opening) > before.count(joint[2][-1])
