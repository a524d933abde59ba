"""What `redhanded review` keeps in no repository: the list of what is to be rotated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import assert_error
from tests.review.support import LOOKING, decide, identity, notes
from tests.support import Repo, token


def test_the_list_of_what_is_to_be_rotated(three: Repo) -> None:
    assert three.run("review", "--list").out == "nothing is to be rotated\n"
    decide(three, f"{identity('a')}: rotate\n{identity('b')}: rotate\n")
    shown = three.run("review", "--list")
    assert shown.code == 0 and "[github-pat] a.py:3:8" in shown.out and "https://github.com/settings" in shown.out
    done = shown.out.splitlines()[1].split()[0]
    assert "left on it: 1" in three.run("review", "--done", done).out
    assert "a.py" not in three.run("review", "--list").out
    assert identity("a") in three.run("review", "--export", "-").out  # and it is still there


def test_all_worktrees_have_one_list(three: Repo, tmp_path: Path) -> None:
    decide(three, f"{identity('a')}: rotate\n")
    three.git("worktree", "add", "-q", str(tmp_path / "other"))
    assert "a.py:3:8" in Repo(tmp_path / "other").run("review", "--list").out


def test_what_is_kept_holds_no_secret_and_no_fingerprint(three: Repo) -> None:
    decide(three, f"{identity('a')}: rotate\n{identity('b')}: skip\n")
    (path,) = notes()
    text = path.read_text()
    assert not [s for s in "ab" if identity(s)[:8] in text or token(seed=s)[4:12] in text]
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["", "{}", "[", '{"schema": "redhanded-review/1", "salt": "00", "marks": []}', "[" * 99_999]
)
def test_notes_that_are_broken_are_not_thrown_away(three: Repo, text: str) -> None:
    decide(three, f"{identity('a')}: rotate\n")
    (path,) = notes()
    path.write_text(text)
    assert_error(three.run("review", "--list"), str(path), "is not what a review has written")
    assert path.read_text() == text


def test_notes_that_cannot_be_written(three: Repo, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    text = f"{identity('a')}: rotate\n".encode()
    result = three.run("review", "--decisions", "-", stdin=text, env={"XDG_STATE_HOME": str(tmp_path / "state")})
    assert_error(result._replace(err=result.err.removeprefix(LOOKING)), "cannot be", "XDG_STATE_HOME")
