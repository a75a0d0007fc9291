"""One URL for one page: the form under which the index knows an article.

The form is an identity, not a link: `www.`, `m.` and `/amp/` are gone from it, and a few sites answer only with them.
Two errors are possible, and they are not equally dear. Two forms of one page cost a duplicate that its content still
gives away. One form for two pages makes the second an update of the first, and readers lose an article. So whatever
is doubtful stays in the URL.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from courlan.clean import TRACKERS_RE
from tld import get_fld

MAX_URL_CHARS = 8192  # no article stands behind a longer one

_WEB = re.compile(r"https?://", re.IGNORECASE)
_JUNK_AROUND = "".join(map(chr, range(0x21)))  # control characters and space
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_HOST_PREFIX = re.compile(r"(?:www\d{0,2}|m|mobile|amp)\.")
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php\d?|aspx?|jsp|shtml|cfm)", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)
_AMP_ENDINGS = {".amp": "", ".amp.html": ".html", ".amp.htm": ".htm"}
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_PATH_SAFE = "/%:@!$&'()*+,;="
_QUERY_SAFE = _PATH_SAFE + "?"

# A query names the page where the path is a program: view.php?cid=17.
_PROGRAM = re.compile(r"/|.*\.(?:php\d?|aspx?|cgi|jsp|pl|do|cfm|dll|exe)", re.IGNORECASE)
_HOME = re.compile(r"/(?:[a-z]{2}(?:[-_][a-z]{2})?|home)?", re.IGNORECASE)
# Where redirects lead that is not the article.
_DOOR = re.compile(
    "log-?in|logon|sign-?in|sign-?up|register|subscribe|subscriptions?|consent|auth|sso|accounts?|captcha|challenge|"
    "error|40[34]|not-?found|paywall|cookies?|unavailable"
)
# What courlan's list has no word for, or has in a form that needs the whole name.
_TRACKER = re.compile(
    "_hsenc|_hsmi|affiliateid|campaignid|cmp|cmpid|fb_action_ids|guccounter|guce_referrer|guce_referrer_sig|icid|igshid|"
    r"intcid|ito|jsessionid|mbid|mibextid|ncid|ocid|phpsessid|referr?er|smid|smtyp|spm|sref|srnd|wt\.mc_id"
)
_LOOSE_WORD = re.compile(r"(?:.*[^a-z])?(?:c?l?id|eid|uid|source|ref|keyword|kwd|medium|session|ga|gl)")


class _Page(NamedTuple):
    """A URL's parts in canonical form; the scheme is always https."""

    netloc: str
    path: str
    query: str

    @property
    def url(self) -> str:
        return f"https://{self.netloc}{self.path}{'?' if self.query else ''}{self.query}"

    @property
    def host(self) -> str:
        return self.netloc.partition(":")[0]


def canonicalise(url: str | None, final_url: str | None = None, declared: str | None = None) -> str | None:
    """The canonical https URL of the page, or None when neither URL is a usable http(s) one.

    `final_url`, where redirects led, is believed unless it is a home page or a door (login, consent, error) that the
    crawler did not ask for. `declared`, the page's rel=canonical, is believed on the page's own site only, and unless
    it is a home page, a door, or the page without the query that names it. Never raises.
    """
    page = _page(url)
    landed = page if final_url == url else _page(final_url)
    if landed and (page is None or _is_article(landed, page)):
        page = landed
    if page is None:
        claim = None if url or final_url else _page(declared)  # no site to compare with: take what there is
        return claim.url if claim else None
    claim = _page(_absolute(declared, page)) if declared else None
    if claim and claim != page and _believed(claim, page):
        page = claim
    return page.url


def host(url: str | None) -> str | None:
    """The site's host: lower case, punycode, without port and `www.` (or `m.`, `mobile.`, `amp.`); None for junk."""
    page = _page(url)
    return page.host if page else None


def _believed(claim: _Page, page: _Page) -> bool:
    if _site(claim.host) != _site(page.host):
        return False
    loses_its_name = claim.path == page.path and page.query and not claim.query and _PROGRAM.fullmatch(page.path)
    return _is_article(claim, page) and not loses_its_name


def _is_article(page: _Page, asked: _Page) -> bool:
    """Whether a page that somebody was sent to can be the one asked for."""
    if not page.query and _HOME.fullmatch(page.path) and not _HOME.fullmatch(asked.path):
        return False
    return not any(_DOOR.fullmatch(word) for word in _words(page) - _words(asked))


def _words(page: _Page) -> set[str]:
    return {part.partition(".")[0].lower() for part in page.path.split("/")} | set(page.host.split("."))


def _absolute(declared: str, page: _Page) -> str | None:
    if len(declared) > MAX_URL_CHARS:
        return None
    declared = declared.strip(_JUNK_AROUND)
    if _WEB.match(declared):
        return declared
    try:
        return urljoin(page.url, declared)
    except ValueError:
        return None


def _page(url: str | None) -> _Page | None:
    if not url or len(url) > MAX_URL_CHARS:
        return None
    url = url.strip(_JUNK_AROUND)
    if not _WEB.match(url):
        return None
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    netloc = _host(name) if name and len(name) <= 253 else None
    if netloc is None:
        return None
    if port not in (None, 80, 443):
        netloc = f"{netloc}:{port}"
    path = _path(parts.path)
    page = _Page(netloc, path, _query(parts.query, path))
    return page if len(page.url) <= MAX_URL_CHARS else None


@lru_cache(maxsize=16_384)
def _host(name: str) -> str | None:
    """The host in punycode and without the prefixes that name a device, not a site."""
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    name = name.removesuffix(".").lower()
    if not _HOST.fullmatch(name):
        return None
    while match := _HOST_PREFIX.match(name):
        rest = name[match.end() :]
        if "." not in rest or _site(rest) != _site(name):
            break  # m.de and amp.com.au are sites
        name = rest
    return name


@lru_cache(maxsize=16_384)
def _site(name: str) -> str:
    """The registered domain; the name under it where many people share one (blogs, pages); else the host itself."""
    domain = get_fld(f"https://{name}/", fail_silently=True, search_private=True)
    return domain or _HOST_PREFIX.sub("", name, count=1)


def _path(path: str) -> str:
    if ";" in path:
        path = _SESSION.sub("", path)
    segments: list[str] = []
    for segment in _escape(path, _PATH_SAFE).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", ".", "amp"):
            segments.append(segment)
    while segments:
        last = _without_amp(segments.pop())
        if last not in ("", ".", "..", "amp") and not _INDEX.fullmatch(last):
            segments.append(last)
            break
    return "/" + "/".join(segments)


def _without_amp(name: str) -> str:
    """`story.amp.html` -> `story.html`."""
    for ending, kept in _AMP_ENDINGS.items():
        while name.endswith(ending):
            name = name.removesuffix(ending) + kept
    return name


def _query(query: str, path: str) -> str:
    if not query:
        return ""
    path_names_page = not _PROGRAM.fullmatch(path)
    query = _ESCAPED_AMPERSAND.sub("&", _escape(query, _QUERY_SAFE))
    kept = [part for part in query.split("&") if part and not _is_noise(part, path_names_page=path_names_page)]
    return "&".join(sorted(kept, key=_name))


def _name(part: str) -> str:
    return part.partition("=")[0]


def _is_noise(part: str, *, path_names_page: bool) -> bool:
    name, _, value = part.partition("=")
    if name.lower() == "amp" and value in ("", "1", "true"):
        return True
    if path_names_page and value.lower() == "amp":  # outputType=amp and its like
        return True
    kind = _kind(name) if len(name) <= 64 else "content"
    return kind == "tracker" or (kind == "loose" and path_names_page and not value.isdigit())


@lru_cache(maxsize=4096)
def _kind(name: str) -> str:
    """`tracker`, `loose` (a word that trackers use, and pages too: cid, source, ref) or `content`.

    courlan's pattern has no right border: it takes `gallery` for `ga`. A word must end where the match does.
    """
    name = name.lower()
    if _TRACKER.fullmatch(name):
        return "tracker"
    match = TRACKERS_RE.search(name)
    if match is None or (match.end() < len(name) and match[0][-1] != "_" and name[match.end()].isalnum()):
        return "content"
    return "loose" if _LOOSE_WORD.fullmatch(name[: match.end()]) else "tracker"


def _escape(text: str, safe: str) -> str:
    """One spelling of percent-escapes (RFC 3986, 6.2.2): nothing escaped that need not be, the rest in upper case."""
    if "%" in text:
        text = _PERCENT.sub(_spell, text)
    return quote(text, safe=safe, errors="replace")


def _spell(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return "%25"
    char = chr(int(digits, 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else f"%{digits.upper()}"
