"""Standard error by its number, for what writes without Python: faulthandler, and the end of the process."""

from __future__ import annotations

import os

_NUMBER = 2


def standard_error() -> int:
    """The descriptor of standard error, open in any case.

    In a process that was started without (`2>&-`) it becomes /dev/null. Otherwise the next file that is opened would
    get its number, the index perhaps, and stacks would be written into it.

    Raises:
        OSError: /dev/null cannot be opened.
    """
    try:
        os.fstat(_NUMBER)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != _NUMBER:
            os.dup2(nowhere, _NUMBER)
            os.close(nowhere)
    return _NUMBER
