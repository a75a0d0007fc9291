"""Puts back the space where a link or a tag stood between two words: `Wang WenbinHe said`, `in 2024.The`.

It acts only where it is certain. A word such as `YouTube` looks the same, so the article itself must show that both
halves are separate words. The only knowledge of languages is which small words may begin a sentence. Scripts without
capitals pass unchanged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from worker.messages import Article

GLUE = "glue"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LETTERS = [chr(code) for code in (*range(0x41, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000))]
_LOWER = "".join(letter for letter in _LETTERS if unicodedata.category(letter) == "Ll")
_UPPER = "".join(letter for letter in _LETTERS if unicodedata.category(letter) == "Lu")
_WORD = rf"[{_UPPER}]?[{_LOWER}]+"

# A capital directly after a small letter or the end of a sentence. The pattern begins with a set of letters, because
# that makes the search ten times as fast as beginning with a lookbehind.
_HINT = re.compile(rf"[{_UPPER}](?:(?<=[{_LOWER}.?!…”»].)|(?<=[.?!…][’“].))")

_OTHER_CAPITAL = re.compile(f"[„{_UPPER.removeprefix('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}]")
_ASCII = bytes(range(128))
_SHAPES = (
    bytes(
        ord("A") if chr(code).isupper() else ord("a") if chr(code).islower() or chr(code) in ".?!" else ord(" ")
        for code in range(128)
    )
    + b" " * 128
)

# The two words of a joint, with the mark between them if there is one. Both sides must look like prose.
_JOINT = re.compile(
    rf"(?<![^\s“„«‘\"'—–])({_WORD}|(?:1[5-9]|20)\d\d)(?:([.?!…][”’»“]?|[”’»])|(?<=[{_LOWER}]))([{_UPPER}][{_LOWER}]+)"
    r"(?=[,;:!?]?(?:\s|$)|[.”’»“](?:\s|$)|’[a-z]\s)"
)
_CODE = re.compile(r"[{}\\=]|;\s*$|\w\(|[:-][:>]|https?:|www\.")
_WORDS = re.compile(rf"(?<![\w.@/#’'-])[{_UPPER}{_LOWER}]+(?![\w@/’'-]|\.\w)")

# Closing quotation marks, each with the opening mark that must come earlier in the line. In other languages the closing
# mark may open a quotation.
_OPENED_BY = {"”": "“", "“": "„", "’": "‘", "»": "«"}

# Beginnings of names with a capital inside, and words that are never the first half of a joint.
_NAME_BEGINNINGS = _set("""
    mc mac de di da du la le lo van von der den des del della dos das fitz al el ab ap bin ibn ben abu san st o
""")
_NAME_ENDINGS = _set("""
    Con Pro On In As Al Van Up Ma Na Os Ta Innen An Of To Me App
""")  # LinkedIn, LehrerInnen
_DOMAINS = _set("""
    Com Net Org Edu Gov Io Js Ai Tv De Fr Es It Ru Con
""")  # Amazon.Com
_MAX_CHARS = 1 << 20  # of a text; the rest is not examined
_MAX_PLACES = 10_000  # examined, at 3 µs each: the longest articles have a few hundred
_MAX_LOOKS = 50
_MAX_TOKEN = 64
_NEAR = 1000
_MAX_CODE = 8  # longer than any sign of code
_OPENING_MARKS = "“„«‘\"'—–"
_MIN_CHARS = 6
_MIN_WORD_CHARS = 3

# Words that begin sentences and are never half of a brand name.
_SENTENCE_STARTS = _set("""
    The This That These Those There They Then He She His Her Its We Our But And As At By For From If It When While
    With How Why An In On Of After Although Because Before During However Meanwhile Since Some Such To What Where
    Which Who Their Der Die Das Den Dem Des Ein Eine Einen Es Er Sie Wir Ich Ihr Auch Auf Aus Bei Beim Doch Für Im
    Mit Nach Nicht Nun Seit Und Von Vor Wenn Wie Zu Zum Zur Dabei Damit Danach Dazu Dass Diese Dieser Dieses El Los
    Las Un Una Unos Al Del En Por Para Con Pero Según Sin Sobre Su Sus Esta Este Esto Estos También Además Cuando
    Como Le Les Une Du Au Aux Dans Ce Cet Cette Ces Il Elle Ils Elles Mais Pour Par Selon Son Sa Ses Avec Depuis
    Après Gli Lo Uno Nel Nella Dopo Secondo Anche Ma Per Questo Questa Sono Si Non Quando Os Um Uma Na Nas Nos Mas
    Segundo Ele Ela Eles Isso Essa Esse Já Não Também De Het Een Hij Zij Ze Maar Ook Voor Van Op Bij Volgens Naar
    Toen Deze Dit Dat Jest Jak Nie Ale Po Od Do Przed Według Był Była Ten Ta Te В На По И Но Он Она Они Это Как Так
    Для При За Из От До Об Также После Если Когда Однако Він Вона Вони Це Але Під Про Якщо Після Коли Також Det Han
    Hun Hon Men Och Og Som För På Til Till Av Ett Et Vi Jeg Jag Byl Byla Bylo Podle Pro Při Také Bu Bir Ve Ama Ancak
    Daha Ο Η Το Οι Τα Στο Στη Στην Και Αλλά Για Από Με Την Τον
""")


def glue(article: Article) -> Article:
    """The article with all spaces put back that are certainly missing. They are counted as `glue`.

    Takes linear time. Only the first 1,048,576 characters of the text are examined.
    """
    text = article.text or ""
    head = text[:_MAX_CHARS]
    words, code = _Words(head), _Code(head)
    places = [place for place in islice(_hints(head), _MAX_PLACES) if _is_joint(head, place, words, code)]
    if not places:
        return article
    ends = [*places, len(text)]
    parts = [text[begin:end] for begin, end in zip([0, *places], ends, strict=True)]
    return article.with_text(" ".join(parts), {GLUE: len(places)})


def _is_joint(text: str, place: int, words: _Words, code: _Code) -> bool:
    """Whether a space is missing before the capital at this place."""
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


def _hints(text: str) -> Iterator[int]:
    """The places of capitals directly after a small letter or a mark. Fast if all capitals are A to Z."""
    if not text.isascii() and _OTHER_CAPITAL.search(_beyond_ascii(text)):
        yield from (hint.start() for hint in _HINT.finditer(text))
        return
    shape = text.replace("“", " ").replace("‘", " ").encode("ascii", "replace").translate(_SHAPES)
    at = shape.find(b"aA")
    while at >= 0:
        yield at + 1
        at = shape.find(b"aA", at + 1)


def _beyond_ascii(text: str) -> str:
    """The non-ASCII characters of a text. Most texts have so few that searching them takes no time."""
    rest = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return rest.decode("utf-8", "surrogatepass")


class _Words:
    """The words of one article. They are counted only if a quick look does not decide."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._looks = 0

    @cached_property
    def _counted(self) -> Counter[str]:
        return Counter(_WORDS.findall(self._text))

    def __getitem__(self, word: str) -> int:
        return self._counted[word]

    def repeats(self, token: str) -> bool:
        """Whether the token occurs more than once, as tokens of code do. After many looks the answer is always yes."""
        self._looks += 1
        return self._looks > _MAX_LOOKS or self._text.count(token) > 1

    def may_stand_apart(self, first: str, second: str) -> bool:
        """A quick look: whether the first word occurs elsewhere, and the two are joined only once."""
        self._looks += 1
        if self._looks > _MAX_LOOKS:
            return True
        return self._text.count(first + second) == 1 and self._text.count(first) > 1


def _are_two(first: str, second: str, words: _Words) -> bool:
    """Whether two joined words are really two, and not one name such as `YouTube`."""
    if (
        len(first) == 1
        or len(first) + len(second) < _MIN_CHARS
        or first.lower() in _NAME_BEGINNINGS
        or second in _NAME_ENDINGS
    ):
        return False
    if first[0].isupper() and second not in _SENTENCE_STARTS:
        return False
    if not words.may_stand_apart(first, second) or words[first + second] > 1 or not words[first]:
        return False
    if first[0].isupper():  # `WenbinHe`: a name that is not also a common word, then a word that begins a sentence
        return not words[first.lower()]
    if second in _SENTENCE_STARTS:
        return True
    # `toReuters`, `saidReuters`: the second word is a name, because it never occurs in small letters.
    is_small = first.capitalize() in _SENTENCE_STARTS
    return words[second] > (not is_small) and not words[second.lower()]


def _ends(joint: re.Match[str], words: _Words) -> bool:
    """Whether the mark between two words ends a sentence, so that the second word begins a new one."""
    first, mark, second = joint.groups()
    opened_by = _OPENED_BY.get(mark[-1])
    if second in _DOMAINS or (opened_by and not _is_open(joint, opened_by)):
        return False
    if second in _SENTENCE_STARTS:
        return first.isdigit() or len(first) > _MIN_WORD_CHARS or words[first] > 0
    if mark[0] not in ".?!…" or first[0].isupper() or first == second.lower() or words.repeats(joint[0]):
        return False
    return words[second] + words[second.lower()] > 0 and (first.isdigit() or words[first] > 0)


def _is_open(joint: re.Match[str], opening: str) -> bool:
    mark = joint.start(2)
    before = joint.string[_near(joint.string, mark)[0] : mark]
    return before.count(opening) > before.count(joint[2][-1])
