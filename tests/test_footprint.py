"""Tests of the memory that a process holds on to. Those of its heap need glibc."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from ctypes import CDLL
from textwrap import dedent

import pytest

from worker.footprint import give_back, keep_what_is_loaded

needs_glibc = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(CDLL(None), "malloc_trim"), reason="only glibc holds on to memory"
)


class Cycle:
    """An object that refers to itself, as an exception does through its traceback."""

    def __init__(self) -> None:
        self.me = self


def test_reference_cycles_are_freed() -> None:
    freed = weakref.ref(Cycle())
    give_back()
    assert freed() is None


def test_cycles_are_searched_rarely_and_matrices_take_one_thread() -> None:
    program = """
        import gc, os
        from worker.footprint import save_work

        save_work()
        import numpy
        print(gc.get_threshold()[0] > 10_000, len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self") else 1)
    """
    environ = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", dedent(program)]
    assert subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout == "True 1\n"


def test_what_is_loaded_is_left_out_of_the_search_for_cycles() -> None:
    known = Cycle()
    try:
        keep_what_is_loaded()
        assert gc.get_freeze_count() > 10_000
        assert all(each is not known for each in gc.get_objects())
    finally:
        gc.unfreeze()


@needs_glibc
def test_freed_memory_between_used_memory_is_given_back() -> None:
    """In a process of its own: what else a process has freed decides where its blocks are."""
    program = """
        from worker.footprint import give_back
        from worker.observe.memory import memory_bytes

        blocks = [b"x" * (100_000 if number % 2 else 1_000) for number in range(2_000)]
        taken = memory_bytes()
        del blocks[1::2]
        give_back()
        print(taken - memory_bytes() > 80_000_000)
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


@needs_glibc
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
