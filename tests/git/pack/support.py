"""What the tests of the pack reader share: everything that a repository stores, as we read it and as git does."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from scanner.git.store import Store, open_store
from scanner.model import Blob, Names, Skip, Target
from scanner.sources.history import History
from tests.git.support import git_in
from tests.support import Repo

Objects = dict[str, tuple[str, bytes]]  # id -> kind and content


class Reading(NamedTuple):
    """`objects` as they were read; `directly`: how many from packs, without git."""

    objects: Objects
    skips: list[Skip]
    store: Store
    directly: int

    @property
    def skipped(self) -> set[str]:
        return {getattr(skip.origin, "oid", "") for skip in self.skips}


def read(where: Repo | Path) -> Reading:
    """Read a repository as `history` does. No object comes twice."""
    git = git_in(where)
    store = open_store(git)
    source = History(git, store)
    named = list(source.targets())
    targets = [target for target in named if isinstance(target, Target)]
    with source.reader() as reader:
        answers = list(reader.read(targets))
    told = [answer.objects if isinstance(answer, Names) else 1 for answer in answers]
    assert sum(told) == sum(target.objects for target in targets)
    blobs = [answer for answer in answers if isinstance(answer, Blob)]
    times = Counter(blob.origin.oid for blob in blobs)  # type: ignore[union-attr]
    assert not [oid for oid, count in times.items() if count > 1]
    objects = {blob.origin.oid: (blob.origin.kind, blob.data) for blob in blobs}  # type: ignore[union-attr]
    skips = [skip for skip in (*named, *answers) if isinstance(skip, Skip)]
    return Reading(objects, skips, store, sum(int(pack.fresh.sum()) for pack in store.packs))  # type: ignore[arg-type]


def by_git(where: Repo | Path) -> Objects:
    """Read everything with `git cat-file`, trees left out."""
    folder = where.path if isinstance(where, Repo) else where
    done = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"], cwd=folder, capture_output=True
    )
    assert not done.returncode, done.stderr
    found: Objects = {}
    at = 0
    while at < len(done.stdout):
        end = done.stdout.index(b"\n", at)
        oid, kind, size = done.stdout[at:end].decode().split()
        if kind != "tree":
            found[oid] = kind, done.stdout[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return found


def fill(repo: Repo, commits: int = 12, seed: int = 1) -> None:
    """Commit files that change a little each time, in few git calls: something to make deltas of."""
    chance = random.Random(seed)
    lines = [f"value_{number} = {chance.randrange(10**9)}\n" for number in range(200)]
    for number in range(commits):
        for _ in range(3):
            lines[chance.randrange(200)] = f"changed in {seed}.{number} to {chance.randrange(10**9)}\n"
        repo.write("app.py", "".join(lines))
        repo.write(f"folder{number % 3}/other{seed}.py", f"{chance.randrange(10**30)}\n")
        repo.git("add", "-A")
        repo.commit(f"change {seed}.{number}")
    repo.git("tag", "-a", "-m", f"tag {seed}", f"v{seed}")


def pack_folder(repo: Repo) -> Path:
    return repo.path / ".git" / "objects" / "pack"
