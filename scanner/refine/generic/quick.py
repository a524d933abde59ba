"""What most candidates need: that not even the kindest of lines could save them. Then their lines are not read.

Nothing is decided otherwise than by the whole sum: what the lines may add is bounded from above by the weights.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from scanner.refine.generic.echoes import echoes
from scanner.refine.generic.features import (
    NAMELESS,
    Sight,
    Stance,
    lasting_features,
    of_call,
    place_features,
    sight_of,
    stance_of,
)
from scanner.refine.generic.places import Place, read_place
from scanner.refine.generic.site import Site
from scanner.refine.generic.weights import Weights

# Of each of these groups a candidate has at most one feature.
_ONE_OF: Final = (
    "after: ",
    "line: ",
    "line length: ",
    "login: ",
    "hex around",
    "noise around",
    "one of two",
    "line is prose",
    "among others: ",
    "label: ",
)
_SAYS: Final = "line says: "
_NAMED: Final = "password named: "  # at most one feature of each family: with a comma, with an equals sign, with none
_FAMILIES: Final = ((False, False), (True, True), (False, True))
_MARGIN: Final = 1e-6  # sums of the same numbers in another order differ by less
_REMEMBERED: Final = 8  # weights; a run has one set of them, training many


class Known(NamedTuple):
    """A key and a value: what they look like, what they add up to, and with the most that their lines may add."""

    sight: Sight
    stance: Stance
    sum: float
    most: float


class Quick:
    """Sums for one set of weights, each worked out once for the same key and value."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        of = weights.of
        highest = [max((of[name] for name in of if name.startswith(group)), default=0.0) for group in _ONE_OF]
        self._most = sum(max(0.0, weight) for weight in highest) + _MARGIN
        named = [name for name in of if name.startswith(_NAMED)]
        families = ([name for name in named if ("," in name, " = " in name) == marks] for marks in _FAMILIES)
        self._named = sum(max(0.0, *(of[name] for name in family)) if family else 0.0 for family in families)
        words = {name.partition(_SAYS)[2] for name in of if _SAYS in name}
        self._says = {word: of.get(_SAYS + word, 0.0) for word in words}
        self._pair = lru_cache(maxsize=8192)(self._of_pair)
        self._lines = lru_cache(maxsize=1024)(self._of_lines)
        self._place = lru_cache(maxsize=4096)(self._of_place)

    def path(self, path: bytes, stance: Stance) -> float:
        return self._place(read_place(path) if path else None, stance)

    def _of_place(self, place: Place | None, stance: Stance) -> float:
        return self.weights.path(place_features(place, stance) if place else ())

    def known(self, value: bytes, site: Site) -> Known:
        """Return what a value, its pieces joined, looks like there. `most` is the content's sum or a little more."""
        called = site.called if site.form == "argument" else b""
        found = self._pair(value, site.key, called, site.form, site.quote, site.join)
        if site.called:
            return found._replace(most=found.most + self.weights.sum(of_call(site)))
        return found

    def _of_pair(self, value: bytes, name: bytes, called: bytes, form: str, quote: str, join: str) -> Known:
        sight = sight_of(value, name, called, form)
        stance = stance_of(form, quote, join, sight)
        lasting = self.weights.sum((*lasting_features(sight, form, quote, join), *echoes(value, name, sight.value)))
        return Known(sight, stance, lasting, lasting + self._lines(sight.kind, stance.quoted, sight.value.form))

    def _of_lines(self, kind: str, quoted: str, value: str) -> float:
        """Return the most that line and neighbourhood may add."""
        of = self.weights.of
        both = (alone + of.get(f"{kind} {quoted}, {_SAYS}{word}", 0.0) for word, alone in self._says.items())
        long_line = of.get(f"{kind} = {value} on a long line", 0.0)
        named = self._named if kind in NAMELESS else 0.0
        return self._most + named + max(0.0, long_line) + sum(max(0.0, weight) for weight in both)


_known: dict[int, Quick] = {}


def quick(weights: Weights) -> Quick:
    """Return the sums for these weights."""
    found = _known.get(id(weights))  # it holds them, so nothing else has their id
    if found is None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        found = _known[id(weights)] = Quick(weights)
    return found
