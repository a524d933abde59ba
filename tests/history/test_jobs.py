"""The number of processes changes nothing but the time; and what reads objects can be replaced."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from tests.history.support import LINE, line, remove
from tests.support import ROOT, Repo


def _large(repo: Repo) -> None:
    """Commit 2,400 files, a secret in every fiftieth, an allowed one and a lost one among them; two of a kind."""
    stream = [b"commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 0\n"]
    for number in range(2400):
        text = f"value = {number}\n"
        if number % 50 == 0:
            text += LINE if number % 100 == 0 else line(number)
        if number == 1234:
            text += line("allowed").rstrip() + "  # redhanded: allow[github-pat] made up\n"
        data = text.encode()
        stream.append(b"M 100644 inline folder%d/file%d.py\ndata %d\n%s\n" % (number % 7, number, len(data), data))
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))


def test_one_process_and_four_give_the_same_report(repo: Repo) -> None:
    _large(repo)
    repo.git("checkout", "-q", "-f", "main")
    repo.add("lost.py", "lost\n")
    repo.commit()
    remove(repo, "HEAD:lost.py")
    reports = []
    for jobs in ("1", "4"):
        result = repo.run("history", "--format", "json", "--no-cache", "--jobs", jobs)
        assert (result.code, result.err) == (1, "")
        report = json.loads(result.out)
        assert report["summary"].pop("seconds") > 0
        reports.append(report)
    one, four = reports
    assert one == four
    assert one["summary"]["scope"] == 2412
    assert one["summary"]["read"] == 2411
    assert len(one["findings"]) == 25
    assert len(one["suppressed"]) == 1
    places = max(len(finding["also"]) for finding in one["findings"])
    assert places == 23


def test_only_the_object_reader_knows_how_objects_are_read() -> None:
    """A reader of packs is to take its place behind the engine's Reader protocol. `added` and `unprotected` compare
    two versions of a staged file, which is not reading targets.
    """
    for path in sorted(Path(ROOT, "scanner").rglob("*.py")):
        layer = path.relative_to(ROOT / "scanner").parts[0]
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module == "scanner.git.catfile"
            for alias in node.names
        }
        if layer in ("engine", "report", "policy") or (
            layer == "sources" and path.stem not in ("objects", "added", "unprotected")
        ):
            assert not names, path
