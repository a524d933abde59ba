"""The pass over the graph of commits, against the plain way of doing it: looking at every commit by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from scanner.git.provenance import Change
from scanner.sources import lineage
from scanner.sources.foresight import questions
from scanner.sources.lineage import State, Tally, Trail, follow, lots, ones

PATHS = (b"a", b"b", b"c")
BLOBS = ("one", "two", "both", "")  # what a path may hold; the first three have secrets
TRAILS = [
    Trail(frozenset((path, blob) for path in PATHS for blob in ("one", "both")), frozenset({"2"})),
    Trail(frozenset((path, blob) for path in PATHS for blob in ("two", "both"))),
]


class World(NamedTuple):
    """Commits by number, parents first, and the files of each."""

    graph: list[tuple[str, ...]]
    trees: dict[str, dict[bytes, str]]

    def changes(self) -> dict[str, list[Change]]:
        made: dict[str, list[Change]] = {}
        for commit, *parents in self.graph:
            before = [self.trees[parent] for parent in parents] or [{}]
            for path in PATHS:
                new = self.trees[commit].get(path, "")
                if all(tree.get(path, "") != new for tree in before):
                    made.setdefault(commit, []).append(Change(path, new))
        return made

    def find(self, commit: str, paths: Collection[bytes]) -> Mapping[bytes, str]:
        return {path: blob for path, blob in self.trees[commit].items() if path in paths}

    def ancestors(self, commit: str) -> set[str]:
        parents = {line[0]: line[1:] for line in self.graph}
        found, todo = set(), [commit]
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += parents[one]
        return found

    def holds(self, commit: str, trail: Trail) -> bool:
        return not trail.pairs.isdisjoint(self.trees[commit].items())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    graph: list[tuple[str, ...]] = []
    trees: dict[str, dict[bytes, str]] = {}
    for number in range(draw(st.integers(1, 9))):
        parents = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        tree = dict(trees[str(parents[0])]) if parents else {}
        for path, blob in draw(st.dictionaries(st.sampled_from(PATHS), st.sampled_from(BLOBS), max_size=2)).items():
            tree[path] = blob
        if len(parents) > 1 and draw(st.booleans()):  # takes a path from another parent
            path = draw(st.sampled_from(PATHS))
            tree[path] = trees[str(parents[1])].get(path, "")
        trees[str(number)] = {path: blob for path, blob in tree.items() if blob}
        graph.append((str(number), *map(str, parents)))
    return World(graph, trees)


def _set(bits: int) -> set[int]:
    return set(ones(bits))


@given(worlds())
def test_it_finds_what_looking_at_every_commit_finds(world: World) -> None:
    found = follow(world.graph, world.changes(), TRAILS, world.trees, world.find)
    assert found.left >= 0
    for commit in world.trees:
        past = world.ancestors(commit)
        held = {number for number, trail in enumerate(TRAILS) if world.holds(commit, trail)}
        said = {number for number, trail in enumerate(TRAILS) if past & trail.messages}
        ever = {number for number, trail in enumerate(TRAILS) if any(world.holds(old, trail) for old in past)}
        state = found.tips[commit]
        assert (_set(state.held), _set(state.said), _set(state.ever)) == (held, said, ever)
    for number, trail in enumerate(TRAILS):
        holding = [commit for commit in world.trees if world.holds(commit, trail)]
        assert found.last[number] == (holding[-1] if holding else "")
        assert found.removed[number] == [line[0] for line in world.graph if _removes(world, line, trail)]


def _removes(world: World, line: tuple[str, ...], trail: Trail) -> bool:
    """Whether a commit takes out what some parent has, and no other parent had before it."""
    commit, *parents = line
    without = [parent for parent in parents if not world.holds(parent, trail)]
    seen = [old for parent in without for old in world.ancestors(parent)]
    had = any(world.holds(old, trail) for old in seen)
    return len(without) < len(parents) and not world.holds(commit, trail) and not had


def test_when_there_is_too_much_to_look_at_a_merge_has_what_its_parents_have() -> None:
    graph = [("0",), ("1", "0"), ("2", "0"), ("3", "1", "2")]
    trees = {"0": {}, "1": {b"a": "one"}, "2": {}, "3": {}}
    world = World(graph, trees)
    exact, guessed = (follow(graph, world.changes(), TRAILS, ["3"], world.find, n) for n in (1, 0))
    assert (exact.left, exact.tips["3"].held, exact.removed[0]) == (0, 0, ["3"])
    assert (guessed.left, guessed.tips["3"].held, guessed.removed[0]) == (-1, 1, [])


class Noting(NamedTuple):
    """What is asked of a world."""

    world: World
    asked: list[tuple[str, set[bytes]]]

    def find(self, commit: str, paths: Collection[bytes]) -> Mapping[bytes, str]:
        self.asked.append((commit, set(paths)))
        return self.world.find(commit, paths)


def _asked_and_foreseen(world: World) -> tuple[list[tuple[str, set[bytes]]], list[tuple[str, set[bytes]]]]:
    noting = Noting(world, [])
    follow(world.graph, world.changes(), TRAILS, world.trees, noting.find)
    return noting.asked, list(questions(world.graph, world.changes(), TRAILS))


def test_what_merges_are_asked_is_foreseen() -> None:
    """Branches that add a secret; one merged long after another one had taken it out; one merged twice."""
    graph = [("0",), ("1", "0"), ("2", "0"), ("3", "1", "2"), ("4", "3"), ("5", "3"), ("6", "4", "5"), ("7", "1")]
    graph += [("8", "6", "7"), ("9", "8", "5"), ("10", "9", "7", "2")]
    a, b, c = ({path: blob} for path, blob in ((b"a", "one"), (b"b", "two"), (b"c", "both")))
    trees = {"0": {}, "1": a, "2": b, "3": a | b, "4": b, "5": a | b | c, "6": b | c, "7": a, "8": b | c, "9": b | c}
    asked, foreseen = _asked_and_foreseen(World(graph, trees | {"10": b | c}))
    assert asked == foreseen and [commit for commit, _ in asked] == ["3", "6", "8", "9", "10"]


@given(worlds())
def test_what_is_foreseen_is_right_until_a_merge_does_the_unexpected(world: World) -> None:
    asked, foreseen = _asked_and_foreseen(world)
    assert asked[:1] == foreseen[:1]
    merges = {line[0] for line in world.graph if len(line) > 2}
    assert all(commit in merges and paths <= set(PATHS) for commit, paths in foreseen)


@given(st.lists(st.integers(0, 900), max_size=60), st.integers(1, 6))
def test_lots_are_all_of_it_and_even(sizes: list[int], jobs: int) -> None:
    trails = [Trail(frozenset((b"%d" % n, "x") for n in range(size))) for size in sizes]
    made = lots(trails, jobs)
    assert sorted(number for lot, _ in made for number in lot) == list(range(len(sizes)))
    shares = [sum(sizes[number] + 1 for number in lot) for lot, _ in made]
    even = sum(shares) / max(1, len(made))
    assert all(share <= even + 901 for share in shares)
    assert even <= lineage._PAIRS_AT_ONCE
    assert len(made) <= jobs or even > lineage._PAIRS_AT_ONCE / 2
    assert len(made) <= 1 or even >= lineage._LEAST_PAIRS / 2
    assert sum(most for _, most in made) <= lineage.MOST_LOOKUPS


def test_what_is_at_the_same_path_is_followed_together() -> None:
    trails = [Trail(frozenset((b"%d" % (number % 4), f"{number}-{n}") for n in range(299))) for number in range(24)]
    assert [{number % 4 for number in lot} for lot, _ in lots(trails, 4)] == [{0}, {1}, {2}, {3}]


def test_commits_that_change_nothing_share_one_state() -> None:
    graph = [("0",), *((str(n), str(n - 1)) for n in range(1, 50))]
    trees = {str(n): {b"a": "one"} for n in range(50)}
    found = follow(graph, World(graph, trees).changes(), TRAILS, ["3", "49"], World(graph, trees).find)
    assert found.tips["3"].files == found.tips["49"].files != 0


def test_a_tip_that_the_graph_has_not_holds_nothing() -> None:
    assert follow([], {}, TRAILS, ["9"], lambda commit, paths: {}).tips == {"9": State()}


@given(st.lists(st.frozensets(st.integers(0, 200))))
def test_a_tally_counts(sets: list[frozenset[int]]) -> None:
    tally = Tally()
    for members in sets:
        tally.add(sum(1 << member for member in members))
    expected = {n: count for n in range(201) if (count := sum(n in members for members in sets))}
    assert tally.counts() == expected


@given(st.frozensets(st.integers(0, 500)))
def test_ones_are_the_bits_that_are_set(members: frozenset[int]) -> None:
    assert [*ones(sum(1 << member for member in members))] == sorted(members)
