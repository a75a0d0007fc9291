"""What several commands of the command line share."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX, FILE_SUFFIX

EPILOG = f"""\
You can also set any setting in the environment ({ENV_PREFIX}GROUP_ID) or in a TOML file (group_id = "..."). \
A flag overrides the environment, which overrides the file. Passwords have no flags, because other users could read \
them: set {ENV_PREFIX}SASL_PASSWORD, {ENV_PREFIX}SSL_PASSWORD or {ENV_PREFIX}INDEX_PASSWORD, or add \
{FILE_SUFFIX} to the name of the variable and set it to the path of a file that holds the password. \
Each switch also has a --no- form.

Exit codes:
  0  the run is complete, or the worker was stopped gracefully
  1  any other error
  2  a setting or a flag is wrong
  3  no broker answered within --connect-timeout, or a broker rejected the login
  4  a topic is missing
  5  the worker cannot read its input or write its outputs
  6  the state directory or the index server cannot be used, or the index is empty (--require-state)
130  stopped at once: by Ctrl-C before the first batch, by a second signal, or after --shutdown-timeout

After any of them, a restart resumes from the last commit.
"""

CHECK_EPILOG = """\
If there is a fault, the exit code is the one that `run` would have for the first fault: see `run --help`. Otherwise \
it is 0, even with warnings.

The command does not join the group, commit or publish. To test --transaction-timeout, it uses the transactional id \
GROUP-check.
"""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Rows = Annotated[int, typer.Option(metavar="NUMBER", help="Largest number of rows in a table.", min=1, max=10_000)]
Page = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Also write an HTML page with charts. Needs article-worker\\[report]."),
]
SourceFile = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A raw message from any crawler, a page, or plain text; - for stdin."),
]

ALL_PANELS = ("Kafka", "Security", "Files", "Batches", "Input", "Articles", "Running")
"""The panels of settings that a run has flags for."""


def wide_console() -> Console:
    """A console for tables. It never cuts a value: a terminal wraps the lines, and a pipe gets them whole."""
    return Console(width=10_000, markup=False, emoji=False, highlight=False)


def table_console() -> Console:
    """A console for tables. A terminal has as many columns as it has; a pipe gets every value whole."""
    console = Console(markup=False, emoji=False, highlight=False)
    return console if console.is_terminal else wide_console()


def configure_logs(settings: Settings) -> None:
    """Set up logs as the settings say."""
    from worker.observe import logs  # noqa: PLC0415 - commands that do not log start faster

    logs.configure(settings.log_format, settings.log_level)


def prepare(settings: Settings) -> None:
    """Set up logs, and let Ctrl-C end the process: kafka-python swallows a KeyboardInterrupt while it connects."""
    configure_logs(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
