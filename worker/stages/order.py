"""The order of the stages. The worker, the commands and the benchmarks all take it from here."""

from __future__ import annotations

from functools import partial

from worker.config.settings import Settings
from worker.page.limits import Limits
from worker.pipeline.stage import BatchStep, Part, Stage, Stages
from worker.stages.decode import decode
from worker.stages.extract import Extract
from worker.stages.filter import Filter
from worker.stages.glue import glue
from worker.stages.quality import quality
from worker.stages.repeats import repeats
from worker.stages.residue import residue

CLEAN_TEXT = (Stage("residue", residue), Stage("repeats", repeats), Stage("glue", glue))
"""The stages that clean the text of one article, wherever the text came from."""


def build_stages(settings: Settings, sites: BatchStep | None = None, dedup: BatchStep | None = None) -> Stages:
    """The stages of the main job.

    Without `sites`, lines that recur on a site are kept. Without `dedup`, articles get no identity: that is enough for
    a tool that looks at one article, but not for a pipeline.
    """
    limits = Limits(
        max_html_bytes=int(settings.max_html_bytes), max_nodes=settings.max_nodes, max_depth=settings.max_depth
    )
    return Stages(
        decode=partial(decode, shape=settings.shape, max_value_bytes=int(settings.max_value_bytes)),
        parts=(
            Part((Stage("extract", Extract(limits)), *CLEAN_TEXT), sites),
            Part((Stage("filter", Filter(settings.min_words, settings.languages)), Stage("quality", quality)), dedup),
        ),
    )
