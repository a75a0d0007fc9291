from __future__ import annotations

from pathlib import Path

import pytest

from worker.commands.explain.asked import File, Page, Place, parse
from worker.errors import SettingsError
from worker.identity.ids import hash_id

ID = hash_id("https://paper.example/1")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("-", File("-")),
        ("https://www.paper.example/1?utm_source=x#top", Page(ID, "https://paper.example/1")),
        ("HTTP://paper.example/1", Page(ID, "https://paper.example/1")),
        (ID, Page(ID)),
        (ID.upper(), Page(ID)),
        ("articles.raw:3:1204", Place("articles.raw", 3, 1204)),
        ("articles.raw/3/1204", Place("articles.raw", 3, 1204)),
        ("3:1204", Place(None, 3, 1204)),
    ],
)
def test_a_text_is_told_apart_by_its_form(text: str, asked: object) -> None:
    assert parse(text) == asked


@pytest.mark.parametrize("name", ["3:1204", ID])
def test_a_file_of_that_name_comes_first(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).touch()
    assert parse(name) == File(name)


@pytest.mark.parametrize(
    "text", ["", "page.htm", "a\0b", "x" * 5000, ID[1:], "a:b:c", "1:", "topic:1:-1", "ftp://a.de/1"]
)
def test_anything_else_is_an_error_that_says_what_there_is(text: str) -> None:
    with pytest.raises(SettingsError, match=r"there is no file .*TOPIC:PARTITION:OFFSET"):
        parse(text)


@pytest.mark.parametrize("text", ["http://", "https:///1", "https://a b/"])
def test_a_url_without_a_page_is_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match="is not the URL of a page"):
        parse(text)
