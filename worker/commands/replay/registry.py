"""The replays of a cluster. A compacted topic has the manifest of each, under the key GROUP/NAME."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from worker.commands.replay.manifest import OUTPUTS, Manifest, is_name, read, settings_of, settings_then
from worker.config.settings import Settings
from worker.errors import FatalTransportError, SettingsError


class Key(NamedTuple):
    """A replay: the group of the worker, and the name."""

    group: str
    name: str

    def __bytes__(self) -> bytes:
        return f"{self.group}/{self.name}".encode()


class Replays:
    """The replays that the topic knew when it was read."""

    def __init__(self, values: Mapping[bytes, bytes], settings: Settings) -> None:
        self._settings = settings
        self._values = {key: value for raw, value in values.items() if (key := _key(raw))}

    @property
    def keys(self) -> list[Key]:
        """All replays, by name."""
        return sorted(self._values, key=lambda key: (key.name, key.group))

    def manifest(self, key: Key) -> Manifest | None:
        """The manifest of a replay; None if there is no such replay.

        Raises:
            FatalTransportError: it is damaged, or of another version.
        """
        value = self._values.get(key)
        try:
            return None if value is None else read(value, *key)
        except ValueError as error:
            raise FatalTransportError(
                f"cannot use the manifest of the replay {key.name} of the group {key.group} in the topic "
                f"{self._settings.replays_topic} ({error}): choose another name for the replay"
            ) from error

    def opened(self, key: Key) -> tuple[Settings, Manifest]:
        """The settings and the manifest of a replay in `keys`.

        Raises:
            SettingsError: the replay would have topics of the worker.
            FatalTransportError: see `manifest`.
        """
        manifest = self.manifest(key)
        assert manifest is not None
        live = self._settings.model_copy(update={"group_id": key.group})
        return settings_then(settings_of(live, key.name), manifest), manifest

    def named(self, name: str) -> Key:
        """The replay of this name: that of the group of the settings, or else the only one.

        Raises:
            SettingsError: there is none, or other groups have several.
        """
        own = Key(self._settings.group_id, name)
        if own in self._values:
            return own
        same = [key for key in self.keys if key.name == name]
        if len(same) > 1:
            groups = ", ".join(key.group for key in same)
            raise SettingsError(f"several groups have a replay {name}: choose one with --group-id ({groups})")
        if not same:
            known = ", ".join(dict.fromkeys(key.name for key in self.keys)) or "none"
            raise SettingsError(f"there is no replay {name} in {self._settings.replays_topic} (it has: {known})")
        return same[0]

    def require_topics_for(self, key: Key, own: Settings) -> None:
        """Refuse a new replay that would publish to the topics of another group's replay of the same name.

        Raises:
            SettingsError: there is such a replay. Perhaps the group of the settings is wrong.
        """
        wanted = {own.clean_topic, own.quality_topic, own.dead_topic}
        for other in self.keys:
            if other.name == key.name and other != key and wanted & self._topics(other):
                raise SettingsError(
                    f"the group {other.group} has a replay {key.name}, which publishes to {own.clean_topic}: add "
                    f"--group-id {other.group} to resume it, or choose another name"
                )

    def _topics(self, key: Key) -> set[str]:
        try:
            manifest = self.manifest(key)
        except FatalTransportError:
            return set()
        return {manifest.rules.places[name] for name in OUTPUTS} if manifest else set()


def _key(raw: bytes) -> Key | None:
    try:
        group, _, name = raw.decode().rpartition("/")
    except UnicodeDecodeError:
        return None
    return Key(group, name) if group and is_name(name) else None


def replays(settings: Settings) -> Replays:
    """Read the topic.

    Raises:
        ConnectError: no broker answered within connect_timeout.
        FatalTransportError: the topic cannot be read.
    """
    from worker.transport.kafka import compacted  # noqa: PLC0415 - importing kafka costs 0.3 s

    return Replays(compacted.values(settings), settings)


def existing(live: Settings, name: str) -> tuple[Settings, Manifest]:
    """The settings and the manifest of a replay that was started.

    Raises:
        SettingsError: there is no replay of this name, or several groups have one.
        TransportError: the topic cannot be read, or the manifest is damaged.
    """
    found = replays(live)
    return found.opened(found.named(name))


def create(own: Settings) -> None:
    """Create the topic unless it exists.

    Raises:
        TransportError: the brokers refused, or the topic is not compacted.
    """
    from worker.transport.kafka import compacted  # noqa: PLC0415

    compacted.create(own)


def publish(own: Settings, key: Key, manifest: Manifest) -> Manifest:
    """Store the manifest of a new replay, unless another machine was first. Return the stored one.

    Raises:
        TransportError: the topic cannot be read or written, or the manifest of the other machine is of another version.
    """
    from worker.transport.kafka import compacted  # noqa: PLC0415

    new = manifest.as_json()
    kept = compacted.Changes(own).make(bytes(key), lambda there: new if there is None else there)
    return Replays({bytes(key): kept or new}, own).manifest(key) or manifest


def mark_as_removing(own: Settings, key: Key, manifest: Manifest) -> None:
    """Prevent other starts of the replay. See `publish`."""
    from worker.transport.kafka import compacted  # noqa: PLC0415

    marked = replace(manifest, removing=True).as_json()
    compacted.Changes(own).make(bytes(key), lambda there: there and marked)


def forget(own: Settings, key: Key) -> None:
    """Remove the manifest. See `publish`."""
    from worker.transport.kafka import compacted  # noqa: PLC0415

    compacted.Changes(own).make(bytes(key), lambda _there: None)
