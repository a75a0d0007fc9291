from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from worker.config.settings import Settings
from worker.errors import FatalTransportError
from worker.transport.files.input_files import input_files, require_input


def require(path: Path, **settings: Any) -> None:
    require_input(Settings(files=str(path), **settings))


def refused(path: Path, says: str, **settings: Any) -> None:
    with pytest.raises(FatalTransportError, match=says):
        require(path, **settings)


def test_an_error_lists_the_input_names_if_a_directory_without_input_is_not_followed(tmp_path: Path) -> None:
    refused(tmp_path, r"no input in .*articles\.raw\*\.jsonl, .*\.gz or .*\.zst")
    require(tmp_path, follow=True)
    (tmp_path / "articles.raw.jsonl").touch()
    require(tmp_path)


@pytest.mark.parametrize("follow", [False, True])
def test_an_error_names_a_missing_input(tmp_path: Path, *, follow: bool) -> None:
    for name in ("missing", "missing.jsonl"):
        refused(tmp_path / name, f"there is no file or directory {tmp_path / name}. Check --files", follow=follow)
    refused(tmp_path / ("x" * 300), "cannot read .*: File name too long", follow=follow)


def test_a_file_may_have_any_printable_name(tmp_path: Path) -> None:
    for name in ("crawl", "a b.json", "zeitung-ü.jsonl.gz"):
        (tmp_path / name).touch()
        require(tmp_path / name)
        assert input_files(tmp_path / name) == [tmp_path / name]


def test_an_unprintable_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "articles.raw\n.jsonl").touch()
    refused(tmp_path / "articles.raw\n.jsonl", "rename it")
    refused(tmp_path, "rename it")
    (tmp_path / "articles.raw\n.jsonl").rename(tmp_path / os.fsdecode(b"articles.raw\xff.jsonl"))
    refused(tmp_path, "rename it")


def test_an_error_says_how_to_read_a_pipe_or_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/stdin"), Path("/dev/fd/0")):
        refused(path, rf"{path} is neither a file nor a directory\. .*--files - --out-dir DIR")


def test_a_file_that_names_standard_input_is_refused(tmp_path: Path) -> None:
    """Its outputs would be in /dev, and every such file would have the same name."""
    (tmp_path / "crawl.jsonl").write_bytes(b"1\n")
    descriptor = os.open(tmp_path / "crawl.jsonl", os.O_RDONLY)
    try:
        refused(Path(f"/dev/fd/{descriptor}"), "neither a file nor a directory")
    finally:
        os.close(descriptor)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_error_names_a_file_without_read_permission(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").touch(0o000)
    refused(tmp_path / "crawl.jsonl", "cannot read .*crawl.jsonl: Permission denied")


@pytest.mark.parametrize("channel", ["clean", "quality", "dead"])
def test_an_output_cannot_be_the_input(tmp_path: Path, channel: str) -> None:
    path = tmp_path / f"articles.{channel}.jsonl"
    path.write_bytes(b"{}\n")
    refused(path, f"{re.escape(str(path))} would be both input and output: choose another --out-dir")
    (tmp_path / "link.jsonl").symlink_to(path)
    refused(tmp_path / "link.jsonl", "both input and output")
    require(path, out_dir=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_standard_input_and_kafka_do_not_need_a_file() -> None:
    require_input(Settings(files="-"))
    require_input(Settings())
