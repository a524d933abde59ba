"""What goes wrong in redhanded itself tells where, and never what was being scanned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.main import main
from scanner.errors import INTERNAL
from tests.canaries import APP, KEY, Planted, assert_hidden


class _FaultError(Exception):
    pass


@pytest.mark.parametrize(
    "where", ["scanner.engine.verdicts.judge", "scanner.engine.scan.resolve", "scanner.report.render"]
)
def test_a_fault_of_our_own_tells_where_and_not_what(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], where: str
) -> None:
    def fail(*arguments: object) -> None:
        raise _FaultError(APP, KEY, arguments)

    monkeypatch.setattr(where, fail)
    if where == "scanner.report.render":
        monkeypatch.setattr("scanner.cli.output.render", fail)
    monkeypatch.chdir(planted.repo.path)
    assert main(["scan", "app.py", "deep/id_rsa"]) == INTERNAL
    out, err = capfd.readouterr()
    assert "internal error: _FaultError" in err and "in fail" in err and "report" in err
    assert_hidden(out, err)


_FAULT_IN_A_WORKER = """
import sys
import scanner.engine.verdicts as scan
def fail(subject):
    raise RuntimeError(subject.data)
scan.judge = fail
from scanner.cli.main import main
sys.exit(main(["scan", ".", "--jobs", "3"]))
"""


def test_a_fault_in_a_worker_tells_no_more(tmp_path: Path) -> None:
    for number in range(2_100):
        (tmp_path / f"{number}.txt").write_text("nothing\n")
    (tmp_path / "zz.py").write_text(APP)
    done = subprocess.run(
        [sys.executable, "-c", _FAULT_IN_A_WORKER], cwd=tmp_path, capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.returncode == INTERNAL
    assert "internal error: RuntimeError" in done.stderr and "Traceback" not in done.stderr
    assert_hidden(done.stdout, done.stderr)
