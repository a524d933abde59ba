"""A repository with a secret in every disguise: each is found, once, by every command that reads files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from scanner.redact import fingerprint
from tests.decode.disguises import EVERY
from tests.support import Repo, redhanded, token

RULE = "github-pat"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("hostile"))
    for name, disguise in EVERY.items():
        repo.add(name, disguise(token(seed=name)))
    return repo


def _found(repo: Repo, *command: str) -> Counter[str]:
    result = redhanded(*command, "--only", RULE, "--format", "json", cwd=repo.path)
    assert result.code == 1, result
    report = json.loads(result.out)
    seeds = {fingerprint(RULE, token(seed=name).encode()): name for name in EVERY}
    for finding in report["findings"]:
        where = finding["location"]["path"]
        assert where is not None and where.removeprefix("./") == seeds[finding["fingerprint"]]
    return Counter(seeds[finding["fingerprint"]] for finding in report["findings"])


def test_there_are_many() -> None:
    assert len(EVERY) >= 60


def test_in_files_in_the_index_and_in_history(hostile: Repo) -> None:
    everything = Counter(dict.fromkeys(EVERY, 1))
    assert _found(hostile, "scan", ".") == everything
    assert _found(hostile, "staged") == everything
    hostile.commit("all of it")
    assert _found(hostile, "history") == everything
    hostile.git("gc", "-q")
    assert _found(hostile, "history", "--no-cache") == everything


def test_none_is_shown(hostile: Repo, tmp_path: Path) -> None:
    for form in ("text", "sarif"):
        result = redhanded("scan", ".", "-v", "--format", form, cwd=hostile.path)
        assert not [name for name in EVERY if token(seed=name) in result.out + result.err]
