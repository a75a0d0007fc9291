"""What a replay covers, by which rules, and where its results go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, ClassVar, Final

import orjson
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from worker.commands.only import Only
from worker.commands.replay.rules import PLACES, Rules
from worker.config.index_address import EMBEDDED
from worker.config.kinds import Topic
from worker.config.settings import Settings
from worker.errors import SettingsError

SCHEMA: Final = "replay.v1"
PREFIX = "replay."
"""Precedes the name of a replay in the names of its group, its index and its state directories."""

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
OUTPUTS = ("clean_topic", "quality_topic", "dead_topic")
_LONGEST_TOPIC = 249

_Partition = Annotated[str, StringConstraints(pattern="^[0-9]{1,9}$")]
_Offset = Annotated[int, Field(ge=0, lt=1 << 63)]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records of the range are processed: those whose report matches.

    `quality_ends` maps a partition of the live quality topic to the offset up to which it is read. So every start, on
    any machine, selects the same records.
    """

    only: Only
    quality_ends: Mapping[_Partition, _Offset]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the first start of a replay has fixed for all later starts, on any machine.

    `ranges` maps a partition to its first offset and the offset after its last. `id` changes if the replay is
    removed and started again. `topic_id` is that of the raw topic; empty if the brokers have none. `begun_in` is the
    state directory of the first start, as HOST:PATH. Without a `selection`, all records of the range are processed.
    `removing` means that `replay remove` has begun.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")  # another version may fix more than this one

    topic: Topic
    since: str
    until: str
    made_at: AwareDatetime
    ranges: Mapping[_Partition, tuple[_Offset, _Offset]]
    rules: Rules
    id: str
    topic_id: str
    begun_in: str
    selection: Selection | None = None
    removing: bool = False

    @property
    def records(self) -> int:
        """How many offsets the range has. Transaction markers and compacted records count, too."""
        return sum(end - start for start, end in self.ranges.values())

    @property
    def index_is_embedded(self) -> bool:
        """Whether the index is in a state directory, so that only one machine has it."""
        return self.rules.places["index"] == EMBEDDED

    def as_json(self) -> bytes:
        """The bytes that `read` takes. Equal manifests have equal bytes."""
        return orjson.dumps({"schema": SCHEMA, **asdict(self)}, option=orjson.OPT_SORT_KEYS)


def refuse_removed(manifest: Manifest, name: str) -> None:
    """Raise an error if the removal of the replay has begun."""
    if manifest.removing:
        raise SettingsError(
            f"the replay {name} is being removed. Complete that first: article-worker replay remove {name}"
        )


_MANIFEST: Final = TypeAdapter(Manifest)


def read(value: bytes, group_id: str, name: str) -> Manifest:
    """The manifest of this replay of this group.

    Raises:
        ValueError: it is damaged, of another version, or names what does not belong to this replay.
    """
    try:
        content = orjson.loads(value)
        if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA:
            raise ValueError(f"it is not a {SCHEMA}: another version or another program wrote it")
        manifest = _MANIFEST.validate_python(content)
        _require_own(manifest.rules.places, group_id, name)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if any(end < start for start, end in manifest.ranges.values()):
        raise ValueError("a range ends before it starts")
    return manifest


def _require_own(places: Mapping[str, str], group_id: str, name: str) -> None:
    """Refuse a forged manifest: removing its replay would remove the topics of others."""
    if places.keys() != {*PLACES, "index"}:
        raise ValueError("it does not say where its results go")
    topics = TypeAdapter(Topic)
    for place in (*OUTPUTS, "index_name"):
        topics.validate_python(places[place])  # a ValidationError is a ValueError
        if not places[place].endswith(f".{name}"):
            raise ValueError(f"its {place} does not belong to this replay")
    if places["group_id"] != group_of(group_id, name):
        raise ValueError("its group_id does not belong to this replay")


def group_of(group_id: str, name: str) -> str:
    """The consumer group of a replay of this worker group."""
    return f"{group_id}.{PREFIX}{name}"


def settings_of(live: Settings, name: str) -> Settings:
    """The same settings, with a group, an index, a state directory and output topics that no live worker uses.

    Raises:
        SettingsError: the name cannot be part of a topic name, or would result in the name of a live topic.
    """
    _check(name)
    outputs = {topic: f"{getattr(live, topic)}.{name}" for topic in OUTPUTS}
    if longest := max((len(topic) for topic in outputs.values() if len(topic) > _LONGEST_TOPIC), default=0):
        raise SettingsError(
            f"with {name}, a topic name would have {longest} characters ({_LONGEST_TOPIC} are allowed): choose a "
            "shorter name"
        )
    used = {live.raw_topic, live.replays_topic, *(getattr(live, topic) for topic in OUTPUTS)}
    if taken := used & set(outputs.values()):
        raise SettingsError(f"the name {name} would give {', '.join(taken)}, which is a live topic: choose another")
    state_dir = live.model_copy(update={"files": None}).resolved_state_dir
    return live.model_copy(
        update={
            **outputs,
            "files": None,  # a replay reads a topic, whatever the environment says
            "group_id": group_of(live.group_id, name),
            "index_name": f"{live.index_name}.{PREFIX}{name}",
            "state_dir": state_dir / f"{PREFIX}{name}",
        }
    )


def settings_then(own: Settings, manifest: Manifest) -> Settings:
    """The settings of a replay with the topics, the group and the index that its first start had."""
    places = {name: place for name, place in manifest.rules.places.items() if name != "index"}  # may lack a user name
    return own.model_copy(update={**places, "raw_topic": manifest.topic})


def is_name(text: str) -> bool:
    """Whether a replay can have this name."""
    return _NAME.fullmatch(text) is not None


def _check(name: str) -> None:
    if is_name(name):
        return
    bare = name.lstrip("._-")
    meant = f": write {bare} instead of {name}" if is_name(bare) else ""
    raise SettingsError(
        f"the name of a replay consists of letters, digits, '.', '_' and '-', and begins with a letter or a digit"
        f"{meant}. It becomes part of the names of topics, such as articles.clean.NAME"
    )
