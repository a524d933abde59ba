"""The memory of a history and the configuration: what was learned under other rules is not believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.policy.test_effects import ACME, INLINE
from tests.support import Repo, token

CHANGES = [
    "",
    "skip: [github-pat]\n",
    "severity: {github-pat: low}\n",
    "allow: [{value: 'ghp_.*', paths: [docs/], reason: r}]\n",
    "allow: [{value: 'ghp_.*', reason: r}]\n",
    INLINE,
    f"{INLINE}skip: [acme-key]\n",
    "exclude: [docs/]\n",
    "min-confidence: 0.99\n",
    "max-file-size: 50 B\n",
    f"builtin-rules: off\n{INLINE}",
    "",
]


def told(repo: Repo, cache: Path, *more: str) -> Any:
    env = {"XDG_CACHE_HOME": str(cache)}
    result = repo.run("history", "--format", "json", *more, env=env)
    assert result.code in (0, 1, 3), result
    report = json.loads(result.out)
    report["summary"].pop("seconds", None)
    report["summary"].pop("known-clean", None)
    return {key: report[key] for key in ("findings", "suppressed", "skips")}, result.code


@pytest.mark.parametrize("nested", [False, True])
def test_after_every_change_a_run_that_remembers_tells_what_a_cold_one_does(
    repo: Repo, shared_cache: Path, nested: bool
) -> None:
    for number in range(6):
        name = ("docs/a.md", "app/a.py", "b.txt")[number % 3]
        repo.add(
            name, f"see {token(seed=number)}\nx {ACME[:-1]}{number}\npassword = 'zK{number}xVq9wLm2'\n{'# ' * number}\n"
        )
        repo.commit()
    for text in CHANGES:
        repo.write(".redhanded.yaml", text)
        if nested:
            repo.write("docs/.redhanded.yaml", text if text.startswith(("skip", "severity", "exclude")) else "")
        cold = told(repo, shared_cache, "--no-cache")
        for _ in range(2):
            assert told(repo, shared_cache) == cold
