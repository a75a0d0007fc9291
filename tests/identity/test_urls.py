from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from worker.identity import urls
from worker.identity.urls import canonicalise, host
from worker.text.cleaning import MAX_URL_CHARS

STORY = "https://example.com/news/story-1"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/news/story-1",
        "http://example.com/news/story-1",
        "HTTP://EXAMPLE.COM/news/story-1",
        "http://example.com:80/news/story-1",
        "https://example.com:443/news/story-1",
        "http://example.com:443/news/story-1",
        "https://example.com./news/story-1",
        "https://www.example.com/news/story-1",
        "https://www2.example.com/news/story-1",
        "https://m.example.com/news/story-1",
        "https://mobile.example.com/news/story-1",
        "https://amp.example.com/news/story-1",
        "https://www.m.example.com/news/story-1",
        "https://user:secret@example.com/news/story-1",
        "https://user:p%40ss:@@example.com/news/story-1",
        "http:\\\\example.com\\news\\story-1",
        "https://exa%6Dple.com/news/story-1",
        "https://ｅｘａｍｐｌｅ。com/news/story-1",
        "https://example.com:0443/news/story-1",
        "https://exam\tple.com/news/\r\nstory-1",
        "https://example.com/news/story-1/",
        "https://example.com/news/story-1//",
        "https://example.com//news///story-1",
        "https://example.com/news/./x/../story-1",
        "https://example.com/../news/story-1",
        "https://example.com/news/x/%2E%2e/story-1",
        "https://example.com/news//../story-1",
        "https://example.com/news/..;jsessionid=1/story-1",
        "https://example.com/news/story-1;%6Asessionid=1",
        "https://example.com/news/story-1/index.html",
        "https://example.com/news/story-1/Default.aspx",
        "https://example.com/news/story-1/amp",
        "https://example.com/news/story-1/amp/",
        "https://example.com/amp/news/story-1",
        "https://example.com/news/story-1.amp",
        "https://example.com/news/story-1?amp",
        "https://example.com/news/story-1?amp=1",
        "https://example.com/news/story-1?amp;amp=1",
        "https://example.com/news/story-1?outputType=amp",
        "https://example.com/news/story-1#comments",
        "https://example.com/news/story-1?",
        "https://example.com/news/story-1?&&",
        "https://example.com/news/story-1;jsessionid=0A1B2C",
        "https://example.com/news/story-1?utm_source=x&utm_medium=y&UTM_Campaign=z",
        "https://example.com/news/story-1?fbclid=abc&gclid=def&mc_cid=1",
        "https://example.com/news/story-1?ref=home&source=rss&cid=rss_top",
        "https://example.com/news/story-1?referrer=https%3A%2F%2Fx.com",
        "https://example.com/news/story-1?PHPSESSID=0123456789abcdef",
        "https://example.com/news/%73tory%2D1",
        "  https://example.com/news/story-1\n",
        "\x00https://example.com/news/story-1\x1f",
    ],
)
def test_forms_of_one_page_have_one_url(url: str) -> None:
    assert canonicalise(url) == STORY


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.com", "https://example.com/"),
        ("https://example.com/?p=123", "https://example.com/?p=123"),
        ("https://example.com/index.php?id=7", "https://example.com/?id=7"),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?x=2&x=1", "https://example.com/a?x=2&x=1"),
        ("https://example.com/a?b=2&amp;a=1", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a.amp.html", "https://example.com/a.html"),
        ("https://example.com:8080/a", "https://example.com:8080/a"),
        ("https://example.com/é/%c3%a9", "https://example.com/%C3%A9/%C3%A9"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a\ud800", "https://example.com/a%EF%BF%BD"),
        ("https://example.com/a\ud83d\ude00", "https://example.com/a%F0%9F%98%80"),
        ("https://example.com/%zz%4", "https://example.com/%25zz%254"),
        ("https://example.com/a|b%7cc?d=[%5d'%27^", "https://example.com/a%7Cb%7Cc?d=%5B%5D''%5E"),
        ("https://example.com/Moon_%28film%29", "https://example.com/Moon_(film)"),
        ("https://bücher.example.de/a", "https://xn--bcher-kva.example.de/a"),
        ("https://XN--BCHER-KVA.example.de/a", "https://xn--bcher-kva.example.de/a"),
        ("https://straße.example.de/a", "https://xn--strae-oqa.example.de/a"),
        ("https://intranet/a", "https://intranet/a"),
        ("http://127.0.0.1:8000/a", "https://127.0.0.1:8000/a"),
        ("http://0x7f.1/a", "https://127.0.0.1/a"),
    ],
)
def test_each_part_has_one_spelling(url: str, canonical: str) -> None:
    assert canonicalise(url) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/story?12345", "https://example.com/story?12346"),
        ("https://example.com/story?id=1", "https://example.com/story?id=2"),
        ("https://example.com/view.php?cid=1", "https://example.com/view.php?cid=2"),
        ("https://example.com/?source=a", "https://example.com/?source=b"),
        ("https://example.com/story?eid=12345", "https://example.com/story?eid=12346"),
        ("https://example.com/photos?gallery=1", "https://example.com/photos?gallery=2"),
        ("https://example.com/photos?game=1", "https://example.com/photos?game=2"),
        ("https://example.com/a?section=1", "https://example.com/a?section=2"),
        ("https://example.com/a?x=1&copy=2", "https://example.com/a?x=1&copy=3"),
        ("https://example.com/a?q=%E4", "https://example.com/a?q=%E5"),
        ("https://example.com/search.php?q=amp", "https://example.com/search.php?q=volt"),
        ("https://example.com/A", "https://example.com/a"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://amp.com.au/a", "https://com.au/a"),
        ("https://m.de/a", "https://de/a"),
        ("https://sport.example.com/a", "https://example.com/a"),
        ("https://example.com/camp/a", "https://example.com/c/a"),
        ("https://example.com:8080/a", "https://example.com/a"),
    ],
)
def test_urls_that_may_be_two_pages_stay_different(one: str, other: str) -> None:
    """Two URLs for one page cost a duplicate, which its content reveals. One URL for two pages costs an article."""
    assert canonicalise(one) != canonicalise(other)


@pytest.mark.parametrize(
    "junk",
    [
        None,
        "",
        " ",
        "None",
        "example.com/a",
        "//example.com/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///a",
        "http:\\/\\a",
        "https:example.com/a",
        "http:/example.com/a",
        "http://?a",
        "http://:80/a",
        "http://a b.com/",
        "http://a..b/",
        "http://.com/",
        "http://exa%20ple.com/",
        "http://exa%zzple.com/",
        "http://1.2.3.4.5/",
        "http://xn--é/",
        "http://example.com:99999/",
        "http://example.com:" + "9" * 1000 + "/",
        "http://example.com:port/",
        "http://[::1]/a",
        "http://[::1",
        "http://[",
        "http://\ud800.com/",
        "http://" + "a" * 64 + ".com/",
        "http://" + "é" * 200 + ".com/",
        "https://example.com/" + "a" * MAX_URL_CHARS,
        "https://example.com/" + "é" * 3000,
    ],
)
def test_junk_is_not_a_url(junk: str | None) -> None:
    assert canonicalise(junk, junk, junk) is None
    assert host(junk) is None


def test_megabytes_are_refused_at_once() -> None:
    url, final_url, declared = "http://a/" + "%" * 10_000_000, "http://" + "a." * 5_000_000, "/" * 10_000_000
    begin = time.process_time()
    assert canonicalise(url, final_url, declared) is None
    assert canonicalise(STORY, final_url, declared) == STORY
    assert time.process_time() - begin < 0.05


@pytest.mark.parametrize(
    "rest",
    [
        *("/" + ".amp" * 2000, "/" + ".amp.html" * 900, "/amp" * 2000, "/" + "../" * 2600, "/" + "index.html/" * 700),
        *("/" + "%" * 8000, "/?" + "|" * 8000, "/?" + "&amp;" * 1600, "/" + ";jsessionid=" * 660, ":" * 8000),
        *("@" * 8000, ".m" * 120 + ".com", "a" + "\u0301\u0323" * 4000, "é" * 8000, "xn--" + "a" * 8000, "[" * 8000),
    ],
)
def test_the_longest_url_takes_milliseconds(rest: str) -> None:
    begin = time.process_time()
    canonicalise("https://m.example.com" + rest)
    canonicalise("https://m" + rest, None, "//m" + rest)
    assert time.process_time() - begin < 0.5


_TEXT = st.text(st.characters(), max_size=40)
_PIECES = (
    "/ // \\ amp .amp .html index.html .. . % %2 %41 %2e %2F %7c | ' ? & &amp; amp; = # ; ;jsessionid=1 %6A utm_x=1 ref=a "
    "cid=1 a é ß 1 0x7f : :80 :99999 @ [ ] www. m. xn-- x.com 。"
)
_PIECE = st.sampled_from([*_PIECES.split(), "\ud800", "\ufeff", "\xad", "\0", "\t", " "])
_URL = st.one_of(
    _TEXT,
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), _TEXT, _TEXT),
    st.builds(lambda pieces: "http://example.com/" + "".join(pieces), st.lists(_PIECE, max_size=12)),
    st.builds(lambda pieces: "https://" + "".join(pieces), st.lists(_PIECE, max_size=12)),
)


@given(url=_URL)
@example(url="http://example.com/%%341")
@example(url="http://example.com/a...amp")
@example(url="http://example.com/a.amp.html.amp")
@example(url="http://example.com/index.html/amp.amp")
@example(url="http://example.com/a?b&amp;amp;c")
@example(url="http://www.www.com/")
@example(url="http://example.com/a;")
@example(url="http://example.com/a?amp;b&a")
@example(url="http://example.com/a/..;jsessionid=1/b")
@example(url="http://example.com/a/;%6Asessionid=1")
def test_a_canonical_url_is_its_own_canonical_url(url: str) -> None:
    canonical = canonicalise(url)
    if canonical is not None:
        assert canonicalise(canonical) == canonical
        assert canonicalise(canonical, canonical, canonical) == canonical
        assert canonical.isascii()
        assert canonical.startswith("https://")
        assert len(canonical) <= MAX_URL_CHARS


@given(url=_URL | st.none(), final_url=_URL | st.none(), declared=_URL | st.none())
def test_no_input_raises(url: str | None, final_url: str | None, declared: str | None) -> None:
    result = canonicalise(url, final_url, declared)
    assert result is None or host(result) is not None


_SEGMENTS = st.lists(st.text(st.sampled_from("aZ09-_~é中(|, "), min_size=1, max_size=6), min_size=1, max_size=4)


@given(data=st.data(), segments=_SEGMENTS)
def test_every_spelling_of_a_page_has_one_url(data: st.DataObject, segments: list[str]) -> None:
    def draw(*choices: str) -> str:
        return data.draw(st.sampled_from(choices))

    def spelled(char: str) -> str:
        escaped = "".join(f"%{byte:02X}" for byte in char.encode())
        return draw(char, char if char == "," else escaped, char if char == "," else escaped.lower(), char + "\t")

    path = ""
    for segment in [*segments, "end"]:
        path += draw("/", "\\", "//", "/./", "/x/../", "/%2e/") + "".join(spelled(char) for char in segment)
    scheme, user, end = draw("http", "https", "HttpS"), draw("", "me@", "me:pw@"), draw("", "/", "#x", "?", "?utm_id=a")
    name = draw("bücher.de", "www.BÜCHER.de", "xn--bcher-kva.de", "b%C3%BCcher.de", "m.bücher。de.")
    port = draw("", ":", ":443" if scheme != "http" else ":80")
    spelling = draw("", " ", "\0") + f"{scheme}://{user}{name}{port}{path}{end}"
    assert canonicalise(spelling) == canonicalise("https://bücher.de/" + "/".join(segments) + "/end")


# -- which of the three URLs -----------------------------------------------------------------------------------------


def test_a_redirect_to_the_article_is_followed() -> None:
    assert canonicalise("https://t.co/abc", STORY) == STORY
    assert canonicalise("https://t.co/abc", "https://example.com/?p=123") == "https://example.com/?p=123"


@pytest.mark.parametrize(
    "landed",
    [
        "https://example.com/",
        "https://example.com",
        "https://www.example.com/index.html?utm_source=gone",
        "https://example.com/en",
        "https://example.com/de-at/",
        "https://example.com/home",
        "https://example.com/login?next=/news/story-1",
        "https://login.example.com/start",
        "https://consent.example.org/v2/collect?session=1",
        "https://example.com/account/sign-in.php",
        "https://example.com/404.html",
        "https://example.com/error/gone",
        "not a url",
        None,
    ],
)
def test_a_redirect_to_a_home_page_or_a_door_does_not_merge_articles(landed: str | None) -> None:
    assert canonicalise(STORY, landed) == STORY


def test_a_home_page_or_a_login_that_was_asked_for_may_redirect_to_another() -> None:
    assert canonicalise("http://example.com/", "https://example.com/en") == "https://example.com/en"
    assert canonicalise("https://example.com/login", "https://example.com/login/2") == "https://example.com/login/2"


def test_the_final_url_alone_is_enough() -> None:
    assert canonicalise(None, "https://example.com/") == "https://example.com/"
    assert canonicalise("junk", STORY) == STORY


@pytest.mark.parametrize(
    "declared",
    [
        "https://example.com/news/the-story",
        "http://www.example.com/news/the-story/?utm_source=canonical",
        "https://m.example.com/news/the-story",
        "/news/the-story",
        "//example.com/news/the-story",
        " /news/the-story\n",
        "the-story",
        "../news/./the-story",
        "https:the-story",
        "\\news\\the-story#top",
    ],
)
def test_a_declared_url_on_the_site_of_the_page_is_used(declared: str) -> None:
    assert canonicalise(STORY + "?print=1", None, declared) == "https://example.com/news/the-story"


def test_a_relative_claim_is_resolved_against_the_original_url() -> None:
    assert canonicalise(STORY + "/", None, "all") == STORY + "/all"
    assert canonicalise("https://t.co/abc", STORY + "/index.html", "all") == STORY + "/all"


def test_a_site_is_a_registered_domain() -> None:
    one, other = "https://edition.example.co.uk/a", "https://news.example.co.uk/b"
    assert canonicalise(one, None, other) == other
    assert canonicalise("https://one.co.uk/a", None, "https://two.co.uk/b") == "https://one.co.uk/a"


@pytest.mark.parametrize(
    "declared",
    [
        "https://other.org/news/story-1",
        "https://example.com.evil.org/news/story-1",
        "https://example.com/",
        "/",
        "https://example.com/en/",
        "/login",
        "",
        "javascript:void(0)",
        "https://[::1/",
        "https://example.com/" + "a" * MAX_URL_CHARS,
        "{{ canonical_url }}" * 1000,
        "{{ canonical_url }}",
        "https://example.com/news/${slug}",
        "<?= $url ?>",
        "[object Object]",
        "undefined",
        "https://example.com/null",
        "http:///a",
    ],
)
def test_a_false_claim_is_ignored(declared: str) -> None:
    assert canonicalise(STORY, None, declared) == STORY


def test_one_blog_of_a_host_cannot_claim_the_articles_of_another() -> None:
    own = "https://alice.blogspot.com/2024/a.html"
    assert canonicalise(own, None, "https://bob.blogspot.com/2024/b.html") == own


def test_a_program_that_declares_itself_without_its_query_is_ignored() -> None:
    assert canonicalise("https://example.com/view.php?id=7", None, "/view.php") == "https://example.com/view.php?id=7"
    assert canonicalise(STORY + "?page=all", None, STORY) == STORY


def test_a_claim_is_compared_with_the_end_of_the_redirect() -> None:
    assert canonicalise("https://t.co/abc", "https://example.com/x?y=1", "https://example.com/x") == (
        "https://example.com/x"
    )
    assert canonicalise("https://t.co/abc", STORY, "https://t.co/xyz") == STORY


def test_a_claim_is_used_if_the_crawler_sent_no_url() -> None:
    assert canonicalise(None, None, STORY) == STORY
    assert canonicalise(None, None, "/news/story-1") is None


def test_a_claim_does_not_replace_an_invalid_url() -> None:
    assert canonicalise("junk", None, STORY) is None


# -- host ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.Example.com:8443/a", "example.com"),
        ("http://news.example.com/", "news.example.com"),
        ("http://user@m.example.co.uk", "example.co.uk"),
        ("https://www.com/", "www.com"),
        ("https://BÜCHER.de", "xn--bcher-kva.de"),
    ],
)
def test_the_host_names_the_site(url: str, name: str) -> None:
    assert host(url) == name


@given(st.from_regex(urls._PLAIN, fullmatch=True), st.from_regex(urls._PLAIN, fullmatch=True))
def test_a_plain_url_is_as_browsers_write_it(url: str, base: str) -> None:
    assert urls._href(url, None) == url
    assert urls._href(url, base) == url


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://example.com/a",
        "https://Example.com/a",
        "https://example.com",
        "https://example.com:443/a",
        "https://user@example.com/a",
        "https://example.0x1/a",
        "https://127.0.0.1/a",
        "https://xn--a.example.com/a",
        "https://example.com/a/../b",
        "https://example.com/a/%2e%2E/b",
        "https://example.com/a b",
        "https://example.com/ä",
        "https://example.com/a\\b",
        "https://example.com/a\n",
        "https://example.com/a?b='",
        "https://example.com/a#b",
    ],
)
def test_a_url_that_browsers_may_write_in_another_way_is_not_plain(url: str) -> None:
    assert not urls._PLAIN.fullmatch(url)


def test_an_overlong_host_is_not_cached() -> None:
    """A cache with names as keys is bounded only if the names are."""
    for remembered in (urls._without_prefixes, urls._site):
        before = remembered.cache_info().currsize
        for number in range(20):
            assert host(f"https://{number}.{'h' * 8000}.example.com/") is None
            assert host(f"https://{number}{'.label' * 1000}.example.com/") is None
        assert remembered.cache_info().currsize == before
