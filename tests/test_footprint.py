"""Tests of the memory that a process holds on to. They need glibc."""

from __future__ import annotations

import subprocess
import sys
from ctypes import CDLL
from textwrap import dedent

import pytest

from worker.footprint import give_back
from worker.observe.memory import memory_bytes

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(CDLL(None), "malloc_trim"), reason="only glibc holds on to memory"
)


def test_freed_memory_between_used_memory_is_given_back() -> None:
    blocks = [b"x" * (100_000 if number % 2 else 1_000) for number in range(2_000)]
    taken = memory_bytes()
    del blocks[1::2]
    give_back()
    left = memory_bytes()
    assert taken
    assert left
    assert len(blocks) == 1_000
    assert taken - left > 80_000_000


def test_all_threads_allocate_from_one_heap() -> None:
    program = """
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path
        from worker.footprint import use_one_heap

        use_one_heap()
        with ThreadPoolExecutor(1) as thread:
            block = thread.submit(bytes, 100_000).result()
        for line in Path("/proc/self/maps").read_text().splitlines():
            begin, end = (int(address, 16) for address in line.split()[0].split("-"))
            if begin <= id(block) < end:
                print(line.split()[-1])
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout == "[heap]\n"
