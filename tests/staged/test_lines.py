"""Only findings on lines that the commit adds are reported; a secret of several lines when any of them is added."""

from __future__ import annotations

import os

import pytest

from tests.staged.support import KEY, LINE, NUMBERED, OTHER, SECRET, staged
from tests.support import Repo


def change(repo: Repo, before: str | bytes, after: str | bytes, name: str = "app.py") -> None:
    repo.add(name, before)
    repo.commit()
    repo.add(name, after)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        pytest.param("a\nb\n", f"a\n{LINE}b\n", [2], id="a line added in the middle"),
        pytest.param("a\nb\n", f"a\nb\n{LINE}", [3], id="a line added at the end"),
        pytest.param("a\nb\n", f"{LINE}a\nb\n", [1], id="a line added at the start"),
        pytest.param("a\nb", f"a\nb\n{LINE[:-1]}", [3], id="no line end at the end"),
        pytest.param("", LINE, [1], id="the file was empty"),
        pytest.param(f"{LINE}a\n", f"{LINE}b\n", [], id="another line changed"),
        pytest.param(f"{LINE}a\n", LINE, [], id="another line removed"),
        pytest.param(f"a\n{LINE}b\n", f"{LINE}", [], id="the lines around it removed"),
        pytest.param(LINE, f"{LINE}{LINE}", [2], id="a copy added below"),
        pytest.param(f"x{LINE}", LINE, [1], id="the line itself changed"),
        pytest.param(LINE, f"# new\n{LINE}# new\n", [], id="lines added before and after"),
        pytest.param(f"{LINE}a\n{OTHER}", f"b\n{LINE}c\n{OTHER}d\n", [], id="changes on all sides"),
        pytest.param(f"{LINE[:-1]}\r\na\r\n", f"{LINE[:-1]}\r\nb\r\n", [], id="CRLF, another line changed"),
        pytest.param("a\r\nb\r\n", f"a\r\n{LINE[:-1]}\r\nb\r\n", [2], id="CRLF, the line added"),
        pytest.param(LINE, f"{LINE[:-1]}\r\n", [1], id="LF to CRLF, which changes every line"),
    ],
)
def test_a_finding_counts_on_added_lines_only(repo: Repo, before: str, after: str, lines: list[int]) -> None:
    change(repo, before, after)
    seen = staged(repo)
    assert seen.places == [("app.py", line) for line in lines]
    assert seen.code == bool(lines)


def lines_of_key(change_at: int | None = None) -> list[str]:
    lines = KEY.splitlines(keepends=True)
    if change_at is not None:
        lines[change_at] = lines[change_at][::-1].strip("\n") + "\n"
    return lines


@pytest.mark.parametrize("at", [1, 2, 4], ids=["first", "middle", "last"])
def test_a_secret_of_many_lines_counts_when_one_of_them_is_added(repo: Repo, at: int) -> None:
    change(repo, "a\n" + "".join(lines_of_key(at)) + "b\n", "a\n" + KEY + "b\n")
    assert staged(repo).places == [("app.py", 2)]


def test_a_secret_of_many_lines_counts_when_its_missing_end_is_added(repo: Repo) -> None:
    change(repo, "".join(lines_of_key()[:-1]), KEY)
    assert staged(repo).places == [("app.py", 1)]


def test_a_secret_of_many_lines_counts_when_taking_a_line_out_completes_it(repo: Repo) -> None:
    change(repo, "".join([*lines_of_key()[:3], "-----BEGIN \n", *lines_of_key()[3:]]), KEY)
    assert staged(repo).places == [("app.py", 1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"a\n{KEY}b\n", f"c\n{KEY}d\n", id="lines around it change"),
        pytest.param(f"a\n{KEY}b\n", KEY, id="lines around it go"),
        pytest.param(KEY, f"a\n{KEY}a\n", id="lines around it come"),
    ],
)
def test_a_secret_of_many_lines_that_was_there_before_does_not_count(repo: Repo, before: str, after: str) -> None:
    change(repo, before, after)
    assert staged(repo).code == 0
    assert staged(repo, "--whole-file").code == 1


def test_a_renamed_file_counts_only_where_it_was_edited(repo: Repo) -> None:
    repo.add("old.py", f"{NUMBERED}{LINE}")
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    assert staged(repo).code == 0
    repo.add("new.py", f"{OTHER}{NUMBERED}{LINE}")
    assert staged(repo).places == [("new.py", 1)]
    assert staged(repo, "--whole-file").places == [("new.py", 1), ("new.py", 42)]


@pytest.mark.parametrize("setting", [("diff.renames", "false"), ("diff.renames", "copies"), ("diff.renameLimit", "1")])
def test_settings_for_renames_do_not_hide_an_edit(repo: Repo, setting: tuple[str, str]) -> None:
    repo.git("config", *setting)
    repo.add("old.py", NUMBERED)
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    assert staged(repo).code == 0
    repo.add("new.py", f"{NUMBERED}{LINE}")
    assert staged(repo).places == [("new.py", 41)]


@pytest.mark.parametrize("setting", [("diff.renames", "false"), ("diff.renameLimit", "1")])
def test_settings_for_renames_do_not_make_old_lines_new(repo: Repo, setting: tuple[str, str]) -> None:
    repo.git("config", *setting)
    repo.add("old.py", f"{NUMBERED}{LINE}")
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    repo.add("new.py", f"a = 1\n{NUMBERED}{LINE}")
    assert staged(repo).code == 0


def test_a_copied_file_is_new(repo: Repo) -> None:
    repo.add("old.py", f"{NUMBERED}{LINE}")
    repo.commit()
    repo.add("new.py", f"{NUMBERED}{LINE}")
    assert staged(repo).places == [("new.py", 41)]


def test_a_file_that_replaces_a_symbolic_link_is_new_in_all_its_lines(repo: Repo) -> None:
    os.symlink("elsewhere", repo.path / "app.py")
    repo.git("add", "app.py")
    repo.commit()
    os.unlink(repo.path / "app.py")
    repo.add("app.py", f"a\n{LINE}")
    assert staged(repo).places == [("app.py", 2)]


def test_the_target_of_a_symbolic_link_is_content_like_any_other(repo: Repo) -> None:
    repo.add("app.py", "a = 1\n")
    repo.commit()
    os.unlink(repo.path / "app.py")
    os.symlink(f"/run/{SECRET}", repo.path / "app.py")
    repo.git("add", "app.py")
    assert staged(repo).places == [("app.py", 1)]


@pytest.mark.parametrize("bom", [True, False], ids=["BOM", "no BOM"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_utf_16_counts_on_added_lines_only(repo: Repo, encoding: str, bom: bool, end: str) -> None:
    def encoded(text: str) -> bytes:
        return ("\ufeff" * bom + text.replace("\n", end)).encode(encoding)

    # \u010a has the byte of a line feed in it, and is none.
    change(repo, encoded(f"a \u010a\n{LINE}b\n"), encoded(f"a \u010a\n{LINE}c\n"))
    assert staged(repo).places == []
    repo.add("app.py", encoded(f"a \u010a\n{LINE}b\n{OTHER}"))
    assert staged(repo).places == [("app.py", 4)]


def test_lines_that_end_in_a_lone_cr_are_lines_of_their_own(repo: Repo) -> None:
    change(repo, f"a\n{LINE}b\n".replace("\n", "\r"), f"a\n{LINE}c\n".replace("\n", "\r"))
    assert staged(repo).places == []
    repo.add("app.py", f"a\n{LINE}c\n{OTHER}".replace("\n", "\r"))
    assert staged(repo).places == [("app.py", 4)]
    repo.add("app.py", f"a\n{LINE}b\n{LINE}".replace("\n", "\r"))
    assert staged(repo).places == [("app.py", 2), ("app.py", 4)]  # two, where one was: either may be the new one


def test_a_secret_of_many_lines_that_end_in_a_lone_cr_counts_when_one_is_added(repo: Repo) -> None:
    change(repo, "".join(lines_of_key(2)).replace("\n", "\r"), KEY.replace("\n", "\r"))
    assert staged(repo).places == [("app.py", 1)]
    repo.commit()
    repo.add("app.py", (KEY + "more\n").replace("\n", "\r"))
    assert staged(repo).places == []


def test_what_a_comment_allows_is_told_only_when_its_line_is_added(repo: Repo) -> None:
    allowed = LINE.replace("\n", "  # redhanded: allow[github-pat] a test\n")
    change(repo, f"{allowed}a\n", f"{allowed}b\n{allowed}")
    seen = staged(repo)
    assert (seen.code, seen.places) == (0, [])
    assert [entry["location"]["start"]["line"] for entry in seen.report["suppressed"]] == [3]


def test_old_content_that_is_not_there_to_compare_makes_every_line_count(repo: Repo) -> None:
    change(repo, f"{LINE}a\n", f"{LINE}b\n")
    old = repo.git("rev-parse", "HEAD:app.py")
    os.unlink(repo.path / ".git/objects" / old[:2] / old[2:])
    assert staged(repo).places == [("app.py", 1)]


def test_an_old_name_whose_content_is_not_there_to_compare_makes_every_line_count(repo: Repo) -> None:
    repo.add("old.py", f"{NUMBERED}{LINE}")
    repo.commit()
    old = repo.git("rev-parse", "HEAD:old.py")
    repo.git("mv", "old.py", "new.py")
    repo.add("new.py", f"a = 1\n{NUMBERED}{LINE}")
    os.unlink(repo.path / ".git/objects" / old[:2] / old[2:])
    assert staged(repo).places == [("new.py", 42)]
