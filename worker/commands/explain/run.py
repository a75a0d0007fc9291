"""`article-worker explain`."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console

from worker.commands.explain import terminal
from worker.commands.explain.explanation import explain, read_source
from worker.config.settings import Settings
from worker.text.terminal import json_text, shown


def run_explain(source: str, settings: Settings, console: Console, *, as_json: bool) -> None:
    """Read the source (a path, or `-`) and print its explanation.

    Raises:
        SettingsError: the source cannot be read, or is not a single article; the text says what to do.
    """
    explanation = explain(read_source(source), settings)
    if as_json:
        console.print(shown(json_text(asdict(explanation))), soft_wrap=True)
    else:
        terminal.show(explanation, console)
