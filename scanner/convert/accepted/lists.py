"""Files of one entry a line: `.gitleaksignore`, `.betterleaksignore`, and trufflehog's files of paths to leave out.

https://github.com/gitleaks/gitleaks#gitleaksignore; `trufflehog --help`, under `--exclude-paths`: regular expressions,
one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scanner.convert.accepted.items import exclusion, pattern_left_out
from scanner.convert.accepted.said import Known, Left, Said, Setting
from scanner.errors import ConfigError

_FINGERPRINT: Final = re.compile(r"(?:([0-9a-fA-F]{7,64}):)?(.+):([^:]+):(\d{1,9})")
_FORM: Final = "a fingerprint is file:rule:line, or commit:file:rule:line"
_MOST: Final = 100_000  # lines


def lines_of(file: str, data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, with their numbers. Raises ConfigError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", file, where, "save the file as UTF-8") from None
    for number, line in enumerate(text.split("\n"), 1):
        if number > _MOST:
            raise ConfigError(f"has more than {_MOST:,} lines", file, number, "split it into several files")
        if (said := line.strip()) and not said.startswith("#"):
            yield number, said


def fingerprints(file: str, tool: str, data: bytes) -> Said:
    """Return what a file of fingerprints says. Raises ConfigError."""
    return Said.of(file, tool, (fingerprint(file, number, line) for number, line in lines_of(file, data)))


def fingerprint(file: str, number: int, text: str) -> Known | Left:
    if "*" in text:
        why = "a fingerprint with a wildcard stands for secrets that nobody has seen"
        by_hand = "write `allow` with `rules` and `paths` into .redhanded.yaml, or `exclude`; docs/config.md says how"
        return Left(file, number, text, why, by_hand)
    match = _FINGERPRINT.fullmatch(text)
    if match is None:
        # It is not shown: a secret itself could stand there.
        return Left(file, number, "a line", f"is no fingerprint: {_FORM}", "`redhanded allow add` accepts a finding")
    commit, path, rule, at = match.groups()
    path = path.replace("\\", "/").removeprefix("./")
    return Known(file, number, text, path, int(at), (commit or "").lower(), rule)


def paths(file: str, tool: str, data: bytes) -> Said:
    """Return what a file of regular expressions of paths says. Raises ConfigError.

    One that is no expression, but a pattern as in .gitignore, is taken as such.
    """
    found: list[Setting | Left] = []
    for number, line in lines_of(file, data):
        if line.startswith(("*", "**/")):
            found.append(pattern_left_out(file, number, f"path {line!r}", line))
        else:
            found += exclusion(file, number, line)
    return Said.of(file, tool, found)
