"""`redhanded review` at a real pseudo-terminal: keys, what is shown and what is not, and how it can end."""

from __future__ import annotations

import base64
import os
import signal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from tests.policy.support import SOME_DAY, line
from tests.refine.keymaker import openssl
from tests.review.support import entries, identity, marks, planted, reasons
from tests.review.terminal import PROMPT, Terminal
from tests.support import Repo, token


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def three(repo: Repo) -> Repo:
    planted(repo, "a", "b", "c")
    return repo


def hides(terminal: Terminal, *seeds: object) -> bool:
    """Whether no part of the tokens has come to the terminal, but for their first four characters."""
    return not [seed for seed in seeds if token(seed=seed).encode()[4:12] in terminal.raw]


def test_a_decision_on_each(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    first = terminal.answer("a")
    assert "-- 1 of 3 --" in first and 'KEY = "ghp_********"' in first and "import os" in first
    assert "proven: its checksum holds" in first and "Treat it as live" in first and identity("a") in first
    terminal.answer("the sandbox\n", "why may it stay?")
    terminal.answer("\n", "who answers for it? (ada@example.com) ")
    terminal.answer("2999-12-31\n", "until when")
    terminal.answer("*.py\n", "only in which paths")
    terminal.shows("wrote .redhanded/allow/")
    terminal.answer("r")
    terminal.answer("s")
    assert terminal.end() == 0
    assert "1 allowed, 1 to be rotated, 1 skipped; 0 undecided\ncommit it: git add .redh" in terminal.text
    assert "to be rotated:\n" in terminal.text
    (made,) = entries(three)
    assert (made.reason, made.owner, made.expires, made.paths) == (
        "the sandbox",
        "ada@example.com",
        SOME_DAY,
        ("*.py",),
    )
    assert marks() == [("rotate", "b.py:3:8"), ("skip", "c.py:3:8")]
    assert terminal.is_sane and hides(terminal, "a", "b", "c")


def test_each_decision_is_written_at_once_and_the_next_review_goes_on(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("r")
    terminal.shows(PROMPT)
    assert marks() == [("rotate", "a.py:3:8")]
    terminal.type("q")
    assert terminal.end() == 1
    assert "1 to be rotated; 2 undecided" in terminal.text
    terminal.start("review", cwd=three.path)
    told = terminal.answer("q")
    assert "-- 1 of 2 --" in told and "b.py:3:8" in told and "a.py:3:8" not in told
    assert terminal.end() == 1
    terminal.start("review", "--again", cwd=three.path)
    assert "-- 1 of 3 --" in terminal.answer("q")
    assert terminal.end() == 1


def test_back_takes_the_last_decision_back(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("b")
    terminal.answer("r", "no decision to take back")
    terminal.answer("a", "-- 2 of 3 --")
    terminal.answer("mistake\n", "why may it stay?")
    for question in ("who answers", "until when", "only in which"):
        terminal.answer("\n", question)
    terminal.shows("-- 3 of 3 --")
    terminal.shows(PROMPT)
    assert reasons(three) == ["mistake"]
    terminal.type("b")
    terminal.shows("taken back: it is no longer allowed")
    assert "-- 2 of 3 --" in terminal.shows(PROMPT)
    assert reasons(three) == []
    terminal.type("b")
    assert "-- 1 of 3 --" in terminal.answer("q")
    assert terminal.end() == 1 and marks() == []
    assert "nothing decided; 3 undecided" in terminal.text


def test_back_restores_what_an_entry_took_the_place_of(three: Repo, terminal: Terminal) -> None:
    three.run("allow", "add", identity("a"), "--reason", "first", "--path", "elsewhere/")
    terminal.start("review", cwd=three.path)
    terminal.answer("a")
    terminal.answer("second\n", "why may it stay?")
    for question in ("who answers", "until when", "only in which"):
        terminal.answer("\n", question)
    terminal.shows("-- 2 of 3 --")
    assert reasons(three) == ["second"]
    terminal.answer("b")
    terminal.shows("taken back")
    terminal.answer("q")
    terminal.end()
    assert reasons(three) == ["first"]


def test_wrong_answers_are_asked_again_and_nothing_goes_back(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("a")
    terminal.answer(f"it is {token(seed='a')}\n", "why may it stay?")
    terminal.shows("the reason has the secret in it")
    terminal.answer("x\x1b[A\n", "why may it stay?")
    terminal.shows("must be one line")
    terminal.answer("fine\n", "why may it stay?")
    terminal.answer("\n", "who answers")
    terminal.answer("soon\n", "until when")
    terminal.answer("2020-01-01\n", "until when")
    terminal.shows("that day has passed")
    terminal.answer("\n", "until when")
    terminal.answer("!a\n", "only in which")
    terminal.shows("cannot take back another")
    terminal.answer("\x04", "only in which")
    terminal.answer("a", "nothing is allowed")
    terminal.answer("\n", "why may it stay?")
    terminal.shows("nothing is allowed")
    terminal.answer("q")
    assert terminal.end() == 1 and reasons(three) == []


def test_help_tells_why(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("?")
    told = terminal.answer("x")
    assert "take the last decision back" in told and "github-pat: found, proven" in told
    assert "no such key" in terminal.answer("\x1b[A")
    assert "no such key" in terminal.answer("q")
    assert terminal.end() == 1 and hides(terminal, "a")


def test_every_other_secret_in_sight_is_masked(repo: Repo, terminal: Terminal) -> None:
    text = f'{line("up")}password = "hunter2-Xk39f!q"\n{line("here")}# once hunter2-Xk39f!q\n{line("down")}'
    allowed = line("allowed").rstrip() + "  # redhanded: allow[github-pat] a test\n"
    repo.add("a.py", f"{allowed}{text}")
    repo.write("b.txt", b"\xff\xfe" + f'KEY = "{token(seed="wide")}"\r\nnext\r\n'.encode("utf-16-le"))
    terminal.start("review", cwd=repo.path)
    shown = "".join(terminal.answer(key) for key in "sssss")
    assert terminal.end() == 0
    assert hides(terminal, "up", "here", "down", "allowed", "wide") and b"hunter2" not in terminal.raw
    assert 'password = "********"' in shown and "\n  2 | next" in shown


def test_secrets_are_shown_to_those_who_ask(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", "--show-secrets", cwd=three.path)
    told = terminal.answer("q")
    assert told.count(token(seed="a")) == 2


def test_a_private_key_is_not_shown_line_by_line(repo: Repo, terminal: Terminal) -> None:
    key = openssl("RSA, PKCS#8").splitlines()
    repo.write("a.pem", "\n".join(["one", "two", *key, "last", ""]))
    terminal.start("review", cwd=repo.path)
    told = terminal.answer("s")
    assert terminal.end() == 0
    assert f"... {len(key) - 3:,} more lines of it" in told and "| last" in told and "| two" in told
    assert not [text for text in key[1:-1] if text[:8] in terminal.text]


def test_what_is_encoded_or_packed_is_masked_where_it_stands(repo: Repo, terminal: Terminal) -> None:
    wrapped = base64.b64encode(token(seed="encoded").encode()).decode()
    repo.write("secret.yaml", f"kind: Secret\ndata:\n  token: {wrapped}\n  user: YWRh\n")
    with zipfile.ZipFile(repo.path / "a.zip", "w") as archive:
        archive.writestr("in/side.py", f"# top\n{line('packed')}# end\n")
    terminal.start("review", cwd=repo.path, env={"EDITOR": "true"})
    shown = terminal.answer("s") + terminal.answer("s")
    assert terminal.end() == 0
    assert "user: YWRh" in shown and "token: " in shown and wrapped[8:20] not in terminal.text
    assert "a.zip!/in/side.py:2:8" in shown and 'KEY = "ghp_********"' in shown and "| # end" in shown
    assert hides(terminal, "encoded", "packed")


def test_a_report_that_shows_secrets_does_not_make_a_review_do_so(repo: Repo, terminal: Terminal) -> None:
    repo.write("a.py", 'password = "hunter2*Xk39f!q"\n' + line("x"))
    repo.run("scan", ".", "--show-secrets", "--format", "json", "--output", "report.json")
    terminal.start("review", "--report", "report.json", cwd=repo.path)
    terminal.answer("s")
    terminal.answer("s")
    assert terminal.end() == 0
    assert b"hunter2" not in terminal.raw and hides(terminal, "x")


def test_what_only_history_has(repo: Repo, terminal: Terminal) -> None:
    planted(repo, "old")
    (repo.path / "old.py").unlink()
    repo.git("commit", "-qam", f"the key was {token(seed='message')}")
    terminal.start("review", "--history", cwd=repo.path)
    first = terminal.answer("o")
    assert 'KEY = "ghp_********"' in first or "the key was ghp_********" in first
    assert "it stands in no file on disk" in terminal.answer("?")
    second = terminal.answer("s")
    assert "why it is" in second or "github-pat: found" in second
    assert 'KEY = "ghp_********"' in terminal.answer("r") or "the key was ghp_********" in first
    assert terminal.end() == 0 and hides(terminal, "old", "message")


NASTY = b"# \x1b]0;owned\x07\x1b[2J \xe2\x80\xae caf\xc3\xa9 \xe9\r\x9b31m\n"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_nothing_in_a_repository_steers_the_terminal(repo: Repo, terminal: Terminal, encoding: str) -> None:
    name = b"a\x1b[31m\xe9\n.py"
    repo.write(name, NASTY + line("x").encode() + NASTY)
    terminal.start("review", cwd=repo.path, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "NO_COLOR": "1"})
    told = terminal.answer("?")
    terminal.answer("s")
    assert terminal.end() == 0
    assert not [byte for byte in terminal.raw if byte < 32 and byte not in b"\r\n"] and b"\x9b" not in terminal.raw
    assert "a\\x1b[31m\\xe9\\n.py" in told and "\\x1b]0;owned\\x07" in told
    assert "\u202e" not in told and hides(terminal, "x")


@pytest.mark.parametrize("columns", [1, 20, 40, 300])
def test_narrow_and_wide_terminals(repo: Repo, columns: int) -> None:
    repo.write("a.js", f'{"x" * 5000};k="{token(seed="x")}";{"y" * 5000}\n\n{"z" * 900}\n')
    terminal = Terminal(columns)
    terminal.start("review", cwd=repo.path, env={"NO_COLOR": "1"})
    told = terminal.answer("s", "uit > ")
    assert terminal.end() == 0
    context = [text for text in told.splitlines() if text[3:5] == " |"]
    assert len(context) == 3 and max(map(len, context)) <= max(columns, 20) and context[0].startswith("> 1 | ")
    assert "ghp_" in context[0] or columns < 40
    assert hides(terminal, "x")
    terminal.close()


def test_ctrl_c_in_the_middle(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("r")
    terminal.answer("\x03")
    assert terminal.end() == 130
    assert "1 to be rotated; 2 undecided" in terminal.text and "goes on with the rest" in terminal.text
    assert terminal.is_sane and marks() == [("rotate", "a.py:3:8")]
    terminal.start("review", cwd=three.path)
    terminal.answer("a")
    terminal.answer("\x03", "why may it stay?")
    assert terminal.end() == 130 and terminal.is_sane and reasons(three) == []


def test_ctrl_c_during_the_search(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("\x03", "looking for findings")
    assert terminal.end() in (130, -signal.SIGINT) and terminal.is_sane
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_review_that_is_ended_leaves_the_terminal_as_it_was(
    three: Repo, terminal: Terminal, number: signal.Signals
) -> None:
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("it is ignored here, as it is below nohup")
    terminal.start("review", cwd=three.path)
    terminal.answer("r")
    terminal.shows(PROMPT)
    terminal.signal(number)
    assert terminal.end() == -number
    assert terminal.is_sane and marks() == [("rotate", "a.py:3:8")]


def test_a_terminal_that_is_closed_loses_nothing(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("r")
    terminal.shows(PROMPT)
    assert terminal.hang_up() != 0
    assert marks() == [("rotate", "a.py:3:8")]


def test_a_review_goes_on_after_a_stop(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.shows(PROMPT)
    terminal.signal(signal.SIGSTOP)
    terminal.reset()  # as a shell does for itself
    terminal.signal(signal.SIGCONT)
    terminal.wait_until_raw()
    terminal.type("s")
    terminal.answer("q", "-- 2 of 3 --")
    assert terminal.end() == 1 and terminal.is_sane


def test_the_end_of_input_ends_it(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path)
    terminal.answer("\x04")
    assert terminal.end() == 1 and "nothing decided; 3 undecided" in terminal.text


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
    assert "it stands in no file on disk" in terminal.answer("q")
    assert terminal.end() == 1


def test_a_dumb_terminal_gets_no_colours(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path, env={"TERM": "dumb"})
    told = terminal.answer("q")
    assert "\x1b" not in told
    assert terminal.end() == 1


def test_nothing_left_to_decide(repo: Repo, terminal: Terminal) -> None:
    repo.write("a.py", "x = 1\n")
    terminal.start("review", cwd=repo.path)
    assert terminal.end() == 0 and "nothing is undecided" in terminal.text
