"""The only place that runs git: a clean environment, no helper programs, no network, bytes in and out.

A repository may be hostile. Its configuration can name programs to run (a file-system monitor, hooks, diff drivers,
signature checkers, credential helpers); every command here is plumbing, or has those switched off.
"""

from __future__ import annotations

from scanner.errors import GitError
from scanner.git.process import CAN_LIMIT, Process, within
from scanner.git.process import start as start_process
from scanner.interrupts import Held

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OPTIONS = (
    *("--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"),
    *("-c", "protocol.allow=never", "-c", "diff.external=", "-c", "log.showSignature=false"),
    *("-c", "core.commitGraph=false"),  # a second account of who a commit's parents are, which may be stale or forged
)

_SET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_OPTIONAL_LOCKS": "0",
    # A partial clone must not fetch what it lacks. The first says so to gits since 2.45 (and some before). The second
    # allows no transport but one that does not exist, whatever the repository's own `protocol.*.allow` says: without
    # it, a remote `ext::...` would run any command.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_GRAFT_FILE": "/dev/null",  # a graft hides history
    "LC_ALL": "C",
}

# What git sets for its hooks: which repository, index and object stores the commit in progress is about.
HOOK_VARIABLES = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
    }
)

# The part of these that says where the repository is; and the part with which a push that is not yet accepted can be
# read. Git sets the latter for a pre-receive hook, and nobody else may lead us to other objects.
PLACE_VARIABLES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"})
QUARANTINE_VARIABLES = frozenset({"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"})


def environment(inherited: Mapping[str, str], keep: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the environment for git: what was inherited less every `GIT_*` that is not in `keep`."""
    kept = {key: value for key, value in inherited.items() if not key.startswith("GIT_") or key in keep}
    return {**kept, **_SET}


class Git:
    """Runs git in `folder`. `environ` comes from `environment`.

    `limits` are seconds of processor time and bytes of memory: a git that uses more is ended, where the system can do
    that (memory: Linux). `running` are the processes that it has started and that have not been closed.
    """

    def __init__(
        self,
        folder: str,
        environ: Mapping[str, str],
        limits: tuple[int, int] | None = None,
        running: dict[int, Process] | None = None,
    ) -> None:
        self.folder = folder
        self.environ = environ
        self._limits = limits
        self._running: dict[int, Process] = {} if running is None else running

    def __reduce__(self) -> tuple[object, ...]:  # what runs is no other process's to end
        return Git, (self.folder, self.environ, self._limits)

    def within(self, seconds: int, size: int) -> Git:
        """Return the same with these limits."""
        return Git(self.folder, self.environ, (seconds, size), self._running)

    def stop(self) -> None:
        """End all that it runs, for good: whoever still reads from one meets its end."""
        for process in tuple(self._running.values()):
            process.kill()

    def start(self, *arguments: str, stdin: int | None = None, pipe_stdin: bool = False) -> Process:
        """Start git. Raises GitError when it cannot be started."""
        command: tuple[str, ...] = ("git", "-C", self.folder, *_OPTIONS, *arguments)
        if self._limits and not CAN_LIMIT:
            command = within(self._limits[0], command)
        with Held():  # or one could run that nobody knows of
            try:
                process = start_process(command, self.environ, stdin, pipe_stdin)
            except FileNotFoundError:
                raise GitError("git is not installed or not on the PATH", "install git and try again") from None
            except OSError as error:
                raise GitError(f"git cannot be started: {error.strerror}") from None
            process.enlist(self._running)
        if self._limits and CAN_LIMIT:
            process.limit(*self._limits)
        return process

    def run(self, *arguments: str) -> bytes:
        """Return what git prints. Raises GitError with git's own message when it fails."""
        return finish(self.start(*arguments), arguments)

    def try_run(self, *arguments: str) -> bytes | None:
        """Return what git prints, or None when it exits nonzero: for questions to which "no" is an answer.

        Raises GitError for one that a signal has ended.
        """
        process = self.start(*arguments)
        try:
            output, code = process.finish()
            if code < 0:
                raise failure(arguments, code, process.messages())
        finally:
            process.close()
        return output if code == 0 else None


def finish(process: Process, arguments: Sequence[str]) -> bytes:
    """Wait for a started git and return what it printed. Raises GitError with git's own message."""
    try:
        output, code = process.finish()
        if code:
            raise failure(arguments, code, process.messages())
    finally:
        process.close()
    return output


def failure(arguments: Sequence[str], code: int, errors: bytes) -> GitError:
    """Return the error for a git that failed, its own words made printable."""
    from scanner.redact import printable

    ending = f"exit code {code}" if code >= 0 else _ended_by(-code)
    text = errors.decode("utf-8", "backslashreplace").strip() or ending
    lines = [printable(line) for line in text.splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith("fatal:")), lines[0])
    lines.remove(first)
    if "not a git repository (or any" in first:
        return GitError("this is not a git repository, nor is any folder above it", _help(text))
    return GitError(f"git {arguments[0]} failed: {first}", _help(text) or ("\n".join(lines) or None))


def _ended_by(number: int) -> str:
    import signal

    why = ", for it ran for too long" if number == getattr(signal, "SIGXCPU", 0) else ""
    return f"it was ended by signal {number}{why}"


def _help(errors: str) -> str | None:
    from scanner.redact import printable

    if "dubious ownership" in errors:
        command = "git config --global --add safe.directory "
        folder = errors.partition(command)[2].partition("\n")[0] or "FOLDER"  # git has quoted it for a shell
        return f"the repository belongs to another user. If you trust it, run:\n{command}{printable(folder)}"
    if "not a git repository" in errors:
        return "run this inside a git repository, or name one"
    if "unknown revision" in errors or "bad revision" in errors:
        return "`git log --oneline` lists commits; a shallow clone may lack older ones"
    return None
