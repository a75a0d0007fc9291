from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.observe.statuses import status_of
from worker.config.settings import Settings
from worker.observe import logs
from worker.observe.reporter import log_keys
from worker.text.terminal import printable

PASSWORD = "hunter2"  # noqa: S105 - these tests check that it is never shown


class Terminal(io.StringIO):
    """A stream that counts as a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what `configure` changes in the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if isinstance(handler, logs._Handler):
            handler.close()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = handlers, level


def all_written() -> None:
    """Wait for the thread that writes the lines."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logs._Handler):
            assert handler._outlet.drain(60)


def text(stream: io.StringIO) -> str:
    all_written()
    return stream.getvalue()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text(stream).split("\n")[:-1]]


def as_json(level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.configure("json", level, stream)
    return stream


log = structlog.get_logger("worker.somewhere")


# -- JSON ----------------------------------------------------------------------------------------------------------


def test_a_line_is_a_json_object_with_event_level_and_time_in_utc() -> None:
    stream = as_json()
    before = datetime.now(UTC)
    log.info("started", version="1", count=3, nested={"a": [1, 2]})
    log.warning("batch_rewound")
    first, second = lines(stream)
    assert list(first)[:3] == ["timestamp", "level", "event"]
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "started", "level": "info", "version": "1", "count": 3, "nested": {"a": [1, 2]}}
    assert (second["event"], second["level"]) == ("batch_rewound", "warning")
    assert before <= datetime.fromisoformat(second["timestamp"]) <= datetime.now(UTC)


def test_a_value_with_line_ends_stays_on_one_line() -> None:
    stream = as_json()
    log.info("odd", text="a\nb\r\n\x1b[31m\u2028c")
    assert len(text(stream).split("\n")) == 2
    assert lines(stream)[0]["text"] == "a\nb\r\n\x1b[31m\u2028c"


@pytest.mark.parametrize(
    ("level", "written"),
    [("debug", "dbg inf wrn err"), ("info", "inf wrn err"), ("warning", "wrn err"), ("error", "err")],
)
def test_events_below_the_level_are_not_written(level: str, written: str) -> None:
    stream = as_json(level)
    log.debug("dbg")
    log.info("inf")
    log.warning("wrn")
    log.error("err")
    assert [line["event"] for line in lines(stream)] == written.split()


def test_values_bound_to_the_context_are_in_every_line() -> None:
    stream = as_json()
    structlog.contextvars.bind_contextvars(partition=3)
    log.info("a")
    assert lines(stream)[0]["partition"] == 3


def test_an_exception_becomes_a_traceback_in_one_value() -> None:
    stream = as_json()
    try:
        raise ValueError("broken: \udcff")  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        log.exception("stage_failed")
    (line,) = lines(stream)
    assert line["level"] == "error"
    assert line["exception"].startswith("Traceback (most recent call last):")
    assert "ValueError: broken" in line["exception"]


# -- values that JSON does not know --------------------------------------------------------------------------------


class Hostile:
    """An object whose text cannot be made."""

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


@dataclass
class Login:
    """An object with a secret."""

    user: str
    password: SecretStr


def circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    "value",
    [
        b"\xff\x00",
        {1: "a", None: "b", (1, 2): "c"},
        {1, 2},
        2**70,
        "lone \ud800 surrogate",
        {"lone \ud800": 1},
        float("nan"),
        float("inf"),
        Path("/some/where"),
        ValueError("x"),
        object(),
        Hostile(),
        [Hostile()],
        circle(),
        lambda: None,
        datetime(2026, 11, 24, tzinfo=UTC),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_value_breaks_the_line_or_hides_the_others(value: object) -> None:
    stream = as_json()
    log.info("odd", value=value, count=7)
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["count"]) == ("odd", "info", 7)
    assert "value" in line


def test_values_with_a_plain_form_keep_it() -> None:
    stream = as_json()
    log.info(
        "odd",
        keys={1: "a", None: "b"},
        path=Path("/some/where"),
        error=ValueError("x"),
        when=datetime(2026, 11, 24, tzinfo=UTC),
    )
    (line,) = lines(stream)
    assert line["keys"] == {"1": "a", "null": "b"}
    assert (line["path"], line["error"], line["when"]) == ("/some/where", "x", "2026-11-24T00:00:00+00:00")


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(codec=None)), json_like, max_size=4))
def test_any_event_becomes_one_line_of_json(event: dict[str, Any]) -> None:
    line = logs._dumps(event)
    assert "\n" not in line
    assert isinstance(json.loads(line), dict)


def test_secrets_stay_masked_whatever_wraps_them() -> None:
    secret = SecretStr(PASSWORD)
    settings = Settings(sasl_password=secret)
    for stream in (as_json(), Terminal()):
        if isinstance(stream, Terminal):
            logs.configure("console", "info", stream)
        log.info(
            "odd", a=secret, b=[secret], c={"d": secret}, e=Login("me", secret), f=settings, g=2**70, h=f"{secret}"
        )
        log.info("one", **settings.model_dump())
        assert PASSWORD not in text(stream)
        assert "**********" in text(stream)


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_does_not_show_local_variables(log_format: Any) -> None:
    """They may hold the plain password that a client library receives."""
    stream = Terminal()
    logs.configure(log_format, "info", stream)
    plain = SecretStr(PASSWORD).get_secret_value()
    try:
        raise ValueError(len(plain))  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        log.exception("failed")
    assert "ValueError: 7" in text(stream)
    assert PASSWORD not in text(stream)


# -- the console ---------------------------------------------------------------------------------------------------


def test_auto_is_the_console_on_a_terminal_and_json_elsewhere() -> None:
    terminal, file = Terminal(), io.StringIO()
    logs.configure("auto", "info", terminal)
    log.info("started", count=3)
    logs.configure("auto", "info", file)
    log.info("started", count=3)
    assert "\x1b[" in text(terminal)
    assert re.sub(r"\x1b\[\d*m", "", text(terminal)).split()[1:] == ["[info", "]", "started", "count=3"]
    assert lines(file)[0]["count"] == 3


HOSTILE = "\x1b[31mred\x1b]0;owned\x07 \x9b1m \u202egpj \x7f"
ESCAPED = r"\x1b[31mred\x1b]0;owned\x07 \x9b1m \u202egpj \x7f"


def test_no_log_line_controls_a_terminal() -> None:
    """This holds for our lines, for those of libraries and for the text of exceptions, in both formats."""
    for log_format in ("console", "json"):
        terminal = Terminal()
        logs.configure(log_format, "info", terminal)
        log.info("odd", value=HOSTILE, nested=[HOSTILE], **{HOSTILE: 1})
        logging.getLogger("some.library").error("said %s", HOSTILE)
        try:
            raise ValueError(HOSTILE)  # noqa: TRY301 - the traceback is what is tested
        except ValueError:
            log.exception("failed")
            logging.getLogger("some.library").exception("failed too")
        written = re.sub(r"\x1b\[\d*m", "", text(terminal).replace("\x1b[31mred", HOSTILE[:1]))
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", written)
        assert log_format == "json" or written.count(ESCAPED) >= 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("one\ntwo", r"one\ntwo"),
        ("a line\r\nand\tanother", r"'a line\r\nand\tanother'"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a \x1b[31mred\u202e \x9b1m", r"'a \x1b[31mred\u202e \x9b1m'"),
        ("it's so", '"it\'s so"'),
        ("a' event='b", "\"a' event='b\""),
        ("Zürich\u00e9 " + "\u0300" * 40, "'Züriché " + "\u0300" * 30 + "'"),
    ],
)
def test_each_escape_is_written_once(value: str, shown: str) -> None:
    terminal = Terminal()
    logs.configure("console", "info", terminal)
    log.info("odd", value=value)
    log.info(value)
    first, second = re.sub(r"\x1b\[\d*m", "", text(terminal)).splitlines()
    assert first.endswith(f" value={shown}")
    assert printable(value) in second


def test_the_console_shows_the_metrics_in_two_lines_in_which_nothing_controls_the_terminal() -> None:
    terminal = Terminal()
    logs.configure("console", "info", terminal)
    log.info("metrics", **log_keys(status_of(time_share={"\x1b[31mextract": 0.5})))
    first, second = text(terminal).splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d  .* articles/s .*  lag 7 \(42 s\)  \\x1b\[31mextract 50%", first)
    assert second == "  published 11 +11  duplicate 2 +2  dropped 4 +4  dead 3 +3"


def test_the_console_format_has_no_colours_outside_a_terminal() -> None:
    stream = io.StringIO()
    logs.configure("console", "info", stream)
    log.info("started", count=3)
    assert "\x1b" not in text(stream)
    assert "started" in text(stream)


def test_json_can_be_requested_on_a_terminal() -> None:
    terminal = Terminal()
    logs.configure("json", "info", terminal)
    log.info("started")
    assert lines(terminal)[0]["event"] == "started"


# -- libraries -----------------------------------------------------------------------------------------------------


def test_lines_of_libraries_have_the_same_form_and_name_their_logger() -> None:
    stream = as_json()
    logging.getLogger("kafka.client").warning("node %d is away", 3)
    (line,) = lines(stream)
    assert line.pop("timestamp")
    assert line == {"event": "node 3 is away", "level": "warning", "logger": "kafka.client"}


def test_the_exceptions_of_libraries_are_rendered_too() -> None:
    stream = as_json()
    try:
        raise OSError("gone")  # noqa: TRY301 - the traceback is what is tested
    except OSError:
        logging.getLogger("kafka").exception("no luck")
    (line,) = lines(stream)
    assert line["event"] == "no luck"
    assert "OSError: gone" in line["exception"]


@pytest.mark.parametrize(("level", "written"), [("debug", "wrn err"), ("info", "wrn err"), ("error", "err")])
def test_library_lines_start_at_warning_and_never_below_our_level(level: str, written: str) -> None:
    stream = as_json(level)
    library = logging.getLogger("kafka")
    library.info("inf")
    library.warning("wrn")
    library.error("err")
    assert [line["event"] for line in lines(stream)] == written.split()


def test_after_a_second_configure_a_line_is_written_once_to_the_new_stream() -> None:
    old, new = as_json(), as_json()
    log.info("a")
    logging.getLogger("kafka").warning("b")
    assert text(old) == ""
    assert [line["event"] for line in lines(new)] == ["a", "b"]


# -- a log that cannot be written ----------------------------------------------------------------------------------


class Failing(io.StringIO):
    """A stream on a full disk that has room again later."""

    error: Exception | None = OSError(28, "No space left on device")

    def write(self, text: str) -> int:
        if self.error:
            raise self.error
        return super().write(text)


@pytest.mark.parametrize(
    "error", [OSError(28, "full"), BlockingIOError(11, "busy"), ValueError("closed"), BrokenPipeError()]
)
def test_a_line_that_cannot_be_written_is_lost_and_the_work_goes_on(error: Exception) -> None:
    stream = Failing()
    stream.error = error
    logs.configure("json", "info", stream)
    log.info("lost")
    logging.getLogger("kafka").warning("lost")
    all_written()
    stream.error = None
    log.info("back")
    assert [line["event"] for line in lines(stream)] == ["back"]


def test_a_closed_stream_does_not_matter() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    stream.close()
    log.info("lost")
    logging.getLogger("kafka").warning("lost")


PROGRAM = """
import logging, structlog, sys
from worker.observe import logs
logs.configure("json", "info")
for _ in range(3):
    structlog.get_logger().info("line", text="x" * 100_000)
    logging.getLogger("kafka").warning("line")
print("done")
"""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_worker_whose_log_reader_has_gone_finishes_with_0(unbuffered: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=subprocess.PIPE,
            stderr=write_end,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write_end)
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_a_worker_started_without_standard_error_works_too() -> None:
    command = f"exec {sys.executable} -c '{PROGRAM}' 2>&-"
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_one_line_says_how_many_lines_were_dropped() -> None:
    stream = as_json()
    for handler in logging.getLogger().handlers:
        assert isinstance(handler, logs._Handler)
        handler._outlet._dropped = 7
    log.info("next")
    dropped, following = lines(stream)
    assert dropped.pop("timestamp").endswith("Z")
    assert dropped == {"level": "warning", "event": "log_lines_dropped", "count": 7}
    assert following["event"] == "next"


def test_an_error_in_a_library_s_log_line_does_not_stop_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    stream = as_json()
    logging.getLogger("kafka").warning("%d nodes", "x")
    assert lines(stream) == []
    assert "--- Logging error ---" in capsys.readouterr().err


def test_the_last_lines_are_written_however_the_process_ends() -> None:
    for end in ("", "sys.exit(5)", "raise RuntimeError"):
        program = f"""
import structlog, sys, threading
from worker.observe import logs
logs.configure("json", "info")
threading.Thread(target=lambda: [structlog.get_logger().info("line") for _ in range(2000)]).start()
for _ in range(2000): structlog.get_logger().info("line")
{end}
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr.count('"line"') == 4000


def test_lines_of_many_threads_do_not_mix() -> None:
    program = """
import logging, structlog, threading
from worker.observe import logs
logs.configure("json", "info")
def work(number):
    for _ in range(200):
        structlog.get_logger().info("ours", number=number, text="x" * 500)
        logging.getLogger("kafka").warning("theirs")
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert (events.count("ours"), events.count("theirs")) == (800, 800)
