"""Keeps others from using or filling a memory while this process fills it from a backup or from the clean topic.

The memory keeps a token of the process that fills it. Until that process is done and removes the token, every other
process is refused: a worker would take a part of the index for all of it. If the process ended before it was
done, the next one that fills the memory starts over, and replaces the token.
"""

from __future__ import annotations

import secrets

from worker.errors import IndexStoreError

_TOKEN_BYTES = 16


def new_token() -> bytes:
    """A token for this process."""
    return secrets.token_bytes(_TOKEN_BYTES)


def check(stored: bytes | None, own: bytes | None, index: str) -> None:
    """Compare the token that the memory keeps with that of this process. Each is None if there is none.

    Raises:
        IndexStoreError: another process fills the memory, or did not finish; or another one took over from this one;
            or somebody emptied the memory while this process filled it.
    """
    if stored == own:
        return
    if stored is None:
        raise IndexStoreError(f"{index} was emptied while it was being filled: run the command again to start over")
    if own is not None:
        raise IndexStoreError(f"another process has begun to fill {index}: let it finish")
    raise IndexStoreError(
        f"{index} is not complete: `index rebuild` or `index import` is still running, or did not finish. Run it again "
        "to start over, or delete the index to start without it"
    )


def check_seed(stored: bytes | None, own: int, index: str) -> None:
    """Compare the seed that the memory keeps, if any, with the one that this process has read at its start.

    Raises:
        IndexStoreError: the memory was emptied or filled since then, and this process would make wrong keys.
    """
    if stored is not None and int.from_bytes(stored, "big") != own:
        raise IndexStoreError(
            f"{index} was emptied or filled after this process had opened it: start the process again"
        )


def not_empty(index: str) -> IndexStoreError:
    """The error for a memory that holds something already."""
    return IndexStoreError(
        f"{index} is not empty, and only an empty one can be filled. Choose another --state-dir, --index or "
        "--index-name; or, if you no longer need what it holds, stop the workers and delete it"
    )
