"""What is stored and who reaches it; and repositories that change while they are read."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from scanner.children import Start
from scanner.engine.batch import batches, merged
from scanner.engine.compiled import prepare
from scanner.engine.pool import scan_parallel
from scanner.engine.scan import Scanner
from scanner.git.store import open_store
from scanner.model import Blob, Names, Skip, Target
from scanner.ruleset.resources import builtin_files
from scanner.sources.history import History
from scanner.sources.packed import StoreReader
from tests.git.pack.make import PackWriter
from tests.git.pack.support import Objects, by_git, fill, pack_folder
from tests.git.support import git_in
from tests.history.support import LINE, history, line, loose
from tests.support import Repo


def _dangling(repo: Repo) -> None:
    repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())


def _staged_only(repo: Repo) -> None:
    repo.add("app.py", LINE)


def _dropped_commit(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")


def _dropped_tag(repo: Repo) -> None:
    repo.git("tag", "-a", "-m", LINE, "v1")
    repo.git("tag", "-d", "v1")


STRAY: dict[str, Callable[[Repo], None]] = {
    "a dangling file": _dangling,
    "staged, not committed": _staged_only,
    "a commit that nothing leads to": _dropped_commit,
    "a tag that nothing leads to": _dropped_tag,
}


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("plant", STRAY.values(), ids=STRAY.keys())
def test_what_nothing_reaches_is_told_when_asked_for(plant: Callable[[Repo], None], packed: bool, repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    plant(repo)
    if packed:
        everything = repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
        repo.git("pack-objects", "-q", str(pack_folder(repo) / "pack"), stdin=everything.encode())
        repo.git("prune-packed")
    seen = history(repo)
    assert (seen.code, [reason for reason, _ in seen.skips]) == (0, ["unreachable"])
    seen = history(repo, "--all-objects")
    assert (seen.code, len(seen.findings), seen.skips) == (1, 1, [])


def test_what_only_a_reflog_reaches_is_told(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("reset", "-q", "--hard", "HEAD~1")
    assert history(repo).places == [("app.py", made, 1)]
    repo.git("stash", "clear")
    repo.git("repack", "-q", "-a", "-d")
    assert history(repo).places == [("app.py", made, 1)]


@pytest.mark.parametrize(
    "content", ["", "nonsense", "0" * 40, "1" * 40, "ref: refs/heads/gone"], ids=lambda content: content[:8]
)
def test_a_broken_ref_is_said_and_all_that_is_stored_is_read(content: str, repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    (repo.path / ".git" / "refs" / "heads" / "broken").write_text(f"{content}\n" if content else "")
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 1)
    if not content.startswith("ref:"):  # git takes a symbolic one that leads nowhere for a branch without a commit
        assert "git-error" in {reason for reason, _ in seen.skips}


def test_a_broken_ref_is_never_clean(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    (repo.path / ".git" / "refs" / "heads" / "broken").write_text("nonsense\n")
    assert history(repo).code == 3


def _commit(repo: Repo) -> None:
    fill(repo, 2, 5)


def _gc(repo: Repo) -> None:
    repo.git("gc", "-q", "--prune=now")


def _repack(repo: Repo) -> None:
    repo.git("repack", "-q", "-a", "-d", "-f")


def _commit_and_repack(repo: Repo) -> None:
    _commit(repo)
    _repack(repo)


def _unpack(repo: Repo) -> None:
    for pack in list(pack_folder(repo).glob("*.pack")):
        data = pack.read_bytes()
        for file in pack_folder(repo).glob(f"{pack.stem}.*"):
            file.unlink()
        repo.git("unpack-objects", "-q", stdin=data)


CHANGES = {"commit": _commit, "gc": _gc, "repack": _repack, "commit, repack": _commit_and_repack}


def _read(source: History, named: Sequence[Target | Skip]) -> tuple[Objects, list[Skip]]:
    with source.reader() as reader:
        answers = [*reader.read([target for target in named if isinstance(target, Target)])]
    skips = [skip for skip in (*named, *answers) if isinstance(skip, Skip)]
    blobs = [answer for answer in answers if isinstance(answer, Blob)]
    return {blob.origin.oid: (blob.origin.kind, blob.data) for blob in blobs}, skips  # type: ignore[union-attr]


@pytest.mark.parametrize("moment", ["before they are named", "while they are named", "before they are read"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_repository_that_changes_is_read_whole(change: Callable[[Repo], None], moment: str, repo: Repo) -> None:
    fill(repo, 4)
    repo.git("repack", "-q", "-d")
    fill(repo, 3, 2)  # these are loose
    source = History(git_in(repo), open_store(git_in(repo)))
    before = by_git(repo)
    if moment == "before they are named":
        change(repo)
    targets = source.targets()
    named = [next(targets)]
    if moment == "while they are named":
        change(repo)
    named += targets
    if moment == "before they are read":
        change(repo)
    objects, skips = _read(source, named)
    assert skips == []
    assert objects == (before if moment == "before they are read" else by_git(repo))


def test_a_pack_that_is_gone_when_a_process_opens_it_is_read_by_git(repo: Repo) -> None:
    """Workers that are not forked open the packs themselves."""
    fill(repo, 4)
    _repack(repo)
    source = History(git_in(repo), open_store(git_in(repo)))
    named = list(source.targets())
    message = pickle.dumps(source)
    _unpack(repo)
    assert _read(pickle.loads(message), named) == (by_git(repo), [])


def test_what_is_pruned_meanwhile_is_said(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    oid = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    source = History(git_in(repo), open_store(git_in(repo)))
    loose(repo, oid).unlink()
    _, skips = _read(source, list(source.targets()))
    assert [(skip.reason, skip.origin.oid) for skip in skips] == [("missing-object", oid)]  # type: ignore[union-attr]


def test_a_new_pack_that_cannot_be_read_is_said(repo: Repo) -> None:
    fill(repo, 2)
    before = by_git(repo)
    source = History(git_in(repo), open_store(git_in(repo)))
    made = PackWriter()
    made.whole("blob", b"x")
    made.write(pack_folder(repo)).write_bytes(b"PACK")
    objects, skips = _read(source, list(source.targets()))
    assert objects == before
    assert "pack-made.pack came while the objects were read" in skips[0].detail


class Deadly(StoreReader):
    """Dies on what begins with a certain word."""

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        for answer in super().read(targets):
            if isinstance(answer, Blob) and answer.data.startswith(b"deadly"):
                os.kill(os.getpid(), signal.SIGKILL)
            yield answer


class DeadlyHistory(History):
    def reader(self) -> Deadly:
        return Deadly(self._git, self._packs, self._max_bytes)


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("copies", [False, True], ids=["one pack", "most of it in another pack, too"])
def test_a_share_is_halved_until_what_kills_is_alone(
    copies: bool, start: Start, repo: Repo, shared_cache: Path
) -> None:
    made = PackWriter()
    for number in range(300):
        made.whole("blob", line(number).encode() if number % 100 == 0 else b"%d\n" % number)
    culprits = [made.whole("blob", b"deadly %d" % number).oid for number in range(2)]
    made.write(pack_folder(repo), "pack-z")
    if copies:
        other = PackWriter()
        for number in range(3, 250):
            other.whole("blob", line(number).encode() if number % 100 == 0 else b"%d\n" % number)
        other.write(pack_folder(repo), "pack-a")
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    scanner = Scanner(compiled.rules, compiled.prefilter, 0.0, frozenset(["github-pat"]))
    source = DeadlyHistory(git_in(repo), open_store(git_in(repo)))
    skips: list[Skip] = []
    result = merged(scan_parallel(batches(source.targets(), skips), source, scanner, 2, start=start))
    died = [skip.origin.oid for skip in result.skips if skip.reason == "worker-died"]  # type: ignore[union-attr]
    assert died == culprits
    assert (skips, result.scope, result.read, len(result.findings)) == ([], 302, 300, 3)


def test_zeroed_objects_are_said(repo: Repo) -> None:
    """What a file system leaves after a crash."""
    repo.add("app.py", LINE)
    repo.commit()
    for name in ("HEAD:app.py", "HEAD^{tree}"):
        file = loose(repo, repo.git("rev-parse", name))
        file.chmod(0o644)
        file.write_bytes(b"")
        assert history(repo).code == 3
