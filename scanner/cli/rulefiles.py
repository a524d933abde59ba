"""Which rule files a command uses: the built-in ones, and those of `--rules`."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scanner.errors import UsageError
from scanner.redact import printable
from scanner.ruleset.load import specs
from scanner.ruleset.resources import RuleFile, builtin_files
from scanner.ruleset.yamltext import MAX_BYTES


def rule_files(added: Sequence[str], builtin: bool, configured: Sequence[RuleFile] = ()) -> list[RuleFile]:
    """Return the rule files in order: built in, configured, added. Raises UsageError for a path without rules."""
    files = [*(builtin_files() if builtin else []), *configured]
    for path in added:
        files += _read(path)
    if not files:
        raise UsageError("--no-builtin-rules leaves no rules", "name a file or folder of rules with --rules")
    if not builtin and not specs(files):
        raise UsageError("the files of --rules hold no rules", "scanning with none would find nothing, and say so")
    return files


def _read(path: str) -> list[RuleFile]:
    try:
        if not os.path.isdir(path):
            return [_file(path)]
        names = sorted(name for name in os.listdir(path) if name.endswith((".yaml", ".yml")))
        if not names:
            raise UsageError(
                f"--rules {printable(path)}: the folder has no .yaml file", "name a file or folder of rules"
            )
        return [_file(os.path.join(path, name)) for name in names]
    except OSError as error:
        at = error.filename if isinstance(error.filename, str) else path
        problem = f"--rules {printable(at)}: {error.strerror or error}"
        raise UsageError(problem, "name a rule file that exists and can be read") from None


def _file(path: str) -> RuleFile:
    with open(path, "rb") as file:
        return RuleFile(printable(path), file.read(MAX_BYTES + 1))
