"""The order of the stages. The worker, the commands and the benchmarks all take it from here.

`quality` is the last stage: it measures the text that is published, so no stage after it may change the text.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from worker.config.settings import Settings
from worker.crawlers.field_map import FieldMap
from worker.extraction.blocks import Blocks
from worker.extraction.structure import StructuredBlocks
from worker.messages import RawRecord, Source
from worker.page.limits import Limits
from worker.pipeline.stage import BatchStep, Part, Stage, Stages
from worker.stages import decode
from worker.stages.extract import Extract
from worker.stages.filter import Filter
from worker.stages.glue import glue
from worker.stages.markdown import markdown
from worker.stages.quality import quality
from worker.stages.repeats import repeats
from worker.stages.residue import residue


def build_stages(settings: Settings, sites: BatchStep | None = None, dedup: BatchStep | None = None) -> Stages:
    """The stages of the main job.

    Without `sites`, lines that recur on a site are kept. Without `dedup`, articles get no identity: that is enough for
    a tool that looks at one article, but not for a pipeline.
    """
    limits = Limits(
        max_html_bytes=int(settings.max_html_bytes), max_nodes=settings.max_nodes, max_depth=settings.max_depth
    )
    new_blocks = partial(StructuredBlocks.new, links=settings.links) if settings.markdown else Blocks.empty
    before_sites = (
        Stage("extract", Extract(limits, new_blocks)),
        Stage("residue", residue),
        Stage("repeats", repeats),
        Stage("glue", glue),
    )
    after_sites = (
        Stage("filter", Filter(settings.min_words, settings.languages)),
        *([Stage("markdown", markdown)] if settings.markdown else ()),
        Stage("quality", quality),
    )
    return Stages(
        decode=partial(decode.decode, **_reading(settings)),
        parts=(Part(before_sites, sites), Part(after_sites, dedup)),
    )


def suggested_map(value: bytes, settings: Settings) -> tuple[str, ...]:
    """Entries for the setting `map` that may give a message content; empty if it has content, or nothing fits."""
    return decode.suggested_map(RawRecord(Source("", 0, 0), value), **_reading(settings))


def unmatched_map(value: bytes, settings: Settings) -> tuple[str, ...]:
    """The entries of the setting `map` whose fields a JSON message lacks, or has blank."""
    return decode.unmatched_map(value, FieldMap(settings.map))


def _reading(settings: Settings) -> dict[str, Any]:
    """How the settings say to read messages."""
    return {
        "shape": settings.shape,
        "fields": FieldMap(settings.map),
        "max_value_bytes": int(settings.max_value_bytes),
    }
