"""What redhanded may say when it cannot go on, and the exit codes.

    RedhandedError
    ├── UsageError      the command line asks for something that does not exist
    ├── ConfigError     .redhanded.yaml or another policy file is wrong
    ├── RuleError       a rule file is wrong
    ├── SourceError     what was to be scanned cannot be opened
    └── GitError        git itself failed; carries git's own message

Anything else that reaches the top is a fault of redhanded itself.
"""

CLEAN = 0
FINDINGS = 1
USAGE = 2
INCOMPLETE = 3
INTERNAL = 4
INTERRUPTED = 130


class RedhandedError(Exception):
    """A failure that the user can do something about: printed as `error:` and `help:`, never as a traceback."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(RedhandedError):
    pass


class SourceError(RedhandedError):
    pass


class GitError(RedhandedError):
    pass


class _PlacedError(RedhandedError):
    """An error at a line of a file: the message begins `file:line:`."""

    def __init__(self, message: str, file: str, line: int | None = None, help: str | None = None) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {message}", help)
        self.file = file
        self.line = line


class ConfigError(_PlacedError):
    pass


class RuleError(_PlacedError):
    pass


def over(limit: int) -> str:
    """Return the words for what has more than `limit` bytes."""
    return f"is over {limit >> 20} MiB" if limit >= 1 << 20 and not limit % (1 << 20) else f"is over {limit} bytes"
