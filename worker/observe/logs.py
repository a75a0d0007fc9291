"""Log lines: one JSON object each, or coloured text on a terminal. Event names are constants, values are keys."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Literal, Self, TextIO

import orjson
import structlog

from worker.observe.outlet import Outlet
from worker.text.terminal import json_text, printable, printable_lines

_FIRST = ("timestamp", "level", "event")  # of the keys of a line, for people who read JSON
# They warn of what is normal: a coordinator that is still being found, a core that is busy with a page.
_CHATTY = ("kafka.coordinator", "kafka.net.selector")
_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(
    log_format: Literal["auto", "json", "console"] = "auto", level: str = "info", stream: TextIO | None = None
) -> None:
    """Set up structlog for the process, and send the libraries' own log lines the same way.

    Log lines go to standard error: standard output belongs to data and to what a command prints. A log that cannot be
    written stops no work (see `Outlet`), and neither does a value that JSON does not know.
    """
    stream = stream or sys.stderr
    is_terminal = stream is not None and stream.isatty()
    as_json = log_format == "json" or (log_format == "auto" and not is_terminal)
    renderer = _renderer(as_json=as_json, colors=is_terminal)
    outlet = Outlet(stream, _notice(renderer))
    severity: int = getattr(logging, level.upper())
    structlog.configure(
        processors=[*_SHARED, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=structlog.WriteLoggerFactory(outlet),  # type: ignore[arg-type] # it needs write and flush
        cache_logger_on_first_use=False,
    )
    handler = _Handler(outlet)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    # The libraries' INFO lines are for their developers; what they mean for ours is logged by us.
    logging.basicConfig(handlers=[handler], level=max(severity, logging.WARNING), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)


def _renderer(*, as_json: bool, colors: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_dumps)]
    return [_printable, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_plain_traceback)]


def _printable(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """The line with its strings made safe for a terminal; of anything else structlog shows the `repr`."""
    return {printable(key): _Shown(value) if isinstance(value, str) else value for key, value in event.items()}


class _Shown(str):
    """A text with its escapes. Where it has spaces or quotes structlog shows its `repr`, which has them only once."""

    __slots__ = ("_quoted",)
    _quoted: str

    def __new__(cls, text: str) -> Self:
        shown = super().__new__(cls, printable(text))
        shown._quoted = printable(repr(text))
        return shown

    def __repr__(self) -> str:
        return self._quoted


def _plain_traceback(stream: TextIO, exc_info: Any) -> None:
    """The traceback without local variables, which structlog prints by default, passwords among them."""
    text = io.StringIO()
    structlog.dev.plain_traceback(text, exc_info)
    stream.write(printable_lines(text.getvalue()))


def _notice(renderer: list[Any]) -> Callable[[int], str]:
    """The line that stands in the place of so many lines that were dropped."""

    def notice(count: int) -> str:
        event: Any = {"event": "log_lines_dropped", "count": count}
        for process in (*_SHARED, *renderer):
            event = process(None, "warning", event)
        return f"{event}\n"

    return notice


class _Handler(logging.Handler):
    """Hands the libraries' lines to the outlet, without the lock of logging: the outlet is safe for threads itself.

    That lock stays taken for ever where a signal handler raises right after it was acquired.
    """

    def __init__(self, outlet: Outlet) -> None:
        super().__init__()
        self._outlet = outlet

    def createLock(self) -> None:  # noqa: N802 - logging's name
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._outlet.write(f"{self.format(record)}\n")
        except Exception:  # noqa: BLE001 - what is wrong with a log line stops no work
            self.handleError(record)

    def close(self) -> None:
        """Called at the end of the process, however Python ends it, and by the next `configure`."""
        self._outlet.close()
        super().close()


def _dumps(event: dict[str, Any], **_options: Any) -> str:
    event = {key: event[key] for key in _FIRST if key in event} | event
    try:
        return json_text(event, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # a lone surrogate, an integer beyond 64 bits, a reference to itself, a __str__ that raises
        return json_text({_text(key): _safe(value) for key, value in event.items()})


def _safe(value: object) -> object:
    """The value if JSON can hold it, else some text for it. Never raises."""
    try:
        orjson.dumps(value)
    except TypeError:
        return _text(value)
    return value


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    try:
        return ascii(value)
    except Exception:  # noqa: BLE001 - whatever its __repr__ does
        return f"<{type(value).__name__} that cannot be shown>"
