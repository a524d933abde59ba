"""The stopwatch counts work, not waiting."""

from __future__ import annotations

import time

from scanner.stopwatch import Stopwatch


def _work(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_at_first_nothing_was_spent() -> None:
    assert Stopwatch().spent() == 0.0


def test_waiting_is_not_counted_and_work_is() -> None:
    watch = Stopwatch()
    time.sleep(0.4)
    waited = watch.spent()
    assert 0.2 < waited < 0.3
    _work(0.5)
    assert 0.5 <= watch.spent() - waited < 0.6
