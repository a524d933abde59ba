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
_HEAVIEST: Final = 1 << 36  # bytes: what says that it is more lies, and sums must not overflow
_INFLATED: Final = 8  # what is not scanned itself costs that much less


class Forest(NamedTuple):
    """By place: the entry, its depth in its tree (0 is no delta), the type of what it says, how much work it is
    estimated to be (bytes), whether it is its base's last child, and whether it is the base of anything.

    `above` is the work that reading it takes before it comes to itself: all that it is a delta of, in bytes.
    `outside` are the entries that cannot be read from this pack alone, in no order; `circular` those that are deltas
    of themselves, by way of others: nobody can read them, and git would try for ever.
    """

    entries: Numbers
    depths: Numbers
    types: NDArray[np.uint8]
    weights: Numbers
    last: NDArray[np.bool_]
    inner: NDArray[np.bool_]
    above: Numbers
    outside: Numbers
    circular: Numbers


def plant(entries: Entries, types: Collection[int]) -> Forest:
    """Work out the order of the objects of these types. Takes time in proportion to the entries and the depth."""
    roots, depths = _roots(entries.bases)
    outside, circular = entries.bases[roots] == OUTSIDE, entries.bases[roots] >= 0
    wanted = np.flatnonzero(np.isin(entries.types[roots], tuple(types)) & ~outside & ~circular)
    levels = _levels(wanted, depths[wanted])
    counts = _below(entries.bases, levels)
    order = _order(entries.bases, levels, counts, len(wanted))
    # A delta's result is about as large as what its tree began with; how large, only the delta itself says.
    weights = np.minimum(np.maximum(entries.sizes, entries.sizes[roots]) + _OVERHEAD, _HEAVIEST)
    return Forest(
        entries=order,
        depths=depths[order],
        types=entries.types[roots[order]],
        weights=weights[order],
        last=_are_last(entries.bases[order], len(roots)),
        inner=counts[order] > 1,
        above=_above(entries.bases, levels, weights)[order],
        outside=np.flatnonzero(outside),
        circular=np.flatnonzero(circular),
    )


def narrowed(forest: Forest, bases: Numbers, wanted: NDArray[np.bool_]) -> tuple[Forest, Numbers]:
    """Return the forest of what is wanted (by place) and of all that it is a delta of; and where each place was."""
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
    places = old[order]
    weights = np.zeros(len(bases), np.int64)
    weights[forest.entries] = np.where(wanted, forest.weights, forest.weights // _INFLATED)
    made = forest._replace(
        entries=order,
        depths=forest.depths[places],
        types=forest.types[places],
        weights=weights[order],
        last=_are_last(bases[order], len(bases)),
        inner=counts[order] > 1,
        above=_above(bases, levels, weights)[order],
    )
    return made, places


def _roots(bases: Numbers) -> tuple[Numbers, Numbers]:
    """Return each entry's root and its depth below it, by doubling: each round looks twice as far.

    Where deltas go round in a circle there is no root: what stands for it has a base.
    """
    above = np.where(bases >= 0, bases, np.arange(len(bases)))
    depths = (bases >= 0).astype(np.int64)
    for _ in range(len(bases).bit_length()):
        if not (further := depths[above]).any():
            break
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


def _above(bases: Numbers, levels: list[Numbers], weights: Numbers) -> Numbers:
    """Return the weight of all that each entry is a delta of."""
    sums = np.zeros(len(bases), np.int64)
    for level in levels[1:]:
        sums[level] = sums[bases[level]] + weights[bases[level]]
    return sums


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
