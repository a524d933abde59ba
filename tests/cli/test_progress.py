"""The progress line: on a terminal, after a moment, gone at the end; never in a report or a pipe."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import sys
from pathlib import Path

import pytest

from scanner.cli.progress import Progress
from scanner.engine.batch import BatchResult
from tests.support import ROOT, Repo


def _told(total: int, *steps: tuple[float, BatchResult]) -> list[str]:
    out, now = io.StringIO(), [0.0]
    progress = Progress(out, total, lambda: now[0])
    for seconds, result in steps:
        now[0] = seconds
        progress.add(result)
    progress.end()
    return out.getvalue().split("\r\x1b[K")


_LOT = BatchResult(scope=100, read=100, bytes=5_000_000)


def test_nothing_is_shown_of_a_quick_scan() -> None:
    assert _told(1000, (0.1, _LOT), (0.4, _LOT)) == [""]


def test_what_is_shown() -> None:
    assert _told(1000, (1.0, _LOT), (1.05, _LOT), (2.0, _LOT)) == [
        "",
        "100 of 1,000 objects, 5 MB/s, 0 findings, 9 s left",
        "300 of 1,000 objects, 8 MB/s, 0 findings, 5 s left",
        "",
    ]
    assert _told(0, (100.0, _LOT))[1] == "100 objects, 0 MB/s, 0 findings"
    assert _told(100_000, (1.0, _LOT))[1].endswith("16 min 39 s left")


def test_a_terminal_that_has_gone_is_no_error() -> None:
    out = io.StringIO()
    out.close()
    Progress(out, 0, iter((0.0, 9.0)).__next__).add(_LOT)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_on_a_real_terminal_and_not_in_a_pipe(repo: Repo, tmp_path: Path) -> None:
    for number in range(60):
        repo.write(f"{number}.txt", f"x = {number}\n" + "y = 1\n" * 1_300_000)
    repo.git("add", "-A")
    repo.commit()
    assert "objects," not in repo.run("history").err
    ours, theirs = pty.openpty()
    arguments = [
        sys.executable,
        "-m",
        "scanner",
        "history",
        str(repo.path),
        "--no-cache",
        "--output",
        str(tmp_path / "report"),
        "--jobs",
        "1",
    ]
    actions = [(os.POSIX_SPAWN_DUP2, theirs, 2)]
    pid = os.posix_spawn(
        sys.executable, arguments, {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}, file_actions=actions
    )
    os.close(theirs)
    seen = b""
    try:
        while select.select([ours], [], [], 60)[0] and (piece := os.read(ours, 4096)):
            seen += piece
    except OSError:  # the other side has closed
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert re.search(rb"\d+ of 62 objects, [\d,]+ MB/s, 0 findings", seen)
    assert seen.endswith(b"\r\x1b[K")
    assert "objects," not in (tmp_path / "report").read_text()
