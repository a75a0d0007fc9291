"""The directory of an export: what may be in it, and how an export continues."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from worker.commands.dead import directory
from worker.commands.dead.directory import INDEX, Directory, Exported, file_name
from worker.errors import SettingsError

TOPIC = "articles.dead"


def entry(offset: int, topic: str = TOPIC) -> dict[str, Any]:
    source = {"topic": "articles.raw", "partition": 3, "offset": offset + 100}
    return {"dead_letter": f"{topic}/0/{offset}", "source": source}


@contextmanager
def export(path: Path, topic: str = TOPIC) -> Iterator[Directory]:
    with directory.opened(path, topic) as target:
        yield target


def write(path: Path, *offsets: int) -> list[Exported]:
    """Export letters. Returns what was there before."""
    with export(path) as target:
        before = list(target.exported())
        for offset in offsets:
            target.add(f"0:{offset}", "timeout", b"<%d>" % offset, entry(offset))
    return before


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (path / INDEX).read_bytes().splitlines()]


def test_each_letter_has_a_file_and_a_line_that_only_this_user_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new"
    assert write(path, 7) == []
    assert (path / "0-7-timeout.raw").read_bytes() == b"<7>"
    assert lines(path) == [{"file": "0-7-timeout.raw", **entry(7)}]
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path / INDEX, path / "0-7-timeout.raw")]
    assert modes == [0o700, 0o600, 0o600]


def test_a_letter_without_a_value_has_no_file(tmp_path: Path) -> None:
    with export(tmp_path / "new") as target:
        target.add("0:7", "null_value", None, entry(7))
    assert [each.name for each in (tmp_path / "new").iterdir()] == [INDEX]
    assert lines(tmp_path / "new")[0]["file"] is None


@pytest.mark.parametrize("cut", [0, 1, 40])
def test_an_export_continues_after_its_last_complete_line(tmp_path: Path, cut: int) -> None:
    write(tmp_path, 7, 8)
    index = tmp_path / INDEX
    content = index.read_bytes()
    index.write_bytes(content[: len(content) - cut])
    before = write(tmp_path, *([8] if cut else []), 9)
    assert before == [Exported(0, 7, "articles.raw/3/107"), Exported(0, 8, "articles.raw/3/108")][: 1 if cut else 2]
    assert [line["dead_letter"][-1] for line in lines(tmp_path)] == ["7", "8", "9"]


def test_nothing_is_left_of_an_incomplete_line_even_if_the_next_one_is_shorter(tmp_path: Path) -> None:
    write(tmp_path, 7)
    with (tmp_path / INDEX).open("ab") as index:
        index.write(b'{"file": "' + b"x" * 5000)
    write(tmp_path, 8)
    assert [line["dead_letter"][-1] for line in lines(tmp_path)] == ["7", "8"]


def test_other_directories_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / INDEX).write_bytes(b'{"a": 1}\n')
    write(tmp_path / "other", 7)
    for path, topic, said in [
        (tmp_path, TOPIC, "is not empty"),
        (tmp_path / "file", TOPIC, "is not a directory"),
        (tmp_path / "no" / "such", TOPIC, "create it first"),
        (tmp_path / "strange", TOPIC, "not the index of an export"),
        (tmp_path / "other", "replayed.dead", "an export of the topic articles.dead"),
    ]:
        with pytest.raises(SettingsError, match=said), export(path, topic) as target:
            list(target.exported())


def test_two_exports_do_not_write_to_one_directory(tmp_path: Path) -> None:
    with export(tmp_path), pytest.raises(SettingsError, match="another export is writing"), export(tmp_path):
        pass


def test_a_link_in_the_directory_is_not_followed(tmp_path: Path) -> None:
    path, target = tmp_path / "export", tmp_path / "precious"
    write(path, 7)
    target.write_bytes(b"precious")
    (path / "0-8-timeout.raw").symlink_to(target)
    with pytest.raises(SettingsError, match="symbolic link"):
        write(path, 8)
    assert target.read_bytes() == b"precious"


@pytest.mark.parametrize("reason", ["", "../../etc/passwd", "a" * 41, "a\nb", "\x1b[31m", "timeout\n"])
def test_a_reason_that_the_worker_would_not_write_is_not_in_the_name(reason: str) -> None:
    assert file_name("0:7", reason) == "0-7-other.raw"


def test_the_index_is_safe_on_a_terminal(tmp_path: Path) -> None:
    with export(tmp_path) as target:
        target.add("0:7", "timeout", b"", {**entry(7), "url": "https://e.org/\x1b[31m\u202e\u009b"})
    text = (tmp_path / INDEX).read_text()
    assert not {"\x1b", "\u202e", "\u009b"} & {*text}
