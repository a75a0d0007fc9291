from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from worker.errors import FatalTransportError
from worker.transport.files.earlier import last_fingerprint


def report(fingerprint: object, **fields: object) -> bytes:
    return orjson.dumps({"pipeline": {"fingerprint": fingerprint}, **fields}) + b"\n"


def test_the_fingerprint_is_that_of_the_last_report(tmp_path: Path) -> None:
    path = tmp_path / "articles.quality.jsonl"
    path.write_bytes(report("a" * 16) + report("b" * 16))
    assert last_fingerprint(tmp_path) == "b" * 16
    path.write_bytes(report("a" * 16, title="x" * (2 << 20)) + report("b" * 16))
    assert last_fingerprint(tmp_path) == "b" * 16


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"no JSON\n", b"[]\n", b'{"pipeline": 1}\n', report(5), report("a", title="x" * (2 << 20))]
)
def test_without_a_report_that_can_be_read_there_is_none(tmp_path: Path, content: bytes) -> None:
    assert last_fingerprint(tmp_path) is None
    (tmp_path / "articles.quality.jsonl").write_bytes(content)
    assert last_fingerprint(tmp_path) is None


def test_a_link_in_place_of_the_reports_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(report("a" * 16))
    (tmp_path / "articles.quality.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FatalTransportError, match="cannot read"):
        last_fingerprint(tmp_path)
