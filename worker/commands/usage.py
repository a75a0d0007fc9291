"""The look of help and usage errors: what typer writes, in plain words and safe for a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup, TyperOption

from worker.commands.hints import with_flags
from worker.config.wording import in_words
from worker.errors import WorkerError
from worker.text.terminal import printable

_UsageError: Any = typer.BadParameter.__base__  # click's class; typer bundles its own copy under a private name


class App(typer.Typer):
    """A group of commands."""

    def __init__(self, **options: Any) -> None:
        """See typer."""
        super().__init__(cls=_Group, no_args_is_help=True, pretty_exceptions_enable=False, **options)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line. Builds only the command that it names, if any: all of them take 0.15 s.

        The context's `obj` is this app, with all commands.
        """
        asked = sys.argv[1:2]
        commands = [one for one in self.registered_commands if [one.name or one.callback.__name__] == asked]  # type: ignore[union-attr]
        groups = [one for one in self.registered_groups if [one.name] == asked]
        built = copy(self)
        if commands or groups:
            built.registered_commands, built.registered_groups = commands, groups
        return typer.Typer.__call__(built, *arguments, obj=self, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[..., Any]:
        """See typer."""
        return super().command(name, cls=_Command, **options)


def _without_types(parameters: list[Any]) -> list[Any]:
    """Let the help show no `<bool>` and `<str>`: a switch takes no value, and an argument has a name."""
    for parameter in parameters:
        if not isinstance(parameter, TyperOption) or parameter.is_flag:
            parameter.display_type_rich = lambda **_: None
    return parameters


class _Command(TyperCommand):
    def invoke(self, ctx: Any) -> Any:
        """See click. Lets the commands that a message suggests repeat the flags of this one."""
        try:
            return super().invoke(ctx)
        except WorkerError as error:
            error.args = tuple(with_flags(line, ctx) for line in error.lines)
            raise

    def get_params(self, ctx: Any) -> list[Any]:
        return _without_types(super().get_params(ctx))


class _Group(TyperGroup):
    """A group. The root one corrects the messages of all usage errors, its own and those of its commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _without_types(super().get_params(ctx))

    def main(self, *arguments: Any, **options: Any) -> Any:
        """See click. Started as `python -m worker`, the program has its name, too: completion needs it."""
        return super().main(*arguments, **{"prog_name": self.name} | options)

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """See click. The root's own arguments are parsed here."""
        with _plain_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, *arguments: Any, **options: Any) -> Any:
        """See click. A command is looked up and its arguments are parsed here."""
        with _plain_errors():
            return super().invoke(*arguments, **options)


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """Correct a message. It repeats what the user typed, or what a script passed on."""
    try:
        yield
    except _UsageError as error:
        if isinstance(error.__cause__, ValidationError):
            error.message = in_words(error.__cause__.errors()[0])
        error.message = printable(error.message)
        raise
