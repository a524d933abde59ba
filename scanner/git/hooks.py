"""Where a repository's hooks are, and whether they may be run."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from scanner.git.command import Git
from scanner.git.place import Place

OLDEST: Final = (2, 31)  # `rev-parse --path-format`
CHECKS_OWNERS: Final = (2, 35, 2)  # safe.directory


class HookFile(NamedTuple):
    """`setting` is the value of core.hooksPath and where it stands, empty when there is none."""

    path: str
    setting: str = ""

    @property
    def exists(self) -> bool:
        return os.path.lexists(self.path)


def version(git: Git) -> tuple[int, ...]:
    """Return git's version as numbers. Raises GitError when there is no git."""
    words = git.run("version").decode("utf-8", "replace").split()
    numbers: list[int] = []
    for part in (words[2] if len(words) > 2 else "").split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def hook_file(git: Git, place: Place, top: str, name: str) -> HookFile:
    """Return where git looks for the hook of this name, whatever says so."""
    told = git.try_run("config", "-z", "--show-scope", "--type=path", "--get-all", "core.hooksPath") or b""
    parts = [os.fsdecode(part) for part in told.split(b"\0")[:-1]]
    found = [(scope, path) for scope, path in zip(parts[::2], parts[1::2], strict=False) if scope != "command"]
    if not found:
        return HookFile(os.path.join(place.common, "hooks", name))
    scope, path = found[-1]
    return HookFile(os.path.join(top, path, name), f"core.hooksPath = {path} ({scope})")


def promisor(git: Git) -> bool:
    """Whether it is a partial clone, which lacks objects on purpose."""
    pattern = r"^remote\..*\.promisor$|^extensions\.partialclone$"
    return bool(git.try_run("config", "--get-regexp", pattern))


def is_owned(path: str, also: str = "") -> bool:
    """Whether a file belongs to the user; or to the administrator or the owner of `also`, if that is given."""
    if not hasattr(os, "getuid"):
        return True
    return os.stat(path).st_uid in {os.getuid(), *((0, os.stat(also).st_uid) if also else ())}
