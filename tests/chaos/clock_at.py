"""Runs the command line with a clock that is ahead by the number of seconds in a file, which may change at any time.

python -m tests.chaos.clock_at FILE run --bootstrap-servers ...
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

if __name__ == "__main__":
    right, skew = time.time, Path(sys.argv[1])
    time.time = lambda: right() + float(skew.read_text() or 0)
    from worker.commands.cli import main

    sys.argv = ["article-worker", *sys.argv[2:]]
    main()
