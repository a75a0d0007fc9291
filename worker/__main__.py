"""The entry point. It makes Ctrl-C end the process without a traceback, and only then imports the slow modules."""

from __future__ import annotations

import signal
import sys

_BY_CTRL_C = 130


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else the parent process wants it ignored
        signal.signal(signal.SIGINT, lambda *_: sys.exit(_BY_CTRL_C))
    from worker.footprint import save_work  # noqa: PLC0415 - see above

    save_work()
    from worker.commands.cli import main as run  # noqa: PLC0415 - see above

    run()


if __name__ == "__main__":
    main()
