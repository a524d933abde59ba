"""A terminal to review at, and a repository with three secrets to go through."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.review.support import planted
from tests.support import Repo

if TYPE_CHECKING:
    from tests.review.terminal import Terminal


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    if sys.platform == "win32":
        pytest.skip("there is no pseudo-terminal")
    from tests.review.terminal import Terminal

    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def three(repo: Repo) -> Repo:
    planted(repo, "a", "b", "c")
    return repo
