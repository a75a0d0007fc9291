"""The words by which `worker.stages.glue` recognises that a sentence begins, and the words that are never a half.

Each language has two lists. The words before the bar begin a sentence wherever they stand directly after another word.
Those after the bar also stand inside names and code (`publishedAfter`, `Parallel.For`, `LinkedIn`), so they need a mark
before them that ends a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BY_LANGUAGE = {
    "en": """
        The They He She We But However Meanwhile Although Because |
        There This That These Those Then It Its His Her Our And As At By For From If When While With How Why An In On Of
        After Before During Since Some Such To What Where Which Who Their So Here Now Each Every Both Once Even Perhaps
        Still Yet Also Another Most Many Several All You Your My Two Three
    """,
    "de": """
        Der Die Das Den Dem Des Ein Eine Einen Er Sie Wir Ich Ihr Auch Auf Aus Bei Beim Doch Für Mit Nach Nicht Nun Seit
        Gegen Ob Unter Sein Seine Sich Über Durch Und Von Vor Wenn Wie Zum Zur Dabei Damit Danach Dazu Dass Diese Dieser
        Dieses |
        Es In Im Zu An Am So Man
    """,
    "es": """
        El Los Las Una Unos Por Para Con Pero Según Sin Sobre Sus Esta Este Esto Estos También Además Cuando Como |
        La Un Al Del En Su Con
    """,
    "fr": """
        Les Une Aux Dans Cet Cette Ces Il Elle Ils Elles Mais Pour Selon Son Ses Avec Depuis Après |
        Le La Du Des De En Au Ce Par Sa
    """,
    "it": """
        Gli Nel Nella Dopo Secondo Anche Questo Questa Sono Quando Come |
        Il La Le Lo Uno Una Un Del Al Ma Per Si Non Con In
    """,
    "pt": """
        Uma Nas Nos Mas Segundo Ele Ela Eles Isso Essa Esse Não Também Para Quando Foi Foram |
        Os As Um Na No De Por Em Já Que
    """,
    "nl": """
        Het Een Hij Zij Maar Ook Voor Van Volgens Naar Toen Deze Dit Dat |
        De Ze Op Bij In
    """,
    "pl": "Jest Jak Nie Ale Przed Według Był Była Ten | Po Od Do Ta Te To Na Za",
    "ru": """
        Это Как Для При Также После Если Когда Однако Они Она Оно Сейчас Теперь Ещё Её Его Их Мы |
        В На По И Но Он Так За Из От До Об
    """,
    "uk": "Він Вона Вони Але Під Про Якщо Після Коли Також | Це В На По До За Та",
    "sv": "Det Han Hon Men Och För Till Efter | På Av Ett Vi Jag Som En",
    "da": "Det Han Hun Men For Til | På Og Af Et Vi Jeg Som En",
    "no": "Det Han Hun Men For Til | På Og Av Et Vi Jeg Som En",
    "cs": "Byl Byla Bylo Podle Při Také Ale Když | Pro Ten Ta Na Po Jak",
    "tr": "Bir Ama Ancak Daha | Bu Ve",
    "el": "Και Αλλά Για Από Στο Στη Στην Την Τον | Ο Η Το Οι Τα Με",
}
_LISTS = {language: [_set(words) for words in text.split("|")] for language, text in _BY_LANGUAGE.items()}

CLEAR_STARTS: Mapping[str, frozenset[str]] = {language: clear for language, (clear, _) in _LISTS.items()}
"""By language (ISO 639-1): the words that begin a sentence even without a mark before them."""

STARTS: Mapping[str, frozenset[str]] = {language: clear | more for language, (clear, more) in _LISTS.items()}
"""By language: the words that begin a sentence after a mark."""

CODE_WORDS = STARTS["en"] - CLEAR_STARTS["en"]
"""The beginnings of sentences that also stand in names of code."""

ALL_STARTS = frozenset().union(*STARTS.values())

NAME_BEGINNINGS = _set(
    """
    mc mac de di da du la le lo van von der den des del della dos das fitz al el ab ap bin ibn ben abu san st o il i gli
    """
)
"""The first halves of names with a capital inside: `McDonald`, `DiCaprio`, `laRepubblica`."""

ENDINGS = _set(
    """
    Com Net Org Edu Gov Io Js Ai Tv De Fr Es It Ru Con Pdf Doc Docx Txt Csv Xls Xlsx Html Htm Xml Json Md Py Php Exe Zip
    Jpg Jpeg Png Gif Svg Sh Rs Ts Vue Asp Aspx Jsp
    """
)
"""The last parts of domains and file names, which a headline may write with a capital: `Amazon.Com`, `Report.Pdf`."""
