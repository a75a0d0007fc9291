"""Counts what it takes to store batches on a server that many workers share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Effort:
    """What it took to store the batches of this process."""

    batches: int = 0
    overtaken: int = 0  # times that another worker had written first
    repeated: int = 0  # bodies that ran again
    turns: int = 0  # batches that needed a turn
    waits: int = 0  # for another worker's turn
    first_s: float = 0.0  # CPU time of the first runs of bodies
    repeated_s: float = 0.0  # of their further runs

    def add(self, run_s: float, *, is_repeated: bool) -> None:
        """Add the CPU time of one run of a body."""
        if is_repeated:
            self.repeated_s += run_s
        else:
            self.first_s += run_s
