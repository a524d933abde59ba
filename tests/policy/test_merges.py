"""Branches that each change the suppressions merge without a conflict, by git alone: no driver, no attributes."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from scanner.policy.allowfile import Entry, single
from scanner.policy.allowfolder import FOLDER, add, load, remove
from scanner.policy.keyed import new_salt
from tests.policy.support import accept, entry
from tests.support import Repo, token

REASON = "the password of the database that the tests start on this machine, which nobody else can reach"


def secrets(count: int, name: str) -> list[str]:
    return [token(seed=f"{name}{number}") for number in range(count)]


def saved(repo: Repo, message: str) -> None:
    repo.git("add", "-A")
    repo.commit(message, "--allow-empty")


def branch(repo: Repo, name: str, change: Callable[[], object], start: str = "main") -> None:
    repo.git("checkout", "-q", "-b", name, start)
    change()
    saved(repo, name)


def merged(repo: Repo, *names: str) -> tuple[Entry, ...]:
    """Merge the branches into main one after the other; git fails on a conflict."""
    repo.git("checkout", "-q", "main")
    for name in names:
        repo.git("merge", "-q", "--no-edit", name)
    return load(str(repo.path))


def taken(repo: Repo, *numbers: int) -> Callable[[], object]:
    return lambda: remove(str(repo.path), [load(str(repo.path))[number] for number in numbers])


@pytest.mark.parametrize("there", [0, 1, 5], ids=["for the first time", "beside one", "beside some"])
@pytest.mark.parametrize("count", [2, 10])
def test_branches_that_each_add_an_entry(repo: Repo, there: int, count: int) -> None:
    accept(repo.path, secrets(there, "old"), reason=REASON)
    saved(repo, "start")
    for number in range(count):
        new = secrets(1, f"new{number}-")
        # Whoever accepts something first chooses a salt; several do where nothing was accepted before.
        salt = new_salt() if not there else entry("x").salt
        branch(repo, f"b{number}", partial(accept, repo.path, new, reason=REASON, salt=salt))
    assert len(merged(repo, *(f"b{number}" for number in range(count)))) == there + count


def test_two_branches_that_accept_the_same_secret_in_different_words(repo: Repo) -> None:
    saved(repo, "start")
    same = secrets(1, "same")
    branch(repo, "a", lambda: accept(repo.path, same, reason="a"))
    branch(repo, "b", lambda: accept(repo.path, same, reason="b"))
    branch(repo, "c", lambda: accept(repo.path, same, reason="b"))
    assert sorted(one.reason for one in merged(repo, "a", "b", "c")) == ["a", "b"]


def indent(secret: str) -> int:
    _, data = single(entry(secret, reason=REASON))
    return len(data) - len(data.lstrip())


@pytest.mark.parametrize("seed", range(6))
def test_one_removes_while_another_adds_and_both_remove_the_same(repo: Repo, seed: int) -> None:
    # Git takes a file that went and one like it that came for one that was renamed, and does not know what to do when
    # two branches have renamed the same file. So the entries' files are not alike to it, as long as their texts begin
    # at different places in stretches of 64 bytes; one pair in 64 does not.
    accept(repo.path, secrets(4, f"old{seed}"), reason=REASON)
    saved(repo, "start")
    old = load(str(repo.path))[0]
    mine = next(secret for secret in secrets(4, f"old{seed}") if entry(secret).hash == old.hash)
    first, second, third, *_ = [new for new in secrets(9, f"new{seed}") if indent(new) != indent(mine)]

    def swap(new: str) -> Callable[[], object]:
        return lambda: (taken(repo, 0)(), accept(repo.path, [new], reason=REASON))

    branch(repo, "removes", taken(repo, 0))
    branch(repo, "swaps", swap(first))
    branch(repo, "swaps-too", swap(second))
    branch(repo, "adds", lambda: accept(repo.path, [third], reason=REASON))
    assert len(merged(repo, "removes", "swaps", "swaps-too", "adds")) == 3 + 3


def test_texts_begin_at_all_places_of_a_stretch_alike(repo: Repo) -> None:
    indents = [indent(secret) for secret in secrets(640, "x")]
    assert set(indents) == set(range(64))
    assert max(indents.count(one) for one in range(64)) < 30


def test_neighbours_in_a_baseline_can_be_removed_on_two_branches(repo: Repo) -> None:
    add(str(repo.path), [entry(secret) for secret in secrets(6, "old")], in_one_file=True)
    saved(repo, "start")
    everything = load(str(repo.path))
    for number in range(1, 5):
        branch(repo, f"b{number}", taken(repo, number))
    branch(repo, "adds", lambda: accept(repo.path, secrets(1, "new")))
    left = merged(repo, "b1", "b2", "b3", "b4", "adds")
    assert {one.hash for one in left} >= {everything[0].hash, everything[5].hash}
    assert len(left) == 3


def test_two_branches_that_both_create_a_baseline(repo: Repo) -> None:
    saved(repo, "start")
    for name, salt in (("a", new_salt()), ("b", new_salt())):
        made = [entry(secret, salt=salt) for secret in [*secrets(3, "both"), *secrets(2, name)]]
        branch(repo, name, partial(add, str(repo.path), made, in_one_file=True))
    assert len(merged(repo, "a", "b")) == 10


@pytest.mark.parametrize("seed", range(3))
def test_many_branches_at_random_end_with_what_each_meant(repo: Repo, seed: int) -> None:
    chance = random.Random(seed)
    start = secrets(20, f"s{seed}")
    accept(repo.path, start, reason=REASON)
    saved(repo, "start")
    expected = {entry(secret).hash for secret in start}
    gone: set[str] = set()
    for number in range(8):
        out = [entry(secret) for secret in chance.sample(start, chance.randrange(3))]
        new = secrets(chance.randrange(3), f"n{seed}-{number}-")

        def change(out: list[Entry] = out, new: list[str] = new) -> None:
            there = [one for one in load(str(repo.path)) if one.hash in {old.hash for old in out}]
            remove(str(repo.path), there)
            accept(repo.path, new, reason=REASON)

        branch(repo, f"b{number}", change)
        gone |= {one.hash for one in out}
        expected |= {entry(secret).hash for secret in new}
    assert {one.hash for one in merged(repo, *(f"b{n}" for n in range(8)))} == expected - gone


def test_rebasing_and_picking_meet_no_conflict_either(repo: Repo, tmp_path: Path) -> None:
    accept(repo.path, secrets(3, "old"), reason=REASON)
    saved(repo, "start")
    branch(repo, "a", lambda: accept(repo.path, secrets(1, "a"), reason=REASON))
    branch(repo, "b", lambda: accept(repo.path, secrets(1, "b"), reason=REASON))
    repo.git("rebase", "-q", "a")
    repo.git("checkout", "-q", "main")
    repo.git("cherry-pick", "b")
    assert len(load(str(repo.path))) == 4
    assert not (repo.path / FOLDER / ".gitattributes").exists()
