"""A repository that lost something: said, never clean, never a traceback; what is left is read."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.git.catfile import CatFile, Unread
from scanner.git.command import Git, environment
from scanner.git.store import open_store
from scanner.model import Blob, BlobOrigin, Skip, Target
from scanner.sources.history import History
from scanner.sources.incidents import named, trace
from tests.git.support import git_in
from tests.history.support import LINE, history, line, loose, marker_script, remove, rewrite
from tests.support import Repo


@pytest.fixture
def planted(repo: Repo) -> Repo:
    """A secret in the first commit, another in the second; three commits."""
    repo.add("old.py", LINE)
    repo.commit()
    repo.add("deep/new.py", line("new"))
    repo.commit()
    repo.add("README", "hello\n")
    repo.commit()
    return repo


def test_a_missing_blob_is_said_when_nothing_is_found(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    repo.commit()
    gone = remove(repo, "HEAD:app.py")
    seen = history(repo)
    assert (seen.code, seen.skips) == (3, [("missing-object", gone)])
    shown = repo.run("history")
    assert shown.code == 3
    assert gone[:12] in shown.out
    assert shown.out.splitlines()[-1].startswith("nothing found in 1 of 2 objects")


def test_a_finding_wins_over_a_missing_blob_but_both_are_told(planted: Repo) -> None:
    gone = remove(planted, "HEAD:old.py")
    seen = history(planted)
    assert (seen.code, seen.skips) == (1, [("missing-object", gone)])
    assert seen.places == [("deep/new.py", planted.git("rev-parse", "HEAD~1"), 1)]


def test_a_missing_tree_does_not_cost_the_other_findings(planted: Repo) -> None:
    gone = remove(planted, "HEAD:deep")
    seen = history(planted)
    assert seen.code == 1
    assert sorted(seen.skips) == [("git-error", None), ("missing-object", gone)]
    assert "git diff-tree failed" in seen.report["skips"][-1]["detail"]
    known, lost = seen.findings
    if known["location"]["path"] is None:
        known, lost = lost, known
    assert (known["location"]["path"], known["location"]["commit"]) == ("old.py", planted.git("rev-parse", "HEAD~2"))
    assert lost["location"]["path"] is None  # its folder is gone, but it is still there
    assert known["in_head"] is None  # HEAD's tree cannot be read


def test_a_missing_tree_that_holds_everything(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    gone = remove(repo, "HEAD^{tree}")
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 1)  # what is stored is read, whatever still leads to it
    assert ("missing-object", gone) in seen.skips


def test_a_missing_commit_is_gits_own_error_and_all_that_is_stored_is_read(planted: Repo) -> None:
    gone = remove(planted, "HEAD~1")
    seen = history(planted)
    assert seen.code == 1
    assert len(seen.findings) == 2  # git cannot list any file, so every object is read
    details = [skip["detail"] for skip in seen.report["skips"] if skip["reason"] == "git-error"]
    assert "git rev-list failed: fatal: Failed to traverse parents" in details[0]
    assert all("read all the same" in d or "not told" in d for d in details)
    assert all(f["location"]["path"] is None or f["location"]["commit"] for f in seen.findings)
    assert gone not in [skip["object"] for skip in seen.report["skips"]]


def test_a_missing_commit_without_a_finding_is_incomplete(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    repo.commit()
    remove(repo, "HEAD")
    seen = history(repo)
    assert (seen.code, seen.findings) == (3, [])
    assert {reason for reason, _ in seen.skips} == {"git-error"}


@pytest.mark.parametrize("at", [0, 1, 8, -5, -1], ids=lambda at: f"byte {at}")
@pytest.mark.parametrize("name", ["HEAD:old.py", "HEAD:deep", "HEAD~1"], ids=["blob", "tree", "commit"])
def test_a_flipped_byte_in_a_loose_object_is_never_clean(name: str, at: int, repo: Repo) -> None:
    repo.add("old.py", "x = 1\n" * 20)
    repo.commit()
    repo.add("deep/new.py", "y\n")
    repo.commit()
    repo.add("README", "hello\n")
    repo.commit()
    file = loose(repo, repo.git("rev-parse", name))
    data = bytearray(file.read_bytes())
    data[at] ^= 0x55
    file.chmod(0o644)
    file.write_bytes(data)
    seen = history(repo)
    assert (seen.code, seen.findings) == (3, [])
    assert seen.report["summary"]["read"] < seen.report["summary"]["scope"]


@pytest.mark.parametrize("size", [b"9", b"917", b"99999999"])
def test_a_blob_that_lies_about_its_length_does_not_cost_the_others(size: bytes, repo: Repo) -> None:
    for number in range(20):
        repo.write(f"{number:02}.py", line(number))
    repo.git("add", "-A")
    repo.commit()
    oid = repo.git("rev-parse", "HEAD:10.py")
    rewrite(repo, oid, lambda whole: b"blob " + size + whole[whole.index(b"\0") :])
    seen = history(repo)
    assert (seen.code, seen.skips) == (1, [("unreadable", oid)])
    assert len(seen.findings) == 19


def test_an_object_of_which_git_cannot_say_what_it_is_does_not_cost_the_others(repo: Repo) -> None:
    for number in range(20):
        repo.write(f"{number:02}.py", line(number))
    repo.git("add", "-A")
    repo.commit()
    oids = [repo.git("rev-parse", f"HEAD:{number:02}.py") for number in (3, 10)]
    for oid in oids:
        rewrite(repo, oid, lambda whole: b"bl0b" + whole[4:])
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 18)
    assert {("unreadable", oid) for oid in oids} <= set(seen.skips)
    assert seen.report["summary"]["read"] == 19


class Packed(NamedTuple):
    """A repository in one pack. `objects`: the ids of all that `history` reads."""

    repo: Repo
    pack: Path
    objects: frozenset[str]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    repo = Repo(tmp_path_factory.mktemp("packed") / "repo")
    chance = random.Random(1)
    lines = [f"value_{number} = {chance.randrange(10**9)}\n" for number in range(120)]
    for number in range(12):
        lines[number * 3] = f"changed in {number} to {chance.randrange(10**9)}\n"
        repo.add("app.py", "".join(lines))
        repo.add(f"other{number}.py", f"{chance.randrange(10**30)}\n")
        repo.commit()
    repo.git("repack", "-q", "-a", "-d", "-f")
    (pack,) = (repo.path / ".git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    read, skips = _read(repo)
    assert (len(read), skips) == (36, [])
    return Packed(repo, pack, frozenset(blob.origin.oid for blob in read))  # type: ignore[union-attr]


def _read(repo: Repo) -> tuple[list[Blob], list[Skip]]:
    """Read a repository as `history` does, in this process."""
    git = Git(str(repo.path), environment(os.environ))
    return _read_all(History(git, open_store(git)))


def _read_all(source: History) -> tuple[list[Blob], list[Skip]]:
    targets: list[Target] = []
    answers: list[Blob | Skip] = []
    for target in source.targets():
        (targets if isinstance(target, Target) else answers).append(target)  # type: ignore[arg-type]
    with source.reader() as reader:
        answers += reader.read(targets)
    return [a for a in answers if isinstance(a, Blob)], [a for a in answers if isinstance(a, Skip)]


def _is_true(blob: Blob) -> bool:
    """Whether the content is what its id says."""
    kind = blob.origin.kind
    digest = hashlib.sha1(f"{kind} {len(blob.data)}\0".encode() + blob.data)
    return digest.hexdigest() == blob.origin.oid  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_in_a_pack_are_never_clean_when_something_is_lost(seed: int, packed: Packed) -> None:
    chance = random.Random(seed)
    whole = packed.pack.read_bytes()
    lost = 0
    try:
        for _ in range(10):
            at = chance.randrange(len(whole))
            packed.pack.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
            read, skips = _read(packed.repo)
            assert all(map(_is_true, read)), at
            if {blob.origin.oid for blob in read} != packed.objects:  # type: ignore[union-attr]
                lost += 1
                assert any(skip.incomplete for skip in skips), at
    finally:
        packed.pack.write_bytes(whole)
    assert lost >= 5


@pytest.mark.parametrize("kept", [0, 11, 12, 400, 0.5, 0.9, -21, -1], ids=lambda kept: f"{kept}")
def test_a_truncated_pack_is_never_clean(kept: float, packed: Packed) -> None:
    whole = packed.pack.read_bytes()
    size = int(len(whole) * kept) if 0 < kept < 1 else int(kept)
    try:
        packed.pack.write_bytes(whole[:size])
        result = packed.repo.run("history")
    finally:
        packed.pack.write_bytes(whole)
    assert result.code == 3
    assert "INCOMPLETE" in result.out
    assert "Traceback" not in result.err and "internal" not in result.err


def test_a_damaged_index_of_a_pack_is_never_clean(packed: Packed) -> None:
    index = packed.pack.with_suffix(".idx")
    whole = index.read_bytes()
    index.chmod(0o644)
    try:
        for data in (b"", whole[:100], whole[: len(whole) // 2], b"\0" * len(whole)):
            index.write_bytes(data)
            assert packed.repo.run("history").code == 3
    finally:
        index.write_bytes(whole)


def test_a_blob_over_the_limit_is_said_and_not_read(repo: Repo) -> None:
    repo.add("big.py", "x" * 999 + "\n")
    repo.add("bigger.py", "x" * 1000 + "\n")
    repo.add("small.py", LINE)
    repo.commit()
    for packed in (False, True):
        if packed:
            repo.git("repack", "-q", "-a", "-d")
        git = Git(str(repo.path), environment(os.environ))
        source = History(git, open_store(git), max_bytes=1000)
        read, skips = _read_all(source)
        assert [(skip.reason, skip.incomplete) for skip in skips] == [("too-large", True)]
        assert sorted(len(blob.data) for blob in read if isinstance(blob.origin, BlobOrigin)) == [len(LINE), 1000]
        (named_skip,) = named(trace(git, (), skips), skips)
        assert named_skip.origin.path == b"bigger.py"


@pytest.fixture
def partial(planted: Repo, tmp_path: Path) -> Path:
    """A clone that has fetched the files of HEAD only, with a program in place of its remote."""
    planted.git("rm", "-q", "old.py")
    planted.commit("clean up")
    planted.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    planted.git("clone", "-q", "--filter=blob:none", planted.path.as_uri(), str(clone))
    return clone


REMOTES = {
    "a command": ("ext::{script}", "protocol.ext.allow"),
    "a command, by ssh": ("ssh://host/x", "protocol.ssh.allow"),
    "a remote helper": ("helper::x", "protocol.helper.allow"),
    "a folder": ("{folder}", "protocol.file.allow"),
}


@pytest.mark.parametrize(("url", "allow"), REMOTES.values(), ids=REMOTES.keys())
def test_a_partial_clone_is_incomplete_and_fetches_nothing(
    url: str, allow: str, partial: Path, planted: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, mark = marker_script(tmp_path, "git-remote-helper")
    run = Repo(tmp_path / "other").git  # only for its way to run git
    for key, value in (
        ("remote.origin.url", url.format(script=script, folder=planted.path.as_uri())),
        ("remote.origin.uploadpack", str(script)),
        ("core.sshCommand", str(script)),
        (allow, "always"),
        ("protocol.allow", "always"),
    ):
        run("-C", str(partial), "config", key, value)
    gone = planted.git("rev-parse", "HEAD~1:old.py")
    path = f"{tmp_path}:{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    git = git_in(partial)
    seen = history(partial)
    assert ("missing-object", gone) in seen.skips
    assert seen.code == 1
    assert [f["location"]["path"] for f in seen.findings] == ["deep/new.py"]
    with CatFile(git) as objects:  # asks for what is missing, which the listing does not
        (answer,) = objects.read([gone])
    assert isinstance(answer, Unread)
    assert not mark.exists(), mark.read_text()
    # The same remote, asked by git itself, does run the program, or delivers: the trap is live.
    subprocess.run(["git", "cat-file", "-e", gone], cwd=partial, capture_output=True)
    assert mark.exists()


def test_a_partial_clone_without_trees_is_incomplete(planted: Repo, tmp_path: Path) -> None:
    planted.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    planted.git("clone", "-q", "--filter=tree:0", "--no-checkout", planted.path.as_uri(), str(clone))
    planted.path.rename(tmp_path / "gone")
    seen = history(clone)
    assert (seen.code, seen.findings) == (3, [])
    assert {reason for reason, _ in seen.skips} == {"missing-object"}
