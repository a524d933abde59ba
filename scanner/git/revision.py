"""Names of commits, checked before any other git command is given one. A name that looks like an option is none."""

from __future__ import annotations

import re
from typing import Final

from scanner.git.command import Git

_ID: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def is_id(text: str) -> bool:
    """Whether this is a whole object id in hex, and not all zeros, which stands for no object."""
    return _ID.fullmatch(text) is not None and bool(text.strip("0"))


def resolve(git: Git, name: str, kind: str = "commit") -> str | None:
    """Return the id of what a revision names (`HEAD~2`, `v1.0`, an id), None when that is nothing, or not here.

    `kind` is `commit`, or `object` for tags to stay what they are.
    """
    if not name or name.startswith("-") or "\0" in name:
        return None
    answer = git.try_run("rev-parse", "--quiet", "--verify", f"{name}^{{{kind}}}")
    text = (answer or b"").decode("ascii", "replace").strip()
    return text if is_id(text) else None  # `^main` is answered too, and names everything but main


def resolve_ref(git: Git, ref: str) -> str | None:
    """Return the commit of the ref of just this full name (`refs/remotes/origin/main`), None when there is none."""
    answer = git.try_run("show-ref", "--verify", "--hash", "--", ref)
    return resolve(git, answer.decode().strip()) if answer else None
