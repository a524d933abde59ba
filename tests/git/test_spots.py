"""Objects are found again by where they stand, as long as they stand there."""

from __future__ import annotations

from scanner.git.facts import gather
from scanner.git.folders import Folders
from scanner.git.place import place_of
from scanner.git.spots import at_spots, spots_of
from tests.git.support import git_in
from tests.support import Repo


def _folders(repo: Repo) -> Folders:
    return Folders(place_of(git_in(repo)).objects)


def _all(repo: Repo) -> list[str]:
    return sorted(repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split())


def _filled(repo: Repo) -> None:
    for number in range(40):
        repo.add(f"{number}", f"{number}\n")
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    repo.add("loose", "loose\n")
    repo.commit()


def test_each_object_is_found_where_it_stands(repo: Repo) -> None:
    _filled(repo)
    facts, oids = gather(_folders(repo)), _all(repo)
    spots = spots_of(facts, oids)
    assert spots is not None and len(spots) == len(oids) == 45
    assert sorted(number for _, number in spots.values()) == [-1] * 3 + list(range(42))
    assert at_spots(facts, tuple(spots.values())) == {spot: oid for oid, spot in spots.items()}
    assert not any(oid in str(list(spots.values())) for oid in oids)
    for oid in oids:
        assert spots_of(facts, [oid]) == {oid: spots[oid]}
        assert at_spots(facts, [spots[oid]]) == {spots[oid]: oid}


def test_what_is_nowhere_has_no_spot(repo: Repo) -> None:
    _filled(repo)
    facts = gather(_folders(repo))
    for oid in ("0" * 40, "f" * 40, "12" * 20):
        assert spots_of(facts, [oid]) is None
    assert spots_of(facts, []) == {}


def test_what_has_moved_is_found_no_more(repo: Repo) -> None:
    _filled(repo)
    facts, oids = gather(_folders(repo)), _all(repo)
    spots = spots_of(facts, oids) or {}
    repo.git("repack", "-q", "-a", "-d")
    assert at_spots(gather(_folders(repo)), tuple(spots.values())) == {}


def test_an_index_of_another_kind_has_no_spots(repo: Repo) -> None:
    _filled(repo)
    facts = gather(_folders(repo))
    (name,) = facts.packs
    packed = [oid for oid in _all(repo) if oid not in facts.loose]
    repo.git("index-pack", "--index-version=1", "-o", f"{name}.idx.1", f"{name}.pack")
    (repo.path / f"{name}.idx").unlink()
    (repo.path / f"{name}.idx.1").rename(f"{name}.idx")
    assert spots_of(facts, packed) is None
