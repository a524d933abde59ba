"""However a repository stores its objects, what is read is what `git cat-file` reads: same ids and bytes, once each."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanner.git.pack.entries import read_entries
from scanner.git.pack.index import read_index
from tests.git.pack.make import PackWriter, delta, object_id
from tests.git.pack.support import by_git, fill, pack_folder, read
from tests.support import Repo


def _pack(repo: Repo, *options: str) -> None:
    repo.git("repack", "-q", "-a", "-d", "-f", *options)


def _one(repo: Repo) -> None:
    fill(repo)
    _pack(repo)


def _many(repo: Repo) -> None:
    for seed in range(4):
        fill(repo, 4, seed)
        repo.git("repack", "-q", "-d")
    assert len(list(pack_folder(repo).glob("*.pack"))) == 4


def _overlapping(repo: Repo) -> None:
    for seed in range(3):
        fill(repo, 4, seed)
        everything = repo.git("rev-list", "--objects", "--all")
        repo.git("pack-objects", "-q", str(pack_folder(repo) / "pack"), stdin=everything.encode())


def _named_bases(repo: Repo) -> None:
    fill(repo)
    repo.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f")


def _kept(repo: Repo) -> None:
    """A push of a thin pack, completed with its bases: copies of what the repository has."""
    fill(repo, 4)
    _pack(repo)
    other = repo.path.parent / "other"
    repo.git("clone", "-q", str(repo.path), str(other))
    there = Repo(other)
    fill(there, 4, 2)
    repo.git("-c", "transfer.unpackLimit=1", "fetch", "-q", "--keep", str(other), "+refs/*:refs/there/*")
    assert len(list(pack_folder(repo).glob("*.pack"))) == 2


def _loose(repo: Repo) -> None:
    fill(repo)


def _mixed(repo: Repo) -> None:
    _one(repo)
    fill(repo, 3, 2)
    repo.git("unpack-objects", "-q", "-r", stdin=next(pack_folder(repo).glob("*.pack")).read_bytes())


def _multi_index(repo: Repo) -> None:
    _many(repo)
    repo.git("multi-pack-index", "write", "--bitmap")


def _besides(repo: Repo) -> None:
    fill(repo)
    _pack(repo, "--write-bitmap-index")
    (pack,) = pack_folder(repo).glob("*.pack")
    repo.git("index-pack", "--rev-index", str(pack))
    for ending in (".keep", ".promisor", ".mtimes.tmp"):
        pack.with_suffix(ending).touch()
    (pack_folder(repo) / "tmp_pack_AbCdEf").write_bytes(b"PACK on its way")
    (pack_folder(repo) / "pack-halfway.pack").write_bytes(b"PACK on its way")


def _cruft(repo: Repo) -> None:
    fill(repo, 6)
    repo.git("reset", "-q", "--hard", "HEAD~3")
    repo.git("tag", "-d", "v1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("repack", "-q", "--cruft", "-d")
    assert list(pack_folder(repo).glob("*.mtimes"))


def _old_index(repo: Repo) -> None:
    fill(repo, 4)
    repo.git("-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d", "-f")


def _far_offsets(repo: Repo) -> None:
    _one(repo)
    (pack,) = pack_folder(repo).glob("*.pack")
    pack.with_suffix(".idx").chmod(0o644)
    repo.git("index-pack", "--index-version=2,0x40", str(pack))


def _nothing(repo: Repo) -> None:
    pass


def _empty_blobs(repo: Repo) -> None:
    repo.add("empty", "")
    repo.commit("", "--allow-empty-message")
    _pack(repo)


def _trees_only(repo: Repo) -> None:
    tree = repo.git("mktree", stdin=b"")
    repo.git("pack-objects", "-q", str(pack_folder(repo) / "pack"), stdin=f"{tree}\n".encode())


def _no_objects(repo: Repo) -> None:
    PackWriter().write(pack_folder(repo))


def _wide(repo: Repo) -> None:
    base = random.Random(1).randbytes(400)
    made = PackWriter()
    root = made.whole("blob", base)
    for number in range(5_000):
        content = base + b"%d" % number
        made.after(root, object_id("blob", content), delta(base, content))
    made.write(pack_folder(repo))


def _deep(repo: Repo) -> None:
    """A chain as deep as git makes one, with a side branch at each tenth link."""
    made = PackWriter()
    content = random.Random(1).randbytes(400)
    link = made.whole("blob", content)
    for number in range(4_095):
        longer = content + b"%d" % number
        if number % 10 == 0:
            made.named(object_id("blob", longer + b"!"), link.oid, delta(content, longer + b"!"))
        link = made.after(link, object_id("blob", longer), delta(content, longer))
        content = longer
    made.write(pack_folder(repo))


def _backwards(repo: Repo) -> None:
    """Bases that stand behind their deltas, and an object that the pack has twice."""
    made = PackWriter()
    contents = [b"x" * 300 + b"%d" % number for number in range(200)]
    for before, content in zip(contents[1:], contents, strict=False):
        made.named(object_id("blob", content), object_id("blob", before), delta(before, content))
    made.whole("blob", contents[-1])
    made.whole("blob", contents[-1])
    made.write(pack_folder(repo))


SHAPES: dict[str, tuple[Callable[[Repo], None], bool]] = {  # how to make it, and whether git must not be needed
    "one pack": (_one, True),
    "many packs": (_many, True),
    "packs with the same objects": (_overlapping, True),
    "bases by name": (_named_bases, True),
    "a fetched pack, completed": (_kept, True),
    "no pack": (_loose, False),
    "packed and loose": (_mixed, False),
    "an index over many packs": (_multi_index, True),
    "other files beside the pack": (_besides, True),
    "a pack of cruft": (_cruft, True),
    "an index of the first version": (_old_index, False),
    "far offsets": (_far_offsets, True),
    "an empty repository": (_nothing, True),
    "an empty file": (_empty_blobs, True),
    "a pack of trees": (_trees_only, True),
    "a pack of nothing": (_no_objects, True),
    "5,000 deltas of one": (_wide, True),
    "a chain of 4,095 deltas": (_deep, True),
    "bases behind their deltas": (_backwards, True),
}


@pytest.mark.parametrize(("make", "directly"), SHAPES.values(), ids=SHAPES.keys())
def test_what_is_read_is_what_git_reads(make: Callable[[Repo], None], directly: bool, repo: Repo) -> None:
    make(repo)
    found = read(repo)
    assert found.objects == by_git(repo)
    assert not found.skips
    if directly:
        assert (found.directly, found.store.others, found.store.remarks) == (len(found.objects), (), ())


def test_an_index_of_the_first_version_is_said(repo: Repo) -> None:
    _old_index(repo)
    result = repo.run("history", "-v")
    assert result.code == 0
    assert ".pack: its index is of a version that only git reads" in result.err


def test_more_packs_than_files_may_be_open(repo: Repo) -> None:
    for number in range(300):
        made = PackWriter()
        made.whole("blob", b"%d" % number + (random.Random(number).randbytes(70_000) if number % 2 else b""))
        made.write(pack_folder(repo), f"pack-{number:03}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, (before := resource.getrlimit(resource.RLIMIT_NOFILE))[1]))
    try:
        found = read(repo)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert found.objects == by_git(repo)
    assert (len(found.objects), found.directly) == (300, 256)
    assert "more packs than may well be open at once" in found.store.remarks[0]


def test_sha256_repositories_are_read_by_git_and_that_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "long", "--object-format=sha256")
    _one(repo)
    assert read(repo).objects == by_git(repo)
    assert "git reads everything: the repository's ids are not SHA-1" in repo.run("history", "-v").err


def test_a_bare_repository_a_worktree_and_a_folder_inside(repo: Repo, tmp_path: Path) -> None:
    _one(repo)
    expected = by_git(repo)
    repo.git("clone", "-q", "--bare", repo.path.as_uri(), str(tmp_path / "bare.git"))
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    for folder in (tmp_path / "bare.git", tmp_path / "tree", repo.path / "folder0", repo.path / ".git"):
        assert read(folder).objects == expected, folder


def test_a_promisors_pack_is_read_and_what_it_promises_is_missing(repo: Repo, tmp_path: Path) -> None:
    _one(repo)
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", "--no-checkout", repo.path.as_uri(), str(tmp_path / "partial"))
    found = read(tmp_path / "partial")
    blobs = {oid for oid, (kind, _) in by_git(repo).items() if kind == "blob"}
    assert found.objects == by_git(tmp_path / "partial")
    assert not blobs & found.objects.keys()
    assert found.skipped == blobs
    assert {skip.reason for skip in found.skips} == {"missing-object"}


def test_a_thin_pack_whose_base_is_elsewhere_is_not_passed_over(repo: Repo) -> None:
    base, content = b"b" * 300, b"b" * 300 + b"end"
    thin = PackWriter()
    thin.named(object_id("blob", content), object_id("blob", base), delta(base, content))
    thin.write(pack_folder(repo), "pack-thin")
    full = PackWriter()
    full.whole("blob", base)
    full.write(pack_folder(repo), "pack-full")
    found = read(repo)  # git cannot read it either
    assert found.objects == {object_id("blob", base): ("blob", base)}
    assert found.skipped == {object_id("blob", content)}
    full.whole("blob", content)
    full.write(pack_folder(repo), "pack-more")
    found = read(repo)
    assert (len(found.objects), found.skips) == (2, [])


def test_a_large_file(repo: Repo) -> None:
    repo.add("large", random.Random(1).randbytes(1 << 20) * 60)
    repo.commit()
    repo.git("-c", "core.bigFileThreshold=1", "repack", "-q", "-a", "-d")
    found = read(repo)
    assert found.objects == by_git(repo)
    assert found.directly == len(found.objects) == 2


@pytest.mark.parametrize("store", [_one, _named_bases])
def test_heads_are_the_same_however_many_are_read_at_once(repo: Repo, store: Callable[[Repo], None]) -> None:
    store(repo)
    (path,) = pack_folder(repo).glob("*.pack")
    data = path.read_bytes()
    index = read_index(str(path.with_suffix(".idx")), data)
    bytes_ = np.frombuffer(data, np.uint8)
    expected = read_entries(bytes_, index)
    assert (expected.bases >= 0).any()
    for at_once in (1, 7, index.count - 1):
        heads = read_entries(bytes_, index, at_once=at_once)
        assert all(np.array_equal(getattr(heads, name), getattr(expected, name)) for name in heads._fields)
