"""The sample messages: stories from the files beside this module, as various crawlers would send them.

They are the same bytes at every call. Stories, places, people and sites are invented, except in the seed article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from worker.commands.samples import wrap

SEED = "https://world.example.net/2023/06/18/beijing-visit"
FERRY = "https://courier.example.com/news/harbour/winter-ferry-to-run"
BRIDGE = "https://tagblatt.example.org/lokales/oberlauingen/lauerbruecke-sanierung-1047733.html"
LIBRARY = "https://courrier-valbrenne.example.com/culture/mediatheque-filature.html"
ICE = "https://vrena-allehanda.example.org/lokalt/isbanan-oppen"
WATER = "https://heraldo-sierra.example.net/comarca/penalmora-red-de-agua/"
BUSES = "https://jornaldaserra.example.com/cidade/2026/01/onibus-eletricos.shtml"
THEATRE = "https://vocedelcolle.example.org/cronaca/montelupigno-teatro-riapre-2026.html"
DIKE = "https://polderbode.example.net/regio/zwaluwerpolder-dijk-groeit-mee~b81c2/"
QUARRY = "http://brackwater-ledger.example.org/cgi-bin/story?id=3381"
STARS = "https://mesadispatch.example.com/2026/01/12/desert-town-turns-off-its-lights/"
BEES = "https://kurier.example.org/wiadomosci/pszczoly-na-dachach,88213.html"

_AFTER_QUARRY = '<P><FONT SIZE="2"><A HREF="/cgi-bin/print'
_QUARRY_UPDATE = (
    "<P>In a letter that reached the trust on Saturday, the cement company said that it would not contest the vote and"
    " would take down its signs on the north face before the end of the month.</P>\n"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One raw message. `crawler` says whose format it has; `label` describes it in a few words."""

    crawler: str
    label: str
    value: bytes


def samples() -> list[Sample]:
    """All samples, in the order in which they are sent."""
    return [*_stories(), *_copies(), *_no_articles(), *_broken()]


def lines() -> list[bytes]:
    """The raw messages alone. None contains a line feed, so that each can be a line of a file."""
    return [sample.value for sample in samples()]


def read(name: str) -> str:
    """The text of a file of this package, such as `seed_article.txt` or `pages/ferry_en.html`."""
    return resources.files("worker.commands.samples").joinpath(name).read_text(encoding="utf-8")


def _page(name: str) -> str:
    return read(f"pages/{name}")


def _stories() -> Iterator[Sample]:
    yield Sample("scrapy-cluster", "seed article, text repeated", _seed())
    yield Sample("native", "English page", wrap.native(FERRY, _page("ferry_en.html")))
    bridge = wrap.scrapy_cluster_base64(BRIDGE, _page("bruecke_de.html"), "cp1252")
    yield Sample("scrapy-cluster", "German page, base64 cp1252", bridge)
    yield Sample("scrapy", "French page", wrap.scrapy(LIBRARY, _page("mediatheque_fr.html")))
    ice = wrap.news_please(ICE, _page("ishall_sv.txt"), "Isbanan på Vrenasjön har öppnat", "sv")
    yield Sample("news-please", "Swedish text, no page", ice)
    title = "Los vecinos de Peñalmora compran la red de agua que los dejó secos"
    yield Sample("story-indexer", "Spanish page", wrap.story_indexer(WATER, _page("agua_es.html"), title))
    yield Sample("stormcrawler", "Portuguese page", wrap.stormcrawler(BUSES, _page("onibus_pt.html")))
    yield Sample("warc fields", "Italian page", wrap.warc_json(THEATRE, _page("teatro_it.html")))
    yield Sample("scrapy-cluster", "Dutch page", wrap.scrapy_cluster(DIKE, _page("dijk_nl.html")))
    yield Sample("nutch", "English page, table layout", wrap.nutch(QUARRY, _page("quarry_en.html")))
    yield Sample("scrapy", "English blog, [ad_1] tags", wrap.scrapy(STARS, _page("observatory_en.html")))
    yield Sample("fundus", "Polish page", wrap.fundus(BEES, _page("pszczoly_pl.html")))


def _seed() -> bytes:
    return wrap.scrapy_cluster(SEED, read("seed_article.txt"), response_headers={"Content-Type": ["text/plain"]})


def _copies() -> Iterator[Sample]:
    ferry, library, quarry = _page("ferry_en.html"), _page("mediatheque_fr.html"), _page("quarry_en.html")
    recrawl = ferry.replace("More from Harbour", "Most read today")
    recrawl_url = f"{FERRY}?utm_source=mail#comments"
    yield Sample("native", "English page, recrawled", wrap.native(recrawl_url, recrawl, "2026-01-15"))
    home, mirror = "courrier-valbrenne.example.com", "vallee-infos.example.net"
    mirrored = wrap.scrapy(LIBRARY.replace(home, mirror), library.replace(home, mirror))
    yield Sample("scrapy", "French page, another site", mirrored)
    updated = quarry.replace(_AFTER_QUARRY, _QUARRY_UPDATE + _AFTER_QUARRY)
    yield Sample("nutch", "table page, updated", wrap.nutch(QUARRY, updated))
    opening = "\n".join(read("seed_article.txt").splitlines()[1:15])
    cut_seed = wrap.trafilatura("https://harbour-reader.example.com/world/beijing", opening, "Beijing visit begins")
    yield Sample("trafilatura", "seed article, cut short", cut_seed)
    own, other = "courier.example.com", "coast-wire.example.net"
    cut_page = ferry.replace(own, other).partition("<p>For Tamsin Oakey")[0]
    yield Sample("scrapy-cluster", "English page, cut off", wrap.scrapy_cluster(FERRY.replace(own, other), cut_page))


def _no_articles() -> Iterator[Sample]:
    gone = wrap.scrapy_cluster(
        "https://courier.example.com/news/1998/regatta", _page("not_found_en.html"), status_code=404, success=False
    )
    yield Sample("scrapy-cluster", "HTTP 404 error page", gone)
    shell = wrap.scrapy("https://mesadispatch.example.com/live/council", _page("app_shell_en.html"))
    yield Sample("scrapy", "empty page, only scripts", shell)
    notice = "<html><body><article><p>Quay Street is closed on Sunday from 8am until noon.</p></article></body></html>"
    yield Sample("native", "notice of ten words", wrap.native("https://courier.example.com/notices/quay", notice))


def _broken() -> Iterator[Sample]:
    story = wrap.scrapy("https://kurier.example.org/a,1.html", _page("pszczoly_pl.html"))
    yield Sample("scrapy-cluster", "json failed to parse", b"json failed to parse")
    yield Sample("scrapy", "JSON cut off in the middle", story[: len(story) // 2])
    yield Sample(
        "scrapy", "NaN in the JSON", b'{"url": "https://kurier.example.org/a,2.html", "body": "x", "score": NaN}'
    )
    latin = wrap.scrapy(LIBRARY, _page("mediatheque_fr.html")).decode().encode("latin-1", "ignore")
    yield Sample("scrapy", "bytes that are not UTF-8", latin)
    yield Sample("-", "null", b"null")
    yield Sample("native", "no page, no text", b'{"schema": "raw_article.v1", "url": "https://courier.example.com/"}')
    yield Sample("native", "a number as URL", b'{"schema": "raw_article.v1", "url": 17, "html": "<p>Hello</p>"}')
    yield Sample("-", "JSON of another program", b'{"event": "heartbeat", "queue_length": 14}')
    nested = "<div>" * 12_000 + "<p>Deep down.</p>" + "</div>" * 12_000
    yield Sample("scrapy", "12,000 nested tags", wrap.scrapy("https://deep.example.net/", f"<html>{nested}</html>"))
