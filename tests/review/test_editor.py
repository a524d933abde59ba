"""`redhanded review` at a pseudo-terminal: opening a finding in an editor, and files that change meanwhile."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from tests.policy.support import line
from tests.review.terminal import Terminal, hides
from tests.support import Repo

EDITOR = """\
#!/bin/sh
stty raw -echo
for word in "$@"; do printf '%s\\n' "$word" >> "$LOG"; done
{does}
"""


def editor(folder: Path, name: str, does: str = "") -> str:
    path = folder / name
    path.write_text(EDITOR.replace("{does}", does))
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("name", "before"), [("vim", ["+3"]), ("unknown", []), ("code", ["--goto"])])
def test_open_in_an_editor(three: Repo, terminal: Terminal, tmp_path: Path, name: str, before: list[str]) -> None:
    log = tmp_path / "log"
    variables = {"VISUAL": f"'{editor(tmp_path, name)}' -w", "EDITOR": "false", "LOG": str(log)}
    terminal.start("review", cwd=three.path, env=variables)
    terminal.answer("o")
    assert "-- 1 of 3 --" in terminal.answer("q")
    assert terminal.end() == 1 and terminal.is_sane  # whatever the editor has left
    end = ":3" if name == "code" else ""
    assert log.read_text().splitlines() == ["-w", *before, f"{three.path}/a.py{end}"]


@pytest.mark.parametrize("name", ["-rf.py", "$(touch owned).py", "a b;touch owned.py", "--cmd=!touch owned.py"])
def test_names_of_files_are_nothing_else_to_an_editor(
    repo: Repo, terminal: Terminal, tmp_path: Path, name: str
) -> None:
    repo.write(name, line("x"))
    log = tmp_path / "log"
    terminal.start("review", cwd=repo.path, env={"EDITOR": editor(tmp_path, "vi"), "LOG": str(log)})
    terminal.answer("e")
    terminal.answer("q")
    assert terminal.end() == 1
    assert log.read_text().splitlines() == ["+1", f"{repo.path}/{name}"]
    assert not list(tmp_path.rglob("owned"))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "no editor is named"),
        ("/nowhere/vi", "/nowhere/vi cannot be started"),
        ("'vi", "cannot be understood"),
        ("touch owned; vi", "owned; cannot be") ,
        ("\x1b[31mvi", "\\x1b[31mvi cannot be started"),
        ("/", "cannot be started"),
    ],
)  # fmt: skip
def test_an_editor_that_is_none(three: Repo, terminal: Terminal, value: str, says: str) -> None:
    if ";" in value:
        value, says = "/nowhere; touch owned", "/nowhere; cannot be started"
    terminal.start("review", cwd=three.path, env={"EDITOR": value, "NO_COLOR": "1"})
    terminal.answer("o")
    assert says in terminal.answer("q")
    assert terminal.end() == 1 and b"\x1b" not in terminal.raw
    assert not (three.path / "owned").exists()


def test_git_s_own_editor_is_not_run(three: Repo, terminal: Terminal) -> None:
    three.git("config", "core.editor", "touch owned")
    terminal.start("review", cwd=three.path, env={"EDITOR": ""})
    terminal.answer("o")
    assert "no editor is named" in terminal.answer("q")
    assert terminal.end() == 1 and not (three.path / "owned").exists()


def test_what_is_edited_away_is_done(three: Repo, terminal: Terminal, tmp_path: Path) -> None:
    program = editor(tmp_path, "ed2", 'echo "x = 1" > "$1"')
    terminal.start("review", cwd=three.path, env={"EDITOR": program, "LOG": os.devnull})
    terminal.answer("o")
    told = terminal.answer("q")
    assert "it is gone from the files" in told and "-- 2 of 3 --" in told
    assert terminal.end() == 1 and "1 gone from the files; 2 undecided" in terminal.text


def test_a_file_that_changes_under_the_review_shows_nothing_of_itself(three: Repo, terminal: Terminal) -> None:
    three.run("scan", ".", "--format", "json", "--output", "report.json")
    three.write("a.py", line("another"))
    terminal.start("review", "--report", "report.json", cwd=three.path)
    told = terminal.answer("q")
    assert "no lines are shown: it does not stand there any more" in told and hides(terminal, "another", "a")
    assert terminal.end() == 1


def test_a_link_in_place_of_the_file_is_not_followed(three: Repo, terminal: Terminal, tmp_path: Path) -> None:
    three.run("scan", ".", "--format", "json", "--output", "report.json")
    (three.path / "a.py").rename(tmp_path / "private.py")
    (three.path / "a.py").symlink_to(tmp_path / "private.py")
    terminal.start("review", "--report", "report.json", cwd=three.path, env={"EDITOR": "touch owned"})
    assert "is a link, and is not followed" in terminal.answer("o")
    assert "it is in no file on disk" in terminal.answer("q")
    assert terminal.end() == 1
