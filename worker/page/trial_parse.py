"""The other side of worker.page.trial: parses a page in a process that may crash. Imports as little as possible."""

from __future__ import annotations

import resource
import signal
import sys
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from worker.page.tree import TreeTooLargeError, parse

CPU_S: Final = 0.5
"""For each parse. The largest pages within the limits take 0.05 s."""
FIRST_TAGS: Final = 10_000
"""A page with more tags is first parsed up to here. This shows what the rest is like, and takes 0.1 s at most."""

_SKELETON: Final = 2  # html and body


def main(*limits: str) -> None:
    """Judge the page on standard input. Print `fits`, or the name of the limit that it exceeds.

    `limits` are MAX_DEPTH, MAX_ELEMENTS, MAX_ATTRIBUTES (of one element); the names are `depth`, `elements`,
    `attributes`, `memory`. A page that takes too long ends the process.
    """
    _restrict()
    page = sys.stdin.buffer.read()
    sys.stdout.write(next(filter(None, (_try(part, *map(int, limits)) for part in _parts(page))), "fits"))


def _restrict() -> None:
    """Ignore stop signals: a worker that stops finishes its current article, and needs this process for it."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _parts(page: bytes) -> list[bytes]:
    pieces = page.split(b"<", FIRST_TAGS + 1)
    first = len(page) - len(pieces[-1]) - 1
    return [page[:first], page] if len(pieces) > FIRST_TAGS + 1 else [page]


def _try(page: bytes, max_depth: int, max_elements: int, max_attributes: int) -> str | None:
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        tree = parse(page)
    except TreeTooLargeError:
        return "memory"
    signal.setitimer(signal.ITIMER_PROF, 0)
    return _over(tree, max_depth, max_elements, max_attributes)


def _over(tree: LexborHTMLParser, max_depth: int, max_elements: int, max_attributes: int) -> str | None:
    if tree.root is None:
        return None
    open_elements: list[int] = []
    for count, node in enumerate(tree.root.traverse(), 1):
        parent = node.parent.mem_id if node.parent else 0
        while open_elements and open_elements[-1] != parent:
            open_elements.pop()
        open_elements.append(node.mem_id)
        if len(open_elements) > max_depth + _SKELETON:
            return "depth"
        if len(node.attributes) > max_attributes:
            return "attributes"
        if count > max_elements:
            return "elements"
    return None
