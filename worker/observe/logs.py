"""Log lines: one JSON object each, or coloured text on a terminal. Event names are constants, values are keys."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TextIO

import orjson
import structlog

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
    outlet = Outlet(stream or sys.stderr)
    as_json = log_format == "json" or (log_format == "auto" and not outlet.isatty())
    renderer = _renderer(as_json=as_json, colors=outlet.isatty())
    severity: int = getattr(logging, level.upper())
    structlog.configure(
        processors=[*_SHARED, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=structlog.WriteLoggerFactory(outlet),  # type: ignore[arg-type] # it needs write and flush
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(outlet)
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
    # The default formatter of exceptions prints local variables, passwords among them.
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]


class Outlet:
    """A text stream that loses what it cannot write: a worker outlives the reader of its log.

    A full disk, a closed file, a broken pipe: perhaps the next line has more luck. A reader that is merely slow is
    waited for, as everywhere.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream  # None when the process was started with standard error closed

    def write(self, text: str) -> int:
        """As a stream's."""
        if self._stream is not None:
            with self._forgiving(self._stream):
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """As a stream's."""
        if self._stream is not None:
            with self._forgiving(self._stream):
                self._stream.flush()

    @contextlib.contextmanager
    def _forgiving(self, stream: TextIO) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            # Nobody will read again. What stands in the buffer has to go somewhere, or Python ends with status 120.
            with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())
        except (OSError, ValueError):
            pass

    def isatty(self) -> bool:
        """Whether a person reads."""
        return self._stream is not None and self._stream.isatty()


def _dumps(event: dict[str, Any], **_options: Any) -> str:
    event = {key: event[key] for key in _FIRST if key in event} | event
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a lone surrogate, an integer beyond 64 bits, a reference to itself, a __str__ that raises
        return orjson.dumps({_text(key): _safe(value) for key, value in event.items()}).decode()


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
