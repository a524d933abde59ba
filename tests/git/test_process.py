"""Child processes: whatever they print, however they end, in both ways that they are started."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from scanner.git import process
from scanner.git.process import Process, start, within

FDS = Path("/proc/self/fd")


@pytest.fixture(autouse=True, params=["spawn", "subprocess"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "spawn" and not process.CAN_SPAWN:
        pytest.skip("no posix_spawn here")
    monkeypatch.setattr(process, "CAN_SPAWN", request.param == "spawn")


def python(code: str, stdin: int | None = None, pipe_stdin: bool = False, **environ: str) -> Process:
    environment = {"PATH": os.environ["PATH"], **environ}
    return start((sys.executable, "-I", "-S", "-c", f"import os, sys\n{code}"), environment, stdin, pipe_stdin)


def finish(child: Process) -> tuple[bytes, int, bytes]:
    try:
        output, code = child.finish()
        return output, code, child.messages()
    finally:
        child.close()


def test_output_exit_code_and_messages() -> None:
    assert finish(python("print('out'); print('err', file=sys.stderr); sys.exit(7)")) == (b"out\n", 7, b"err\n")


def test_large_output_comes_whole() -> None:
    output, code, _ = finish(python("os.write(1, b'') ; sys.stdout.buffer.write(bytes(20_000_000))"))
    assert (len(output), code) == (20_000_000, 0)


def test_large_complaints_block_nothing() -> None:
    output, code, messages = finish(python("sys.stderr.write('x' * 5_000_000); print('done')"))
    assert (output, code) == (b"done\n", 0)
    assert messages == b"x" * 65536  # the beginning is enough


def test_a_killed_child_gives_its_signal() -> None:
    assert finish(python("os.kill(os.getpid(), 9)"))[1] == -signal.SIGKILL


def test_standard_input_is_empty_unless_given() -> None:
    assert finish(python("print(sys.stdin.read() == '')"))[0] == b"True\n"


def test_standard_input_from_a_descriptor(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with open(tmp_path / "file", "rb") as file:
        assert finish(python("print(sys.stdin.read())", stdin=file.fileno()))[0] == b"hello\n"


def test_standard_input_from_a_pipe() -> None:
    child = python("print(sys.stdin.readline())", pipe_stdin=True)
    assert child.stdin is not None
    child.stdin.write(b"hello")
    child.stdin.close()
    assert finish(child)[0] == b"hello\n"


def test_one_feeds_the_other() -> None:
    first = python("print('hello')")
    second = python("print(sys.stdin.read() * 2)", stdin=first.stdout.fileno())
    first.stdout.close()
    assert finish(second)[0].split() == [b"hello", b"hello"]
    first.close()


def test_the_environment_is_what_was_given_and_nothing_else() -> None:
    output = finish(python("print(sorted(set(os.environ) - {'LC_CTYPE'}))", ONE="1"))[0]
    assert output == b"['ONE', 'PATH']\n"


def test_a_child_dies_of_a_closed_pipe() -> None:
    child = start(("yes",), {"PATH": os.environ["PATH"]}, None, False)
    child.stdout.close()
    assert child.wait() == -signal.SIGPIPE  # Python ignores that signal, and children would inherit it
    child.close()


def test_close_ends_whatever_still_runs_and_may_be_called_twice() -> None:
    child = python("print('started', flush=True); import time; time.sleep(600)", pipe_stdin=True)
    assert child.stdout.readline() == b"started\n"
    child.close()
    assert child.wait() == -signal.SIGKILL
    child.close()


def test_what_cannot_be_written_any_more_is_no_error_at_the_end() -> None:
    child = python("sys.stdin.close()", pipe_stdin=True)
    child.wait()
    assert child.stdin is not None
    child.stdin.write(b"nobody reads this")
    child.close()


def test_an_unknown_program_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        start(("there-is-no-such-program",), dict(os.environ), None, True)


@pytest.mark.skipif(not FDS.exists(), reason="needs /proc")
def test_no_descriptor_is_left_open() -> None:
    before = len(list(FDS.iterdir()))
    for _ in range(5):
        finish(python("print(1)", pipe_stdin=True))
        with pytest.raises(FileNotFoundError):
            start(("there-is-no-such-program",), dict(os.environ), None, True)
    assert len(list(FDS.iterdir())) == before


@pytest.mark.skipif(not FDS.exists(), reason="needs /proc")
def test_a_child_inherits_nothing_but_its_three_streams() -> None:
    with open(os.devnull, "rb"):
        output = finish(python("print(sorted(os.listdir('/proc/self/fd'), key=int)[:-1])"))[0]
    assert output == b"['0', '1', '2']\n"


@pytest.mark.skipif(os.name != "posix", reason="a shell's limit")
def test_a_limit_on_processor_time_by_way_of_a_shell() -> None:
    """Where one process cannot limit another (macOS), a git that goes in circles ends all the same."""
    endless = (sys.executable, "-I", "-S", "-c", "while True: pass")
    child = start(within(1, endless), {"PATH": os.environ["PATH"]}, None, False)
    output, ending, _ = finish(child)
    assert (output, ending) == (b"", -signal.SIGXCPU)
    arguments = within(
        9, (sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:]); sys.exit(3)", "a b", "$0")
    )
    child = start(arguments, {"PATH": os.environ["PATH"]}, None, False)
    assert finish(child)[:2] == (b"['a b', '$0']\n", 3)
