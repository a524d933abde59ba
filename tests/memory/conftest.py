"""The repository that most tests of the memory begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.memory.support import HARMLESS, KEY, Auditor
from tests.support import Repo


@pytest.fixture
def audit(repo: Repo, tmp_path: Path) -> Auditor:
    """Three commits: a harmless file, one with a key, one with an example."""
    repo.add("plain.py", "x = 1\n")
    repo.commit()
    repo.add("key.py", f'key = "{KEY}"\n')
    repo.commit()
    repo.add("example.py", f'key = "{HARMLESS}"\n')
    repo.commit()
    return Auditor(repo, tmp_path)
