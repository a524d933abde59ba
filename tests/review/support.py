"""A repository with something to review, and what is known of a review afterwards."""

from __future__ import annotations

import json
import os
from pathlib import Path

from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import load
from scanner.redact import fingerprint
from tests.policy.support import RULE, line
from tests.support import Repo, token

LOOKING = "redhanded: looking for findings\n"


def identity(seed: object) -> str:
    """Return the id of a GitHub token, as reports show it."""
    return fingerprint(RULE, token(seed=seed).encode())[:12]


def planted(repo: Repo, *seeds: object) -> None:
    """Give the repository a file with a secret for each of the seeds, and commit them."""
    for seed in seeds:
        repo.add(f"{seed}.py", f"import os\n\n{line(seed)}\nx = 1\n")
    repo.commit()


def decide(repo: Repo, text: str, *arguments: str) -> tuple[int, str, str]:
    """Review by a file of decisions; return the exit code, the output, and the messages but for the first."""
    result = repo.run("review", "--decisions", "-", *arguments, stdin=text.encode())
    return result.code, result.out, result.err.removeprefix(LOOKING)


def entries(repo: Repo) -> list[Entry]:
    return sorted(load(str(repo.path)), key=lambda entry: entry.reason)


def reasons(repo: Repo) -> list[str]:
    return [entry.reason for entry in entries(repo)]


def notes() -> list[Path]:
    """Return the files in which reviews keep what is in no repository."""
    return sorted((Path(os.environ["HOME"]) / ".local/state/redhanded/review").glob("*"))


def marks() -> list[tuple[str, str]]:
    """Return what is noted in them: what is to be done, and where."""
    found = [mark for path in notes() for mark in json.loads(path.read_text())["marks"]]
    return [(mark["kind"], mark["place"]) for mark in found]
