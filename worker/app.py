"""Builds a run from the settings, and runs it to its end."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from worker.config.http_address import parse_http_address
from worker.config.index_address import EMBEDDED, parse_address
from worker.config.settings import Settings
from worker.dedup.kept import KeptVerdicts
from worker.dedup.memory import Memory
from worker.engine import Loop, Pace, Stop, stop_on_signals
from worker.errors import DamagedInput, IndexStoreError, StoppedWaiting
from worker.fingerprint import pipeline_info
from worker.footprint import give_back, keep_what_is_loaded, use_one_heap
from worker.guard import RecordGuard
from worker.memories import index_size, lines_of, open_index, open_memory, open_sites, verdicts_of
from worker.messages import RawRecord
from worker.observe.health import HEARTBEAT, Heartbeat, max_age_s
from worker.observe.metrics import About, Metrics
from worker.observe.probes import stalled
from worker.observe.reporter import log_keys, reporting
from worker.observe.status import Status
from worker.observe.watchdog import watching
from worker.pipeline.pipeline import Pipeline
from worker.pipeline.stage import BatchStep
from worker.sites.kept import KeptLines
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.store import own_files
from worker.store.damage import Damage
from worker.store.slots import Slot, claim_slot, slot_file
from worker.transport.base import Transport
from worker.transport.files.input_files import require_input
from worker.transport.kafka.bounds import Range

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay processes, and how.

    `ranges` has the offset range of each partition. `seed` is that of its index: replays with the same seed compare the
    same articles. With `live`, the settings of the live worker, messages keep the verdicts that it gave them. With
    `max_per_s`, a process takes at most so many records a second.
    """

    ranges: Mapping[int, Range]
    seed: int
    live: Settings | None = None
    max_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the main job: its settings and, for a replay, what that fixes.

    With `retried`, the input is not the raw topic but what this function finds in dead letters. It is given `stop`.

    `on_start` is called when the loop is about to begin. `observed` is entered with the function that returns the
    status as soon as there is one, and left at the end.
    """

    settings: Settings
    replay: Replay | None = None
    on_commit: Callable[[int], None] = lambda _count: None
    stop: Stop = field(default_factory=Stop)
    on_start: Callable[[], None] = lambda: None
    observed: Callable[[Callable[[], Status]], AbstractContextManager[None]] = lambda _status: contextlib.nullcontext()
    retried: Callable[[Callable[[], bool]], Iterator[RawRecord]] | None = None


def run_worker(run: Run) -> Metrics:
    """Run until the input ends or a signal requests a stop. Return the metrics of the whole run.

    Raises:
        WorkerError: the run cannot start or continue; the message says what to do.
    """
    settings = run.settings
    use_one_heap()
    with contextlib.ExitStack() as stack:
        stack.enter_context(stop_on_signals(run.stop, settings.shutdown_timeout.total_seconds()))
        _check_ahead(settings)
        loop = _build_loop(run, stack)
        keep_what_is_loaded()
        try:
            with reporting(loop.metrics, settings.metrics_interval.total_seconds()):
                loop.run()
        except DamagedInput:  # all other input was read
            _log_final_metrics(loop)
            raise
        else:
            _log_final_metrics(loop)
    log.info("stopped", finished=not run.stop())
    return loop.metrics


def _build_loop(run: Run, stack: contextlib.ExitStack) -> Loop:
    """The loop and everything that it needs. `stack` closes them."""
    settings, damage = run.settings, Damage()
    state_dir = _state_dir(settings)
    slot = claim_slot(state_dir)
    stack.callback(slot.release)
    instance_id = settings.instance_id or f"{socket.gethostname()}-{slot.number}"
    heartbeat = Heartbeat(slot_file(state_dir, slot.number, HEARTBEAT), instance_id)
    stack.callback(heartbeat.stop)
    info = pipeline_info(settings)
    about = About(instance_id, None if settings.files else settings.group_id, info.version, info.fingerprint)
    metrics = Metrics(about, heartbeat=heartbeat, damage=damage)
    _serve(settings, metrics, stack)
    stack.enter_context(run.observed(metrics.status))
    stack.enter_context(watching(lambda: stalled(metrics.status(), max_age_s(settings))))
    guard = _record_guard(run, slot, stack, damage)
    waiting = partial(_wait_for, "the index server", heartbeat, run.stop)
    memory = open_memory(settings, state_dir, waiting, damage, seed=run.replay.seed if run.replay else None)
    stack.callback(memory.close)
    sites, dedup = _batch_steps(run, memory, waiting, damage, stack)
    transport = stack.enter_context(_transport(run, instance_id, heartbeat))
    metrics.is_away = lambda: transport.is_away
    _check_state(settings, memory, transport)
    _compare_rules(settings, info.fingerprint, transport)
    stages = build_stages(settings, sites, dedup)
    pipeline = Pipeline(
        stages, info, tag_duplicates=settings.duplicates == "tag",
        max_message_bytes=transport.max_message_bytes, guard=guard,
    )  # fmt: skip
    run.on_start()
    log.info(
        "started", version=info.version, fingerprint=info.fingerprint, state=str(state_dir), instance=instance_id
    )  # fmt: skip
    return Loop(
        transport, pipeline, metrics, heartbeat, settings, run.stop, run.on_commit,
        index_size=partial(index_size, memory, settings), give_back=give_back,
        pace=Pace(run.replay.max_per_s if run.replay else None),
    )  # fmt: skip


def _batch_steps(
    run: Run, memory: Memory, waiting: Callable[[], None], damage: Damage, stack: contextlib.ExitStack
) -> tuple[BatchStep | None, Dedup]:
    """The steps that compare articles with each other. `stack` closes what they need, except for `memory`."""
    settings, replay = run.settings, run.replay
    index = open_index(settings, memory, damage, is_repeatable=replay is not None)
    sites = open_sites(settings, settings.resolved_state_dir, waiting, damage)
    if sites:
        stack.callback(sites.close)
    if replay is None or replay.live is None:
        return sites, Dedup(index)
    verdicts = KeptVerdicts(index, verdicts_of(replay.live, waiting, damage), damage)
    stack.callback(verdicts.close)
    if sites is None:
        return None, Dedup(verdicts)
    lines = KeptLines(sites, lines_of(replay.live, waiting, damage), damage)
    stack.callback(lines.close)
    return lines, Dedup(verdicts)


def _serve(settings: Settings, metrics: Metrics, stack: contextlib.ExitStack) -> None:
    """Answer HTTP requests if the settings say so, also while the worker starts."""
    if settings.http is None:
        return
    from worker.observe.pages import Pages  # noqa: PLC0415 - importing the Prometheus library costs 35 ms
    from worker.observe.server import serving  # noqa: PLC0415

    pages = Pages(lambda: [metrics.status()], max_age_s(settings))
    stack.enter_context(serving(parse_http_address(settings.http), pages))


def _record_guard(run: Run, slot: Slot, stack: contextlib.ExitStack, damage: Damage) -> RecordGuard:
    settings = run.settings
    guard = RecordGuard(
        slot.state_dir, slot.number, settings.record_timeout.total_seconds(), settings.crash_limit, damage
    )
    stack.callback(guard.close)
    run.stop.before_forced_end = guard.forget
    if guard.leftover:
        log.warning("died_on_record", record=guard.leftover[0], times_in_a_row=guard.leftover[1])
    return guard


def _log_final_metrics(loop: Loop) -> None:
    loop.look()
    log.info("metrics", **log_keys(loop.metrics.line(final=True)))


def _wait_for(what: str, heartbeat: Heartbeat, stop: Stop) -> None:
    if stop():
        raise StoppedWaiting(f"stopped while waiting for {what}; the next start reads uncommitted records again")
    heartbeat.wait(what)


def _check_ahead(settings: Settings) -> None:
    """Raise the errors that can be found before the worker creates a file or waits for a server."""
    if settings.files is not None:
        require_input(settings)
        return
    from worker.transport.kafka import clients  # noqa: PLC0415 - importing kafka costs 0.3 s

    clients.producer_config(settings, None)
    clients.consumer_config(settings)


def _state_dir(settings: Settings) -> Path:
    path = settings.resolved_state_dir
    try:
        path.mkdir(own_files.STATE_DIRECTORY_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise IndexStoreError(
            f"cannot create the state directory {path}: {error.strerror}. Choose another with --state-dir"
        ) from error
    return path


@dataclass(frozen=True, slots=True)
class EmptyIndex:
    """The index of these settings is empty, although a position in the input is committed."""

    settings: Settings

    consequence = "articles published earlier are not recognised, and will be published again when they are recrawled"

    @property
    def index(self) -> str:
        """Which index it is."""
        if self.settings.index == EMBEDDED:
            return f"the index in {self.settings.resolved_state_dir}"
        return f"the index on {parse_address(self.settings.index)} (--index-name {self.settings.index_name})"

    @property
    def advice(self) -> str:
        """What to do if the index ought to hold something."""
        flag = "--state-dir" if self.settings.index == EMBEDDED else "--index"
        return f"restore it (article-worker index import, or index rebuild), or start with the right {flag}"

    @property
    def refusal(self) -> IndexStoreError:
        """The error with require_state."""
        return IndexStoreError(
            f"{self.index} is empty, but a position in the input is committed: {self.consequence}. To prevent that, "
            f"{self.advice}. To accept it, start without --require-state until the first article is judged"
        )


def _check_state(settings: Settings, memory: Memory, transport: Transport) -> None:
    """Log a warning if the index is empty although a position is committed. With require_state, refuse to start.

    Raises:
        IndexStoreError: the index is empty, a position is committed, and require_state is set.
    """
    # The index is checked twice: a worker that starts at the same time commits its index first, then its position.
    if not (memory.is_empty() and transport.resumes() and memory.is_empty()):
        return
    empty = EmptyIndex(settings)
    if settings.require_state:
        raise empty.refusal
    advice = f"{empty.advice}; otherwise ignore this"
    log.warning("state_is_empty", index=empty.index, consequence=empty.consequence, advice=advice)


def _compare_rules(settings: Settings, fingerprint: str, transport: Transport) -> None:
    """With files, log a warning if other rules made the earlier results."""
    if settings.files is not None and transport.resumes():
        from worker.transport.files.earlier import warn_of_other_rules  # noqa: PLC0415 - a run needs only one transport

        warn_of_other_rules(settings.resolved_out_dir, fingerprint)


@contextlib.contextmanager
def _transport(run: Run, instance_id: str, heartbeat: Heartbeat) -> Iterator[Transport]:
    transport: Transport
    if run.settings.files is not None:
        from worker.transport.files.transport import FilesTransport  # noqa: PLC0415 - a run needs only one transport

        transport = FilesTransport(run.settings, stop=run.stop)
    else:
        from worker.transport.kafka.transport import KafkaTransport  # noqa: PLC0415 - importing kafka costs 0.3 s

        waiting = partial(_wait_for, "the Kafka brokers", heartbeat, run.stop)
        if run.retried:
            from worker.transport.kafka.retry import RetryTransport  # noqa: PLC0415

            transport = RetryTransport(run.settings, partial(run.retried, run.stop), waiting=waiting)
        else:
            ranges = run.replay.ranges if run.replay else None
            transport = KafkaTransport(run.settings, instance_id, ranges, waiting=waiting)
    try:
        yield transport
    finally:
        transport.close()
