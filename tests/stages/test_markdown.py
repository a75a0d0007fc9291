"""The stages from the page to the Markdown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.text.markdown_reader import text_of
from worker.config.settings import Settings
from worker.extraction.sections import Sections
from worker.messages import Article
from worker.stages.markdown import markdown
from worker.stages.order import build_stages
from worker.text.structure import Line, Link

URL = "https://paper.example/news/1"
SENTENCE = "The harbour bridge reopened on Monday after eleven months of repairs, and traffic was light all morning."
PAGE = f"""
<base href=https://paper.example/archive/><article><h1>Bridge reopens</h1>
<p>{SENTENCE}</p>
<h2>What it * cost</h2>
<p>See <a href="costs?a=1&amp;b=(2)">the co&shy;sts</a>, <a href="javascript:x()">not this</a>.</p>
<ul><li>The wheel [ad_1] of the mill<ol start=3><li>Of steel<li>Of wood</ol></li><li>The weir</li></ul>
<div>Advertisement</div>
<blockquote><p>Nobody wanted steel.</p><p># Did they?</p></blockquote>
<pre>if open:
    cross(bridge)

&lt;b&gt;</pre>
<table><tr><th>Year<th>Sacks<th>Price</tr><tr><td>1884<td><td>4|100</tr></table>
<p>1. May was cold.</p></article>
"""
MARKDOWN = f"""\
{SENTENCE}

## What it \\* cost

See [the costs](https://paper.example/archive/costs?a=1&b=\\(2\\)), not this.

- The wheel of the mill

  3. Of steel
  4. Of wood
- The weir

> Nobody wanted steel.
>
> \\# Did they?

```
if open:
    cross(bridge)

<b>
```

| Year | Sacks | Price |
| --- | --- | --- |
| 1884 |  | 4\\|100 |

1\\. May was cold."""


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block belongs to the article."""
    monkeypatch.setattr(Sections, "decide", lambda found, _likelihoods: found.kept | True)


def cleaned(article: Article, **settings: Any) -> Article:
    for stage in build_stages(Settings(min_words=0, **settings)):
        step = stage.run(article)
        assert isinstance(step, Article), step
        article = step
    return article


@pytest.mark.usefixtures("everything")
def test_a_page_becomes_markdown() -> None:
    article = cleaned(Article(html=PAGE, url=URL, title="Bridge reopens"), markdown=True, links=True)
    assert article.markdown == MARKDOWN
    assert article.text == text_of(MARKDOWN)
    assert article.structure is None


@pytest.mark.usefixtures("everything")
def test_entities_in_code_and_bars_in_cells_keep_their_structure() -> None:
    html = f"<p>{SENTENCE}</p><pre>a = '&amp;amp;'\n  b = '[ad_1]'</pre><table><tr><td>R&amp;amp;D | x</td><td>1</td></tr></table>"
    made = cleaned(Article(html=html, url=URL), markdown=True).markdown or ""
    assert "```\na = '&amp;'\n  b = '[ad_1]'\n```" in made
    assert "| R&D \\| x | 1 |" in made


@pytest.mark.usefixtures("everything")
def test_links_are_plain_text_by_default() -> None:
    article = cleaned(Article(html=PAGE, url=URL, title="Bridge reopens"), markdown=True)
    assert article.markdown == MARKDOWN.replace(
        "[the costs](https://paper.example/archive/costs?a=1&b=\\(2\\))", "the costs"
    )


@pytest.mark.usefixtures("everything")
def test_the_text_is_the_same_with_and_without_markdown() -> None:
    page = Article(html=PAGE, url=URL)
    plain = cleaned(page)
    assert plain.text == cleaned(page, markdown=True, links=True).text
    assert plain.markdown is None
    assert plain.structure is None


def test_a_body_in_the_data_of_scripts_has_structure_too() -> None:
    paragraphs = "".join(f"<p>{SENTENCE} Part {number}.</p>" for number in range(9))
    body = f"{paragraphs}<ul><li>{SENTENCE} One.<li>{SENTENCE} Two.</ul>{paragraphs.replace('Part', 'Section')}"
    data = {"@type": "NewsArticle", "headline": "The harbour bridge reopens", "articleBody": body}
    html = f"<title>The harbour bridge reopens</title><script type=application/ld+json>{json.dumps(data)}</script>"
    article = cleaned(Article(html=html, url=URL), markdown=True)
    assert article.extractor == "embedded"
    assert f"- {SENTENCE} One.\n- {SENTENCE} Two." in (article.markdown or "")


@pytest.mark.usefixtures("everything")
def test_links_whose_urls_are_far_longer_than_the_text_become_plain_text() -> None:
    links = "".join(f"<a href=x>costs</a> <a href=/>home</a> {number} {SENTENCE}<br>" for number in range(40))
    html = f"<base href=https://paper.example/{'b' * 8000}/><article><p>{links}</article>"
    made = cleaned(Article(html=html, url=URL), markdown=True, links=True).markdown or ""
    assert made.startswith("[costs](https://paper.example/bbb")
    assert made.endswith(f"\ncosts home 39 {SENTENCE}")
    assert len(made) < 160_000


def test_a_text_from_a_crawler_is_escaped() -> None:
    text = f"# {SENTENCE}\n- 1 * 2 = <b>"
    article = cleaned(Article(text=text, url=URL), markdown=True)
    assert article.markdown == f"\\# {SENTENCE}\n\n\\- 1 \\* 2 = \\<b>"


def test_a_line_that_a_stage_has_removed_does_not_move_the_structure_of_others() -> None:
    lines = [Line("a", heading=1), Line("b"), Line("c", heading=2), Line("a", heading=3)]
    assert markdown(Article(text="a\nc\na", structure=lines)).markdown == "# a\n\n## c\n\n### a"
    assert markdown(Article(text="c\nx\na", structure=lines)).markdown == "## c\n\nx\n\n### a"


def test_a_line_that_a_stage_has_changed_keeps_its_structure() -> None:
    link = Link(0, 4, "https://e.org/")
    lines = [Line("It is in 2024.The end", heading=2, links=(Link(2, 4, "https://e.org/"),))]
    article = Article(text="It is in 2024. The end", structure=lines)
    assert markdown(article).markdown == "## It [is](https://e.org/) in 2024. The end"
    tagged = Article(text="Said he", structure=[Line("Said [ad_1] he", heading=2, links=(link,))])
    assert markdown(tagged).markdown == "## Said he"
