"""`redhanded review` at a real pseudo-terminal: its keys, and how it can end."""

from __future__ import annotations

import signal
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from tests.policy.support import SOME_DAY
from tests.review.support import entries, identity, marks, reasons
from tests.review.terminal import PROMPT, Terminal, hides
from tests.support import Repo, token


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


def test_a_dumb_terminal_gets_no_colours(three: Repo, terminal: Terminal) -> None:
    terminal.start("review", cwd=three.path, env={"TERM": "dumb"})
    told = terminal.answer("q")
    assert "\x1b" not in told
    assert terminal.end() == 1


def test_nothing_left_to_decide(repo: Repo, terminal: Terminal) -> None:
    repo.write("a.py", "x = 1\n")
    terminal.start("review", cwd=repo.path)
    assert terminal.end() == 0 and "nothing is undecided" in terminal.text
