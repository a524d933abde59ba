"""A full disk, here by a limit on the size of files: a cache is done without, a report that nobody gets is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.support import assert_error
from tests.support import Repo, Result, redhanded, token

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")

_LIMIT = 20_000  # bytes


def _limited(repo: Repo, *arguments: str, cache: Path | None = None) -> Result:
    """Run where no file may be larger than the limit."""
    code = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({_LIMIT}, {_LIMIT})); " \
        "from scanner.cli.main import main; sys.exit(main())"  # fmt: skip
    env = {"XDG_CACHE_HOME": str(cache)} if cache else {}
    return redhanded("-c", code, *arguments, cwd=repo.path, env=env, program=[sys.executable])


@pytest.fixture
def many(repo: Repo) -> Repo:
    """300 secrets in 300 files, and 900 more files."""
    for number in range(1_200):
        repo.write(f"{number}.py", f'KEY = "{token(seed=number)}"\n' if number % 4 == 0 else f"{number}\n")
    repo.git("add", "-A")
    repo.commit()
    return repo


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_a_report_that_does_not_fit_is_an_error_and_half_of_one_does_not_stay(many: Repo, format: str) -> None:
    report = many.path / "report"
    assert_error(
        _limited(many, "history", "--format", format, "--output", str(report)),
        f"cannot write {report}: File too large",
        "make room",
    )
    assert not report.exists()


def test_a_receipt_that_does_not_fit_is_an_error_too(many: Repo) -> None:
    for number in range(0, 1_200, 4):
        (many.path / f"{number}.py").unlink()
        (many.path / f"{number}.py").symlink_to("/nowhere")
    receipt = many.path / "receipt"
    result = _limited(many, "scan", "--receipt", str(receipt))
    assert (result.code, "cannot write" in result.err, receipt.exists()) == (2, True, False)
    assert "nothing found in 900 files" in result.out  # the report is there all the same


def test_a_cache_that_does_not_fit_is_done_without(many: Repo, tmp_path: Path) -> None:
    with_room = redhanded("history", "--format", "json", "--no-cache", cwd=many.path)
    cache = tmp_path / "full"
    for _ in range(2):
        result = _limited(many, "history", "--format", "json", "-v", cache=cache)
        assert (result.code, json.loads(result.out)["findings"]) == (1, json.loads(with_room.out)["findings"])
        assert "nothing is remembered of this run" in result.err and "Traceback" not in result.err
    assert all(path.stat().st_size < _LIMIT and not path.name.startswith(".") for path in cache.rglob("*"))


def test_a_full_place_for_temporary_files_costs_no_finding(repo: Repo) -> None:
    """Where findings come from is asked with a list of commits that may not fit anywhere."""
    stream = []
    for number in range(2_000):
        data = f'KEY = "{token(seed=number % 2)}"  # {number}\n'.encode()
        stream.append(b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 0\n" % (1_700_000_000 + number))
        stream.append(b"M 100644 inline app.py\ndata %d\n%s\n" % (len(data), data))
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))
    result = _limited(repo, "history", "--no-cache", "--jobs", "1", "--format", "json")
    assert result.code == 1 and result.err == ""
    report = json.loads(result.out)
    assert len(report["findings"]) == 2
    (skip,) = report["skips"]
    assert "temporary file: File too large" in skip["detail"] and "is not told" in skip["detail"]
