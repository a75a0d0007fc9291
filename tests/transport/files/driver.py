"""A small worker on the file transport that kills itself, or is killed, at a point that the test chooses.

`files_driver.py run FOLDER` copies every record to the outputs, and prints a dot for each commit.
`files_driver.py sweep FOLDER` does the same once for each call to the operating system that such a run makes, in a new
copy of FOLDER/input: it dies at that call, starts again, dies at the same call once more, and then runs to the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from worker.config.settings import Settings
from worker.messages import Channel, Output, RawRecord
from worker.transport.files.transport import FilesTransport

BATCH = 3
CALLS = ("open", "write", "fsync", "ftruncate", "replace")


def outputs_of(record: RawRecord) -> list[Output]:
    """An output to quality for every record, and to clean for every other record."""
    channels: list[Channel] = ["quality"] if record.source.offset % 2 else ["quality", "clean"]
    return [Output(channel, b"k", record.value or b"") for channel in channels]


def run(folder: Path, on_commit: Callable[[], object] = lambda: None) -> None:
    """Run the worker. If the folder has a file `stdin`, it is standard input; otherwise, the folder is the input."""
    piped = folder / "stdin"
    if piped.exists():
        settings = Settings(files="-", out_dir=folder)
        transport = FilesTransport(settings, stdin=os.open(piped, os.O_RDONLY))
    else:
        transport = FilesTransport(Settings(files=str(folder)))
    while not transport.finished:
        if batch := transport.poll(BATCH, 0):
            transport.commit(batch, [output for record in batch.records for output in outputs_of(record)])
            on_commit()
    transport.close()


def die_at(nth: int, *, half: bool) -> None:
    """Make the process die before its nth call from now on or, if `half`, in the middle of the nth write."""
    calls = count(1)

    def deadly(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if next(calls) == nth:
                if half:
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in ("write",) if half else CALLS:
        setattr(os, name, deadly(name, getattr(os, name)))


def in_child(work: Callable[[], None]) -> bool:
    """Whether the work was completed; False if the process was killed."""
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    assert status == 0
    return True


def sweep(folder: Path) -> None:
    """One copy for each call (`1`, `2`, ...) and one for each write (`1-half`, `2-half`, ...)."""
    for half in (False, True):
        for nth in count(1):
            copy = folder / f"{nth}{'-half' if half else ''}"
            shutil.copytree(folder / "input", copy)

            def work(copy: Path = copy, nth: int = nth, *, half: bool = half) -> None:
                die_at(nth, half=half)
                run(copy)

            if in_child(work):
                break
            in_child(work)
            assert in_child(lambda copy=copy: run(copy))  # type: ignore[misc]


if __name__ == "__main__":
    target = Path(sys.argv[2])
    if sys.argv[1] == "sweep":
        sweep(target)
    else:
        run(target, on_commit=lambda: os.write(1, b"."))
