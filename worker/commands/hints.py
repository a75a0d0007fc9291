"""Completes the commands that error messages suggest: adds the flags that the user has given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from typer.core import TyperOption
from typer.main import get_command

_WORD = r"[a-z]+(?:-[a-z]+)*(?![.]?[\w-])"
_SUGGESTION = re.compile(rf"\barticle-worker((?: {_WORD})+)((?: --[a-z-]+)*)")


def with_flags(line: str, ctx: Any) -> str:
    """The line of a message. After each command in it stand the given flags that its help lists, too.

    `ctx` is the context (see click) of the command that failed. What the environment or the settings file sets need not
    be repeated.
    """
    root = ctx.find_root()

    def completed(match: re.Match[str]) -> str:
        command = _command(get_command(root.obj) if root.obj else root.command, match[1].split())
        flags = [*_repeated(ctx, command)] if command else []
        return " ".join([match[0], *flags])

    return _SUGGESTION.sub(completed, line)


def _command(root: Any, words: list[str]) -> Any:
    """The command with this path. Words of the sentence may follow it."""
    found = root
    for word in words:
        commands = getattr(found, "commands", None)
        if commands is None:
            break
        found = commands.get(word)
        if found is None:
            return None
    return found


def _repeated(ctx: Any, command: Any) -> Iterator[str]:
    listed = {each.name for each in command.params if isinstance(each, TyperOption) and not each.hidden}
    for parameter in ctx.command.params:
        source = ctx.get_parameter_source(parameter.name)
        if parameter.name not in listed or source is None or source.name != "COMMANDLINE":
            continue
        value = ctx.params[parameter.name]
        for each in value if isinstance(value, (list, tuple)) else [value]:
            yield parameter.opts[0]
            if not parameter.is_flag:
                yield shlex.quote(str(each))
