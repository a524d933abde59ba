"""The hook's short cut: a commit in which nothing looks like a secret is let through before anything heavy is loaded.

It only ever answers "nothing": at the first match, or at anything out of the ordinary, it hands over to the full
`redhanded staged`, which looks at everything again. Git works while Python imports.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping

from scanner.errors import CLEAN
from scanner.git.catfile import CatFile, Object
from scanner.git.command import HOOK_VARIABLES, Git, environment
from scanner.git.index import GITLINK, Change, read_changes, start_changes

_NAME = ".redhanded.yaml"
_LARGEST = 64 << 10  # bytes of a configuration that is worth a look
TYPE_CHECKING = False
if TYPE_CHECKING:
    from scanner.engine.compiled import CompiledRules


def screen(variables: Mapping[str, str], folder: str) -> int | None:
    """Return CLEAN when nothing that is staged looks like a secret, None when the full command must decide."""
    git = Git(folder, environment(variables, HOOK_VARIABLES))
    asked = start_changes(git, ())
    with CatFile(git) as objects:
        objects.start()
        from scanner.cli.environment import cache_folder, config_file, usable_cpus

        configured = _Configured(cache_folder(variables))
        root = configured.root(os.path.join(folder, variables.get("GIT_WORK_TREE", "")))
        if root is None or ((user := config_file(variables)) and os.path.lexists(user)):
            asked.close()
            return None
        from scanner.engine.compiled import prepare_builtin

        rules = prepare_builtin(cache_folder(variables), at_once=lambda: True, jobs=usable_cpus())
        changes = read_changes(git, asked, gone=True)
        if any(may_take_away(change) for change in changes):
            return None
        changes = [change for change in changes if change.status != "D"]
        if any(change.status == "U" or change.mode == GITLINK for change in changes):
            return None
        if not configured.lets_through(root, {os.path.dirname(change.path) for change in changes}, rules.digest):
            return None
        return _screen(changes, objects, rules)


def _screen(changes: list[Change], objects: CatFile, rules: CompiledRules) -> int | None:
    from scanner.decode.magic import kind_of
    from scanner.decode.text import views
    from scanner.engine.prefilter import TooManyHits

    size = 0
    for found in objects.read([change.oid for change in changes]):
        if not isinstance(found, Object):
            return None
        size += len(found.data)
        if kind_of(found.data):  # its members are not screened here
            return None
        try:
            if any(rules.may_match(text.data) for text in views(found.data)):
                return None
        except TooManyHits:
            return None
    sys.stdout.write(_summary(len(changes), size))
    return CLEAN


def _summary(files: int, size: int) -> str:
    if not files:
        return "nothing is staged, so there was nothing to read\n"
    return f"nothing found in {files} staged file{'s' * (files != 1)} ({size:,} bytes)\n"


def may_take_away(change: Change) -> bool:
    """Whether the commit may take from the policy what allowed something elsewhere, which it is told of."""
    of_policy = change.path.startswith(b".redhanded/") or change.path.endswith(_NAME.encode())
    return of_policy and change.status != "A"


class _Configured:
    """Looks for configurations, and whether they are such as could only silence something, or have no say at all.

    Those with nothing but comments are; of others the full command has written down in the cache, after it has read
    them, with which rules they were in order.
    """

    def __init__(self, cache: str | None) -> None:
        self._cache = cache
        self._digests: set[str] = set()  # those of the rules with which the configurations met are in order

    def root(self, folder: str) -> str | None:
        """Return where a repository begins, at the folder or above it; None when the full command must decide.

        It may be one of those whose files are somewhere else (a bare one, say); then the full command asks git.
        """
        while not os.path.lexists(os.path.join(folder, ".git")):
            above = os.path.dirname(folder)
            if above == folder or not self._may_stay(folder, "folder"):
                return None
            folder = above
        return folder if self._may_stay(folder, "repository") else None

    def lets_through(self, root: str, folders: set[bytes], digest: str) -> bool:
        """Whether nothing that stands in these folders of the repository, or above them, makes anything more be found
        by the rules of this digest.
        """
        above = {folder[:at] for folder in folders for at in range(len(folder)) if folder[at] == 47}  # a slash
        below = (os.path.join(root, os.fsdecode(folder)) for folder in (folders | above) - {b""})
        return all(self._may_stay(folder, "folder") for folder in below) and self._digests <= {digest}

    def _may_stay(self, folder: str, kind: str) -> bool:
        path = os.path.join(folder, _NAME)
        if not os.path.lexists(path):
            return True
        data = _content(path)
        if data is None or _says_nothing(data):
            return data is not None
        from scanner.ruleset import cache

        digest = cache.load(self._cache, verdict_key(kind, data)) if self._cache else None
        if digest is None:
            return False
        self._digests.add(digest.decode("ascii", "replace"))
        return True


def verdict_key(kind: str, data: bytes) -> str:
    """Return under which key the cache has the digest of the rules with which a configuration was found harmless."""
    from scanner import __version__
    from scanner.ruleset import cache

    return cache.digest(b"harmless 1", __version__.encode(), kind.encode(), data)


def _content(path: str) -> bytes | None:
    """Return what a file holds; None for what is none, or not worth a look."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        if os.path.islink(path):
            return None
        with open(os.open(path, flags), "rb") as file:
            is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(_LARGEST + 1) if is_file else None
    except OSError:
        return None
    return data if data is None or len(data) <= _LARGEST else None


def _says_nothing(data: bytes) -> bool:
    """Whether there is nothing but comments and empty lines, in characters that no YAML reader minds."""
    try:
        lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return False
    return all(line.isprintable() and line.lstrip(" ")[:1] in ("", "#") for line in lines)
