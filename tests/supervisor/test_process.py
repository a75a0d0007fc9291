from __future__ import annotations

from typing import Any

import pytest

from worker.config.settings import Settings
from worker.errors import ProcessFailed
from worker.supervisor import process as module
from worker.supervisor.process import WorkerProcess


@pytest.mark.parametrize("error", [EOFError, BrokenPipeError, ConnectionRefusedError, ConnectionResetError])
def test_if_the_server_of_processes_dies_during_a_start_the_error_says_so(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Which error Python raises depends on how far the start has got."""

    class Interrupted:
        def start(self) -> None:
            raise error

    def interrupted(**_arguments: Any) -> Interrupted:
        return Interrupted()

    monkeypatch.setattr(module._CONTEXT, "Process", interrupted)
    with pytest.raises(ProcessFailed, match="the server of worker processes ended while it started"):
        WorkerProcess(Settings(), hear=lambda _name, _line: None)
