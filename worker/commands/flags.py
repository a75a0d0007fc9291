"""Command-line flags made from the settings, so that each setting has one name, one default and one text."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Container, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import ByteSize
from rich.markup import escape

from worker.config.load import CONFIG_FILE_ENV, load, read_settings
from worker.config.settings import Settings, is_secret, panel

_CONFIG_FILE = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help=f"TOML file with settings. Also set by {CONFIG_FILE_ENV}."),
]
_METAVARS = {
    timedelta: "DURATION",
    ByteSize: "BYTES",
    int: "NUMBER",
    Path: "PATH",
}
_REPEATED = {"kafka_option": "NAME=VALUE", "map": "FIELD=NAME"}
"""The flags that may be repeated, with their metavar. Each adds to a list."""


def with_settings(
    *panels: str, leave_out: tuple[str, ...] = (), also: tuple[str, ...] = (), shown: tuple[str, ...] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command a flag for each setting in these panels or in `also`, and call it with the loaded settings.

    The help shows the flags of `shown` only (panels and names; by default all). The command takes the others as well,
    so that it can be called with the flags of the worker. Secrets have no flag.

    The command's first parameter receives the `Settings`. Other parameters stay as they are. A command with a parameter
    named `sources` shows the settings. It also receives the source of each, and calls `check_fit` itself.
    """
    names = [n for n in Settings.model_fields if n in also or (panel(n) in panels and n not in leave_out)]
    names = [n for n in names if not is_secret(n)]
    switches = [n for n in names if _plain_type(n) is bool]
    hidden = [n for n in names if shown is not None and n not in shown and panel(n) not in shown]

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        shows = "sources" in {p.name for p in own}

        def run(**values: Any) -> Any:
            flags = {name: _or_absent(values.pop(name)) for name in names}
            flags |= {name: False for name in switches if values.pop(f"no_{name}")}
            config_file = values.pop("config_file")
            if shows:
                settings, values["sources"] = read_settings(flags, config_file)
            else:
                settings, _ = load(flags, config_file, used=names)
            return command(settings, **values)

        _pretend(run, command, [*(p for p in own if p.name != "sources"), *_parameters(names, switches, hidden)])
        return run

    return decorate


def _parameters(names: Sequence[str], switches: Sequence[str], hidden: Container[str]) -> list[inspect.Parameter]:
    return [
        _keyword("config_file", _CONFIG_FILE),
        *(_keyword(name, _flag(name, hidden=name in hidden)) for name in names),
        *(_keyword(f"no_{name}", _flag(name, hidden=name in hidden, off=True)) for name in switches),
    ]


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _pretend(run: Callable[..., Any], command: Callable[..., Any], parameters: Sequence[inspect.Parameter]) -> None:
    """Show typer the command's own name and text, and these parameters instead of `**values`."""
    keywords = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    run.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]
    text = inspect.getdoc(command) or ""
    run.__name__, run.__doc__ = command.__name__, re.sub(r"(?<!\n)\n(?!\n)", " ", text)  # typer keeps single line ends
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in keywords}


@cache
def _flag(name: str, *, hidden: bool, off: bool = False) -> Any:
    """The type and the flag of a setting. With `off`, the flag that turns off a switch that is on without it."""
    field, plain = Settings.model_fields[name], _plain_type(name)
    is_choice = get_origin(plain) is Literal
    notes = [", ".join(get_args(plain))] if is_choice else []
    if off:
        notes.append("default: yes; this flag means no")
    elif plain is not bool and field.default not in (None, "", ()):
        notes.append(f"default: {field.default}")
    option = typer.Option(
        f"--{'no-' if off else ''}{name.replace('_', '-')}",
        help=escape(f"{field.description} [{'; '.join(notes)}]" if notes else str(field.description)),
        metavar="CHOICE" if is_choice else _REPEATED.get(name) or _METAVARS.get(plain, "TEXT"),
        rich_help_panel=panel(name),
        readable=False,  # paths are checked, and errors reported, where they are used
        show_default=False,
        hidden=hidden or off is not (field.default is True),  # show only the form of a switch that changes something
    )
    return Annotated[bool | None if off else _flag_type(name), option]


def _or_absent(value: Any) -> Any:
    """The value of a flag. typer passes an empty list for a flag that can be repeated and was not given."""
    return None if value == [] else value


def _flag_type(name: str) -> Any:
    """The type that the command line parses: numbers, switches and choices. The settings parse all others."""
    if name in _REPEATED:
        return list[str] | None
    plain = _plain_type(name)
    return (plain if get_origin(plain) is Literal or plain in (bool, int, float, Path) else str) | None


def _plain_type(name: str) -> Any:
    """The setting's type without `| None` and without limits."""
    annotation: Any = Settings.model_fields[name].annotation
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
