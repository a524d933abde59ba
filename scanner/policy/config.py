"""`.redhanded.yaml` at the repository's root: what the team has decided. So far: paths to leave out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Final, NamedTuple

from scanner.errors import ConfigError
from scanner.globs import Globs

NAME: Final = ".redhanded.yaml"
# A hostile file must not stall the scan: YAML is slow to read, and each pattern is tried on every path.
_MAX_BYTES: Final = 256 << 10
_MAX_PATTERNS: Final = 1_000


class Config(NamedTuple):
    """`file` is empty when there is none."""

    file: str = ""
    excludes: Globs = Globs()


def excludes_of(paths: Iterable[str]) -> tuple[Globs, ...]:
    """Return what the repositories of these paths exclude, wherever the scan is started from. Raises ConfigError."""
    roots = dict.fromkeys(find_root(path) for path in paths)
    return tuple(excludes for root in roots if (excludes := load(root).excludes).patterns)


def find_root(path: str) -> str:
    """Return the root of the repository that holds `path`; outside of one, the nearest folder with a configuration.

    A configuration deeper in a repository is none: what is left out must not depend on where one stands.
    """
    path = os.path.abspath(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    above = [folder]
    while (parent := os.path.dirname(above[-1])) != above[-1]:
        above.append(parent)
    for mark in (".git", NAME):
        for at in above:
            if os.path.lexists(os.path.join(at, mark)):
                return at
    return folder


def load(root: str) -> Config:
    """Return the configuration of the repository at `root`. Raises ConfigError naming file and line."""
    path = os.path.join(root, NAME)
    data = _read(path)
    if data is None:
        return Config()
    from scanner.ruleset.yamltext import Text, read_mapping, reject_unknown  # most repositories have no such file

    text = Text(NAME, ConfigError)
    fields = read_mapping(text, data)
    reject_unknown(text, fields, ("exclude",))
    if "exclude" not in fields:
        return Config(path)
    patterns, node = fields["exclude"]
    if not isinstance(patterns, list) or not all(isinstance(p, str) and p.strip("/") for p in patterns):
        text.fail("`exclude` must be a list of path patterns", node, "for example:\nexclude:\n  - tests/fixtures/")
    if len(patterns) > _MAX_PATTERNS:
        text.fail(f"`exclude` has {len(patterns):,} patterns; the limit is {_MAX_PATTERNS:,}", node)
    for pattern, item in zip(patterns, node.value, strict=True):
        if pattern.startswith("!"):
            text.fail(f"{pattern!r}: a pattern cannot take back another", item, "exclude less instead")
    return Config(path, Globs(tuple(patterns), root))


def _read(path: str) -> bytes | None:
    """Return the file's content, None when there is no file. Raises ConfigError.

    A repository may hold anything under this name. A link could lead to a private file, which an error message would
    then quote, or to a terminal, on which the scan would wait.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    if os.path.islink(path):
        raise ConfigError("is a link, and is not followed", NAME, help="put the file itself there")
    try:
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ConfigError("is not a file", NAME)
            if status.st_size > _MAX_BYTES:
                raise ConfigError(f"is {status.st_size:,} bytes long; the limit is {_MAX_BYTES:,}", NAME)
            return file.read(_MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", NAME) from None
