"""What merges do to the life of a secret."""

from __future__ import annotations

import pytest

from tests.history.lives import HERE, commit, life, stamped, told
from tests.history.support import LINE
from tests.support import Repo


def _merge(repo: Repo, *strategy: str) -> tuple[str, str]:
    """A secret on a side branch, and a merge into main; return the commits."""
    commit(repo, "2024-01-01", other="x\n")
    repo.git("checkout", "-q", "-b", "side")
    first = commit(repo, "2024-01-02", app_py=LINE)
    repo.git("checkout", "-q", "main")
    commit(repo, "2024-01-03", other="y\n")
    merge = stamped(repo, "2024-01-04", "merge", "-q", "--no-ff", "-m", "merge", *strategy, "side")
    repo.git("branch", "-q", "-D", "side")
    return first, merge


def test_a_merge_that_takes_it_in(repo: Repo) -> None:
    first, merge = _merge(repo)
    assert told(repo) == life(first, merge, None, 364, **HERE)


def test_a_merge_that_drops_it(repo: Repo) -> None:
    first, merge = _merge(repo, "-s", "ours")
    assert told(repo) == life(first, first, merge, 2)


def test_a_merge_of_two_that_both_have_it_and_drops_it(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("checkout", "-q", "-b", "side")
    commit(repo, "2024-01-02", side="x\n")
    repo.git("checkout", "-q", "main")
    last = commit(repo, "2024-01-03", other="y\n")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    removed = commit(repo, "2024-01-04", app_py=None)
    repo.git("branch", "-q", "-D", "side")
    assert told(repo) == life(first, last, removed, 3)


def test_a_merge_that_takes_over_a_removal_is_not_the_removal(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("checkout", "-q", "-b", "side")
    last = commit(repo, "2024-03-01", side="x\n")
    repo.git("checkout", "-q", "main")
    removed = commit(repo, "2024-02-01", app_py="x\n")
    stamped(repo, "2024-04-01", "merge", "-q", "--no-ff", "-m", "merge", "side")
    repo.git("branch", "-q", "-D", "side")
    assert told(repo) == life(first, last, removed, 31)


def test_a_merge_that_keeps_what_one_side_had_removed(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("checkout", "-q", "-b", "side")
    commit(repo, "2024-01-02", app_py="x\n")
    repo.git("checkout", "-q", "main")
    merge = stamped(repo, "2024-01-04", "merge", "-q", "--no-ff", "-m", "merge", "-s", "ours", "side")
    repo.git("branch", "-q", "-D", "side")
    assert told(repo) == life(first, merge, None, 365, **HERE)


@pytest.mark.parametrize("name", ["new\nline.py", " :x", '"q"', "-x", "tab\there.py", "ü.py"])
def test_a_merge_is_looked_into_whatever_the_path(repo: Repo, name: str) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.git("checkout", "-q", "-b", "side")
    repo.write(name, LINE)
    repo.git("add", "-A")
    first = commit(repo, "2024-01-02")
    repo.git("checkout", "-q", "main")
    commit(repo, "2024-01-03", other="y\n")
    merge = stamped(repo, "2024-01-04", "merge", "-q", "--no-ff", "-m", "merge", "side")
    assert told(repo) == life(first, merge, None, 364, **{**HERE, "tips": ["main", "side"], "reach": ["main", "side"]})
