"""Each incident's life: last seen, removed, for how long it stood, and which refs still lead to it."""

from __future__ import annotations

import pytest

from tests.history.lives import HERE, NOW, commit, life, stamped, told
from tests.history.support import LINE, history, line, loose
from tests.support import Repo


def test_a_secret_that_is_still_there_counts_to_this_day(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    last = commit(repo, "2024-02-01", other="x\n")
    assert told(repo) == life(first, last, None, 365, **HERE)


def test_a_removed_one_counts_to_its_removal(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    last = commit(repo, "2024-01-15", other="x\n")
    removed = commit(repo, "2024-02-01", app_py="x\n")
    commit(repo, "2024-02-02", other="y\n")
    assert told(repo) == life(first, last, removed, 31)


def test_a_deleted_file_is_a_removal(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    removed = commit(repo, "2024-01-03", app_py=None)
    assert told(repo) == life(first, first, removed, 2)


def test_removed_and_added_again_it_stands(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    commit(repo, "2024-02-01", app_py="x\n")
    back = commit(repo, "2024-03-01", app_py=LINE)
    assert told(repo) == life(first, back, None, 365, **HERE)
    removed = commit(repo, "2024-03-02", app_py="x\n")
    assert told(repo) == life(first, back, removed, 61)


def test_renamed_moved_or_edited_around_it_is_not_removed(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("mv", "app.py", "new name.py")
    commit(repo, "2024-01-02")
    commit(repo, "2024-01-03", other_py="\n\n" + LINE, **{"new name_py": "x\n"})
    last = commit(repo, "2024-01-04", other_py="# more\n" + LINE)
    assert told(repo) == life(first, last, None, 365, **HERE)
    removed = commit(repo, "2024-01-05", other_py="x\n")
    assert told(repo) == life(first, last, removed, 4)


def test_of_two_files_the_last_one_counts(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", a_py=LINE, b_py="\n" + LINE)
    last = commit(repo, "2024-01-02", a_py="x\n")
    assert told(repo)["removed"] is None
    removed = commit(repo, "2024-01-03", b_py="x\n")
    assert told(repo) == life(first, last, removed, 2)


def test_what_stands_on_a_branch_only(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.git("checkout", "-q", "-b", "side")
    first = commit(repo, "2024-01-02", app_py=LINE)
    repo.git("checkout", "-q", "main")
    assert told(repo) == life(first, first, None, 364, stands=True, tips=["side"], reach=["side"])
    assert told(repo, now=0.0)["days"] == 0


def test_removed_from_head_it_may_stand_in_a_tag(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("tag", "v1")
    repo.git("tag", "-a", "-m", "second", "v2")
    removed = commit(repo, "2024-02-01", app_py="x\n")
    repo.git("tag", "v3")
    expected = life(first, first, removed, 365, stands=True, tips=["v1", "v2"], reach=["main", "v1", "v2", "v3"])
    assert told(repo) == expected


def test_a_removal_on_another_branch_is_none_of_heads(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("checkout", "-q", "-b", "side")
    commit(repo, "2024-01-02", app_py="x\n")
    repo.git("checkout", "-q", "main")
    assert told(repo) == life(first, first, None, 365, **{**HERE, "reach": ["main", "side"]})


def test_what_only_a_tag_keeps(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.git("checkout", "-q", "--detach")
    first = commit(repo, "2024-01-02", app_py=LINE)
    repo.git("tag", "-a", "-m", "x", "inner")
    repo.git("tag", "-a", "-m", "x", "outer", "inner")
    repo.git("tag", "-d", "inner")
    repo.git("checkout", "-q", "main")
    assert told(repo) == life(first, first, None, 364, stands=True, tips=["outer"], reach=["outer"])


def test_what_only_a_stash_keeps(repo: Repo) -> None:
    commit(repo, "2024-01-01", app_py="x\n")
    repo.add("app.py", LINE)
    stamped(repo, "2024-01-02", "stash")
    made = told(repo)
    assert made["first"] in (repo.git("rev-parse", "stash"), repo.git("rev-parse", "stash^2"))
    assert (made["tips"], made["reach"], made["in_head"], made["days"]) == (["refs/stash"], ["refs/stash"], False, 364)


def test_what_only_a_reflog_keeps(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    first = commit(repo, "2024-01-02", app_py=LINE)
    last = commit(repo, "2024-01-05", other="y\n")
    repo.git("reset", "-q", "--hard", "HEAD~2")
    assert told(repo) == life(first, last, None, 3, reach=[])


def test_what_nothing_keeps(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    assert told(repo, "--all-objects") == life(None, None, None, None, reach=[])


def test_remote_branches_are_told_and_what_stands_for_them_is_not(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("update-ref", "refs/remotes/origin/main", first)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    repo.git("update-ref", "refs/pull/7/head", first)
    removed = commit(repo, "2024-01-02", app_py="x\n")
    beside = ["origin/main", "refs/pull/7/head"]
    assert told(repo) == life(first, first, removed, 365, stands=True, tips=beside, reach=["main", *beside])


def test_a_message_is_never_removed(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    first = stamped(repo, "2024-01-01", "commit", "-q", "-m", LINE)
    commit(repo, "2024-01-02", app_py="y\n")
    assert told(repo) == life(first, None, None, 365, stands=True, in_head=None)
    repo.git("checkout", "-q", "--orphan", "new")
    commit(repo, "2024-01-03")
    repo.git("branch", "-q", "-D", "main")
    repo.git("reflog", "expire", "--expire=all", "--all")
    assert told(repo, "--all-objects") == life(first, None, None, None, reach=[], in_head=None)


def test_a_tags_message_stands_as_long_as_the_tag_does(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    stamped(repo, "2024-01-02", "tag", "-a", "-m", LINE, "v1")
    repo.git("tag", "-a", "-m", "around", "v2", "v1")
    tag = repo.git("rev-parse", "v1")
    assert told(repo) == life(tag, None, None, 364, stands=True, reach=["v1", "v2"], in_head=None)


def test_a_secret_in_a_file_and_a_message_stands_when_the_file_is_mended(repo: Repo) -> None:
    repo.add("app.py", LINE)
    first = stamped(repo, "2024-01-01", "commit", "-q", "-m", LINE)
    removed = commit(repo, "2024-01-02", app_py="y\n")
    assert told(repo) == life(first, first, removed, 365, stands=True)


def test_tags_of_files_and_folders(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\tdeep.py\n".encode())
    repo.git("tag", "folder", repo.git("mktree", stdin=f"040000 tree {tree}\tin\n".encode()))
    repo.git("tag", "-a", "-m", "x", "file", blob)
    names = ["file", "folder"]
    assert told(repo) == life(None, None, None, None, stands=True, tips=names, reach=names)


def test_a_detached_head_is_a_ref_and_comes_first(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.git("checkout", "-q", "--detach")
    first = commit(repo, "2024-01-02", app_py=LINE)
    repo.git("branch", "a", "HEAD")
    expected = life(first, first, None, 364, stands=True, tips=["HEAD", "a"], reach=["HEAD", "a"], in_head=True)
    assert told(repo) == expected


def test_the_current_branch_comes_first(repo: Repo) -> None:
    commit(repo, "2024-01-01", app_py=LINE)
    repo.git("branch", "a")
    repo.git("branch", "z")
    assert told(repo)["tips"] == ["main", "a", "z"]
    repo.git("symbolic-ref", "HEAD", "refs/heads/z")
    assert told(repo)["tips"] == ["z", "a", "main"]


def test_a_branch_without_commits_yet_has_nothing(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    repo.git("branch", "side")
    repo.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    repo.git("update-ref", "-d", "refs/heads/main")
    assert told(repo) == life(first, first, None, 365, stands=True, tips=["side"], reach=["side"])


@pytest.mark.parametrize(("begun", "ended"), [("2031-01-01", "2032-01-01"), ("2024-05-05", "2023-05-05")])
def test_forged_dates_make_no_negative_days(repo: Repo, begun: str, ended: str) -> None:
    commit(repo, begun, app_py=LINE)
    assert told(repo)["days"] == (0 if begun > "2025" else 240)
    commit(repo, ended, app_py="x\n")
    assert told(repo)["days"] == (365 if begun > "2025" else 0)


def test_a_commit_without_a_date_has_no_days(repo: Repo) -> None:
    commit(repo, "2024-01-01", other="x\n")
    repo.add("app.py", LINE)
    tree = repo.git("write-tree").encode()
    person = b"Ada <ada@example.com>"
    made = repo.git(
        *("hash-object", "-t", "commit", "-w", "--stdin", "--literally"),
        stdin=b"tree %s\nauthor %s\ncommitter %s 1704110400 +0000\n\nx\n" % (tree, person, person),
    )
    repo.git("reset", "-q", "--hard", made)
    assert told(repo)["days"] is None


def test_a_shallow_clone_tells_of_what_it_has(repo: Repo, tmp_path: object) -> None:
    commit(repo, "2024-01-01", app_py=LINE)
    boundary = commit(repo, "2024-01-02", other="x\n")
    removed = commit(repo, "2024-01-03", app_py="x\n")
    folder = repo.path.parent / "shallow"
    repo.git("clone", "-q", "--depth", "2", f"file://{repo.path}", str(folder))
    seen = history(folder, now=NOW)
    exposure = seen.only["exposure"]
    assert [exposure[key]["commit"] for key in ("first", "last", "removed")] == [boundary, boundary, removed]
    assert (exposure["days"], exposure["stands"]) == (1, False)
    assert [group["names"] for group in exposure["reach"]] == [["main"], ["origin/main"]]


def test_of_many_refs_ten_are_named_and_all_are_counted(repo: Repo) -> None:
    first = commit(repo, "2024-01-01", app_py=LINE)
    removed = commit(repo, "2024-01-02", app_py="x\n")
    lines = [f"create refs/heads/b{n:04} {removed}" for n in range(3_000)]
    lines += [f"create refs/tags/t{n:04} {first}" for n in range(2_000)]
    repo.git("update-ref", "--stdin", stdin="\n".join([*lines, ""]).encode())
    exposure = history(repo).only["exposure"]
    tips, (branches, tags) = exposure["tips"], exposure["reach"]
    assert tips == [{"kind": "tag", "total": 2_000, "names": [f"t{n:04}" for n in range(10)]}]
    assert tips == [tags]
    assert branches == {"kind": "branch", "total": 3_001, "names": ["main", *(f"b{n:04}" for n in range(9))]}


def test_allowed_ones_have_a_life_too(repo: Repo) -> None:
    commit(
        repo,
        "2024-01-01",
        app_py=LINE.rstrip("\n") + "  # redhanded: allow[github-pat] made up\n",
        other_py=line("one"),
    )
    seen = history(repo, now=NOW)
    assert seen.only["exposure"]["days"] == seen.report["suppressed"][0]["exposure"]["days"] == 365


def test_what_git_cannot_tell_is_said(repo: Repo) -> None:
    commit(repo, "2024-01-01", app_py=LINE)
    gone = commit(repo, "2024-01-02", other="x\n")
    commit(repo, "2024-01-03", other="y\n")
    loose(repo, gone).unlink()
    seen = history(repo)
    assert seen.only["exposure"] is None
    assert "git-error" in [reason for reason, _ in seen.skips]


def test_the_most_urgent_is_told_first(repo: Repo) -> None:
    commit(repo, "2024-01-01", a=line("removed"), b=line("branch"), c=line("head"))
    repo.git("branch", "side")
    commit(repo, "2024-01-02", a=None, b=None, d=line("later"))
    repo.git("checkout", "-q", "side")
    commit(repo, "2024-01-03", a=None)
    repo.git("checkout", "-q", "main")
    paths = [finding["location"]["path"] for finding in history(repo, now=NOW).findings]
    assert paths == ["b", "c", "d", "a"]
