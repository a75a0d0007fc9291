"""Wraps a page as each crawler would send it: the bytes of one raw message, without a line feed.

This is the reverse of `worker.crawlers`, for samples and demonstrations.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import orjson

DAY = "2026-01-14"


def native(url: str, html: str, day: str = DAY, **more: Any) -> bytes:
    """The project's own format."""
    message = {
        "schema": "raw_article.v1",
        "url": url,
        "html": html,
        "status": 200,
        "fetched_at": f"{day}T07:02:11Z",
        "headers": {"Content-Type": "text/html; charset=utf-8"},
    }
    return orjson.dumps(message | more)


def scrapy(url: str, body: str, **more: Any) -> bytes:
    """A plain item of a Scrapy project."""
    message = {"url": url, "body": body, "status": 200, "spider": "local_news", "scraped_at": f"{DAY} 07:14:53"}
    return orjson.dumps(message | more)


def scrapy_cluster(url: str, body: str, **more: Any) -> bytes:
    """A message of the topic `crawled_firehose`."""
    message = {
        "appid": "news",
        "crawlid": "c-20260114-07",
        "url": url,
        "response_url": url,
        "status_code": 200,
        "status_msg": "OK",
        "response_headers": {"Content-Type": ["text/html"], "Server": ["nginx"]},
        "request_headers": {"Accept-Language": ["en"]},
        "body": body,
        "links": [],
        "attrs": {"priority": 70},
        "success": True,
        "exception": None,
        "encoding": "utf-8",
        "timestamp": f"{DAY}T07:20:31.518204",
    }
    return orjson.dumps(message | more)


def scrapy_cluster_base64(url: str, body: str, encoding: str) -> bytes:
    """The same, for a crawler that is configured to send the body in base64."""
    return scrapy_cluster(url, base64.b64encode(body.encode(encoding)).decode(), encoding=encoding)


def news_please(url: str, text: str, title: str, language: str) -> bytes:
    """The JSON of news-please. The text is already extracted, and missing dates are the word None."""
    message = {
        "authors": ["Ebba Lindhagen"],
        "date_download": f"{DAY} 06:58:02",
        "date_modify": "None",
        "date_publish": "2026-01-12 09:30:00",
        "description": None,
        "filename": "isbanan-oppen.html.json",
        "image_url": None,
        "language": language,
        "localpath": None,
        "maintext": text,
        "source_domain": url.split("/")[2],
        "title": title,
        "title_page": None,
        "title_rss": None,
        "url": url,
    }
    return orjson.dumps(message)


def story_indexer(url: str, html: str, title: str) -> bytes:
    """A story of the Media Cloud pipeline, as its archive writes it."""
    host = url.split("/")[2]
    message = {
        "rss_entry": {"link": url, "title": title, "domain": host, "pub_date": "Sun, 11 Jan 2026 07:00:00 +0000"},
        "raw_html": {"html": html, "encoding": "utf-8"},
        "http_metadata": {"response_code": 200, "fetch_timestamp": 1768374662.125, "final_url": url},
        "content_metadata": {"original_url": url, "canonical_domain": host, "language": "es"},
    }
    return orjson.dumps(message)


def stormcrawler(url: str, html: str) -> bytes:
    """A StormCrawler tuple. Every metadata value is a list of strings."""
    message = {
        "url": url,
        "content": html,
        "metadata": {
            "fetch.statusCode": ["200"],
            "fetch.loadingTime": ["184"],
            "_request.time_": ["1768375331000"],
            "_protocol_versions_": ["http/1.1"],
            "parse.Content-Type": ["text/html; charset=UTF-8"],
        },
    }
    return orjson.dumps(message)


def nutch(url: str, html: str) -> bytes:
    """A page of Nutch's CommonCrawl dump: request and response, headers as pairs."""
    message = {
        "url": url,
        "timestamp": "1768375498000",
        "request": {"method": "GET", "client": {"hostname": "crawl1.example.net"}, "headers": [], "body": None},
        "response": {
            "status": "200",
            "server": {"hostname": url.split("/")[2], "address": "192.0.2.17"},
            "headers": [["Content-Type", "text/html"], ["Server", "httpd"]],
            "body": html,
        },
        "key": "org.example.brackwater-ledger_0f3a",
        "imported": "1768375502000",
        "inlinks": [],
    }
    return orjson.dumps(message)


def fundus(url: str, html: str) -> bytes:
    """The HTML object of Fundus."""
    message = {
        "requested_url": url,
        "responded_url": url,
        "content": html,
        "crawl_date": f"{DAY} 07:31:09+00:00",
        "source_info": {"publisher": "KurierNadwierzbicki", "type": "sitemap", "url": "https://kurier.example.org/map"},
    }
    return orjson.dumps(message)


def trafilatura(url: str, text: str, title: str) -> bytes:
    """The JSON output of trafilatura. The URL is under `source`."""
    message = {
        "title": title,
        "author": "News desk; Wire services",
        "hostname": url.split("/")[2],
        "date": "2023-06-18",
        "categories": "world",
        "tags": "",
        "fingerprint": "a1b2c3d4e5f60718",
        "language": "en",
        "source": url,
        "source-hostname": "Harbour Reader",
        "excerpt": text[:80],
        "text": text,
        "raw_text": text,
    }
    return orjson.dumps(message)


def warc_json(url: str, html: str) -> bytes:
    """A WARC record's headers and payload as one JSON object. A WARC record itself could not be one line of a file."""
    at = datetime.fromisoformat(f"{DAY}T07:40:00+00:00").strftime("%Y-%m-%dT%H:%M:%SZ")
    message = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": at,
        "WARC-Record-ID": "<urn:uuid:6f0c1d52-3a6e-4f0e-9f57-1f1d4a9a7c01>",
        "WARC-Identified-Payload-Type": "text/html",
        "content": html,
    }
    return orjson.dumps(message)
