"""`.redhanded.yaml` at the repository's root: what the team has decided. So far: paths to leave out."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from scanner.errors import ConfigError
from scanner.globs import Globs
from scanner.ruleset.yamltext import MAX_BYTES, Text, read_mapping, reject_unknown

NAME: Final = ".redhanded.yaml"


class Config(NamedTuple):
    """`file` is empty when there is none."""

    file: str = ""
    excludes: Globs = Globs()


def find_root(folder: str) -> str:
    """Return the folder at or above `folder` that holds the configuration or a repository; else `folder` itself."""
    at = os.path.abspath(folder)
    while True:
        if any(os.path.lexists(os.path.join(at, name)) for name in (NAME, ".git")):
            return at
        above = os.path.dirname(at)
        if above == at:
            return os.path.abspath(folder)
        at = above


def load(root: str) -> Config:
    """Return the configuration of the repository at `root`. Raises ConfigError naming file and line."""
    path = os.path.join(root, NAME)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", NAME) from None
    text = Text(NAME, ConfigError)
    fields = read_mapping(text, data)
    reject_unknown(text, fields, ("exclude",))
    if "exclude" not in fields:
        return Config(path)
    patterns, node = fields["exclude"]
    if not isinstance(patterns, list) or not all(isinstance(p, str) and p.strip("/") for p in patterns):
        text.fail("`exclude` must be a list of path patterns", node)
    return Config(path, Globs(tuple(patterns), root))
