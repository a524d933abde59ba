"""What git is run with, and what is made of its failures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import GitError
from scanner.git.command import HOOK_VARIABLES, Git, environment, failure
from scanner.git.pipeline import pipeline
from scanner.git.process import Process
from tests.git.support import git_in
from tests.support import Repo, redhanded

INHERITED = {
    "PATH": "/bin",
    "HOME": "/home/ada",
    "GIT_DIR": "/elsewhere",
    "GIT_INDEX_FILE": "/elsewhere/index",
    "GIT_CONFIG_GLOBAL": "/elsewhere/config",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_PARAMETERS": "'core.fsmonitor=evil'",
    "GIT_EXTERNAL_DIFF": "evil",
    "GIT_ALLOW_PROTOCOL": "ext",
    "GIT_NO_LAZY_FETCH": "0",
    "GIT_SSH_COMMAND": "evil",
    "GIT_TRACE": "1",
    "SSH_ASKPASS": "evil",
    "LC_ALL": "de_DE.UTF-8",
    "GITHUB_TOKEN": "x",
}
OURS = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": "/dev/null",
    "LC_ALL": "C",
}
HARMLESS = {"PATH": "/bin", "HOME": "/home/ada", "GITHUB_TOKEN": "x"}


def test_history_inherits_no_git_variable() -> None:
    assert environment(INHERITED) == {**HARMLESS, **OURS}


def test_a_hook_keeps_the_repository_and_the_index_and_nothing_else() -> None:
    kept = {"GIT_DIR": "/elsewhere", "GIT_INDEX_FILE": "/elsewhere/index"}
    assert environment(INHERITED, HOOK_VARIABLES) == {**HARMLESS, **kept, **OURS}


FAILURES = {
    "git's own words": (b"fatal: it broke\n", 128, "git log failed: fatal: it broke", None),
    "the fatal line first": (
        b"warning: odd\nerror: Could not read\nfatal: bad tree\n",
        128,
        "git log failed: fatal: bad tree",
        "warning: odd\nerror: Could not read",
    ),
    "no words": (b"", 3, "git log failed: exit code 3", None),
    "a signal": (b"", -9, "git log failed: it was ended by signal 9", None),
    "blank lines": (b"\n\n  \n", 1, "git log failed: exit code 1", None),
    "control characters": (b"fatal: \x1b[31m\xff\n", 1, "git log failed: fatal: \\x1b[31m\\xff", None),
    "no repository": (
        b"fatal: not a git repository (or any of the parent directories): .git\n",
        128,
        "this is not a git repository, nor is any folder above it",
        "run this inside a git repository, or name one",
    ),
    "a bad revision": (
        b"fatal: bad revision 'nonsense'\n",
        128,
        "git log failed: fatal: bad revision 'nonsense'",
        "`git log --oneline` lists commits; a shallow clone may lack older ones",
    ),
}


@pytest.mark.parametrize(("errors", "code", "message", "help"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_is_told_in_gits_words(errors: bytes, code: int, message: str, help: str | None) -> None:
    error = failure(("log", "--all"), code, errors)
    assert (error.message, error.help) == (message, help)


@pytest.mark.parametrize("folder", ["/srv/it's here", "/srv/plain", "'/srv/with space'"])
def test_dubious_ownership_is_told_with_the_command_that_git_suggests(folder: str) -> None:
    errors = (
        f"fatal: detected dubious ownership in repository at '{folder}'\n"
        f"To add an exception for this directory, call:\n\n\tgit config --global --add safe.directory {folder}\n"
    )
    error = failure(("rev-parse",), 128, errors.encode())
    assert error.help == (
        "the repository belongs to another user. If you trust it, run:\n"
        f"git config --global --add safe.directory {folder}"
    )


def test_a_real_bad_revision(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit()
    with pytest.raises(GitError, match="unknown revision") as caught:
        git_in(repo).run("rev-parse", "nonsense")
    assert caught.value.help and "git log --oneline" in caught.value.help


def test_git_that_is_not_on_the_path_is_a_clear_error(repo: Repo) -> None:
    result = redhanded("history", cwd=repo.path, env={"PATH": str(repo.path)})
    assert (result.code, result.out) == (2, "")
    assert result.err == "error: git is not installed or not on the PATH\nhelp:  install git and try again\n"


def test_git_that_cannot_be_run_is_a_clear_error(repo: Repo) -> None:
    (repo.path / "git").write_text("not a program")
    result = redhanded("history", cwd=repo.path, env={"PATH": str(repo.path)})
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: git ")


def test_a_folder_that_is_not_there_is_gits_own_error(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="No such file or directory"):
        git_in(tmp_path / "gone").run("rev-parse", "--git-dir")


def test_a_question_with_the_answer_no(repo: Repo) -> None:
    assert git_in(repo).try_run("rev-parse", "--quiet", "--verify", "HEAD") is None
    assert git_in(repo).try_run("rev-parse", "--is-bare-repository") == b"false\n"


def test_a_pipeline_tells_which_of_the_two_failed(repo: Repo) -> None:
    git = git_in(repo)
    with (
        pytest.raises(GitError, match="git rev-list failed: fatal: bad object"),
        pipeline(git, ("rev-list", "12" * 20), ("cat-file", "--batch-check")) as output,
    ):
        assert output.read() == b""
    with (
        pytest.raises(GitError, match="git cat-file failed"),
        pipeline(git, ("rev-list", "--all"), ("cat-file", "--no-such-option")) as output,
    ):
        output.read()


def test_a_pipeline_does_not_overlook_what_the_first_complains_about(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit()
    (repo.path / ".git" / "objects" / "info" / "alternates").write_text("/nowhere/objects\n")
    with (
        pytest.raises(GitError, match=r"git rev-list failed: error: .*/nowhere/objects"),
        pipeline(git_in(repo), ("rev-list", "--all"), ("cat-file", "--batch-check")) as output,
    ):
        assert len(output.readlines()) == 1


def test_a_pipeline_whose_reader_fails_leaves_no_process(repo: Repo) -> None:
    class OopsError(Exception):
        pass

    started: list[Process] = []

    class Recording(Git):
        def start(self, *arguments: str, stdin: int | None = None, pipe_stdin: bool = False) -> Process:
            started.append(super().start(*arguments, stdin=stdin, pipe_stdin=pipe_stdin))
            return started[-1]

    git = Recording(str(repo.path), environment(os.environ))
    with pytest.raises(OopsError), pipeline(git, ("rev-list", "--all"), ("cat-file", "--batch")):
        raise OopsError
    assert len(started) == 2
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process._pid, 0)


def test_git_is_started_with_paths_taken_literally_and_without_replacements(repo: Repo) -> None:
    repo.add("*.py", "a")
    repo.add("a.py", "b")
    git = Git(str(repo.path), environment(os.environ))
    assert git.run("ls-files", "-z", "--", "*.py") == b"*.py\0"
