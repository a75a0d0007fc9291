"""Crawls one site and yields every HTML page. The worker decides which of them are articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor

LINKS = LinkExtractor()  # http and https only, without files such as images


class NewsSpider(scrapy.Spider):
    """Follows the links of a site, from the page `url`: `scrapy crawl news -a url=https://example.org/`."""

    name = "news"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]
        self.allowed_domains = [urlsplit(url).hostname]

    def parse(self, response: Response) -> Iterator[Any]:
        """Yield the page, then the links on it."""
        if not isinstance(response, HtmlResponse):
            return
        yield {
            "url": response.meta.get("redirect_urls", [response.url])[0],
            "final_url": response.url,
            "html": response.text,
            "status": response.status,
            "fetched_at": datetime.now(UTC),
        }
        yield from response.follow_all(LINKS.extract_links(response))
