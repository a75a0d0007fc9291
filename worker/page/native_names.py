"""Names in scripts without capitals, which a label or the element around them shows to be names."""

from __future__ import annotations

import re
from typing import Final

from worker.text.scripts import HAN_CLASS, IDEOGRAPHIC_CLASS

_MAX_CHARS: Final = 120

_HAN_NAME: Final = rf"[{IDEOGRAPHIC_CLASS}·]{{2,4}}"
_HAN_END: Final = rf"(?:\s?(?:記者|记者))?(?![{IDEOGRAPHIC_CLASS}])"
_LABELLED: Final = (
    # With a label before the name, a separator between them, or with the word for reporter after it.
    re.compile(
        rf"(?:文|作者|撰文|记者|記者|筆者|執筆)(?:\s++[/／:：=＝|｜]?|[/／:：=＝|｜])\s*+({_HAN_NAME}){_HAN_END}"
    ),
    re.compile(rf"\A(?:文|作者|記者|社会部|政治部|経済部)(?:\s++|・)\s*+({_HAN_NAME}){_HAN_END}"),
    re.compile(rf"\A({_HAN_NAME})\s?(?:記者|记者)\Z"),
    re.compile(r"\A(?:\[[^\[\]]{1,30}\]\s?)?([가-힣]{2,4}(?:\s?[·,]\s?[가-힣]{2,4}){0,4})\s?기자(?![가-힣])"),
    re.compile(r"\A(?:글|글쓴이|작성자)(?:\s?[:：=]\s?|\s)([가-힣]{2,4})(?:\s?기자)?(?=\Z|\s?[·|/,])"),
    re.compile(rf"[\d日時分]\s?【({_HAN_NAME}(?:、{_HAN_NAME}){{0,4}})】\Z"),  # as a newspaper signs after the date
)
_SEVERAL: Final = re.compile(r"\s?[、,，]\s?|(?<=[가-힣])\s?·\s?(?=[가-힣])")
_HAN_BARE: Final = re.compile(rf"[{HAN_CLASS}][{IDEOGRAPHIC_CLASS}]{{1,3}}")
_HANGUL_BARE: Final = re.compile(r"[가-힣]{3}")
_SURNAMES: Final = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지나엄채원천방공현함변염여추도소석선설마길"
)
_NO_NAME: Final = re.compile(
    r"(?:社|部|報|报|局|網|网|者|編|编|輯|辑|集|室|站|組|组|院|団|团|会|會|台|員|员|氏|店|号|館|課|班|所|新聞|新闻|通信|管理人|本人)\Z"
    r"|\A(?:作|文章|关|關|來|来|更多|查看|分享|責任|责任|匿名|公式|記|记|編|编|取材|動画|写真|速報|特集)"
    r"|留言|回應|回复|評論|评论|登录|登入|註冊|注册|首頁|首页|搜|廣告|广告|訂閱|订阅|追蹤|个人|個人|简介|簡介|介|相簿|檔案"
)
_NO_KOREAN_NAME: Final = re.compile(r"\A한국|(?:부|팀|단|자|처|은이)\Z")


def native_names(line: str) -> tuple[str, ...]:
    """The names in a line that labels them, in Chinese, Japanese or Korean."""
    if line.isascii() or len(line) > _MAX_CHARS:
        return ()
    match = next(filter(None, (pattern.search(line) for pattern in _LABELLED)), None)
    names = _SEVERAL.split(match[1]) if match else []
    return () if any(map(_NO_NAME.search, names)) else tuple(names)


def bare_names(line: str) -> tuple[str, ...]:
    """The names in a line that holds nothing else: Chinese and Japanese names of 2 to 4 signs, Korean ones of 3.

    Many other words have this form, so it is certain only in an element that is marked as the author.
    """
    if line.isascii() or len(line) > _MAX_CHARS:
        return ()
    names = _SEVERAL.split(line.strip("【】[] "))
    return tuple(names) if all(map(_is_bare_name, names)) else ()


def _is_bare_name(text: str) -> bool:
    if _NO_NAME.search(text):
        return False
    if _HANGUL_BARE.fullmatch(text):
        return text[0] in _SURNAMES and not _NO_KOREAN_NAME.search(text)
    return _HAN_BARE.fullmatch(text) is not None
