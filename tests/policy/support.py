"""Suppressions made without the command, so that hundreds of them take no time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import FOLDER, add
from scanner.policy.keyed import derive
from scanner.redact import fingerprint
from tests.support import Repo, Result, token

RULE = "github-pat"
SALT = bytes(range(16)).hex()


def entry(secret: str, reason: str = "made up for tests", salt: str = SALT, **fields: Any) -> Entry:
    """Return an entry for a GitHub token, as `allow add` makes it."""
    name = derive(fingerprint(RULE, secret.encode()), salt)
    return Entry(name, salt, RULE, reason, "ada@example.com", **fields)


def accept(root: Path, secrets: Iterable[str], **fields: Any) -> list[str]:
    return add(str(root), [entry(secret, **fields) for secret in secrets])


def line(seed: object, name: str = "KEY") -> str:
    return f'{name} = "{token(seed=seed)}"\n'


def found(result: Result) -> dict[str, Any]:
    """Return a JSON report."""
    assert result.code in (0, 1, 3), result
    report: dict[str, Any] = json.loads(result.out)
    return report


def places(report: dict[str, Any], key: str = "findings") -> list[str]:
    return sorted(one["location"]["path"] for one in report[key])


def files(repo: Repo) -> list[str]:
    folder = repo.path / FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def ids(result: Result) -> list[str]:
    """Return the ids that a text report shows."""
    return [line.split()[1] for line in result.out.splitlines() if line.startswith("    id ")]


YESTERDAY = date(2020, 1, 1)
SOME_DAY = date(2999, 12, 31)
