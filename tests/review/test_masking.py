"""`redhanded review` at a pseudo-terminal: what it shows of files with secrets in them, masked."""

from __future__ import annotations

import base64
import sys
import zipfile

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from tests.policy.support import line
from tests.refine.keymaker import openssl
from tests.review.support import planted
from tests.review.terminal import Terminal, hides
from tests.support import Repo, token


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
    assert "it is in no file on disk" in terminal.answer("?")
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
