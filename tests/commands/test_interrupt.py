"""Ctrl-C and SIGTERM end a long command between two of its steps."""

from __future__ import annotations

import os
import signal

import pytest

from worker.commands.interrupt import interruptible
from worker.errors import InterruptedCommand


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_raised_at_the_next_check(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interruptible("Run it again") as check:
        check()
        os.kill(os.getpid(), number)
        with pytest.raises(InterruptedCommand, match=f"stopped by {number.name}. Run it again"):
            check()
        assert signal.getsignal(number) is signal.SIG_DFL  # a second signal ends the process at once
    assert signal.getsignal(number) is before


def test_an_interrupted_command_has_the_exit_code_of_ctrl_c() -> None:
    assert InterruptedCommand.exit_code == 130
