"""What the tests of the git plumbing share."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.git.command import Git, environment
from tests.support import Repo


def git_in(where: Repo | Path) -> Git:
    """Return git in a folder as `history` runs it."""
    return Git(str(where.path if isinstance(where, Repo) else where), environment(os.environ))


def blob(repo: Repo, data: bytes) -> str:
    """Write a blob and return its id."""
    return repo.git("hash-object", "-w", "--stdin", stdin=data)
