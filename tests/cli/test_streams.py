"""Where output goes: closed pipes, closed streams, full disks, Ctrl-C. None turns findings into a clean exit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.support import assert_error, plant, shell
from tests.support import Repo, redhanded, token

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

# Python writes at once or at its end: each failure must be met in both places.
BUFFERING = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
FORMATS = pytest.mark.parametrize("format", ["text", "json"])


@BUFFERING
@FORMATS
@pytest.mark.parametrize("reader", ["true", "head -c 1"], ids=["at-once", "after-a-byte"])
def test_a_reader_that_leaves_is_no_error_and_findings_stay_findings(
    tmp_path: Path, reader: str, format: str, unbuffered: str
) -> None:
    for number in range(40):
        plant(tmp_path, f"{number}.py")
    env = {"PYTHONUNBUFFERED": unbuffered}
    result = shell(f"($R scan . --format {format}; echo code=$? >&2) | {reader}", tmp_path, env)
    assert result.err == "code=1\n"


@BUFFERING
def test_a_reader_that_leaves_does_not_make_an_incomplete_scan_clean(tmp_path: Path, unbuffered: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    result = shell("($R scan fifo; echo code=$? >&2) | true", tmp_path, {"PYTHONUNBUFFERED": unbuffered})
    assert result.err == "code=3\n"


def test_a_clean_scan_is_clean_without_a_reader(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert shell("($R scan .; echo code=$? >&2) | true", tmp_path).err == "code=0\n"


def test_a_reader_that_leaves_before_there_is_a_verdict_does_not_get_a_clean_one(tmp_path: Path) -> None:
    result = shell("($R rules list; echo code=$? >&2) | true", tmp_path, {"PYTHONUNBUFFERED": "1"})
    assert result.err == "code=3\n"


def test_a_stopped_commit_stays_stopped_when_nobody_reads(repo: Repo) -> None:
    repo.add("app.py", f'KEY = "{token()}"\n')
    assert shell("($R staged; echo code=$? >&2) | true", repo.path).err == "code=1\n"
    assert shell("($R staged 2>&1; echo code=$? >&3) 3>&2 | true", repo.path).err == "code=1\n"


def test_a_broken_standard_error_does_not_hide_findings(tmp_path: Path) -> None:
    plant(tmp_path)
    result = shell("($R scan . --receipt 2>&1 >/dev/null; echo code=$? >&3) 3>&2 | true", tmp_path)
    assert result.err == "code=1\n"


@BUFFERING
@FORMATS
@pytest.mark.parametrize("secret", [True, False], ids=["findings", "clean"])
def test_a_full_disk_behind_standard_output_is_an_error(
    tmp_path: Path, format: str, secret: bool, unbuffered: str
) -> None:
    plant(tmp_path) if secret else (tmp_path / "a.py").write_text("x = 1\n")
    result = shell(f"$R scan . --format {format} >/dev/full", tmp_path, {"PYTHONUNBUFFERED": unbuffered})
    assert_error(result, "cannot write to standard output: No space left on device", "--output")
    assert "Exception ignored" not in result.err


@pytest.mark.parametrize("option", ["--output", "--receipt"])
@pytest.mark.parametrize("secret", [True, False], ids=["findings", "clean"])
def test_a_full_disk_behind_a_file_is_an_error_that_names_it(tmp_path: Path, option: str, secret: bool) -> None:
    plant(tmp_path) if secret else (tmp_path / "a.py").write_text("x = 1\n")
    result = shell(f"$R scan . {option} /dev/full >/dev/null", tmp_path)
    assert_error(result, "cannot write /dev/full: No space left on device")


def test_the_report_is_printed_even_when_the_receipt_cannot_be(tmp_path: Path) -> None:
    plant(tmp_path)
    result = redhanded("scan", ".", "--receipt", "/dev/full", cwd=tmp_path)
    assert result.code == 2
    assert "app.py:1:8" in result.out
    assert "cannot write /dev/full" in result.err


@pytest.mark.parametrize(
    "script",
    ["$R scan .", "$R staged", "$R staged -v", "$R rules list", "$R --version", "$R history"],
    ids=["scan", "quick-staged", "staged", "rules", "version", "history"],
)
@pytest.mark.parametrize("sink", [">&-", ">/dev/full"], ids=["closed", "full"])
@BUFFERING
def test_an_output_that_goes_nowhere_is_never_a_success(repo: Repo, script: str, sink: str, unbuffered: str) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    repo.add("b.py", "x = 1\n")
    result = shell(f"{script} {sink}", repo.path, {"PYTHONUNBUFFERED": unbuffered})
    assert result.code == 2
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err and "Exception ignored" not in result.err
    assert ("it is closed" if sink == ">&-" else "No space left on device") in result.err


def test_a_closed_standard_output_does_no_harm_when_the_report_goes_to_a_file(tmp_path: Path) -> None:
    plant(tmp_path)
    result = shell("$R scan app.py --output r.txt >&-", tmp_path)
    assert (result.code, result.err) == (1, "")
    assert "app.py:1:8" in (tmp_path / "r.txt").read_text()


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
def test_findings_are_found_with_streams_closed(repo: Repo, closed: str) -> None:
    repo.add("app.py", f'KEY = "{token()}"\n')
    for command in ("scan .", "staged"):
        result = shell(f"$R {command} {closed}", repo.path)
        assert result.code == 1, (command, result)
        assert "app.py:1:8" in result.out


def test_an_error_with_nowhere_to_say_it_still_has_its_exit_code(tmp_path: Path) -> None:
    for sink in ("2>&-", "2>/dev/full", ">&- 2>&- <&-"):
        assert shell(f"$R scan gone {sink}", tmp_path).code == 2
        assert shell(f"$R nonsense {sink}", tmp_path).code == 2


def test_standard_input_that_is_closed_makes_the_scan_incomplete(tmp_path: Path) -> None:
    result = shell("$R scan - <&-", tmp_path)
    assert result.code == 3
    assert "standard input is closed" in result.out


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_ctrl_c_ends_the_scan_at_once_without_a_traceback(tmp_path: Path, jobs: str) -> None:
    # Sparse files: a hundred times more than can be read before the signal comes.
    for number in range(60):
        with open(tmp_path / f"{number}.bin", "wb") as file:
            file.truncate(400 << 20)
    command = [sys.executable, "-m", "scanner", "scan", ".", "--jobs", jobs]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        while not _is_reading(running.pid):
            assert running.poll() is None
            time.sleep(0.005)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: the whole group gets it
        out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert b"Ctrl-C came while it was read" in out
    assert out.rstrip().endswith(b"INCOMPLETE: it was stopped before its end, and this report is partial")
    assert err == b"redhanded: interrupted; the report is of what was read until then, and partial\n"
    with pytest.raises(ProcessLookupError):  # no worker is left behind
        os.killpg(running.pid, 0)


def _is_reading(pid: int) -> bool:
    """Whether the process or one of its children has one of the files open."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (str(pid), *children):
        try:
            opened = [os.readlink(link) for link in Path(f"/proc/{one}/fd").iterdir()]
        except OSError:  # closed, or ended, in the meantime
            continue
        if any(name.endswith(".bin") for name in opened):
            return True
    return False


def test_show_secrets_into_a_file_keeps_it_from_other_users(tmp_path: Path) -> None:
    secret = plant(tmp_path)
    assert redhanded("scan", "app.py", "--show-secrets", "--output", "r.txt", cwd=tmp_path).code == 1
    assert secret in (tmp_path / "r.txt").read_text()
    assert (tmp_path / "r.txt").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_that_may_not_be_written_is_refused_before_the_scan(tmp_path: Path) -> None:
    plant(tmp_path)
    (tmp_path / "locked").mkdir(mode=0o500)
    (tmp_path / "r.txt").touch(mode=0o400)
    for path in ("locked/r.txt", "r.txt"):
        assert_error(redhanded("scan", "--output", path, cwd=tmp_path), f"--output {path}: Permission denied")


@FORMATS
@pytest.mark.parametrize(
    "env",
    [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}],
    ids=["C", "strict-C", "ascii"],
)
def test_any_locale_can_show_any_file_name(tmp_path: Path, env: dict[str, str], format: str) -> None:
    for name in (b"caf\xc3\xa9.py", b"\xff.py", "名.py".encode()):
        (Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))).write_text(f'KEY = "{token()}"\n')
    result = redhanded("scan", ".", "--format", format, cwd=tmp_path, env=env)
    assert (result.code, result.err) == (1, "")
    assert result.out.isascii() or env == {"LC_ALL": "C"}
    result = redhanded("scan", "caf\u00e9.py", "\udcff.py", cwd=tmp_path, env=env)
    assert "2 findings in 2 files" in result.out


def test_a_module_in_the_working_folder_is_not_imported(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for name in ("json", "regex", "hyperscan", "yaml", "argparse", "typing"):
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (tmp_path / "app.py").write_text(f'KEY = "{token()}"\n')
    assert redhanded("scan", "app.py", "--format", "json", cwd=tmp_path).code == 1
    assert not marker.exists()
