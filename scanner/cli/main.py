"""The way in and the way out: the hook's short cut, the commands, and what every kind of failure exits with.

Imported on every commit, so it imports next to nothing.
"""

from __future__ import annotations

import os
import sys

from scanner.errors import INTERNAL, INTERRUPTED, USAGE, RedhandedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; never raises, except in a debugger's hands."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except RedhandedError as error:
        return _complain(error)
    except KeyboardInterrupt:
        print("redhanded: interrupted; what was found so far is not reported", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()
    except OSError as error:
        return _complain(RedhandedError(_os_message(error)))
    except Exception as error:  # noqa: BLE001 - the one place; anything that comes here is our fault
        return _confess(error)
    return code


def _run(arguments: list[str]) -> int:
    if arguments == ["staged"]:
        from scanner.cli.quick import screen

        code = screen(os.environ, os.getcwd())
        if code is not None:
            return code
    from scanner.cli.commands import dispatch
    from scanner.cli.environment import from_process

    return dispatch(arguments, from_process())


def _complain(error: RedhandedError) -> int:
    lines = [f"error: {error.message}"]
    if error.help:
        first, *more = error.help.splitlines()
        lines += [f"help:  {first}", *(f"       {line}" for line in more)]
    print("\n".join(lines), file=sys.stderr)
    return USAGE


def _os_message(error: OSError) -> str:
    from scanner.redact import printable

    place = f"{printable(os.fspath(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
    return f"{place}{error.strerror or type(error).__name__}"


def _closed_pipe() -> int:
    # The reader has gone (`redhanded ... | head`). Python would complain again at exit, when it flushes.
    from scanner.errors import INCOMPLETE

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return INCOMPLETE


def _confess(error: Exception) -> int:
    """Print where it happened, and not the message: that could quote what was being scanned."""
    from traceback import extract_tb

    print(f"internal error: {type(error).__name__} (its message is withheld: it may hold a secret)", file=sys.stderr)
    for frame in extract_tb(error.__traceback__):
        print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
    print("This is a fault of redhanded; please report these lines and the command.", file=sys.stderr)
    return INTERNAL
