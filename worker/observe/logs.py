"""Log lines: JSON objects, or coloured text on a terminal. Event names are constants; the data is in the keys."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Literal, Self, TextIO

import orjson
import structlog

from worker.observe.console import metrics_lines
from worker.observe.outlet import Outlet
from worker.observe.warnings import LATEST
from worker.text.terminal import json_text, printable, printable_lines

_FIRST = ("timestamp", "level", "event")  # these keys come first, for people who read JSON
# These loggers warn about normal events: a coordinator that is not yet found, a core that is busy with a page.
_CHATTY = ("kafka.coordinator", "kafka.net.selector")
_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    LATEST,
)


def configure(
    log_format: Literal["auto", "json", "console"] = "auto", level: str = "info", stream: TextIO | None = None
) -> None:
    """Set up structlog for the process, and send the libraries' log lines the same way.

    Log lines go to standard error. Standard output is for data and for what a command prints. Work goes on if a line
    cannot be written (see `Outlet`), or if JSON cannot represent a value.
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
    # The libraries' INFO lines are for their own developers. The worker logs what matters to its users.
    logging.basicConfig(handlers=[handler], level=max(severity, logging.WARNING), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)


def _renderer(*, as_json: bool, colors: bool) -> list[Any]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_dumps)]
    return [_Console(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_plain_traceback))]


class _Console:
    """Shows a log line to people. The metrics have a form of their own: all their keys would fill the screen."""

    def __init__(self, renderer: structlog.dev.ConsoleRenderer) -> None:
        self._renderer = renderer

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        if event.get("event") == "metrics":
            return printable_lines(metrics_lines(event))
        return self._renderer(logger, method, _printable(logger, method, event))


def _printable(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Make the line's strings safe for a terminal. structlog shows other values by their `repr`."""
    return {printable(key): _Shown(value) if isinstance(value, str) else value for key, value in event.items()}


class _Shown(str):
    """An escaped text. structlog shows the `repr` of a text with spaces or quotes, which must not escape it again."""

    __slots__ = ("_quoted",)
    _quoted: str

    def __new__(cls, text: str) -> Self:
        shown = super().__new__(cls, printable(text))
        shown._quoted = printable(repr(text))
        return shown

    def __repr__(self) -> str:
        return self._quoted


def _plain_traceback(stream: TextIO, exc_info: Any) -> None:
    """Write the traceback without local variables. structlog's default prints them, and they may hold passwords."""
    text = io.StringIO()
    structlog.dev.plain_traceback(text, exc_info)
    stream.write(printable_lines(text.getvalue()))


def _notice(renderer: list[Any]) -> Callable[[int], str]:
    """A function that makes the line which replaces a number of dropped lines."""

    def notice(count: int) -> str:
        event: Any = {"event": "log_lines_dropped", "count": count}
        for process in (*_SHARED, *renderer):
            event = process(None, "warning", event)
        return f"{event}\n"

    return notice


class _Handler(logging.Handler):
    """Hands the libraries' lines to the outlet. It bypasses logging's lock, because the outlet is thread-safe.

    If a signal handler raised just after that lock was acquired, the lock would never be released.
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
        except Exception:  # noqa: BLE001 - a bad log line must not stop the work
            self.handleError(record)

    def close(self) -> None:
        """Called at the end of the process, however Python ends it, and by the next `configure`."""
        self._outlet.close()
        super().close()


def _dumps(event: dict[str, Any], **_options: Any) -> str:
    event = {key: event[key] for key in _FIRST if key in event} | event
    try:
        return json_text(event, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # a lone surrogate, an integer over 64 bits, a circular reference, a __str__ that raises
        return json_text({_text(key): _safe(value) for key, value in event.items()})


def _safe(value: object) -> object:
    """The value if JSON can hold it, else a text for it. Never raises."""
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
    except Exception:  # noqa: BLE001 - its __repr__ may raise anything
        return f"<{type(value).__name__} that cannot be shown>"
