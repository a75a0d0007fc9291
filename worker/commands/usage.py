"""Makes usage errors safe for a terminal. They repeat what the user typed, or what a script passed on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from worker.text.terminal import printable

_UsageError: Any = typer.BadParameter.__base__  # click's class; typer bundles its own copy under a private name


class PrintableErrors(TyperGroup):
    """The root command. It makes the messages of all usage errors printable, its own and those of its commands."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """See click. The root's own arguments are parsed here."""
        with _printable_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, *arguments: Any, **options: Any) -> Any:
        """See click. A command is looked up and its arguments are parsed here."""
        with _printable_errors():
            return super().invoke(*arguments, **options)


@contextlib.contextmanager
def _printable_errors() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        error.message = printable(error.message)
        raise
