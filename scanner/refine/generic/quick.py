"""What most candidates need: that not even the kindest of lines could save them. Then their lines are not read.

Nothing is decided otherwise than by the whole sum: what the lines may add is bounded from above by the weights.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from scanner.refine.generic.echoes import ECHOES
from scanner.refine.generic.features import NAMELESS, Sight, Stance, lasting_features, of_call, place_features
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


class Quick:
    """Sums for one set of weights, each worked out once for the same key and value."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        of = weights.of
        highest = [max((of[name] for name in of if name.startswith(group)), default=0.0) for group in _ONE_OF]
        echo = max(of.get(name, 0.0) for name in ECHOES)
        self._most = sum(max(0.0, weight) for weight in (*highest, echo)) + _MARGIN
        named = [name for name in of if name.startswith(_NAMED)]
        families = ([name for name in named if ("," in name, " = " in name) == marks] for marks in _FAMILIES)
        self._named = sum(max(0.0, *(of[name] for name in family)) if family else 0.0 for family in families)
        words = {name.partition(_SAYS)[2] for name in of if _SAYS in name}
        self._says = {word: of.get(_SAYS + word, 0.0) for word in words}
        self.lasting = lru_cache(maxsize=4096)(self._lasting)
        self._place = lru_cache(maxsize=4096)(self._of_place)
        self.lines = lru_cache(maxsize=1024)(self._lines)

    def _lasting(self, sight: Sight, form: str, quote: str, join: str) -> float:
        return self.weights.sum(lasting_features(sight, form, quote, join))

    def path(self, path: bytes, stance: Stance) -> float:
        return self._place(read_place(path) if path else None, stance)

    def _of_place(self, place: Place | None, stance: Stance) -> float:
        return self.weights.path(place_features(place, stance) if place else ())

    def _lines(self, kind: str, quoted: str, value: str) -> float:
        """Return the most that line, neighbourhood and an echo of the key may add."""
        of = self.weights.of
        both = (alone + of.get(f"{kind} {quoted}, {_SAYS}{word}", 0.0) for word, alone in self._says.items())
        long_line = of.get(f"{kind} = {value} on a long line", 0.0)
        named = self._named if kind in NAMELESS else 0.0
        return self._most + named + max(0.0, long_line) + sum(max(0.0, weight) for weight in both)

    def most(self, site: Site, sight: Sight, quoted: str) -> float:
        """Return the most that the content's features may add up to, or a little more."""
        found = self.lasting(sight, site.form, site.quote, site.join) + self.lines(sight.kind, quoted, sight.value.form)
        return found + self.weights.sum(of_call(site)) if site.called else found


_known: dict[int, Quick] = {}


def quick(weights: Weights) -> Quick:
    """Return the sums for these weights."""
    found = _known.get(id(weights))  # it holds them, so nothing else has their id
    if found is None:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        found = _known[id(weights)] = Quick(weights)
    return found
