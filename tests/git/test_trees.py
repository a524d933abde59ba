"""Names out of trees: what deltas tell is what the trees themselves hold, whatever the deltas do."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from scanner.git.pack.delta import apply_delta, sizes
from scanner.git.pack.index import PackError
from scanner.git.pack.pack import Pack, open_pack, with_trees
from scanner.git.pack.treedelta import Folder, changed, names
from scanner.git.pack.trees import tree_names
from scanner.git.pack.walk import walk
from tests.support import Repo

_LIMIT = 1 << 20


def _tree(chance: random.Random) -> bytes:
    """Return a tree whose ids hold all that could be taken for the end of a name or the beginning of an entry."""
    entries = []
    for _ in range(chance.randrange(1, 12)):
        mode = chance.choice([b"100644", b"40000", b"120000"])
        name = bytes(chance.choices(b"abc 0", k=chance.randrange(1, 30)))
        entries.append(mode + b" " + name + b"\0" + bytes(chance.choices(b"\0 1abc\xff", k=20)))
    return b"".join(entries)


def _number(number: int) -> bytes:
    return bytes([number & 127 | 128]) + _number(number >> 7) if number > 127 else bytes([number])


def _copy(offset: int, size: int) -> bytes:
    return bytes([128 | 1 | 2 | 16 | 32]) + offset.to_bytes(2, "little") + size.to_bytes(2, "little")


def _insert(data: bytes) -> bytes:
    return b"".join(bytes([len(data[at : at + 127])]) + data[at : at + 127] for at in range(0, len(data), 127))


def _delta(chance: random.Random, base: bytes, result: bytes) -> bytes:
    """Return one of the many deltas between two trees: what both have may be copied, from anywhere, or inserted."""
    parts = []
    at = 0
    while at < len(result):
        size = min(chance.randrange(1, 60), len(result) - at)
        places = [place for place in range(len(base)) if base.startswith(result[at : at + size], place)]
        if places and chance.random() < 0.8:
            parts.append(_copy(chance.choice(places), size))
        else:
            size = min(size, chance.randrange(1, 60))
            parts.append(_insert(result[at : at + size]))
        at += size
    return _number(len(base)) + _number(len(result)) + b"".join(parts)


def _changed(chance: random.Random, tree: bytes) -> bytes:
    """Return the tree after a few changes to its bytes that leave it a tree: ids, names, entries."""
    entries = [tree[a:b] for a, b in _bounds(tree)]
    for _ in range(chance.randrange(4)):
        number = chance.randrange(len(entries))
        other = _tree(chance)
        begin, end = next(iter(_bounds(other)))
        match chance.randrange(4):
            case 0:
                entries[number] = entries[number][:-20] + bytes(chance.choices(b"\0 1abc\xff", k=20))
            case 1:
                entries.insert(number, other[begin:end])
            case 2 if len(entries) > 1:
                del entries[number]
            case _:
                head = entries[number][:-21]
                entries[number] = head + b"x" + entries[number][-21:]
    return b"".join(entries)


def _bounds(tree: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", tree.index(b" ", at)) + 21
        yield at, end
        at = end


@pytest.mark.parametrize("seed", range(20))
def test_no_delta_brings_a_name_that_is_not_told(seed: int) -> None:
    chance = random.Random(seed)
    told = 0
    for _ in range(300):
        base = _tree(chance)
        result = _changed(chance, base)
        delta = _delta(chance, base, result)
        assert apply_delta(base, delta) == result
        try:
            found, has_moved = changed(delta, sizes(delta)[1], Folder(base))
        except (PackError, IndexError):
            continue  # the tree itself is looked at
        told += 1
        assert names(result) - names(base) <= found <= names(result)
        if not has_moved:
            assert [*_bounds(result)] == [*_bounds(base)] and names(result) == names(base)
    assert told > 100


def test_a_folder_that_was_put_off_is_made_when_asked_for() -> None:
    chance = random.Random(1)
    first = b"100644 a\0" + b"1" * 20
    folder, content = Folder(first), first
    for _ in range(5):
        before, content = content, content[:9] + bytes(chance.choices(b"\0 ab", k=20))
        folder = Folder(folder.content, folder, _delta(chance, before, content))
    assert folder.content == first
    assert folder.true() == folder.content == content


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    repo = Repo(tmp_path_factory.mktemp("trees"))
    chance = random.Random(5)
    for number in range(60):
        for _ in range(4):
            repo.write(
                f"d{chance.randrange(3)}/e{chance.randrange(3)}/f {chance.randrange(40)}.txt", str(chance.random())
            )
        if number % 7 == 6:
            repo.git("rm", "-q", "-r", "-f", "--ignore-unmatch", f"d{chance.randrange(3)}")
        repo.git("add", "-A")
        repo.commit()
    subprocess.run(["git", "gc", "-q"], cwd=repo.path, check=True)
    (path,) = (repo.path / ".git" / "objects" / "pack").glob("*.pack")
    return with_trees(open_pack(str(path.with_suffix(""))))


@pytest.mark.parametrize("shares", [1, 2, 7, 1000])
def test_the_names_of_a_pack_are_those_of_its_trees(shares: int, packed: Pack) -> None:
    count = len(packed.forest.entries)
    assert int(np.max(packed.forest.depths)) > 3
    whole = [step.content for step in walk(packed, 0, count, _LIMIT) if isinstance(step.content, bytes)]
    assert len(whole) == count
    size = -(-count // min(shares, count))
    found: list[set[bytes]] = []
    for begin in range(0, count, size):
        found += [set(told or ()) for told in tree_names(packed, begin, min(begin + size, count), _LIMIT)]
    assert set().union(*found) == set().union(*map(names, whole))
    assert all(told <= names(content) for told, content in zip(found, whole, strict=True))


def test_a_tree_that_is_too_large_is_not_read_nor_what_rests_on_it(packed: Pack) -> None:
    told = [*tree_names(packed, 0, len(packed.forest.entries), 100)]
    whole = (step.content for step in walk(packed, 0, len(told), _LIMIT))
    large = [len(content) > 100 for content in whole if isinstance(content, bytes)]
    assert any(large) and not any(is_large and found is not None for is_large, found in zip(large, told, strict=True))


@pytest.mark.parametrize("content", [b"100644", b"100644 a", b"100644 a\0" + b"1" * 19, b"\0" * 30])
def test_what_is_no_tree_is_refused(content: bytes) -> None:
    with pytest.raises(PackError):
        names(content)
