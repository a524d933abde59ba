"""Real pushes with `redhanded push` as the pre-push hook: what the remote lacks is read, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.push.support import LINE, Pair, install, pair
from tests.support import Repo, token

OTHER = f'OTHER = "{token(seed="other")}"\n'


@pytest.fixture
def hooked(tmp_path: Path) -> Pair:
    made = pair(tmp_path)
    install(made.repo.path / ".git", "pre-push", '"$@"')
    return made


def test_a_push_with_a_secret_is_stopped_and_the_mended_one_goes_through(hooked: Pair) -> None:
    repo = hooked.repo
    repo.add("app.py", LINE)
    made = repo.commit()
    stopped = hooked.push()
    assert stopped.code == 1
    assert "app.py:1:8" in stopped.output and "[github-pat]" in stopped.output
    assert made[:12] in stopped.output and "Ada" in stopped.output
    assert "in HEAD" not in stopped.output
    repo.add("app.py", "import os\n")
    repo.commit("mend", "--amend")
    assert hooked.push().code == 0
    assert hooked.refs()["refs/heads/main"] == repo.git("rev-parse", "main")


def test_a_secret_that_a_later_commit_takes_out_is_pushed_all_the_same(hooked: Pair) -> None:
    hooked.repo.add("app.py", LINE)
    hooked.repo.commit()
    hooked.repo.git("rm", "-q", "app.py")
    hooked.repo.commit()
    assert hooked.push().code == 1


def test_what_the_remote_has_is_not_read_again(hooked: Pair) -> None:
    repo = hooked.repo
    repo.add("old.py", LINE)
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.add("new.py", "a = 1\n")
    repo.commit()
    clean = hooked.push()
    assert clean.code == 0
    assert "nothing found in 2 objects" in clean.output


@pytest.mark.parametrize("change", ["edited", "moved", "indented", "copied"])
def test_a_secret_that_the_remote_has_is_not_new(hooked: Pair, change: str) -> None:
    repo = hooked.repo
    repo.add("old.py", f"a = 1\n{LINE}")
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main")
    if change == "moved":
        repo.git("mv", "old.py", "new.py")
    name = {"moved": "new.py", "copied": "copy.py"}.get(change, "old.py")
    repo.add(name, f"if a:\n    {LINE}" if change == "indented" else f"b = 2\na = 1\n{LINE}")
    repo.commit()
    assert hooked.push().code == 0
    repo.add("old.py", f"{LINE}{OTHER}")
    repo.commit()
    stopped = hooked.push()
    assert stopped.code == 1
    assert "old.py:2:10" in stopped.output and "old.py:1:8" not in stopped.output


def test_a_new_branch(hooked: Pair) -> None:
    repo = hooked.repo
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("app.py", "a = 1\n")
    repo.commit()
    clean = hooked.push("origin", "topic")
    assert (clean.code, "nothing found in 2 objects" in clean.output) == (0, True)
    repo.git("checkout", "-q", "-b", "other")
    repo.add("app.py", LINE)
    repo.commit()
    assert hooked.push("origin", "other").code == 1


def test_a_new_branch_without_commits_of_its_own(hooked: Pair) -> None:
    hooked.repo.git("branch", "same")
    done = hooked.push("origin", "same")
    assert (done.code, "adds no objects" in done.output) == (0, True)


def test_all_refs_of_one_push_are_read(hooked: Pair) -> None:
    repo = hooked.repo
    for name, text in (("clean", "a = 1\n"), ("dirty", LINE)):
        repo.git("checkout", "-q", "-b", name, "main")
        repo.add(f"{name}.py", text)
        repo.commit()
    assert hooked.push("origin", "clean", "dirty").code == 1
    assert hooked.push("--all", "origin").code == 1
    assert hooked.push("origin", "clean").code == 0


def test_deletions_have_nothing_to_read(hooked: Pair) -> None:
    repo = hooked.repo
    repo.git("branch", "gone")
    assert hooked.push("origin", "gone").code == 0
    deleted = hooked.push("origin", ":gone")
    assert (deleted.code, "adds no objects" in deleted.output) == (0, True)
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main:refs/heads/gone")
    assert hooked.push("origin", ":gone").code == 0


def test_nothing_to_push(hooked: Pair) -> None:
    assert hooked.push().code == 0


def test_a_forced_push_reads_what_it_rewrites(hooked: Pair) -> None:
    repo = hooked.repo
    repo.add("app.py", "a = 1\n")
    repo.commit()
    assert hooked.push().code == 0
    repo.add("app.py", LINE)
    repo.commit("again", "--amend")
    assert hooked.push("--force", "origin", "main").code == 1
    repo.add("app.py", "b = 2\n")
    repo.commit("again", "--amend")
    assert hooked.push("--force", "origin", "main").code == 0


def test_a_remote_commit_that_is_not_here(hooked: Pair, tmp_path: Path) -> None:
    """Somebody else has pushed; git asks for force, and tells the hook of an object that we lack."""
    hooked.repo.git("clone", "-q", str(hooked.server), str(tmp_path / "other"))
    other = Repo(tmp_path / "other")
    other.add("theirs", "theirs\n")
    other.commit()
    other.git("push", "-q", "origin", "main")
    hooked.repo.add("app.py", LINE)
    hooked.repo.commit()
    assert hooked.push("--force", "origin", "main").code == 1
    hooked.repo.add("app.py", "a = 1\n")
    hooked.repo.commit("mend", "--amend")
    assert hooked.push("--force", "origin", "main").code == 0


def test_messages_and_tags_are_read(hooked: Pair) -> None:
    repo = hooked.repo
    repo.git("tag", "-a", "v1", "-m", f"release\n\n{LINE}")
    stopped = hooked.push("origin", "v1")
    assert (stopped.code, "tag " in stopped.output) == (1, True)
    repo.git("tag", "-d", "v1")
    repo.git("tag", "-a", "v1", "-m", "release")
    assert hooked.push("origin", "v1").code == 0
    repo.add("a", "a")
    repo.commit(LINE)
    stopped = hooked.push()
    assert (stopped.code, "commit " in stopped.output) == (1, True)


def test_a_ref_that_is_no_commit(hooked: Pair) -> None:
    oid = hooked.repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    hooked.repo.git("update-ref", "refs/odd/blob", oid)
    assert hooked.push("origin", "refs/odd/blob").code == 1
    oid = hooked.repo.git("hash-object", "-w", "--stdin", stdin=b"a = 1\n")
    assert hooked.push("origin", f"{oid}:refs/odd/blob").code == 0


@pytest.mark.parametrize("place", ["HEAD:refs/heads/x", "HEAD~0:refs/heads/x", ":/st:refs/heads/y"])
def test_a_local_name_may_be_any_revision(hooked: Pair, place: str) -> None:
    hooked.repo.add("app.py", LINE)
    hooked.repo.commit("stop this one")
    assert hooked.push("origin", place).code == 1


def test_a_push_to_an_address_reads_all_that_no_remote_vouches_for(hooked: Pair, tmp_path: Path) -> None:
    repo = hooked.repo
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main")
    elsewhere = tmp_path / "elsewhere.git"
    repo.git("init", "-q", "--bare", str(elsewhere))
    assert hooked.push(str(elsewhere), "main").code == 1
    # To the same place by its address: git says what is there, and it is here.
    repo.add("b", "b")
    repo.commit()
    assert hooked.push(str(hooked.server), "main").code == 0


def test_another_remote_has_what_it_has(hooked: Pair, tmp_path: Path) -> None:
    repo = hooked.repo
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.git("init", "-q", "--bare", str(tmp_path / "public.git"))
    repo.git("remote", "add", "public", str(tmp_path / "public.git"))
    assert hooked.push("public", "main").code == 1


def test_from_a_worktree_and_a_folder_below(hooked: Pair) -> None:
    repo = hooked.repo
    repo.git("worktree", "add", "-q", "-b", "side", "../side")
    side = Repo(repo.path.parent / "side")
    side.add("sub/app.py", LINE)
    side.commit()
    assert Pair(Repo(side.path / "sub"), hooked.server).push("origin", "side").code == 1


def test_with_git_dir_and_work_tree_from_elsewhere(hooked: Pair, tmp_path: Path) -> None:
    hooked.repo.add("app.py", LINE)
    hooked.repo.commit()
    there = {"GIT_DIR": str(hooked.repo.path / ".git"), "GIT_WORK_TREE": str(hooked.repo.path)}
    (tmp_path / "empty").mkdir()
    hooked.repo.path.joinpath("x").mkdir()
    assert hooked.push(env=there).code == 1


def test_a_shallow_clone_pushes_what_is_its_own(hooked: Pair, tmp_path: Path) -> None:
    repo = hooked.repo
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.git("clone", "-q", "--depth=1", f"file://{hooked.server}", str(tmp_path / "shallow"))
    shallow = Pair(Repo(tmp_path / "shallow"), hooked.server)
    install(shallow.repo.path / ".git", "pre-push", '"$@"')
    shallow.repo.add("b.py", "b = 1\n")
    shallow.repo.commit()
    assert shallow.push().code == 0
    shallow.repo.add("c.py", OTHER)
    shallow.repo.commit()
    assert shallow.push().code == 1


def test_a_dangling_branch_of_the_remote_does_no_harm(hooked: Pair) -> None:
    hooked.repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/renamed")
    hooked.repo.add("app.py", "a = 1\n")
    hooked.repo.commit()
    assert hooked.push().code == 0


def test_excluded_and_allowed_secrets_are_let_through(hooked: Pair) -> None:
    repo = hooked.repo
    repo.add(".redhanded.yaml", "exclude:\n  - fixtures/\n")
    repo.commit()
    assert hooked.push().code == 0
    repo.add("fixtures/app.py", LINE)
    repo.add("app.py", OTHER.rstrip() + "  # redhanded: allow[github-pat] made up\n")
    repo.commit()
    stopped = hooked.push()
    assert stopped.code == 1 and "would let this pass, by the marker on line 1" in stopped.output
    install(hooked.repo.path / ".git", "pre-push", "--trust-suppressions", '"$@"')
    done = hooked.push()
    assert (done.code, "2 findings allowed" in done.output) == (0, True)


def test_hostile_names_are_shown_escaped(hooked: Pair) -> None:
    hooked.repo.add("a\x1b[2Jb.py", LINE)
    hooked.repo.commit()
    done = hooked.push()
    assert done.code == 1
    assert "\x1b[2J" not in done.output and r"a\x1b[2Jb.py" in done.output
