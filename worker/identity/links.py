"""URLs that lead from an article to other pages."""

from __future__ import annotations

from ada_url import join_url

from worker.text.cleaning import MAX_URL_CHARS, clean_url


def web_link(base: str, link: str) -> str:
    """The full http(s) URL of a link on the page `base`; empty if it has none, as `javascript:` has. Never raises."""
    link = clean_url(link)
    if not link:
        return ""
    try:
        url = join_url(base, link)
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) and len(url) <= MAX_URL_CHARS else ""
