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
