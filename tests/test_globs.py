"""Path patterns: what the table says, and what git itself says of the same patterns."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.globs import Globs
from tests.support import Repo

_CASES = [
    ("*.lock", "poetry.lock", True),
    ("*.lock", "deep/er/poetry.lock", True),
    ("*.lock", "poetry.lock.py", False),
    ("docs/", "docs/a.md", True),
    ("docs/", "a/docs/b.md", True),
    ("docs/", "docs", False),
    ("docs/", "mydocs/a.md", False),
    ("/build", "build", True),
    ("/build", "build/x", True),
    ("/build", "src/build", False),
    ("tests/**/fixtures", "tests/fixtures/a", True),
    ("tests/**/fixtures", "tests/a/b/fixtures", True),
    ("tests/**/fixtures", "x/tests/a/fixtures", False),
    ("a/**", "a/b/c", True),
    ("a/**", "a", False),
    ("**/a", "a", True),
    ("**/a", "x/y/a", True),
    ("**", "anything/at.all", True),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("[a-c]x", "bx", True),
    ("[!a-c]x", "bx", False),
    ("[!a-c]x", "dx", True),
    ("[]]", "]", True),
    ("[z-a]", "m", False),  # an empty range is no error
    ("[!]", "a", False),  # a bracket that is never closed matches nothing
    ("[", "[", False),
    ("[a&&b||c~~d--]", "&", True),
    (r"\*", "*", True),
    (r"\*", "x", False),
    ("x.y", "xzy", False),
    ("dir", "./dir/a", True),
    ("näme*", "nämen/x", True),
]


@pytest.mark.parametrize(("pattern", "path", "covered"), _CASES, ids=[f"{p} {q}" for p, q, _ in _CASES])
def test_a_pattern_covers_what_gitignore_would_cover(pattern: str, path: str, covered: bool) -> None:
    assert Globs((pattern,)).match(path) == (pattern if covered else None)


def test_the_first_pattern_that_covers_a_path_is_named() -> None:
    assert Globs(("x", "*.py", "a.py")).match("a.py") == "*.py"


@pytest.mark.skipif(os.sep != "/", reason="a backslash is a separator here")
def test_a_backslash_in_a_file_name_is_no_separator() -> None:
    assert Globs(("a/",)).match("a\\b") is None


def test_git_agrees_on_every_pattern_and_path(repo: Repo, tmp_path: Path) -> None:
    names = ["a", "ab", "b.py"]
    paths = ["/".join(parts) for n in (1, 2, 3) for parts in itertools.product(names, repeat=n)]
    patterns = [
        *("a", "/a", "a/", "*", "*.py", "a*", "?b", "a/b.py", "a/*", "a/**", "**/a", "a/**/a", "**/ab/*", "/a/**/"),
        *("*/a", "[ab]", "[!a]", "[^a]b", "a[a-z]", "**/*.py", "a**b", "**a", "b[.]py", r"\a", "/*/b.py", "[", "[z-a]"),
    ]
    for pattern in patterns:
        assert _covered(pattern, paths) == _ignored(repo, pattern, paths), pattern


@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.text("ab/*?[]!^-.\\", min_size=1, max_size=8).filter(lambda p: p.strip("/") and p[0] != "!" and "//" not in p)
)
def test_no_pattern_is_an_error(pattern: str) -> None:
    Globs((pattern,)).match("a/b")


def _covered(pattern: str, paths: list[str]) -> list[str]:
    return [path for path in paths if Globs((pattern,)).match(path)]


def _ignored(repo: Repo, pattern: str, paths: list[str]) -> list[str]:
    repo.write(".git/info/exclude", pattern + "\n")
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=repo.path,
        input=b"\0".join(path.encode() for path in paths),
        capture_output=True,
    )
    return [path.decode() for path in done.stdout.split(b"\0") if path]
