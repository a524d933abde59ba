"""What is remembered takes nothing from what a run tells of its coverage, and no name from what it finds."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner.cli.memory import Recollection
from scanner.cli.rulefiles import rule_files
from scanner.engine.compiled import prepare
from scanner.git.command import Git
from scanner.git.place import place_of
from scanner.git.store import open_store
from scanner.sources.history import History
from tests.memory.support import RULES, Auditor, known
from tests.support import token


def test_the_receipt_and_the_report_say_what_an_earlier_run_had_read(audit: Auditor, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    env = {"XDG_CACHE_HOME": str(audit.cache)}
    options = ("history", "--no-builtin-rules", "--rules", "../rules.yaml", "-v", "--receipt")
    first, second = (audit.repo.run(*options, env=env) for _ in range(2))
    assert "earlier run" not in first.err and "known-clean" not in first.out
    assert "9 read (" in second.err and "8 of them by an earlier run that found nothing in them" in second.err
    assert "Read: 3 blobs, 3 commits, 8 known-clean, 1 refs, 0 tags, 3 trees." in second.out
    audit.repo.run(*options[:-1], "--receipt", str(tmp_path / "r.json"), env=env)
    receipt = json.loads((tmp_path / "r.json").read_text())
    assert receipt["known"] == 8
    whole = {"refs": 1, "commits": 3, "trees": 3, "blobs": 3, "tags": 0}
    assert receipt["kinds"] == {kind: {"scope": number, "read": number} for kind, number in whole.items()}


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_a_name_is_found_again_though_nothing_was_in_the_file(audit: Auditor, packed: bool) -> None:
    audit.repo.add(f"{token('acme_{base62:20}', seed='name')}/plain.py", "x = 2\n")
    audit.repo.commit()
    audit.repo.git("branch", token("acme_{base62:20}", seed="branch"))
    if packed:
        audit.repo.git("gc", "-q", "--prune=now")
    first = audit.see()
    second = audit.assert_same()
    assert (known(first), known(second)) == (0, 11)
    places = sorted(finding["location"]["place"] for finding in second.findings)
    assert places == ["file", "folder-name", "ref-name"]


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_only_what_is_to_be_read_is_expected(audit: Auditor, packed: bool) -> None:
    if packed:
        audit.repo.git("gc", "-q", "--prune=now")
    audit.see()
    git = Git(str(audit.repo.path), os.environ)
    compiled = prepare(rule_files([str(audit.folder / "rules.yaml")], False), str(audit.cache / "redhanded"))
    whole = History(git, open_store(git))
    assert whole.expected() == 9

    def memory() -> Recollection:
        folder = str(audit.cache / "redhanded")
        return Recollection(git, place_of(git), folder, compiled, frozenset({"acme-key"}), print)

    assert memory().is_unchanged
    assert memory().again().expected() == 1  # the key's file
    less = memory().source(whole, "", None)
    assert less.expected() == (1 if packed else 4)  # that, and loose trees


def test_a_name_is_found_in_one_pack_when_another_that_had_it_goes(audit: Auditor) -> None:
    """Each name is told once, of the first folder that has it, perhaps of one that will be gone."""
    repo = audit.repo
    for number in range(3):
        repo.add(f"{token('acme_{base62:20}', seed='name')}.py", f"x = {number}\n")
        repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    folder = repo.path / ".git" / "objects" / "pack"
    for path in folder.iterdir():
        path.rename(folder / f"pack-{'f' * 40}{path.suffix}")
    for commit in ("HEAD", "HEAD~1", "HEAD~2"):  # each pack has another folder with that name
        tree = repo.git("rev-parse", f"{commit}^{{tree}}")
        repo.git("pack-objects", "-q", str(folder / "pack"), stdin=f"{tree}\n".encode())
    for pack in sorted(folder.glob("*.pack"))[:3]:
        audit.assert_same()
        pack.with_suffix(".idx").unlink()
        pack.unlink()
        found = [finding["location"]["place"] for finding in audit.assert_same().findings]
        assert "file-name" in found
