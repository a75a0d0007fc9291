"""Keeps what `--only` has selected in the state directory of a replay, so that a resumed replay need not select again.

The file is only a cache. The manifest says what is selected, so any machine can select the same again.
"""

from __future__ import annotations

import zlib
from array import array
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
from pydantic import NonNegativeInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from rich.console import Console

from worker.commands.only import text_of
from worker.commands.replay.directory import begun_here
from worker.commands.replay.manifest import Manifest
from worker.commands.replay.selection import Found, ranges_of, select
from worker.config.settings import Settings
from worker.errors import IndexStoreError
from worker.store import own_files
from worker.transport.kafka.bounds import Range
from worker.transport.kafka.offsets import Offsets

FILE: Final = "selection.bin"


@dataclass(frozen=True, slots=True)
class _Head:
    """The first line. `runs` has the number of runs in each partition; what follows are their starts and ends."""

    of: str
    runs: dict[int, NonNegativeInt]
    records: NonNegativeInt
    reported: NonNegativeInt
    unreported: NonNegativeInt
    value_bytes: NonNegativeInt
    reported_bytes: NonNegativeInt


_HEAD: Final = TypeAdapter(_Head)
_NUMBERS: Final = ("records", "reported", "unreported", "value_bytes", "reported_bytes")


def keep(found: Found, manifest: Manifest, state_dir: Path) -> None:
    """Write the file.

    Raises:
        IndexStoreError: the state directory cannot be written.
    """
    numbers = array("q")
    for offsets in found.offsets.values():
        numbers += offsets.starts + offsets.ends
    head = {
        "of": _of(manifest),
        "runs": {str(partition): len(offsets.starts) for partition, offsets in found.offsets.items()},
        **{name: getattr(found, name) for name in _NUMBERS},
    }
    try:
        with own_files.replacing(state_dir / FILE) as file:
            own_files.write(file, orjson.dumps(head) + b"\n" + zlib.compress(numbers.tobytes(), 1))
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error


def kept(manifest: Manifest, state_dir: Path) -> Found | None:
    """What was selected for this manifest; None if there is no such file, or if it is damaged."""
    try:
        line, _, packed = own_files.read(state_dir / FILE).partition(b"\n")
        head, numbers = _HEAD.validate_json(line), array("q", zlib.decompress(packed))
    except (OSError, ValidationError, ValueError, zlib.error):
        return None
    if head.of != _of(manifest) or len(numbers) != 2 * sum(head.runs.values()):
        return None
    offsets, at = {}, 0
    for partition, count in head.runs.items():
        offsets[partition] = Offsets(numbers[at : at + count], numbers[at + count : at + 2 * count])
        at += 2 * count
    return Found(offsets, *(getattr(head, name) for name in _NUMBERS))


def _of(manifest: Manifest) -> str:
    """What the selection depends on, as a hash."""
    assert manifest.selection is not None
    facts = [manifest.topic, manifest.ranges, text_of(manifest.selection.only), manifest.selection.quality_ends]
    return sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def found_or_select(manifest: Manifest, live: Settings, state_dir: Path, console: Console) -> Found:
    """What an earlier start has selected. If there is nothing, select now and keep the result.

    Raises:
        TransportError: the quality topic cannot be read.
        IndexStoreError: the state directory cannot be written.
    """
    found = kept(manifest, state_dir)
    if found is None:
        found = select(manifest, live, console)
        keep(found, manifest, state_dir)
    return found


def kept_ranges(manifest: Manifest, state_dir: Path) -> dict[int, Range]:
    """What a replay has to process, as far as this machine knows: everything in its range if it has no selection.

    `state_dir` may be a wrong one: `replay status` is often called without the settings of the replay.
    """
    if not manifest.selection:
        return ranges_of(manifest, None)
    found = kept(manifest, state_dir)
    if found is None and (first := begun_here(manifest)):
        found = kept(manifest, first)
    return ranges_of(manifest, found)
