from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.extraction.pages import any_page, parse
from tests.stages.news_page import ENGLISH, MARK, STORIES, Story, news_page
from worker.extraction import body as module
from worker.extraction.blocks import Blocks
from worker.extraction.body import Body, explain_body, find_body
from worker.extraction.headline import Hints
from worker.extraction.sections import Sections
from worker.extraction.walk import read_blocks

HINTS = Hints(ENGLISH.title)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in ENGLISH.paragraphs)


def find(html: str, hints: Hints = HINTS) -> Body | None:
    return find_body(read_blocks(parse(html)), hints)


def lines(html: str) -> list[str]:
    body = find(html)
    return body.text.split("\n") if body else []


# -- Which blocks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_story_is_kept_and_the_site_around_it_is_not(story: Story) -> None:
    body = find(news_page(story), Hints(story.title))
    assert body is not None
    assert set(story.paragraphs) <= set(body.text.split("\n"))
    chrome = [line for line in body.text.split("\n") if MARK in line]
    assert all("I have been there" in line for line in chrome)  # a comment that reads like an article


@pytest.mark.parametrize("html", ["", "<p></p>", "<script>1</script>", "<nav>Home</nav>", "<!-- never closed <p>x"])
def test_a_page_without_text_has_no_body(html: str) -> None:
    assert find(html) is None
    assert explain_body(read_blocks(parse(html)), HINTS) == []


def test_shares_give_how_much_of_the_page_was_kept_and_linked() -> None:
    body = find(news_page(ENGLISH))
    assert body is not None
    assert 0 < body.kept_share < 1
    assert body.link_share == 0


def test_an_explanation_has_every_block_with_its_score() -> None:
    html = news_page(ENGLISH)
    rows = explain_body(read_blocks(parse(html)), HINTS)
    assert [row.text for row in rows if row.kept] == lines(html)
    assert all(0 <= row.score <= 1 for row in rows)
    assert any(MARK in row.text for row in rows if not row.kept)


# -- How they are put together -----------------------------------------------------------------------------------


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block belongs to the article."""
    monkeypatch.setattr(Sections, "decide", lambda found, _likelihoods: found.kept | True)


@pytest.mark.usefixtures("everything")
def test_the_cells_of_a_table_row_form_one_line_with_bars_between_them() -> None:
    html = "<table><tr><th>Year<th>Sacks<tr><td>1884<td>4,100</table><p>After.</p>"
    assert lines(html) == ["Year | Sacks", "1884 | 4,100", "After."]


@pytest.mark.usefixtures("everything")
def test_cells_that_hold_paragraphs_are_separate_lines() -> None:
    """The same holds for pages with a table layout."""
    assert lines("<table><tr><td>one<br><br>two</td><td><p>three</p></td></tr></table>") == ["one", "two", "three"]
    assert lines(f"<table><tr><td>{'a' * 300}</td><td>b</td></tr></table>") == ["a" * 300, "b"]


@pytest.mark.usefixtures("everything")
def test_a_cell_that_holds_one_paragraph_is_part_of_its_row() -> None:
    assert lines("<table><tr><td><p>one<br>1</p><td><div>two</div><td></td><td>three</table>") == [
        "one 1 | two | three"
    ]


@pytest.mark.usefixtures("everything")
def test_rows_of_different_tables_are_different_lines() -> None:
    assert lines("<table><tr><td>one<td><table><tr><td>two</table><td>three</table>") == ["one", "two", "three"]


@pytest.mark.usefixtures("everything")
def test_each_line_of_code_is_a_line() -> None:
    html = "<pre><code>def f(x):\n    return  x\n\n\nprint(<b>f</b>(1))</code></pre><p>After\nit.</p>"
    assert lines(html) == ["def f(x):", "return x", "print(f(1))", "After it."]


@pytest.mark.usefixtures("everything")
def test_each_block_is_a_line() -> None:
    assert lines("<h1>one</h1><ul><li>two<li>three</ul>four<br><br>five<br>six") == [
        "one", "two", "three", "four", "five", "six",
    ]  # fmt: skip


# -- Pages of very many blocks -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("everything")
def test_only_the_longest_of_too_many_blocks_are_scored_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BLOCKS", 3)
    assert lines("<p>a</p><p>ccc</p><p>bb</p><p>d</p><p>eeee</p>") == ["ccc", "bb", "eeee"]
    assert lines("<p>a</p><p>ccc</p><p>d</p>") == ["a", "ccc", "d"]


def test_an_article_in_one_of_many_stretches_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCKS_AT_ONCE", 20)
    links = "<ul>" + "<li><a href=/x>a link</a></li>" * 100 + "</ul>"
    found = lines(f"{links}<article><h1>{ENGLISH.title}</h1>{STORY}</article>{links}")
    assert set(ENGLISH.paragraphs) & set(found)
    assert found.count("a link") < 100


@pytest.mark.parametrize("limit", ["_BLOCKS_AT_ONCE", "_CHARS_AT_ONCE"])
def test_stretches_cover_the_page_in_order(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, 7)
    monkeypatch.setattr(module, "_CHARS_OF_A_BLOCK", 5)
    monkeypatch.setattr(module, "_AROUND", 3)
    page = Blocks.empty()
    for number in range(50):
        page.add(0, [f"{number} long"], 0, 0, 0)
    page.end_block[0] = 50
    parts = list(module._stretches(page))
    assert len(parts) > 5
    assert [text for part, own in parts for text in part.texts[own]] == [f"{number} long"[:5] for number in range(50)]
    assert all(len(part.texts) <= 14 for part, _ in parts)


def test_all_of_50_000_paragraphs_are_kept() -> None:
    rows = [f"Paragraph {n} says that the mill ground flour again, and on day {n} too." for n in range(50_000)]
    html = f"<article><h1>{ENGLISH.title}</h1>{''.join(f'<p>{row}</p>' for row in rows)}</article>"
    assert set(rows) <= set(lines(html))


# -- Any page ----------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(any_page)
def test_the_body_of_any_page_consists_of_its_own_text(html: str) -> None:
    body = find(html)
    assert body == find(html)
    rows = explain_body(read_blocks(parse(html)), HINTS)
    kept = [row.text for row in rows if row.kept]
    assert (body is None) == (not kept)
    if body:
        assert " ".join(body.text.split()) == " ".join(" ".join(kept).split())
        assert 0 < body.kept_share <= 1
        assert 0 <= body.link_share <= 1
