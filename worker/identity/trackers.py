"""Tells which parameters of a URL's query identify a campaign, a click or a visitor rather than the page.

Most names are those that courlan 1.4 (Apache-2.0) drops; it takes them from the lists of AdGuard (TrackParamFilter),
ClearURLs and Firefox (query-stripping). A comment names the vendor if its documentation lists the parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_CLICK_IDS = frozenset({
    *("gclid", "dclid", "gbraid", "wbraid"),  # Google Ads, Campaign Manager
    *("fbclid", "igshid"),  # Facebook, Instagram
    *("yclid", "ysclid"),  # Yandex Direct, Yandex search
    "msclkid",  # Microsoft Advertising
    "twclid",  # X
    *("clickid", "partnerid"),
})  # fmt: skip
"""Beginnings of a name."""

_PREFIXES = frozenset({
    *("utm", "ga"),  # Google Analytics; nearly everyone else uses utm_, too
    *("mtm", "pk"),  # Matomo, and Piwik before it
    "mc",  # Mailchimp
    "mkt",  # Marketo
    "ml",  # MailerLite
    "oly",  # Omeda
    "vero",  # Vero
    *("ad", "ads", "gs", "itm"),
})  # fmt: skip
"""Parts of a name before its first underscore."""

_WORDS = frozenset({
    "xtor",  # AT Internet
    *("aff", "campaign"),
})  # fmt: skip
"""Words in a name: xtor, my_campaign, aff-2."""

_LOOSE_WORDS = frozenset({
    *("cid", "clid", "eid", "ga", "gl", "keyword", "kwd", "medium", "ref", "session", "source", "uid"),
})  # fmt: skip
"""Words in a name that both trackers and pages use."""

_NAMES = frozenset({
    *("_hsenc", "_hsmi"),  # HubSpot
    *("guccounter", "guce_referrer", "guce_referrer_sig", "ncid"),  # Yahoo
    *("fb_action_ids", "mibextid"),  # Facebook
    *("cmp", "cmpid", "icid", "intcid", "ito", "mbid", "ocid", "smid", "smtyp", "sref", "srnd"),  # publishers
    "spm",  # Alibaba
    "wt.mc_id",  # Webtrends
    *("jsessionid", "phpsessid"),
    *("affiliateid", "campaignid", "referer", "referrer"),
})  # fmt: skip
"""Whole names. courlan does not know them, or must not match longer ones."""


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names))


_BEGINNING = re.compile(
    rf"^(?:{_any_of(_CLICK_IDS)})|^(?:{_any_of(_PREFIXES)})_"
    rf"|(?:\b|_)(?:{_any_of(_WORDS)}|(?P<loose>{_any_of(_LOOSE_WORDS)}))"
)


@lru_cache(maxsize=4096)
def classify(name: str) -> str:
    """`tracker`, `loose` (a word that both trackers and pages use: cid, source, ref) or `content`.

    The match must end where a word ends: `gallery` begins with `ga`, but is `content`.
    """
    name = name.lower()
    if name in _NAMES:
        return "tracker"
    match = _BEGINNING.search(name)
    if match is None or (match.end() < len(name) and match[0][-1] != "_" and name[match.end()].isalnum()):
        return "content"
    return "loose" if match["loose"] else "tracker"
