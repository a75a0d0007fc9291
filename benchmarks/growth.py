"""The growth table: how much longer each stage takes when its input doubles, for many families of inputs.

    python -m benchmarks.growth [--only WORD] [--all]

For each stage it shows the family with the largest growth and the one that costs most per character. `measured` is how
many families take long enough to be measured. With `--all`, every measured family has its own line. The exit code is 1
if any growth exceeds the bound in tests/fuzz/test_growth.py.
"""

from __future__ import annotations

import argparse
import sys

from tests.fuzz.growth import MAX_GROWTH, Growth, Stage, measured
from tests.fuzz.stages import STAGES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="stages with this word in their name")
    parser.add_argument("--all", action="store_true", help="a line for every family")
    args = parser.parse_args()
    print(f"{'stage':<26}{'families':>9}{'measured':>9}{'growth':>7}  {'family':<36}{'us/char':>8}  family")
    stages = [stage for stage in STAGES if args.only in stage.name]
    linear = [_is_linear(stage, show_all=args.all) for stage in stages]
    print(f"{linear.count(False)} of {len(linear)} stages with a growth over {MAX_GROWTH}")
    return int(not all(linear))


def _is_linear(stage: Stage, *, show_all: bool) -> bool:
    """Print the row of a stage. Return whether its time is linear in the length of every input."""
    growths = list(measured(stage))
    worst = max(growths, key=lambda growth: growth.factor)
    dearest = max(growths, key=_us_a_char)
    count = sum(growth.chars > 0 for growth in growths)
    print(
        f"{stage.name:<26}{len(growths):>9}{count:>9}{worst.factor:>7.2f}  {worst.family[:34] if count else '-':<36}"
        f"{_us_a_char(dearest):>8.2f}  {dearest.family[:34] if count else '-'}",
        flush=True,
    )
    for growth in growths:
        if growth.is_superlinear or (show_all and growth.chars):
            print(f"    {growth.factor:5.2f} {growth.seconds:7.3f} s {growth.chars:>9,} characters  {growth.family}")
    return not worst.is_superlinear


def _us_a_char(growth: Growth) -> float:
    return growth.seconds * 1e6 / max(growth.chars, 1)


if __name__ == "__main__":
    sys.exit(main())
