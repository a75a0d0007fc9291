"""The canonical URL of a page, under which the index knows an article.

It is an identity, not a link: it has no `www.`, `m.` or `/amp/`, and a few sites answer only with these. Two errors are
possible, and one is worse. If one page has two URLs, the result is a duplicate, which its content still reveals. If two
pages have one URL, the second becomes an update of the first, and readers lose an article. So anything doubtful stays
in the URL.

ada reads and writes URLs as browsers do (https://url.spec.whatwg.org). This module does only what goes beyond that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ada_url import join_url, normalize_url
from tld import get_fld

from worker.identity import trackers
from worker.text.cleaning import MAX_URL_CHARS

# Browsers read `http:///news/1` as the host `news`. In crawled URLs, the host is missing: two sites would share a URL.
_WEB = re.compile(r"[\0- ]*+https?:[/\\]{2}[^/\\]", re.IGNORECASE)
# URLs that ada would return unchanged, as most are. They bypass it, because it is slow while other code fills the
# caches of the processor. No host that may be an address or in punycode, no `.` or `..` in the path, no escapes, no
# fragment.
_PLAIN = re.compile(
    r"https?://(?:(?!xn--)[a-z0-9-]++\.)++[a-z]{2,}+(?:/(?!\.)[A-Za-z0-9_~.,;:=@!$&()*+'-]*+)++"
    r"(?:\?[A-Za-z0-9_~.,;:=@!$&()*+/?-]*+)?+"
)
_HREF = re.compile(r"https?://(?:[^/@]*@)?([^/:]+)(?::([0-9]+))?([^?#]*)\??([^#]*)")
_MAX_HOST_CHARS = 253  # of a name in the DNS
_MAX_NAME_CHARS = 64  # of a parameter that may be a tracker
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_HOST_PREFIX = re.compile(r"(?:www\d{0,2}|m|mobile|amp)\.")
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php\d?|aspx?|jsp|shtml|cfm)", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)
_AMP_ENDINGS = {".amp": "", ".amp.html": ".html", ".amp.htm": ".htm"}
_ESCAPED_AMPERSAND = re.compile(r"(?:&|^)(?:amp;)+")

# Spellings that ada does not unify: escapes (for bytes above 7F, only lower-case ones), and characters that it escapes
# only in paths or nowhere.
_SPELLED_FREELY = re.compile(r"%(?![89A-F][0-9A-F])([0-9A-Fa-f]{2})?|[]\[\\^`{|}]")
_UNESCAPED = "-._~!*'()"  # RFC 2396's marks: each library escapes some of them, and no site distinguishes the spellings

# If the path is a program, the query names the page: view.php?cid=17.
_PROGRAM = re.compile(r"/|.*\.(?:php\d?|aspx?|cgi|jsp|pl|do|cfm|dll|exe)", re.IGNORECASE)
_HOME = re.compile(r"/(?:[a-z]{2}(?:[-_][a-z]{2})?|home)?", re.IGNORECASE)
# Redirect targets that are not the article, and values from templates that were not filled in.
_DOOR = re.compile(
    "log-?in|logon|sign-?in|sign-?up|register|subscribe|subscriptions?|consent|auth|sso|accounts?|captcha|challenge|"
    "error|40[34]|not-?found|paywall|cookies?|unavailable|undefined|null|none|nan|.*%(?:3c|5b|7b).*"
)


class _Page(NamedTuple):
    """A canonical URL and its parts. `href` is the original URL, to which the page's own links are relative."""

    url: str
    netloc: str
    path: str
    query: str
    href: str

    @property
    def host(self) -> str:
        return self.netloc.partition(":")[0]


def canonicalise(url: str | None, final_url: str | None = None, declared: str | None = None) -> str | None:
    """The canonical https URL of the page, or None if neither URL is a usable http(s) URL.

    `final_url`, where redirects led, is used unless it is a home page or a door (login, consent, error) that the
    crawler did not ask for. `declared`, the page's rel=canonical, is used only on the page's own site, and not if it is
    a home page, a door, an unfilled template, or the page without the query that names it. Never raises.
    """
    page = _page(url)
    landed = page if final_url == url else _page(final_url)
    if landed and (page is None or _is_article(landed, page)):
        page = landed
    if page is None:
        claim = None if url or final_url else _page(declared)  # no site to compare with, so use the claim
        return claim.url if claim else None
    claim = _page(declared, page.href) if declared != page.href else None
    return claim.url if claim and _believed(claim, page) else page.url


def host(url: str | None) -> str | None:
    """The site's host: lower case, punycode, without port and `www.` (or `m.`, `mobile.`, `amp.`); None if invalid."""
    page = _page(url)
    return page.host if page else None


def _believed(claim: _Page, page: _Page) -> bool:
    if _site(claim.host) != _site(page.host):
        return False
    loses_its_name = claim.path == page.path and page.query and not claim.query and _PROGRAM.fullmatch(page.path)
    return _is_article(claim, page) and not loses_its_name


def _is_article(page: _Page, asked: _Page) -> bool:
    """Whether this page can be the one that was asked for."""
    if page.path == asked.path and page.netloc == asked.netloc:
        return True
    if not page.query and _HOME.fullmatch(page.path) and not _HOME.fullmatch(asked.path):
        return False
    return not any(_DOOR.fullmatch(word) for word in _words(page) - _words(asked))


def _words(page: _Page) -> set[str]:
    return {part.partition(".")[0].lower() for part in page.path.split("/")} | set(page.host.split("."))


def _page(url: str | None, base: str | None = None) -> _Page | None:
    return _read(url, base) if url and len(url) <= MAX_URL_CHARS else None


@lru_cache(maxsize=256)  # several steps ask for the same article
def _read(url: str, base: str | None) -> _Page | None:
    if not (base or _WEB.match(url)):
        return None
    href = url if _PLAIN.fullmatch(url) else _href(url, base)
    if href is None:
        return None
    parts = _HREF.fullmatch(href.partition("#")[0])
    if parts is None or not (netloc := _host(parts[1])):
        return None
    if parts[2] not in (None, "80", "443"):
        netloc = f"{netloc}:{parts[2]}"
    path = _path(parts[3])
    query = _query(parts[4], path)
    url = f"https://{netloc}{path}{'?' if query else ''}{query}"
    return _Page(url, netloc, path, query, href) if len(url) <= MAX_URL_CHARS else None


def _href(url: str, base: str | None) -> str | None:
    """The URL as browsers write it; None if it is invalid."""
    try:
        return join_url(base, _well_formed(url)) if base else normalize_url(_well_formed(url))
    except ValueError:
        return None


def _well_formed(text: str) -> str:
    """The text with U+FFFD for lone surrogates, as in browsers."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _host(name: str) -> str | None:
    """The host without prefixes that name a device and not a site; None if it cannot be the host of a news site."""
    name = name.removesuffix(".")
    # Only names up to this length enter the cache below.
    return _without_prefixes(name) if len(name) <= _MAX_HOST_CHARS and _HOST.fullmatch(name) else None


@lru_cache(maxsize=8_192)
def _without_prefixes(name: str) -> str:
    while match := _HOST_PREFIX.match(name):
        rest = name[match.end() :]
        if "." not in rest or _site(rest) != _site(name):
            break  # m.de and amp.com.au are sites
        name = rest
    return name


@lru_cache(maxsize=8_192)
def _site(name: str) -> str:
    """The registered domain; on a shared domain (blogs, pages), the name below it; otherwise the host itself."""
    domain = get_fld(f"https://{name}/", fail_silently=True, search_private=True)
    return domain or _HOST_PREFIX.sub("", name, count=1)


def _path(path: str) -> str:
    path = _SPELLED_FREELY.sub(_spell, path)
    if ";" in path:
        path = _SESSION.sub("", path)
    segments = [segment for segment in path.split("/") if segment not in ("", ".", "..", "amp")]
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
    query = _ESCAPED_AMPERSAND.sub("&", _SPELLED_FREELY.sub(_spell, query))
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
    kind = trackers.classify(name) if len(name) <= _MAX_NAME_CHARS else "content"
    return kind == "tracker" or (kind == "loose" and path_names_page and not value.isdigit())


def _spell(match: re.Match[str]) -> str:
    """One spelling (RFC 3986, 6.2.2): nothing escaped that need not be, the rest in upper case."""
    digits = match[1] or f"{ord(match[0]):02X}"
    char = chr(int(digits, 16))
    return char if char.isascii() and (char.isalnum() or char in _UNESCAPED) else f"%{digits.upper()}"
