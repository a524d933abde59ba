"""A file put into an index, or into a repository, that is not the user's: for `doctor`, which proves what a hook does.

All that is written goes into a temporary folder: the index, the objects, the repository. Of the user's repository
objects are read, as of an alternate.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from scanner.git.command import HOOK_VARIABLES, Git, environment
from scanner.git.place import Place

_WHO = ("-c", "user.name=redhanded doctor", "-c", "user.email=doctor@example.invalid")
_INDEX = ("-c", "core.splitIndex=false")  # else part of a temporary index would be written beside the user's


def other_index(variables: Mapping[str, str], place: Place, folder: str) -> dict[str, str]:
    """Return these variables with an index and an object store in `folder`; the user's objects can be read."""
    objects = os.path.join(folder, "objects")
    os.makedirs(objects)
    plain = {key: value for key, value in variables.items() if not key.startswith("GIT_")}
    return {
        **plain,
        "GIT_INDEX_FILE": os.path.join(folder, "index"),
        "GIT_OBJECT_DIRECTORY": objects,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": _listed(place.objects),
    }


def _listed(path: str) -> str:
    """Return a path as an entry of a list of paths: quoted as in C when a colon or a quote in it would part it."""
    if os.pathsep not in path and not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def stage_over_head(top: str, variables: Mapping[str, str], file: str, name: str) -> None:
    """Make the index that `variables` name: what HEAD has, and the content of `file` as `name`. Raises GitError."""
    git = Git(top, environment(variables, HOOK_VARIABLES))
    if git.try_run("rev-parse", "--verify", "--quiet", "HEAD^{tree}"):
        git.run(*_INDEX, "read-tree", "HEAD")
    stage(git, file, name)


def stage(git: Git, file: str, name: str) -> None:
    oid = git.run("hash-object", "-w", "--no-filters", "--", file).decode("ascii").strip()
    git.run(*_INDEX, "update-index", "--add", "--cacheinfo", f"100644,{oid},{name}")


def new_repository(folder: str, variables: Mapping[str, str], is_sha1: bool = True) -> Git:
    """Make a repository of the same kind of ids, without templates, so without hooks. Raises GitError."""
    git = Git(folder, environment(variables))
    kind = () if is_sha1 else ("--object-format=sha256",)
    git.run("init", "--quiet", "--template=", *kind, ".")
    return git


def take_history(git: Git, source: Git, place: Place) -> bool:
    """Let the new repository have what the user's has: objects (as an alternate), refs, HEAD, and the index of HEAD.
    Return whether there is a commit. Raises GitError, OSError.
    """
    head = source.try_run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if head is None or "\n" in place.objects:
        return False
    own = os.path.join(git.folder, ".git")
    with open(os.path.join(own, "objects", "info", "alternates"), "wb") as file:
        file.write(os.fsencode(_listed(place.objects)) + b"\n")
    with open(os.path.join(own, "packed-refs"), "wb") as file:
        file.write(source.run("for-each-ref", "--format=%(objectname) %(refname)"))
    if place.is_shallow:
        shutil.copyfile(os.path.join(place.common, "shallow"), os.path.join(own, "shallow"))
    if source.try_run("symbolic-ref", "--quiet", "HEAD") is None:
        git.run("update-ref", "--no-deref", "HEAD", head.decode("ascii").strip())
    git.run(*_INDEX, "read-tree", "HEAD")
    return True


def commit(git: Git, message: str) -> str:
    """Commit the index to HEAD and return the commit's id; nothing of the user's is run, no hook and no signer."""
    tree = git.run("write-tree").decode("ascii").strip()
    head = git.try_run("rev-parse", "--verify", "--quiet", "HEAD")
    parent = ("-p", head.decode("ascii").strip()) if head else ()
    oid = git.run(*_WHO, "commit-tree", "-m", message, *parent, tree).decode("ascii").strip()
    git.run(*_WHO, "update-ref", "HEAD", oid)
    return oid
