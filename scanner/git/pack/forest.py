"""The order in which to read a pack: each tree of deltas depth first, so that every base is inflated once.

All arrays run over the entries in that order ("places"). Among its siblings the child with the most below it comes
last, so that a base is held no longer than until its heaviest child begins: with n entries in a tree no more than
log2(n) bases are held at once, whatever its shape.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scanner.git.pack.entries import OUTSIDE, Entries
from scanner.git.pack.index import Numbers

_OVERHEAD: Final = 4096  # bytes that are scanned in the time that an entry costs whatever its size
_INFLATED: Final = 8  # what is not scanned itself costs that much less


class Forest(NamedTuple):
    """By place: the entry, its depth in its tree (0 is no delta), the type of what it says, how much work it is
    estimated to be (bytes), whether it is its base's last child, and whether it is the base of anything.

    `outside` are the entries that cannot be read from this pack alone, in no order.
    """

    entries: Numbers
    depths: Numbers
    types: NDArray[np.uint8]
    weights: Numbers
    last: NDArray[np.bool_]
    inner: NDArray[np.bool_]
    outside: Numbers


def plant(entries: Entries, types: Collection[int]) -> Forest:
    """Work out the order of the objects of these types. Takes time in proportion to the entries and the depth."""
    roots, depths = _roots(entries.bases)
    outside = entries.bases[roots] == OUTSIDE
    wanted = np.flatnonzero(np.isin(entries.types[roots], tuple(types)) & ~outside)
    levels = _levels(wanted, depths[wanted])
    counts = _below(entries.bases, levels)
    order = _order(entries.bases, levels, counts, len(wanted))
    own = roots[order]
    # A delta's result is about as large as what its tree began with; how large, only the delta itself says.
    weights = np.maximum(entries.sizes[order], entries.sizes[own]) + _OVERHEAD
    last = _are_last(entries.bases[order], len(roots))
    return Forest(order, depths[order], entries.types[own], weights, last, counts[order] > 1, np.flatnonzero(outside))


def narrowed(forest: Forest, bases: Numbers, wanted: NDArray[np.bool_]) -> tuple[Forest, NDArray[np.bool_]]:
    """Return the forest of what is wanted (by place) and of all that it is a delta of; and which of that is wanted."""
    old = np.full(len(bases), -1, np.int64)
    old[forest.entries] = np.arange(len(forest.entries))
    needed = wanted.copy()
    above = np.flatnonzero(wanted)
    while len(above):
        parents = bases[forest.entries[above]]
        above = np.unique(old[parents[parents >= 0]])
        above = above[~needed[above]]
        needed[above] = True
    entries = forest.entries[needed]
    levels = _levels(entries, forest.depths[needed])
    counts = _below(bases, levels)
    order = _order(bases, levels, counts, len(entries))
    place = old[order]
    weights = np.where(wanted[place], forest.weights[place], forest.weights[place] // _INFLATED)
    last = _are_last(bases[order], len(bases))
    kinds, depths = forest.types[place], forest.depths[place]
    return Forest(order, depths, kinds, weights, last, counts[order] > 1, forest.outside), wanted[place]


def _roots(bases: Numbers) -> tuple[Numbers, Numbers]:
    """Return each entry's root and its depth below it, by doubling: each round looks twice as far."""
    above = np.where(bases >= 0, bases, np.arange(len(bases)))
    depths = (bases >= 0).astype(np.int64)
    while (further := depths[above]).any():
        depths += further
        above = above[above]
    return above, depths


def _levels(wanted: Numbers, depths: Numbers) -> list[Numbers]:
    """Return the wanted entries of each depth."""
    if not len(wanted):
        return []
    order = np.argsort(depths, kind="stable")
    return np.split(wanted[order], np.cumsum(np.bincount(depths))[:-1])


def _below(bases: Numbers, levels: list[Numbers]) -> Numbers:
    """Return how many entries each one's subtree has, itself included."""
    counts = np.ones(len(bases), np.int64)
    for level in reversed(levels[1:]):
        np.add.at(counts, bases[level], counts[level])
    return counts


def _order(bases: Numbers, levels: list[Numbers], counts: Numbers, total: int) -> Numbers:
    """Return the entries: trees in the order of the pack, a base before its children, the heaviest child last."""
    places = np.empty(len(bases), np.int64)
    order = np.empty(total, np.int64)
    for depth, level in enumerate(levels):
        parents = bases[level]
        rows = level[np.lexsort((counts[level], parents))] if depth else level
        before = np.cumsum(counts[rows]) - counts[rows]
        if depth:
            family = bases[rows]
            first = np.flatnonzero(np.r_[True, family[1:] != family[:-1]])
            before += places[family] + 1 - np.repeat(before[first], np.diff(np.r_[first, len(rows)]))
        places[rows] = before
        order[before] = rows
    return order


def _are_last(bases: Numbers, count: int) -> NDArray[np.bool_]:
    """Return of each place whether no other child of its base comes after it."""
    deltas = np.flatnonzero(bases >= 0)
    final = np.full(count, -1, np.int64)
    np.maximum.at(final, bases[deltas], deltas)
    last = np.zeros(len(bases), np.bool_)
    last[final[final >= 0]] = True
    return last
