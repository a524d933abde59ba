"""However a pack is cut into shares, each object comes once, and a share is halved down to single objects."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.git.pack.pack import Pack, open_pack
from scanner.git.pack.walk import walk
from scanner.model import BlobOrigin, RepositoryOrigin, Target
from scanner.sources.packed import halves, shards
from tests.git.pack.make import Made, PackWriter, delta, object_id

_LARGE = 1 << 30


class Grown:
    """A pack whose deltas form trees of random shapes, and what it holds."""

    def __init__(self, folder: Path, seed: int, count: int) -> None:
        chance = random.Random(seed)
        made = PackWriter()
        entries: list[tuple[Made, bytes]] = []
        self.contents: dict[str, bytes] = {}
        for number in range(count):
            if not entries or chance.random() < 0.1:
                content = chance.randbytes(chance.randrange(200)) + b"<%d>" % number
                entry = made.whole("blob", content)
            else:
                base, before = entries[-1] if chance.random() < 0.5 else chance.choice(entries)
                content = before + b"<%d>" % number
                change = delta(before, content)
                oid = object_id("blob", content)
                by_name = chance.random() < 0.5
                entry = made.named(oid, base.oid, change) if by_name else made.after(base, oid, change)
            entries.append((entry, content))
            self.contents[entry.oid] = content
        self.pack = open_pack(str(made.write(folder).with_suffix("")))
        self.pack.fresh[:] = [chance.random() < 0.7 for _ in range(count)]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> list[Grown]:
    return [Grown(tmp_path_factory.mktemp("grown"), seed, count) for seed, count in enumerate((1, 2, 40, 300))]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_share_of_a_pack_yields_its_objects(grown: list[Grown], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(grown))
    count = len(one.contents)
    cuts = data.draw(st.sets(st.integers(1, count - 1), max_size=20)) if count > 1 else set()
    found: dict[str, object] = {}
    for begin, end in pairwise([0, *sorted(cuts), count]):
        contents = (step.content for step in walk(one.pack, begin, end, _LARGE))
        found.update((one.pack.oid(place), content) for place, content in enumerate(contents, begin))
    assert found == one.contents


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_share_gives_the_bases_that_stand_before_it_and_no_others(grown: list[Grown], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(grown[2:]))
    begin = data.draw(st.integers(0, len(one.contents) - 1))
    places = {entry: place for place, entry in enumerate(one.pack.forest.entries.tolist())}
    for step in walk(one.pack, begin, len(one.contents), _LARGE):
        place = places.get(step.base, begin)
        assert step.base_content == (one.contents[one.pack.oid(place)] if place < begin else b"")


def _singles(target: Target, packs: list[Pack]) -> list[Target]:
    """Halve a share as the pool does when every worker dies on it."""
    parts = halves(target, packs)
    assert sum(part.objects for part in parts) in (0, target.objects)
    return [single for part in parts for single in _singles(part, packs)] or [target]


@pytest.mark.parametrize("number", range(4))
def test_a_share_is_halved_down_to_single_objects(number: int, grown: list[Grown]) -> None:
    packs = [one.pack for one in grown]
    pack = packs[number]
    singles = [single for share in shards(number, pack) for single in _singles(share, packs)]
    fresh = [BlobOrigin(pack.oid(place)) for place in np.flatnonzero(pack.fresh).tolist()]
    assert [single.origin for single in singles] == fresh
    assert all(single.objects == 1 for single in singles)


def test_the_one_object_of_a_large_share_is_found(grown: list[Grown]) -> None:
    """Most of an overlapping pack may be another's to read: what is left must still be named when workers die."""
    pack = grown[3].pack
    whole = Target(RepositoryOrigin(b""), 0, f"0:0:{len(pack.fresh)}", 1)
    for place in (0, 1, 150, 299):
        kept = pack.fresh.copy()
        pack.fresh[:] = False
        pack.fresh[place] = True
        try:
            (single,) = halves(whole, [pack])
            assert (single.origin, single.objects) == (BlobOrigin(pack.oid(place)), 1)
            assert halves(single, [pack]) == []
        finally:
            pack.fresh[:] = kept


def test_shares_of_a_deep_chain_do_not_begin_with_more_work_than_they_hold(tmp_path: Path) -> None:
    chance = random.Random(1)
    made = PackWriter()
    content = chance.randbytes(1 << 20)
    entry = made.whole("blob", content)
    for number in range(400):
        longer = content + b"%d" % number
        entry = made.after(entry, object_id("blob", longer), delta(content, longer))
        content = longer
    pack = open_pack(str(made.write(tmp_path).with_suffix("")))
    shares = list(shards(0, pack))
    assert len(shares) > 3
    assert sum(share.objects for share in shares) == 401
    again = sum(int(pack.forest.above[int(share.handle.split(":")[1])]) for share in shares)
    assert again <= 2 * int(pack.forest.weights.sum())
