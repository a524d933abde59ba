"""The way in and the way out: the hook's short cut, the commands, and what every kind of failure exits with.

Imported on every commit, so it imports next to nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from errno import EBADF, EIO, ENOSPC

from scanner.errors import CLEAN, FINDINGS, INCOMPLETE, INTERNAL, INTERRUPTED, USAGE, RedhandedError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_VERDICTS = (CLEAN, FINDINGS, INCOMPLETE)  # exit codes that rest on a report which somebody could read


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; never raises, except in a debugger's hands."""
    try:
        return _flushed(_code(argv))
    except KeyboardInterrupt:  # between two steps
        return INTERRUPTED


def _code(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        _Once.install()
        _open_closed_streams()
        return _run(arguments)
    except SystemExit as end:  # argparse, after it has printed its help
        return end.code if isinstance(end.code, int) else CLEAN
    except RedhandedError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return INCOMPLETE  # the reader has gone before there was a verdict
    except OSError as error:
        return _complain(_os_error(error))
    except MemoryError:
        return _complain(RedhandedError("out of memory", "--jobs 1 takes the least; so does a part of a history"))
    except BaseException as error:  # noqa: BLE001 - the one place; anything that comes here is our fault
        return _confess(error)


class _Once:
    """Raises KeyboardInterrupt once: the impatient press Ctrl-C twice, and the first one is being dealt with."""

    def __init__(self) -> None:
        self._has_come = False

    @staticmethod
    def install() -> None:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _Once()._come)

    def _come(self, number: int, frame: FrameType | None) -> None:
        if not self._has_come:
            self._has_come = True
            raise KeyboardInterrupt


def _run(arguments: list[str]) -> int:
    if arguments == ["staged"]:
        from scanner.cli.quick import screen

        code = screen(os.environ, _folder())
        if code is not None:
            return code
    from scanner.cli.commands import dispatch
    from scanner.cli.environment import from_process

    # numpy starts a thread for each core, which spins for a while: twice as much time as all else at its start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return dispatch(arguments, from_process(_folder()))


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise UsageError("the current folder has been deleted", "change to a folder that exists") from None


def _open_closed_streams() -> None:
    """Fill the places of standard streams that were closed, or the next files opened would take them.

    Writing to a closed standard output stays an error: a report that went nowhere is no report. Messages that go
    nowhere are what someone who closes standard error wants.
    """
    if sys.stdin is None:
        _occupy(0, os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(_occupy(1, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(_occupy(2, os.O_WRONLY), "w", encoding="utf-8")  # noqa: SIM115


def _occupy(number: int, mode: int) -> int:
    opened = os.open(os.devnull, mode)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return number


def _complain(error: RedhandedError) -> int:
    from scanner.redact import printable

    lines = [f"error: {printable(error.message)}"]
    if error.help:
        first, *more = map(printable, error.help.split("\n"))
        lines += [f"help:  {first}", *(f"       {line}" for line in more)]
    _say(*lines)
    return USAGE


def _os_error(error: OSError) -> RedhandedError:
    """Return the error for a failure that nobody foresaw; one without a file name is that of standard output."""
    from scanner.cli.environment import stdout_error
    from scanner.redact import printable

    if error.filename is None and error.errno in (EBADF, EIO, ENOSPC):
        return stdout_error(error)
    place = f"{printable(os.fspath(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
    return RedhandedError(f"{place}{error.strerror or type(error).__name__}")


def _interrupted() -> int:
    _say("redhanded: interrupted; there is no report")
    return INTERRUPTED


def _confess(error: BaseException) -> int:
    """Print where it happened, and not the message: that could quote what was being scanned."""
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    _say(
        f"internal error: {type(error).__name__} (its message is withheld: it may hold a secret)",
        *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames),
        "This is a fault of redhanded; please report these lines and the command.",
    )
    return INTERNAL


def _say(*lines: str) -> None:
    try:
        sys.stderr.write("\n".join((*lines, "")))
        sys.stderr.flush()
    except OSError:
        pass  # there is nowhere left to say it; the exit code still does


def _flushed(code: int) -> int:
    """Write out what is still buffered, and return the exit code for that.

    A reader that has gone (`redhanded ... | head`) changes nothing; any other failure means that no one got the report.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        _abandon(sys.stdout.fileno())
        if code in _VERDICTS and not isinstance(error, BrokenPipeError):
            from scanner.cli.environment import stdout_error

            code = _complain(stdout_error(error))
    except KeyboardInterrupt:
        code = _interrupted()
    try:
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr.fileno())
    return code


def _abandon(descriptor: int) -> None:
    # Python flushes once more when it ends, and would complain about it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
