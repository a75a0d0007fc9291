"""What a replay covers, where its results go and by which rules: kept in its state directory, as one JSON file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import AwareDatetime, NonNegativeInt, StringConstraints, TypeAdapter, ValidationError

from worker.commands.replay.rules import Rules
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError
from worker.store import own_files

MANIFEST_FILE = "replay.json"
_LOCK_FILE = "replay.lock"
PREFIX = "replay."
"""What the names of the state directories of replays begin with."""

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_OUTPUTS = ("clean_topic", "quality_topic", "dead_topic")
_LONGEST_TOPIC = 249


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the first start of a replay has fixed. A later start covers the same range, by the same rules.

    `ranges` maps a partition to its first offset and the offset after its last.
    """

    topic: str
    since: str
    until: str
    made_at: AwareDatetime
    ranges: Mapping[Annotated[str, StringConstraints(pattern="^[0-9]{1,9}$")], tuple[NonNegativeInt, NonNegativeInt]]
    rules: Rules

    @property
    def records(self) -> int:
        """How many offsets are in the range. Transaction markers and compacted records count, too."""
        return sum(end - start for start, end in self.ranges.values())


def settings_of(live: Settings, name: str) -> Settings:
    """The same settings, with a group, an index, a state directory and output topics that no live worker uses.

    Raises:
        SettingsError: the name cannot be part of a topic's name, or results in the name of a live topic.
    """
    _check(name)
    outputs = {topic: f"{getattr(live, topic)}.{name}" for topic in _OUTPUTS}
    if longest := max((len(topic) for topic in outputs.values() if len(topic) > _LONGEST_TOPIC), default=0):
        raise SettingsError(
            f"{name} results in a topic's name of {longest} characters: choose a shorter one ({_LONGEST_TOPIC} are "
            "allowed)"
        )
    used = {live.raw_topic, *(getattr(live, topic) for topic in _OUTPUTS)}
    if taken := used & set(outputs.values()):
        raise SettingsError(f"the name {name} results in {', '.join(taken)}, which is a live topic: choose another")
    return live.model_copy(
        update={
            **outputs,
            "files": None,  # a replay reads a topic, whatever the environment says
            "group_id": f"{live.group_id}.{PREFIX}{name}",
            "index_name": f"{live.index_name}.{PREFIX}{name}",
            "state_dir": directory_of_all(live) / f"{PREFIX}{name}",
        }
    )


def settings_then(own: Settings, manifest: Manifest) -> Settings:
    """The settings of a replay with the topics, the group and the index that its first start had."""
    places = {name: place for name, place in manifest.rules.places.items() if name != "index"}  # may lack a user name
    return own.model_copy(update={**places, "raw_topic": manifest.topic})


def existing(live: Settings, name: str) -> tuple[Settings, Manifest]:
    """The settings and the manifest of a replay that was begun.

    Raises:
        SettingsError: there is no replay of this name.
        IndexStoreError: its manifest is damaged, or cannot be read.
    """
    own = settings_of(live, name)
    manifest = kept(own.resolved_state_dir)
    if manifest is None:
        known = ", ".join(names(live)) or "none"
        raise SettingsError(f"there is no replay {name} in {directory_of_all(live)} (there: {known}): see --state-dir")
    foreign = [place for place, text in manifest.rules.places.items() if place != "index" and not _is_of(text, name)]
    if foreign:  # removing the replay would remove the topics of others
        raise IndexStoreError(
            f"{own.resolved_state_dir / MANIFEST_FILE} is damaged: {foreign[0]} is not of this replay"
        )
    return settings_then(own, manifest), manifest


def _is_of(place: str, name: str) -> bool:
    return place.endswith(f".{name}")


def names(live: Settings) -> list[str]:
    """The names of the replays that have a manifest in the worker's state directory."""
    found = directory_of_all(live).glob(f"{PREFIX}*/{MANIFEST_FILE}")
    return sorted(path.parent.name.removeprefix(PREFIX) for path in found)


def directory_of_all(live: Settings) -> Path:
    """The directory that holds the state directories of all replays: that of the worker."""
    return live.model_copy(update={"files": None}).resolved_state_dir


def _check(name: str) -> None:
    if _NAME.fullmatch(name):
        return
    bare = name.lstrip("._-")
    meant = f": write {bare} instead of {name}" if _NAME.fullmatch(bare) else ""
    raise SettingsError(
        f"the name of a replay has letters, digits, '.', '_' and '-', and begins with a letter or a digit{meant}. It "
        "becomes part of the names of topics, such as articles.clean.NAME"
    )


def kept(state_dir: Path) -> Manifest | None:
    """The manifest in the state directory of a replay; None if there is none.

    Raises:
        IndexStoreError: it is damaged, or cannot be read.
    """
    path = state_dir / MANIFEST_FILE
    advice = "choose another name for the replay"
    try:
        return TypeAdapter(Manifest).validate_json(own_files.read(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexStoreError(f"{path} cannot be read ({error.strerror}): {advice}") from error
    except ValidationError as error:
        what = error.errors(include_url=False)[0]["msg"]
        raise IndexStoreError(f"{path} cannot be read ({what}): {advice}") from error


def keep(manifest: Manifest, state_dir: Path) -> None:
    """Write the manifest, unless there is one: another process may have begun the same replay a moment before.

    Raises:
        IndexStoreError: the state directory cannot be written.
    """
    path = state_dir / MANIFEST_FILE
    try:
        own_files.make_directory(state_dir)
        with own_files.locked(state_dir / _LOCK_FILE, wait=True):
            if own_files.look(path) is None:
                own_files.replace(path, orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise IndexStoreError.unwritable(state_dir, error) from error
