"""The hook's short cut: a commit in which nothing looks like a secret is let through before anything heavy is loaded.

It only ever answers "nothing": at the first match, or at anything out of the ordinary, it hands over to the full
`redhanded staged`, which looks at everything again. Git works while Python imports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from scanner.errors import CLEAN
from scanner.git.catfile import CatFile, Object
from scanner.git.command import HOOK_VARIABLES, Git, environment
from scanner.git.index import GITLINK, Change, read_changes, start_changes

_NAME = b".redhanded.yaml"
TYPE_CHECKING = False
if TYPE_CHECKING:
    from scanner.engine.compiled import CompiledRules


def screen(variables: Mapping[str, str], folder: str) -> int | None:
    """Return CLEAN when nothing that is staged looks like a secret, None when the full command must decide."""
    git = Git(folder, environment(variables, HOOK_VARIABLES))
    asked = start_changes(git, ())
    with CatFile(git) as objects:
        objects.start()
        from scanner.cli.environment import cache_folder, config_file

        root = _plain_root(os.path.join(folder, variables.get("GIT_WORK_TREE", "")))
        if root is None or ((user := config_file(variables)) and os.path.lexists(user)):
            asked.close()
            return None
        from scanner.engine.compiled import prepare_builtin

        rules = prepare_builtin(cache_folder(variables), at_once=True)
        changes = read_changes(git, asked)
        if any(change.status == "U" or change.mode == GITLINK for change in changes):
            return None
        if _is_configured(root, {os.path.dirname(change.path) for change in changes}):
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


def _plain_root(folder: str) -> str | None:
    """Return where a repository begins, at the folder or above it; None when a configuration stands on the way there.

    It may be one of those whose files are somewhere else (a bare one, say); then the full command asks git.
    """
    while not os.path.lexists(os.path.join(folder, ".redhanded.yaml")):
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return None


def _is_configured(root: str, folders: set[bytes]) -> bool:
    """Whether one of these folders of the repository, or one above them, has a configuration of its own."""
    above = {folder[:at] for folder in folders for at in range(len(folder)) if folder[at] == 47}  # a slash
    return any(os.path.lexists(os.path.join(os.fsencode(root), folder, _NAME)) for folder in (folders | above) - {b""})
