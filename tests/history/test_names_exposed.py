"""Names beside exposure: what is told of a secret in a name, and that no name of a ref or a person shows one."""

from __future__ import annotations

import json
import pickle
import zlib
from pathlib import Path
from typing import Any, Final

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.scan import Scanner
from scanner.model import Blob, Exposure, FileOrigin, Finding, Refs
from scanner.report import FORMATS
from scanner.ruleset.resources import builtin_files
from scanner.sources.refnames import hidden
from tests.git.pack.make import PackWriter, delta, object_id
from tests.git.pack.support import pack_folder
from tests.history.support import LINE, SECRET, history, line
from tests.support import Repo, token

_RULE: Final = """\
provider: Acme
rules:
  - id: acme-token
    name: Acme token
    description: A token of Acme's.
    severity: high
    pattern: 'heads/(?P<secret>acme[0-9a-f]{24})'
    examples: ['heads/[[acme{hex:24}]]']
"""


def _found(repo: Repo, *options: str) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = json.loads(repo.run("history", "--format", "json", *options).out)["findings"]
    return findings


def test_names_alone_have_no_exposure(repo: Repo) -> None:
    repo.add(f"{token(seed='file')}/x", "x\n")
    repo.commit()
    repo.git("branch", token(seed="branch"))
    made = {finding["location"]["place"]: finding for finding in _found(repo)}
    assert made.keys() == {"folder-name", "ref-name"}
    assert all(finding["exposure"] is None and finding["in_head"] is None for finding in made.values())
    assert "no branch, tag" not in repo.run("history").out


def test_what_is_gone_from_files_may_stand_in_a_name(repo: Repo) -> None:
    repo.add(SECRET, LINE)
    first = repo.commit()
    repo.add(SECRET, "x\n")
    repo.commit()
    (finding,) = _found(repo)
    assert {finding["location"]["place"], finding["also"][0]["place"]} == {"file", "file-name"}
    told = finding["exposure"]
    assert (finding["in_head"], told["removed"], told["days"], told["last"]["commit"]) == (None, None, None, first)
    assert [group["names"] for group in told["reach"]] == [["main"]]
    repo.add(SECRET, LINE)
    repo.commit()
    (finding,) = _found(repo)
    assert (finding["in_head"], finding["exposure"]["stands"]) == (True, True)


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_token_in_a_ref_or_a_person_is_shown_beside_no_other_secret(format: str, jobs: str, repo: Repo) -> None:
    repo.add("large.txt", "nothing\n" * (17 << 17))  # enough for workers to be worth starting
    repo.add("app.py", line("content"))
    who = {"GIT_AUTHOR_NAME": f"Ada {token(seed='author')}", "GIT_AUTHOR_EMAIL": f"{token(seed='email')}@example.com"}
    repo.git("commit", "-q", "-m", "change", env=who)
    repo.git("branch", f"for/{token(seed='branch')}")
    repo.git("tag", token(seed="tag"))
    repo.add("app.py", "x\n")
    repo.git("commit", "-q", "-m", "removed", env=who)
    result = repo.run("history", "--format", format, "--jobs", jobs, "-v", "--receipt")
    assert result.code == 1 and "github-pat" in result.out
    for seed in ("content", "author", "email", "branch", "tag"):
        assert token(seed=seed) not in result.out + result.err
    ranged = repo.run("history", "--branches", "--format", format, "--jobs", jobs, "-v", "--receipt")
    assert ranged.code == 1
    for seed in ("content", "author", "email", "branch", "tag"):
        assert token(seed=seed) not in ranged.out + ranged.err


def test_what_the_rules_see_in_a_full_name_only_is_masked_too(repo: Repo, tmp_path: Path) -> None:
    rule = tmp_path / "rules.yaml"
    rule.write_text(_RULE)
    secret = "acme0a1b2c3d4e5f60718293a4b5"
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("branch", secret)
    result = repo.run("history", "--format", "json", "--rules", str(rule))
    assert {finding["rule_id"] for finding in json.loads(result.out)["findings"]} == {"acme-token", "github-pat"}
    assert secret not in result.out
    ranged = repo.run("history", "--branches", "--format", "json", "--rules", str(rule))
    assert ranged.code == 1 and secret not in ranged.out


def test_refs_of_the_same_name_and_another_kind_are_told_apart(shared_cache: Path) -> None:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    scanner = Scanner(compiled.rules, compiled.prefilter, 0.0)
    found: Finding = pickle.loads(pickle.dumps(scanner.scan_blob(Blob(FileOrigin(b"a"), LINE.encode())).findings[0]))
    groups = (Refs("branch", 2, (SECRET, "x")), Refs("tag", 1, (SECRET,)), Refs("other", 1, (f"refs/pull/{SECRET}",)))
    (made,) = hidden((found._replace(exposure=Exposure(reach=groups)),), scanner)
    assert made.exposure is not None
    assert [refs.names for refs in made.exposure.reach] == [
        ("ghp_********", "x"),
        ("ghp_********",),
        ("refs/pull/ghp_********",),
    ]


@pytest.mark.parametrize("how", ["in another pack", "loose"])
def test_a_forged_copy_of_a_folder_does_not_hide_the_true_one(how: str, repo: Repo) -> None:
    empty = bytes.fromhex(object_id("blob", b""))
    true = b"100644 " + SECRET.encode() + b"\0" + empty
    oid = object_id("tree", true)
    forged = PackWriter()
    forged.whole("tree", b"100644 harmless\0" + empty, oid=oid)
    forged.write(pack_folder(repo), "pack-0")
    if how == "loose":
        path = repo.path / ".git" / "objects" / oid[:2] / oid[2:]
        path.parent.mkdir()
        path.write_bytes(zlib.compress(b"tree %d\0" % len(true) + true))
    else:
        other = PackWriter()
        other.whole("tree", true)
        other.write(pack_folder(repo), "pack-1")
    seen = history(repo, "--all-objects")
    assert seen.findings or ("unreadable", oid) in seen.skips


def test_git_is_not_asked_what_a_circle_is(repo: Repo) -> None:
    """It would try for ever: not for the receipt's sizes, and not when a ref leads there."""
    repo.add("app.py", LINE)
    repo.commit()
    made = PackWriter()
    oid = "12" * 20
    made.named(oid, oid, delta(b"x" * 20, b"x" * 30))
    made.write(pack_folder(repo))
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 1)
    assert ("unreadable", oid) in seen.skips
