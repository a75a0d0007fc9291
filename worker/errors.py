"""Every error that leaves a module, and what its catcher does next.

* WorkerError                  something is wrong outside the code; the message says what to do
  + InstallationError          a library cannot be loaded, or no process can be started -> exit 1
  + SettingsError              a setting is unknown, malformed or contradictory -> exit 2
  + TransportError
    - ConnectError             no broker answered within connect_timeout, or it rejected the login -> exit 3
    - TopicMissing             a topic does not exist; the message names `topics create` -> exit 4
    - CommitFailed             nothing of the batch was published, the position is rewound -> poll again
      · OutcomeUnknown         the answer to a commit was lost -> the transport asks the broker what is committed
      · OutputRefused          in transport.base: outputs are too large for their topics -> make smaller ones
    - FatalTransportError      cannot go on (fenced again and again, no access, output truncated) -> exit 5
      · DamagedInput           a compressed file cannot be read to its end -> the other files are read first
  + IndexStoreError            the state directory or the index server cannot be used (full, damaged, empty) -> exit 6
  + StoppedWaiting             a stop was requested while the index server or the brokers were away -> end in good order

Bad input is no error: a stage returns `Dropped` or `Dead` (worker.messages).
"""

from __future__ import annotations

import errno
from pathlib import Path

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The system's error numbers for a full disk or an exhausted quota."""


_IN_THE_WAY = frozenset({errno.ELOOP, errno.ENXIO, errno.EFBIG, errno.EISDIR, errno.EEXIST})
"""Those for something else in the place of a file or a directory of the worker."""


def system_words(error: OSError, about: str) -> str:
    """What the system says, after the name of the file that it means, unless `about` names that already."""
    words = error.strerror or str(error)
    return words if error.filename is None or str(error.filename) in about else f"{error.filename}: {words}"


class WorkerError(Exception):
    """Something is wrong outside the code. Its text is for the user and says what to do; each argument is a line."""

    exit_code = 1

    @property
    def lines(self) -> list[str]:
        """The lines of the text. What stands in one is from outside, perhaps, and may have line ends of its own."""
        return [str(line) for line in self.args]

    def __str__(self) -> str:
        return "\n".join(self.lines)


class InstallationError(WorkerError):
    """A library cannot be loaded, or no process can be started: no record's fault. Mend it and start again."""


ENDS_THE_PROCESS = (KeyboardInterrupt, SystemExit, WorkerError)
"""What is not a bug of a stage. All else is one, even if it is no `Exception`, such as a panic in a Rust extension."""


class SettingsError(WorkerError):
    """A setting is unknown, malformed or contradictory. Mend the settings and start again."""

    exit_code = 2


class TransportError(WorkerError):
    """Records cannot be read or written."""

    exit_code = 5


class ConnectError(TransportError):
    """No broker answered in time, or it rejected the login. Check the address and the login, then start again."""

    exit_code = 3


class TopicMissing(TransportError):
    """A topic does not exist. Create it, then start again."""

    exit_code = 4

    @classmethod
    def named(cls, *topics: str) -> TopicMissing:
        """The error for these topics, with the command that makes them."""
        return cls(f"topics do not exist: {', '.join(topics)}. Create them with: article-worker topics create")


class CommitFailed(TransportError):
    """Nothing of the batch was published and the position is rewound. Poll again."""


class OutcomeUnknown(CommitFailed):
    """The commit was asked for, and its answer was lost. What is committed tells whether it was made."""


class FatalTransportError(TransportError):
    """The transport cannot go on. End the process; a restart resumes at the last commit."""


class DamagedInput(FatalTransportError):
    """A compressed file cannot be read to its end. Read the others; then end the process."""


class IndexStoreError(WorkerError):
    """The state directory or the index server cannot be used. End the process, mend it, start again."""

    exit_code = 6

    @classmethod
    def full_disk(cls, path: Path) -> IndexStoreError:
        """The error for a path whose disk has no room left."""
        return cls(f"the disk of {path} is full: free some space, then start again")

    @classmethod
    def unwritable(cls, path: Path, error: OSError) -> IndexStoreError:
        """The error for a path in the state directory that could not be written; the system may name a file in it."""
        return cls.full_disk(path) if error.errno in DISK_FULL else cls._unusable("write to", path, error)

    @classmethod
    def unreadable(cls, path: Path, error: OSError) -> IndexStoreError:
        """The error for a path in the state directory that could not be read; the system may name a file in it."""
        return cls._unusable("read", path, error)

    @classmethod
    def _unusable(cls, doing: str, path: Path, error: OSError) -> IndexStoreError:
        advice = "" if error.errno in _IN_THE_WAY else ". Check its owner and mode, or choose another --state-dir"
        return cls(f"cannot {doing} {error.filename or path}: {error.strerror}{advice}")


class StoppedWaiting(WorkerError):
    """A stop was requested while waiting for what is away. Nothing of the batch was published: end in good order."""
