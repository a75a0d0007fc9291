"""The page of an explanation is safe and complete. What it looks like is checked by eye, and in a browser below."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.commands.explain.world import NOW_MS, STORY, World, message
from worker.commands.explain import account_page, page
from worker.commands.explain.explanation import explain
from worker.config.settings import Settings

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WORDS = [
    "ferry",
    "glacier",
    "orchestra",
    "vineyard",
    "library",
    "bakery",
    "hospital",
    "railway",
    "observatory",
    "harbour",
]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e&\"'"
PAGE = (
    "<!doctype html><html><head><title>Bridge</title></head><body><div><a href=/>Home and more</a></div><article>"
    f"<h1>Bridge</h1>{''.join(f'<p>{line}</p>' for line in STORY.splitlines())}"
    "<p>&lt;script&gt;alert(3)&lt;/script&gt; is what the attacker wrote into the story of the bridge.</p>"
    "<script>alert(4)</script></article></body></html>"
)


def safe(text: str) -> LexborHTMLParser:
    """The tree of a page on which nothing of the crawled page is markup."""
    tree = LexborHTMLParser(text)
    assert tree.css("script, img, iframe, object, link, form, input, base") == []
    for node in tree.css("*"):
        assert not any(name.startswith("on") or name == "style" for name in node.attributes)
        assert node.attributes.get("href", "#") is not None
        assert str(node.attributes.get("href", "#")).startswith("#")
    (policy,) = tree.css("meta[http-equiv]")
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "\x1b" not in text
    assert "\u202e" not in text
    return tree


def hostile_page(world: World) -> str:
    """The page about a copy with a hostile title, other rules, and other messages."""
    longer = "\n".join(
        [STORY, *(f"A {word} was seen at the {word} of the {word} by the mayor." for word in WORDS), EVIL]
    )
    world.send(message(1, title=EVIL), NOW_MS - 5000)
    world.send(message(2, title=EVIL), NOW_MS - 4000)
    world.send(
        message(
            2,
            title=EVIL,
            text=f"Share\n{longer}",
            odd=f"{longer}\nNew words stand on the wall of the bridge, and nobody knows who wrote them: {EVIL}",
            author=EVIL,
        )
    )
    world.process(0, 1, 2)
    return account_page.of_account(world.explain("https://paper.example/2", map=("text=odd",)))


def test_nothing_of_the_crawled_page_is_markup(world: World) -> None:
    tree = safe(page.of_explanation(explain(orjson.dumps({"html": PAGE, "title": EVIL}), Settings())))
    assert any("alert(3)" in node.text() for node in tree.css("li.kept .text"))
    safe(hostile_page(world))


def test_each_line_is_marked_with_its_fate_its_rule_and_its_score() -> None:
    tree = safe(page.of_explanation(explain(orjson.dumps({"html": PAGE}), Settings())))
    removed = [node.text() for node in tree.css("li.removed .rule")]
    assert removed[0].startswith("removed extract 0.0")
    assert removed[1].startswith("removed headline 0.")
    assert [node.text() for node in tree.css("li.kept .text")][:4] == STORY.splitlines()
    assert all(node.text().startswith("kept ") for node in tree.css("li.kept .rule"))


def test_the_page_about_a_message_has_all_its_sections(world: World) -> None:
    tree = safe(hostile_page(world))
    assert [node.attributes["id"] for node in tree.css("h2")] == [
        "summary",
        "lines",
        "differences",
        "similar",
        "others",
        "report",
    ]
    assert [node.attributes["href"] for node in tree.css("nav a")] == [
        f"#{node.attributes['id']}" for node in tree.css("h2")
    ]
    assert any("New words" in node.text() for node in tree.css(".diff ins"))
    assert len(tree.css("section[aria-labelledby=others] tbody tr")) == 1


def test_a_message_without_an_article_has_a_page_too(world: World) -> None:
    world.send(b"{odd\x1b")
    world.process(0)
    tree = safe(account_page.of_account(world.explain("0:0")))
    assert "bad_json" in tree.css("dl")[0].text()
    world.expired = 1
    world.topics["articles.dead"].clear()
    assert (
        "its dead letter was not found"
        in safe(account_page.of_account(world.explain("0:0"))).css("#notes + ul")[0].text()
    )


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on the PATH")
@pytest.mark.parametrize("width", [1280, 400])
def test_the_browser_has_nothing_to_complain_about(world: World, tmp_path: Path, width: int) -> None:
    target, image = tmp_path / "page.html", tmp_path / "page.png"
    target.write_text(hostile_page(world), encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--hide-scrollbars")
    done = subprocess.run(
        [str(BROWSER), *flags, f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={image}",
         f"--window-size={width},1200", target.as_uri()],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert b"CONSOLE" not in done.stderr
    assert image.stat().st_size > 20_000
