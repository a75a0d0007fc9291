"""The main job with several processes."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import structlog

from worker.config.http_address import parse_http_address
from worker.config.settings import Settings
from worker.engine import Stop, stop_on_signals
from worker.observe.health import max_age_s
from worker.observe.probes import stalled
from worker.observe.reporter import log_keys, reporting
from worker.observe.status import Status
from worker.observe.watchdog import watching
from worker.supervisor.meter import Meter
from worker.supervisor.names import process_count
from worker.supervisor.process import WorkerProcess
from worker.supervisor.supervisor import Supervisor

if TYPE_CHECKING:
    from worker.app import Replay

log = structlog.get_logger(__name__)

_MARGIN_S = 5.0  # the processes try for shutdown_timeout to end by themselves


def run_processes(settings: Settings, replay: Replay | None = None) -> int:
    """Run `settings.processes` workers until their input ends or a signal requests a stop. Return the exit code.

    `replay` is that of `worker.app.Run`.

    Raises:
        ProcessFailed: no process could start.
    """
    count = process_count(settings)
    instance = settings.instance_id or socket.gethostname()
    stop, supervisor = Stop(), Supervisor(settings, count, spawn=partial(WorkerProcess, replay=replay))
    meter = Meter(instance, supervisor.counted)
    log.info("supervisor_started", processes=count, instance=instance)
    with ExitStack() as stack:
        stack.enter_context(stop_on_signals(stop, settings.shutdown_timeout.total_seconds() + _MARGIN_S))
        stop.loop_began = True
        _serve(settings, supervisor, stack)
        stack.enter_context(watching(lambda: _stalled(supervisor.statuses, max_age_s(settings))))
        with reporting(meter, settings.metrics_interval.total_seconds()):
            code = supervisor.run(stop)
        last = meter.line(final=True)
        if last:
            log.info("metrics", **log_keys(last))
    log.info("stopped", finished=not stop(), exit_code=code)
    return code


def _serve(settings: Settings, supervisor: Supervisor, stack: ExitStack) -> None:
    """Answer HTTP requests for all processes if the settings say so."""
    if settings.http is None:
        return
    from worker.observe.pages import Pages  # noqa: PLC0415 - importing the Prometheus library costs 35 ms
    from worker.observe.server import serving  # noqa: PLC0415

    pages = Pages(lambda: supervisor.statuses, max_age_s(settings), lambda: supervisor.wanted)
    stack.enter_context(serving(parse_http_address(settings.http), pages))


def _stalled(statuses: Iterable[Status], limit_s: float) -> str:
    """Why the first process that is not alive is not; empty if all are."""
    return next(filter(None, (stalled(status, limit_s) for status in statuses)), "")
