"""What the tests of trust share: a repository with a policy on main, and a branch that is reviewed against it."""

from __future__ import annotations

from typing import Any

from tests.ci.support import Seen, ci
from tests.policy.support import accept
from tests.support import Repo, token

RULE = "github-pat"
BASE = "exclude:\n  - vendor/\nskip:\n  - generic-password\n"


def line(seed: object, behind: str = "") -> str:
    """Return a line of code with a token of its own, and a comment behind it."""
    return f'KEY = "{token(seed=seed)}"{behind}\n'


def begin(repo: Repo, config: str = BASE) -> Repo:
    """Commit a policy to main, and check out the branch topic."""
    repo.add("README", "hello\n")
    if config:
        repo.add(".redhanded.yaml", config)
    repo.commit("start")
    repo.git("checkout", "-q", "-b", "topic")
    return repo


def suppress(repo: Repo, *seeds: object, **fields: Any) -> list[str]:
    """Add suppressions of these tokens to the index, and return their files."""
    files = accept(repo.path, [token(seed=seed) for seed in seeds], **fields)
    repo.git("add", "-A", ".redhanded")
    return files


def reviewed(repo: Repo, *options: str, commit: bool = True) -> Seen:
    """Commit what is staged, and review topic against main."""
    if commit:
        repo.commit("change")
    return ci(repo, {}, "--range", "main..topic", *options)


def told(seen: Seen) -> list[str]:
    """Return what the report says of the policy: `file:line: what`, notices and findings alike."""
    notices = [one for one in seen.report["notices"] if one["kind"] == "policy-change"]
    listed = [(one["path"], one["line"] or 1, one["message"]) for one in notices]
    changes = [one for one in seen.report["findings"] if one["rule_id"] == "policy-change"]
    found = [(one["location"]["path"], one["location"]["start"]["line"], one["notes"][0]) for one in changes]
    return sorted(f"{path}:{at}: {what}" for path, at, what in (*listed, *found))


def secrets(seen: Seen) -> list[str]:
    """Return where secrets are reported."""
    return sorted(f["location"]["path"] for f in seen.report["findings"] if f["rule_id"] != "policy-change")


def unapproved(seen: Seen) -> dict[str, str | None]:
    """Return of each secret what in the change would let it pass."""
    return {f["location"]["path"]: f["unapproved"] for f in seen.report["findings"] if f["rule_id"] != "policy-change"}
