"""The file descriptor of standard error, for code that bypasses Python: faulthandler, and the end of the process."""

from __future__ import annotations

import os

_NUMBER = 2


def standard_error() -> int:
    """The descriptor of standard error, opened if necessary.

    If the process was started without one (`2>&-`), it becomes /dev/null. Otherwise the next file that is opened,
    perhaps the index, would get its number, and stacks would be written into that file.

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
