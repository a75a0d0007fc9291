"""Keeps a bug in the comparison of two articles from stopping the worker.

An exception there would end the batch, and the next attempt at the batch would raise it again, for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")
U = TypeVar("U")


def without_bugs(
    compare: Callable[[Sequence[T]], Sequence[U | None]], olds: Sequence[T], ids: Sequence[str], article_id: str
) -> Sequence[U | None]:
    """What `compare` returns for the old articles; None for each old article with which it raises.

    The ids are for the log. `compare` must not use the memory: a memory raises for its own reasons.
    """
    try:
        return compare(olds)
    except ImportError:  # not the fault of the articles: it ends the process
        raise
    except Exception as error:  # the one place that catches the bugs of comparisons
        if len(olds) == 1:
            log.error("comparison_failed", article_id=article_id, other_id=ids[0], exc_info=error)  # noqa: TRY400
            return [None]
    alone = zip(olds, ids, strict=True)
    return [one for old, other in alone for one in without_bugs(compare, [old], [other], article_id)]
