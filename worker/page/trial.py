"""A page that might be too much for the parser is first parsed in another process.

HTML's rules decide how deep a page nests, and the parser's time is quadratic in the depth. The parser also repeats
formatting that was left open in every later paragraph, and merges the attributes of all `<body>` tags. No model of
these rules matches the parser exactly. So the parser itself decides, in a process that costs 20 ms and may crash.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import selectolax

from worker.errors import InstallationError
from worker.messages import Dead, Reason
from worker.page.tree import MEMORY_BYTES
from worker.page.trial_parse import CPU_S

# The process finds both packages where this one found them, however the worker was installed. -I: imports nothing from
# elsewhere, such as the current directory. -S: starts in half the time.
_CODE: Final = "import sys; sys.path += sys.argv[1:3]; from worker.page.trial_parse import main; main(*sys.argv[3:])"
_PACKAGES: Final = (str(Path(__file__).parents[2]), str(Path(selectolax.__file__).parents[1]))
_COMMAND: Final = (sys.executable, "-I", "-S", "-c", _CODE, *_PACKAGES)
_TOO_MUCH: Final = {-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT}
_TRIES: Final = 3
_LONGEST_S: Final = 60  # wall-clock time; the process limits its own CPU time


class TrialError(Exception):
    """The trial failed repeatedly, for a reason other than the limits."""


def try_parse(page: bytes, max_depth: int, max_elements: int, max_attributes: int) -> Dead | None:
    """Why the page must not be parsed here, or None.

    Returns Dead with TOO_DEEP (elements nested deeper than `max_depth`) or TOO_MANY_NODES (too many elements, too many
    attributes of one element, or too costly for the parser).

    Raises:
        TrialError: the trial gave no answer.
        InstallationError: the process could not be started.
    """
    command = [*_COMMAND, *map(str, (max_depth, max_elements, max_attributes))]
    match _answer(command, page):
        case "fits":
            return None
        case "depth":
            return Dead(Reason.TOO_DEEP, f"elements nested more than {max_depth} deep")
        case "elements":
            return Dead(Reason.TOO_MANY_NODES, f"more than {max_elements} elements, including repeated ones")
        case "attributes":
            return Dead(Reason.TOO_MANY_NODES, f"an element with more than {max_attributes} attributes")
        case "memory":
            return too_large_a_tree()
        case _:
            return Dead(Reason.TOO_MANY_NODES, f"parsing it takes more than {CPU_S} s")


def too_large_a_tree() -> Dead:
    """The outcome for a page whose tree takes more than MEMORY_BYTES."""
    return Dead(Reason.TOO_MANY_NODES, f"its tree takes more than {MEMORY_BYTES >> 20} MB")


def _answer(command: list[str], page: bytes) -> str:
    """The output of the process; empty if the page was too much. Tries again if something else killed the process."""
    why = ""
    for _ in range(_TRIES):
        try:
            done = _run(command, page)
        except subprocess.TimeoutExpired as error:
            why = str(error)
            continue
        if done.returncode == 0:
            return done.stdout.decode()
        if done.returncode in _TOO_MUCH:
            return ""
        last_line = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        why = f"exit code {done.returncode} {last_line}".strip()
    raise TrialError(f"the page could not be parsed in a separate process: {why}")


def _run(command: list[str], page: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - our own command; only the page is foreign, and it is data
            command, input=page, capture_output=True, check=False, timeout=_LONGEST_S, process_group=0
        )
    except OSError as error:
        raise InstallationError(
            f"cannot start {command[0]} for a trial parse: {error.strerror}. Raise the limits on processes and open "
            "files, or reinstall article-worker"
        ) from error
