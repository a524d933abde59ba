"""Every place that can carry a secret is read, each secret is found once, and the finding says where it stands."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.redact import fingerprint
from scanner.report._words import PLACES
from tests.history.planted import Planted, plant
from tests.history.support import line
from tests.support import Repo, redhanded, token

RULE = "github-pat"
UNREACHED = "no branch, tag or reflog is known to reach it"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("places"))


def _found(folder: Path, *options: str, names: set[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return by seed the kind of place of each finding, and its notes. No secret may be found twice, or be shown."""
    result = redhanded("history", "--format", "json", *options, cwd=folder)
    assert result.code == 1, result
    report = json.loads(result.out)
    assert [skip for skip in report["skips"] if skip["incomplete"]] == []
    seeds = {fingerprint(RULE, token(seed=seed).encode()): seed for seed in names}
    found = [(seeds[finding["fingerprint"]], finding) for finding in report["findings"]]
    assert len(dict(found)) == len(found)
    for name in names:
        assert token(seed=name) not in result.out + result.err
    assert {finding["rule_id"] for _, finding in found} == {RULE}
    kinds = {seed: finding["location"]["place"] for seed, finding in found}
    return kinds, {seed: finding["notes"] for seed, finding in found}


def _pack(repo: Repo) -> None:
    repo.git("-c", "pack.threads=1", "repack", "-q", "-a", "-d", "-f", "-k")
    repo.git("prune-packed")


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize("form", ["loose", "packed"])
def test_a_secret_in_every_place_is_found_once_and_its_place_told(planted: Planted, form: str, jobs: str) -> None:
    if form == "packed":
        _pack(planted.repo)
    both = {**planted.places, **planted.beyond}
    kinds, _ = _found(planted.repo.path, "--jobs", jobs, names={*both})
    assert kinds == planted.places
    kinds, notes = _found(planted.repo.path, "--jobs", jobs, "--all-objects", names={*both})
    assert kinds == both
    assert {seed for seed, said in notes.items() if UNREACHED in said} == planted.beyond.keys()


def test_a_mirror_has_all_but_reflogs_and_older_stashes(planted: Planted, tmp_path: Path) -> None:
    planted.repo.git("clone", "-q", "--mirror", "--no-local", ".", str(tmp_path / "mirror.git"))
    kinds, _ = _found(tmp_path / "mirror.git", names={*planted.places})
    assert kinds == {seed: kind for seed, kind in planted.places.items() if seed not in planted.local}


def test_after_gc_the_same_is_found(planted: Planted, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(planted.repo.path, copy, symlinks=True)
    subprocess.run(["git", "gc", "-q", "--prune=now"], cwd=copy, check=True)
    names = {*planted.places, *planted.beyond}
    kinds, _ = _found(copy, "--all-objects", names=names)
    # What is staged stays, and so does what the other worktree has.
    assert kinds == {**planted.places, "staged": "file"}


@pytest.mark.parametrize("format", ["text", "sarif"])
def test_every_format_tells_the_place_and_hides_names(planted: Planted, format: str) -> None:
    result = redhanded("history", "--format", format, "-v", "--all-objects", "--receipt", cwd=planted.repo.path)
    assert result.code == 1
    for seed in {**planted.places, **planted.beyond}:
        assert token(seed=seed) not in result.out + result.err
    for kind in {*planted.places.values()}:
        assert (PLACES[kind] if format == "text" else f'"place": "{kind}"') in result.out or kind == "file"  # type: ignore[index]


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)], ids=["SHA-1", "SHA-256"])
def test_a_path_that_holds_a_token_is_masked_wherever_it_is_told(options: tuple[str, ...], tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", *options)
    folder = f"deep/x {token(seed='folder')}"
    repo.add(f"{folder}/app.py", line("content"))
    repo.add(f"{folder}/{token(seed='file')}", line("more content"))
    repo.commit()
    names = {"folder", "file", "content", "more content"}
    kinds, _ = _found(repo.path, names=names)
    assert kinds == {"folder": "folder-name", "file": "file-name", "content": "file", "more content": "file"}
    for format in ("text", "json", "sarif"):
        result = repo.run("history", "--format", format, "-v", "--receipt")
        assert "x%20ghp_" in result.out if format == "sarif" else "deep/x ghp_********" in result.out
        for name in names:
            assert token(seed=name) not in result.out + result.err
    assert token(seed="file") in repo.run("history", "--show-secrets").out


def test_a_name_is_told_with_each_path_that_ends_with_it(repo: Repo) -> None:
    name = token(seed="name")
    repo.add(f"one/{name}", "x\n")
    first = repo.commit()
    repo.add(f"two/{name}/file", "y\n")
    second = repo.commit()
    (finding,) = json.loads(repo.run("history", "--format", "json", "--show-secrets").out)["findings"]
    places = [finding["location"], *finding["also"]]
    assert [(place["path"], place["place"], place["commit"]) for place in places] == [
        (f"one/{name}", "file-name", first),
        (f"two/{name}", "folder-name", second),
    ]
    assert [place["span"]["start"] for place in places] == [4, 4]


def test_excludes_hold_for_names(repo: Repo) -> None:
    repo.add(f"fixtures/{token(seed='name')}", "x\n")
    repo.add(".redhanded.yaml", "exclude:\n  - fixtures/\n")
    repo.commit()
    result = repo.run("history", "--format", "json")
    assert result.code == 0
    assert [entry["location"]["place"] for entry in json.loads(result.out)["suppressed"]] == ["file-name"]


def test_names_beyond_reach_are_said_and_masked(repo: Repo) -> None:
    repo.add("a.py", "x\n")
    repo.commit()
    blob = repo.git("rev-parse", "HEAD:a.py")
    repo.git("mktree", stdin=f"100644 blob {blob}\t{token(seed='lost')}\n".encode())
    result = repo.run("history", "--format", "json", "--show-secrets")
    assert result.code == 0
    (skip,) = json.loads(result.out)["skips"]
    assert (skip["kind"], skip["reason"], skip["path"]) == ("name", "unreachable", "ghp_********")
