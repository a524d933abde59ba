"""What the repository around the working folder is, as far as it bears on a scan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scanner.cli.doctor.check import Check
from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.hooks import CHECKS_OWNERS, OLDEST, promisor, version
from scanner.git.place import Place, place_of

_MEND: Final = "see what `git status` says; `git fsck` tells what is damaged"


class Repository(NamedTuple):
    """`top` is where its files are; empty in a bare one."""

    git: Git
    place: Place
    top: str
    version: tuple[int, ...]


def git_version(folder: str, variables: Mapping[str, str]) -> Iterator[Check]:
    found = version(Git(folder, git_environment(variables)))
    shown = ".".join(map(str, found))
    if found < OLDEST:
        help = f"install git {_dotted(OLDEST)} or later"
        yield Check("git", "broken", f"{shown} is too old: it cannot answer what redhanded asks", help)
    elif found < CHECKS_OWNERS:
        help = f"install git {_dotted(CHECKS_OWNERS)} or later"
        yield Check("git", "warning", f"{shown} does not look at who owns a repository (safe.directory)", help)
    else:
        yield Check("git", "ok", shown)


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def open_here(folder: str, variables: Mapping[str, str]) -> tuple[Repository | None, list[Check]]:
    """Return the repository around `folder`, None when there is none that may be used; and what there is to say of it.

    Raises GitError when there is no git.
    """
    git = Git(folder, git_environment(variables))
    numbers = version(git)
    try:
        place = place_of(git)
    except GitError as error:
        if "not a git repository" in error.message and not _has_mark(folder):
            help = "run `redhanded doctor` inside a repository to have its configuration and its hook checked"
            return None, [Check("repository", "warning", "this folder is in no git repository", help)]
        help = error.help if error.help and "safe.directory" in error.help else _MEND
        return None, [Check("repository", "broken", error.message, help)]
    told = git.try_run("rev-parse", "--show-toplevel")
    top = os.fsdecode(told.removesuffix(b"\n")) if told else ""
    repository = Repository(git, place, top, numbers)
    return repository, list(_kind(repository))


def _has_mark(folder: str) -> bool:
    """Whether a `.git` stands here or above, of which git will not hear: one that is damaged."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def _kind(repository: Repository) -> Iterator[Check]:
    place = repository.place
    what = repository.top or f"{place.own} (bare: nothing is committed here)"
    yield Check(
        "repository", "ok", what if place.is_sha1 else f"{what}, with SHA-256 ids: history is read anew each time"
    )
    if place.is_shallow:
        message = "a shallow clone: `history` ends as incomplete (exit 3), `ci` and `push` may miss the base"
        yield Check("shallow", "warning", message, "git fetch --unshallow")
    if promisor(repository.git):
        message = "a partial clone: what it lacks is never fetched, so `history` and `ci` end as incomplete (exit 3)"
        yield Check("partial", "warning", message, "git fetch --refetch --no-filter (or clone it whole)")
