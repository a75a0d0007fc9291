"""Every error that leaves a module, and what happens when it is caught.

* WorkerError                  something outside the code is wrong; the message says what to do
  + InstallationError          a library cannot be loaded, or a process cannot be started -> exit 1
  + SettingsError              a setting is unknown, malformed or contradictory -> exit 2
  + TransportError
    - ConnectError             no broker answered within connect_timeout, or one rejected the login -> exit 3
    - TopicMissing             a topic does not exist; the message names `topics create` -> exit 4
    - CommitFailed             nothing of the batch was published, and the position is rewound -> poll again
      · OutcomeUnknown         the response to a commit was lost -> the transport asks the broker what is committed
      · OutputRefused          in transport.base: outputs are too large for their topics -> make smaller ones
    - FatalTransportError      cannot continue (fenced repeatedly, no access, output truncated) -> exit 5
      · DamagedInput           a compressed file cannot be read to its end -> read the other files first
  + IndexStoreError            the state directory or the index server cannot be used (full, damaged, empty) -> exit 6
  + ExportError                the export of an index is damaged, incomplete, or of another version -> exit 1
  + ProcessFailed              a process of `run --processes` ended before any had started -> exit as it did
  + InterruptedCommand         Ctrl-C or SIGTERM ended a command before it was done -> exit 130
  + StoppedWaiting             a stop was requested while the index server or the brokers were away -> orderly exit

Bad input is not an error: a stage returns `Dropped` or `Dead` (worker.messages).
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Collection, Iterable
from pathlib import Path

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The error numbers (errno) of a full disk and of an exhausted quota."""


_IN_THE_WAY = frozenset({errno.ELOOP, errno.ENXIO, errno.EFBIG, errno.EISDIR, errno.EEXIST})
"""The error numbers (errno) of a link, pipe, device or directory in place of one of the worker's own files."""


def system_words(error: OSError, about: str) -> str:
    """The system's description of an error. It begins with the name of the file, unless `about` contains that."""
    words = error.strerror or str(error)
    return words if error.filename is None or str(error.filename) in about else f"{error.filename}: {words}"


class WorkerError(Exception):
    """Something outside the code is wrong. The text tells the user what to do; each argument is one line of it."""

    exit_code = 1

    @property
    def lines(self) -> list[str]:
        """The lines of the text. A line may quote outside input, so it may contain line breaks of its own."""
        return [str(line) for line in self.args]

    def __str__(self) -> str:
        return "\n".join(self.lines)


class InstallationError(WorkerError):
    """A library cannot be loaded, or a process cannot be started. The input is not at fault."""


ENDS_THE_PROCESS = (KeyboardInterrupt, SystemExit, WorkerError)
"""Exceptions that are not bugs of a stage. Everything else is one, even pyo3's `PanicException`, a `BaseException`."""


class SettingsError(WorkerError):
    """A setting is unknown, malformed or contradictory."""

    exit_code = 2


class TransportError(WorkerError):
    """Records cannot be read or written."""

    exit_code = 5


class ConnectError(TransportError):
    """No broker answered in time, or one rejected the login."""

    exit_code = 3


class TopicMissing(TransportError):
    """A topic does not exist."""

    exit_code = 4

    @classmethod
    def named(cls, *topics: str, existing: Collection[str] = ()) -> TopicMissing:
        """The error for these topics, with the existing ones of a similar name, and the command that creates them."""
        return cls(f"{_missing(topics, existing)}. Create them with: article-worker topics create")

    @classmethod
    def foreign(cls, *topics: str, existing: Collection[str] = ()) -> TopicMissing:
        """The error for topics that the worker would not create."""
        return cls(_missing(topics, existing))


def _missing(topics: Iterable[str], existing: Collection[str]) -> str:
    return "topics do not exist: " + ", ".join(topic + _similar(topic, existing) for topic in topics)


def _similar(topic: str, existing: Collection[str]) -> str:
    """`" (did you mean X or Y?)"`, or `""`."""
    close = difflib.get_close_matches(topic, existing, n=3, cutoff=0.6)
    return f" (did you mean {' or '.join(close)}?)" if close else ""


class CommitFailed(TransportError):
    """Nothing of the batch was published, and the position is rewound. Poll again."""


class OutcomeUnknown(CommitFailed):
    """The commit was sent, but its response was lost. Only the committed position tells whether it succeeded."""


class FatalTransportError(TransportError):
    """The transport cannot continue. End the process; a restart resumes from the last commit."""


class DamagedInput(FatalTransportError):
    """A compressed file cannot be read to its end. Read the other files, then end the process."""


class IndexStoreError(WorkerError):
    """The state directory or the index server cannot be used. End the process."""

    exit_code = 6

    @classmethod
    def full_disk(cls, path: Path) -> IndexStoreError:
        """The error for a path on a full disk."""
        return cls(f"the disk of {path} is full: free some space, then start again")

    @classmethod
    def unwritable(cls, path: Path, error: OSError) -> IndexStoreError:
        """The error for a path in the state directory that cannot be written. `error` may name a file in that path."""
        return cls.full_disk(path) if error.errno in DISK_FULL else cls._unusable("write to", path, error)

    @classmethod
    def unreadable(cls, path: Path, error: OSError) -> IndexStoreError:
        """The error for a path in the state directory that cannot be read. `error` may name a file in that path."""
        return cls._unusable("read", path, error)

    @classmethod
    def _unusable(cls, doing: str, path: Path, error: OSError) -> IndexStoreError:
        advice = ". Check its owner and mode, or choose another --state-dir"
        if error.errno in _IN_THE_WAY:
            advice = ""
        elif error.errno == errno.ENOTDIR:
            advice = ". Choose another --state-dir"
        return cls(f"cannot {doing} {error.filename or path}: {error.strerror}{advice}")


class ExportError(WorkerError):
    """The export of an index is damaged, incomplete, or of another version."""


class ProcessFailed(WorkerError):
    """A worker process ended before any had started. The text and the exit code are its own."""

    def __init__(self, *lines: str, exit_code: int) -> None:
        super().__init__(*lines)
        self.exit_code = exit_code


class InterruptedCommand(WorkerError):
    """Ctrl-C or SIGTERM ended a command before it was done. The message says what that means."""

    exit_code = 130


class StoppedWaiting(WorkerError):
    """A stop was requested while waiting for a server. Nothing of the batch was published, so the worker just stops."""
