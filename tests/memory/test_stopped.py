"""What is remembered of an audit that was stopped: what it read, and never that it was all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from scanner.engine.batch import Quiet
from scanner.git.facts import gather
from scanner.git.folders import Folders
from scanner.git.place import place_of
from scanner.git.store import open_store
from scanner.sources import memory
from scanner.sources.past import NOTHING
from scanner.sources.recall import learned, recall
from tests.git.support import git_in
from tests.history.stopping import INTERRUPT, Started, stub
from tests.memory.support import RULES, SHAPES, Auditor, comparable, known
from tests.support import Repo, token

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

_READING: Final = '*"cat-file --batch"'
_PROVENANCE: Final = "*diff-tree*"
_EXPOSURE: Final = '*"--batch-check=%(objectname)"*'
_LOOSE: Final = 600  # which git reads: more than two batches


def _key(seed: object) -> str:
    return f'key = "{token(SHAPES[0], seed=seed)}"\n'


def _fill(repo: Repo, folder: str, count: int) -> None:
    for number in range(count):
        repo.write(f"{folder}/{number:03}.py", f"number = {number}\n{_key(number) if number % 50 == 0 else folder}\n")
    repo.git("add", "--", folder)  # not all: git may touch what it added in the same moment
    repo.commit()


@pytest.fixture
def planted(repo: Repo, tmp_path: Path) -> Auditor:
    """A pack, and many loose files; a merge, as git is asked what came of it when an exposure is worked out."""
    _fill(repo, "packed", 100)
    repo.git("repack", "-q", "-a", "-d")
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side.py", _key("side"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    _fill(repo, "loose", _LOOSE)
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    return Auditor(repo, tmp_path)


def _stop(audit: Auditor, where: str, at: int = 0) -> dict[str, Any]:
    """Audit until git is asked this, and return the report."""
    rules = audit.folder / "rules.yaml"
    rules.write_text(RULES)
    folder = audit.folder / "bin"
    env = {**stub(folder, where, INTERRUPT, at), "XDG_CACHE_HOME": str(audit.cache)}
    chosen = ("--no-builtin-rules", "--rules", str(rules), "--jobs", "1", "--format", "json")
    started = Started(["history", *chosen], audit.repo.path, env)
    code, out, _ = started.finish()
    folder.rename(audit.folder / f"bin of {len(list(audit.folder.iterdir()))}")
    report: dict[str, Any] = json.loads(out)
    assert code == 130
    assert "interrupted" in [skip["reason"] for skip in report["skips"]]
    return report


@pytest.mark.parametrize("where", [_READING, _PROVENANCE, _EXPOSURE])
def test_the_next_audit_is_as_if_nothing_had_been(planted: Auditor, where: str) -> None:
    _stop(planted, where, 400 if where == _READING else 0)
    assert len(planted.files) == 1
    seen = planted.assert_same()
    read = seen.report["summary"]["read"]
    assert known(seen) > 200
    assert (known(seen) < read - _LOOSE // 3) == (where == _READING)


@pytest.mark.parametrize("where", [_READING, _PROVENANCE, _EXPOSURE])
def test_what_is_new_when_it_is_stopped_is_read_the_next_time(planted: Auditor, where: str) -> None:
    planted.see()
    planted.repo.add("before.py", _key("before"))
    planted.repo.commit()
    _fill(planted.repo, "new", _LOOSE)
    planted.repo.add("after.py", _key("after"))
    planted.repo.commit()
    report = _stop(planted, where, 300 if where == _READING else 0)
    summary = report["summary"]
    assert summary["details"]["known-clean"] > _LOOSE
    assert (summary["read"] < summary["scope"]) == (where == _READING)
    assert summary["scope"] > 2 * _LOOSE
    paths = {f["location"]["path"] for f in planted.assert_same().findings}
    assert {"before.py", "after.py", "side.py"} <= paths


@pytest.mark.parametrize("where", [_READING, _PROVENANCE])
def test_of_an_unchanged_repository_nothing_is_forgotten(planted: Auditor, where: str) -> None:
    whole = planted.see()
    planted.see()
    (file,) = planted.files
    before = file.read_bytes()
    _stop(planted, where, 3 if where == _READING else 0)
    assert file.read_bytes() == before
    again = planted.see()
    assert comparable(again.report) == comparable(whole.report)
    assert file.read_bytes() == before


def test_stopped_again_and_again_it_comes_to_an_end(planted: Auditor) -> None:
    seen = []
    for _ in range(2):
        _stop(planted, _READING, 300)
        (file,) = planted.files
        seen.append(file.stat().st_size)
    assert seen[0] < seen[1]
    planted.assert_same()


def test_of_what_was_not_read_nothing_is_taken_for_sound(repo: Repo) -> None:
    """A pack that is new may hold copies that were still to show that they are what their ids say."""
    repo.add("plain.py", "x = 1\n")
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    repo.add("loose.py", "y = 1\n")
    repo.add("other.py", "z = 1\n")
    git = git_in(repo)
    facts = gather(Folders(place_of(git).objects))
    read = repo.git("rev-parse", ":loose.py")
    recalled = recall(open_store(git), memory.nothing(), facts, NOTHING)
    quiet = Quiet(memory.seal_of(read, "blob", 6))
    assert len(facts.loose) == 2
    assert learned(recalled, quiet, facts, True).facts == {*facts.packs.values(), *facts.loose.values()}
    stopped = learned(recalled, quiet, facts, False)
    assert (stopped.facts, stopped.count) == (frozenset({facts.loose[read]}), 1)
    assert learned(recalled, Quiet(), facts, False) is recalled.memory
