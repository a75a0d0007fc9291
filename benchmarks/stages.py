"""What a page costs in each stage, and a digest of all that came out.

    python -m benchmarks.stages PAGES [MORE ...] [--limit N] [--batch 50] [--rounds 3]

Each file has one JSON object per line with `url` and `html`, and may be compressed with xz. The pages go through all
stages with the default settings, in batches of `--batch`. The index and the memory of site lines are on disk, but there
is no transport. In the first round, all words and hosts are new to the process; in later rounds, it knows them. The
times are CPU time, because the machine may have other work.

The digest covers every field of every output, except times and the fingerprint. So if two versions of the code give the
same digest, they give the same outputs. To compare the compiled parts with the Python code, run it with and without
PURE_PYTHON=1.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson

from benchmarks.pages import read_pages
from worker.config.settings import Settings
from worker.fingerprint import pipeline_info
from worker.memories import open_index, open_memory, open_sites
from worker.messages import RawRecord, Result, Source
from worker.pipeline.pipeline import Pipeline
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.store.damage import Damage

NOW_S = 1.8e9
_OF_THE_RUN = ("stage_ms", "pipeline")


@contextmanager
def new_pipeline() -> Iterator[Pipeline]:
    """A pipeline with default settings and an empty memory."""
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings, damage = Settings(state_dir=state), Damage()
        memory = open_memory(settings, state, damage=damage, seed=1)
        stack.callback(memory.close)
        index = open_index(settings, memory, damage)
        sites = open_sites(settings, state, lambda: None, damage)
        assert sites
        stack.callback(sites.close)
        stages = build_stages(settings, sites, Dedup(index))
        yield Pipeline(stages, pipeline_info(settings), clock=time.thread_time, now_s=lambda: NOW_S)


def run(records: Sequence[RawRecord], batch: int) -> tuple[list[Result], float]:
    """The results of all records with an empty memory, and the CPU milliseconds of a page."""
    with new_pipeline() as pipeline:
        begin_s = time.process_time()
        results = [
            result for at in range(0, len(records), batch) for result in pipeline.process(records[at : at + batch])
        ]
        return results, (time.process_time() - begin_s) * 1000 / len(records)


def digest_of(results: Sequence[Result]) -> str:
    """A hash of all fields of all outputs, except those that depend on the run."""
    digest = hashlib.sha256()
    for result in results:
        for output in result.outputs:
            value = output.value
            if isinstance(value, bytes):
                fields = orjson.loads(value)
                value = orjson.dumps({name: fields[name] for name in sorted(fields) if name not in _OF_THE_RUN})
            digest.update(repr((output.channel, output.key, value)).encode())
    return digest.hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGES")
    parser.add_argument("--limit", type=int, metavar="N", help="read the first N pages (default: all)")
    parser.add_argument("--batch", type=int, default=50, metavar="N", help="pages in a batch (default: 50)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often all pages are read (default: 3)")
    options = parser.parse_args()
    values = [
        orjson.dumps({"url": page["url"], "html": page["html"]}) for page in read_pages(options.pages, options.limit)
    ]
    records = [RawRecord(Source("articles.raw", 0, offset), value) for offset, value in enumerate(values)]
    print(f"{len(records)} pages, {sum(map(len, values)) / len(values) / 1000:.1f} KB each; CPU ms a page")
    for number in range(options.rounds):
        results, whole_ms = run(records, options.batch)
        spent: Counter[str] = Counter()
        for result in results:
            spent.update(result.stage_ms)
        parts = ", ".join(f"{stage} {ms / len(records):.2f}" for stage, ms in spent.most_common())
        print(f"{whole_ms:.2f} in all: {parts}" + (" (everything is new)" if not number else ""))
    print(f"digest {digest_of(results)}: {dict(Counter(str(result.outcome) for result in results).most_common())}")


if __name__ == "__main__":
    main()
