"""The time and the memory that `replay promote` takes to find out what to do, without a broker.

    python -m benchmarks.promote [--articles 1000000]

Every article has changed, which is the worst case: all reports are kept. It shows the CPU time for each record, the
most memory so far, and the size of the temporary file.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from tests.commands.replay.promote.world import NAME, TOPIC, Made, id_of, url_of
from worker.commands.replay.promote.ledger import Ledger
from worker.commands.replay.promote.plan import Span
from worker.messages import Channel
from worker.transport.kafka.published import Fetched

TEXT = "The council met again on Monday to talk about the harbour. " * 60  # 3.5 KB


def records(channel: Channel, text: str, count: int) -> Iterator[Fetched]:
    """So many records of a topic, each on another article."""
    made = next(output for output in Made(12345, 0, text).outputs() if output.channel == channel)
    assert isinstance(made.value, bytes)
    for number in range(count):
        value = made.value.replace(url_of(0).encode(), url_of(number).encode())
        value = value.replace(id_of(0).encode(), id_of(number).encode())
        headers = tuple((name, b"%d" % number if name == "source-offset" else text) for name, text in made.headers)
        value = value.replace(b'"offset":12345', b'"offset":%d' % number)
        yield Fetched(value, 1000, 1, 0, number, id_of(number).encode(), headers)


def add_all(add: Callable[[Fetched], None], made: Iterator[Fetched]) -> None:
    for record in made:
        add(record)


def measure(what: str, work: Callable[[], object], count: int) -> None:
    begin = time.process_time()
    work()
    each_us = (time.process_time() - begin) * 1e6 / count
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<24}{each_us:>8.1f} us a record{peak_mb:>8,} MB", flush=True)


def temporary_bytes() -> int:
    """The size of the file that SQLite has deleted already, but has open."""
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    return max((path.stat().st_size for path in links if "etilqs" in str(path.readlink())), default=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    count = parser.parse_args().articles
    ledger = Ledger(NAME, Span(TOPIC, {0: (0, count)}), lambda _report: True)
    for what, add, made in (
        ("articles of the worker", ledger.add_live, records("clean", f"{TEXT}More.", count)),
        ("articles of the replay", ledger.add_replayed, records("clean", TEXT, count)),
        ("reports of the replay", ledger.add_report, records("quality", TEXT, count)),
    ):
        measure(what, partial(add_all, add, made), count)
    measure("what to do", ledger.counts, count)
    some = list(islice(records("clean", TEXT, count), 5_000))
    measure("one look each", lambda: [ledger.to_publish(record) for record in some], len(some))
    print(f"temporary file {temporary_bytes() >> 20:,} MB")


if __name__ == "__main__":
    main()
