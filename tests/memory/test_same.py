"""An audit that remembers says what one says that reads everything, whatever happens to a repository in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.history.support import loose
from tests.memory.support import SHAPES, Auditor, line
from tests.support import Repo, token

Action = Callable[[Auditor, random.Random], None]


def _commit(audit: Auditor, chance: random.Random) -> None:
    name = f"file{chance.randrange(6)}.py"
    path = audit.repo.path / name
    lines = path.read_text().splitlines(keepends=True) if path.exists() else [line(chance) for _ in range(40)]
    lines[chance.randrange(len(lines))] = line(chance)
    audit.repo.add(name, "".join(lines))
    audit.repo.commit(line(chance), "--allow-empty")


def _amend(audit: Auditor, chance: random.Random) -> None:
    audit.repo.add("amended.py", line(chance))
    audit.repo.commit(f"again {chance.randrange(1000)}", "--amend")


def _branch(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("checkout", "-q", "-B", f"branch{chance.randrange(3)}", "main")
    _commit(audit, chance)


def _drop_branches(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("checkout", "-q", "main")
    for name in audit.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads/branch*").split():
        audit.repo.git("branch", "-q", "-D", name)


def _tag(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("tag", "-f", "-a", f"v{chance.randrange(3)}", "-m", line(chance))


def _main(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("checkout", "-q", "main")


def _repack(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("repack", "-q", *chance.choice([("-a", "-d"), ("-d",), ("-a", "-d", "-f"), ("-a", "-d", "-k")]))


def _gc(audit: Auditor, chance: random.Random) -> None:
    if chance.random() < 0.5:
        audit.repo.git("reflog", "expire", "--expire=now", "--all")
    audit.repo.git("gc", "-q", chance.choice(["--prune=now", "--no-prune"]))


def _merge(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("checkout", "-q", "-B", "side", "main")
    _commit(audit, chance)
    _main(audit, chance)
    _commit(audit, chance)
    audit.repo.git("merge", "-q", "--no-ff", "-m", line(chance), "-X", chance.choice(["ours", "theirs"]), "side")


def _reset(audit: Auditor, chance: random.Random) -> None:
    """Go back, as before a forced push; what was there is found in reflogs, until they are emptied, too."""
    back = chance.choice(audit.repo.git("rev-list", "HEAD").split())
    audit.repo.git("reset", "-q", "--hard", back)
    if chance.random() < 0.5:
        audit.repo.git("reflog", "expire", "--expire=now", "--all")


def _stray(audit: Auditor, chance: random.Random) -> None:
    """Store a file that nothing leads to, or only a tag does, which may come later."""
    oid = audit.repo.git("hash-object", "-w", "--stdin", stdin=line(chance).encode())
    if chance.random() < 0.5:
        audit.repo.git("tag", "-f", f"file{chance.randrange(2)}", oid)


def _names(audit: Auditor, chance: random.Random) -> None:
    """Put a key into the name of a file, a folder or a branch; or take such a file away."""
    key = token(chance.choice(SHAPES[:2]), seed=chance.randrange(3))
    match chance.randrange(4):
        case 0:
            audit.repo.add(f"{key}.py", line(chance))
        case 1:
            audit.repo.add(f"{key}/{chance.randrange(2)}.py", line(chance))
        case 2:
            audit.repo.git("branch", "-f", key)
        case _:
            audit.repo.git("rm", "-q", "-r", "--ignore-unmatch", key)
    audit.repo.commit("names", "--allow-empty")


def _note(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("notes", "add", "-f", "-m", line(chance))


def _detach(audit: Auditor, chance: random.Random) -> None:
    audit.repo.git("checkout", "-q", "--detach")
    _commit(audit, chance)


def _shallow(audit: Auditor, chance: random.Random) -> None:
    """Cut history off, as `fetch --depth` does; or no longer, as everything is still there."""
    shallow = audit.repo.path / ".git" / "shallow"
    if shallow.exists():
        shallow.unlink()
    else:
        shallow.write_text(chance.choice(audit.repo.git("rev-list", "HEAD").split()) + "\n")


def _fetch(audit: Auditor, chance: random.Random) -> None:
    """Get commits, in a pack, from a clone in which someone has worked, or force-pushed."""
    path = audit.folder / f"clone{chance.randrange(10**9)}"
    audit.repo.git("clone", "-q", "--no-local", "--mirror", ".", str(path))
    there = ("-C", str(path), "-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    oid = audit.repo.git(*there, "hash-object", "-w", "--stdin", stdin=line(chance).encode())
    listing = f"100644 blob {oid}\tfetched{chance.randrange(3)}.py\n".encode()
    tree = audit.repo.git(*there, "mktree", stdin=listing)
    parents = [] if chance.random() < 0.3 else ["-p", "HEAD"]
    commit = audit.repo.git(*there, "commit-tree", *parents, "-m", line(chance), tree)
    audit.repo.git(*there, "update-ref", "refs/heads/topic", commit)
    audit.repo.git("-c", "fetch.unpackLimit=1", "fetch", "-q", str(path), "+topic:refs/remotes/there/topic")


def _other_rules(audit: Auditor, chance: random.Random) -> None:
    audit.more = not audit.more


def _other_options(audit: Auditor, chance: random.Random) -> None:
    audit.options = chance.choice([(), ("--only", "acme-key"), ("--all-objects",)])


def _spoil_the_cache(audit: Auditor, chance: random.Random) -> None:
    for path in audit.files:
        data = bytearray(path.read_bytes())
        for _ in range(chance.randrange(1, 4) if data else 0):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)


def _cut_the_cache(audit: Auditor, chance: random.Random) -> None:
    for path in audit.files:
        path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size + 1)])


def _swap_the_cache(audit: Auditor, chance: random.Random) -> None:
    """Give each file the content of another, as of another repository, rule set or version."""
    contents = [path.read_bytes() for path in audit.files]
    for path, data in zip(audit.files, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)


def _damage(audit: Auditor, chance: random.Random) -> None:
    """Look while a file of objects is damaged or gone, then put it back."""
    folder = audit.repo.path / ".git" / "objects"
    path = chance.choice(sorted(p for p in folder.rglob("*") if p.is_file() and p.parent.name != "info"))
    whole = path.read_bytes()
    at = chance.randrange(len(whole))
    path.chmod(0o644)
    try:
        if chance.random() < 0.3:
            path.unlink()
        else:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        audit.assert_same()
    finally:
        path.write_bytes(whole)


ACTIONS: Final[tuple[Action, ...]] = (
    *(_commit, _commit, _commit, _amend, _branch, _drop_branches, _tag, _main, _repack, _repack, _gc),
    *(_merge, _merge, _reset, _reset, _stray, _names, _names, _note, _detach, _shallow, _fetch, _fetch),
    *(_other_rules, _other_options, _spoil_the_cache, _cut_the_cache, _swap_the_cache, _damage, _damage),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=10), st.integers(0, 10**6))
def test_cached_and_cold_audits_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, actions: list[Action], seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("memory")
    audit = Auditor(Repo(folder / "repo"), folder)
    _commit(audit, chance)
    audit.assert_same()
    for action in actions:
        action(audit, chance)
        audit.assert_same()


def test_a_folder_of_an_older_commit_is_damaged(tmp_path: Path) -> None:
    """Of that commit nothing would have to be asked again; but then nobody would say that git cannot tell of it."""
    chance = random.Random(0)
    audit = Auditor(Repo(tmp_path / "repo"), tmp_path)
    for action in (_commit, _names, _names, _commit):
        action(audit, chance)
        audit.assert_same()
    tree = audit.repo.git("rev-parse", "HEAD~2^{tree}")
    path = loose(audit.repo, tree)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-1])
    assert audit.assert_same().report["summary"]["incomplete"]
    path.unlink()
    assert audit.assert_same().report["summary"]["incomplete"]
    path.write_bytes(whole)
    assert not audit.assert_same().report["summary"]["incomplete"]


@pytest.mark.parametrize("action", [_damage, _spoil_the_cache, _cut_the_cache, _swap_the_cache, _repack, _gc])
@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_what_may_go_wrong_makes_no_difference(tmp_path: Path, packed: bool, action: Action) -> None:
    chance = random.Random(f"{action.__name__} {packed}")
    audit = Auditor(Repo(tmp_path / "repo"), tmp_path)
    for _ in range(8):
        _commit(audit, chance)
    _tag(audit, chance)
    if packed:
        audit.repo.git("repack", "-q", "-a", "-d")
    audit.more = True
    audit.assert_same()
    audit.more = False
    audit.assert_same()
    for _ in range(6):
        action(audit, chance)
        audit.assert_same()
