"""A child process with pipes, light enough for the hook.

`import subprocess` costs half of what a bare interpreter does, so where the system offers `posix_spawn` and anonymous
files (Linux), git is started with those; elsewhere `subprocess` does it. Errors go to a file rather than a pipe: a git
with much to complain about cannot block on it.
"""

from __future__ import annotations

import os
import signal
import sys

from scanner.interrupts import Held

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import BufferedReader
    from typing import BinaryIO

CAN_LIMIT = sys.platform == "linux"  # another process than this one
CAN_SPAWN = sys.platform == "linux" and hasattr(os, "memfd_create")


class Process:
    """A started program. `stdout` is a pipe to read; `stdin` one to write, if asked for."""

    def __init__(self, pid: int, stdin: BinaryIO | None, stdout: BufferedReader, errors: int) -> None:
        self._pid = pid
        self._errors = errors
        self._code: int | None = None
        self._list: dict[int, Process] = {}
        self.stdin = stdin
        self.stdout = stdout

    def wait(self) -> int:
        """Wait for the end and return the exit code, negative for a signal."""
        if self._code is None:
            try:
                self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
            except ChildProcessError:  # someone ignores SIGCHLD, so the system has not kept the code
                self._code = -signal.SIGCHLD
        return self._code

    def finish(self) -> tuple[bytes, int]:
        """Ask no more, read all output, wait, and return it with the exit code."""
        if self.stdin is not None:
            try:  # noqa: SIM105 - contextlib is not for the hook path
                self.stdin.close()
            except OSError:
                pass  # it has ended
        output = self.stdout.read()
        self.stdout.close()
        return output, self.wait()

    def limit(self, seconds: int, size: int) -> None:
        """Let the system end it when it has used so much processor time or memory (bytes), where there is a way."""
        if sys.platform == "linux":  # CAN_LIMIT, in words that a type checker knows
            import resource

            try:
                resource.prlimit(self._pid, resource.RLIMIT_CPU, (seconds, seconds + 5))
                resource.prlimit(self._pid, resource.RLIMIT_DATA, (size, size))
            except OSError:
                pass  # it has ended already, or the system does not let us

    def messages(self) -> bytes:
        """Return what the program has written to standard error so far."""
        size = os.fstat(self._errors).st_size
        return os.pread(self._errors, min(size, 1 << 16), 0)

    def enlist(self, running: dict[int, Process]) -> None:
        """Stand in the list, by process id, until it is closed."""
        self._list = running
        running[self._pid] = self

    def close(self) -> None:
        """End it, whatever it is doing, and free everything."""
        with Held():  # or Ctrl-C could keep it alive
            self.kill()  # first, or what is still to be written to one that hangs would make us hang
        for pipe in (self.stdin, self.stdout):
            if pipe is not None:
                try:  # noqa: SIM105 - contextlib is not for the hook path
                    pipe.close()
                except OSError:
                    pass  # what was still to be written has no reader any more
        self.wait()
        self._list.pop(self._pid, None)
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1

    def kill(self) -> None:
        """End it. Whoever waits for it need not be told."""
        if self._code is not None:
            return  # the system may have given its id to another process
        try:  # noqa: SIM105
            os.kill(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def within(seconds: int, command: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command that does the same in so many seconds of processor time, if there is a shell to see to that.

    For systems where a process cannot limit another: a limit on memory they would not keep.
    """
    return ("/bin/sh", "-c", 'ulimit -S -t "$0"; exec "$@"', str(seconds), *command) if os.name == "posix" else command


def start(arguments: Sequence[str], environ: Mapping[str, str], stdin: int | None, pipe_stdin: bool) -> Process:
    """Start a program found on the PATH. `stdin` is a descriptor to read from; without one, a pipe or nothing.

    Raises OSError when it cannot be started.
    """
    if signal.getsignal(signal.SIGCHLD) is signal.SIG_IGN:
        # Inherited from a parent that does not wait for its children; the system would throw git's exit codes away.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if not CAN_SPAWN:
        from scanner.git.subprocesses import start as start_elsewhere

        return start_elsewhere(arguments, environ, stdin, pipe_stdin)
    read_end, write_end = os.pipe()
    errors = os.memfd_create("errors")
    their_stdin, our_stdin = os.pipe() if pipe_stdin else (-1, -1)
    source = their_stdin if pipe_stdin else stdin
    actions: list[tuple[object, ...]] = [
        (os.POSIX_SPAWN_DUP2, write_end, 1),
        (os.POSIX_SPAWN_DUP2, errors, 2),
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0) if source is None else (os.POSIX_SPAWN_DUP2, source, 0),
    ]
    try:
        # Python ignores SIGPIPE; git must not inherit that.
        pid = os.posix_spawnp(arguments[0], tuple(arguments), environ, file_actions=actions, setsigdef=[signal.SIGPIPE])
    except OSError:
        for descriptor in (read_end, errors, our_stdin):
            if descriptor >= 0:
                os.close(descriptor)
        raise
    finally:
        os.close(write_end)
        if pipe_stdin:
            os.close(their_stdin)
    return Process(pid, open(our_stdin, "wb") if pipe_stdin else None, open(read_end, "rb"), errors)
