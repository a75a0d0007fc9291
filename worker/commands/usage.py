"""Errors of usage: they repeat what was typed, or what a script passed on, and must be safe for a terminal too."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from worker.text.terminal import printable

_UsageError: Any = typer.BadParameter.__base__  # that of click; typer brings its own copy, under a private name


class PrintableErrors(TyperGroup):
    """The root of the commands: the message of every error of usage, its own and theirs, is made printable."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """See click: here the root's own arguments are parsed."""
        with _printable_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, *arguments: Any, **options: Any) -> Any:
        """See click: here a command is looked up, and its arguments are parsed."""
        with _printable_errors():
            return super().invoke(*arguments, **options)


@contextlib.contextmanager
def _printable_errors() -> Iterator[None]:
    try:
        yield
    except _UsageError as error:
        error.message = printable(error.message)
        raise
