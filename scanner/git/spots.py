"""Objects by where they stand: for those whose ids are not to be written down, as an id is a hash of what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from scanner.git.facts import Facts

Spot = tuple[str, int]  # the fact of a pack, and the object's number in its index; or that of a loose object, and -1
_MAGIC: Final = b"\xfftOc\x00\x00\x00\x02"
_FANOUT: Final = 256 * 4
_ID: Final = 20


class _Index:
    """The ids in a pack's index (gitformat-pack(5)), which are sorted. Raises OSError and ValueError."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            self._data = file.read()
        if self._data[:8] != _MAGIC or len(self._data) < 8 + _FANOUT:
            raise ValueError

    def at(self, number: int) -> bytes:
        start = 8 + _FANOUT + number * _ID
        return self._data[start : start + _ID]

    def find(self, oid: bytes) -> int:
        """Return the number of an id, -1 when it is not there."""
        low = self._fanout(oid[0] - 1) if oid[0] else 0
        high = end = self._fanout(oid[0])
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.at(middle) < oid else (low, middle)
        return low if low < end and self.at(low) == oid else -1

    def _fanout(self, byte: int) -> int:
        return int.from_bytes(self._data[8 + byte * 4 : 12 + byte * 4], "big")


def spots_of(facts: Facts, oids: Iterable[str]) -> dict[str, Spot] | None:
    """Return where each of these objects stands, None when one is nowhere."""
    left = set(oids)
    found = {oid: (facts.loose[oid].hex(), -1) for oid in left if oid in facts.loose}
    left.difference_update(facts.loose)
    for name, fact in facts.packs.items() if left else ():
        try:
            index = _Index(f"{name}.idx")
        except (OSError, ValueError):
            continue
        numbers = {oid: index.find(bytes.fromhex(oid)) for oid in sorted(left)}
        found |= {oid: (fact.hex(), number) for oid, number in numbers.items() if number >= 0}
        left.difference_update(found)
    return None if left else found


def at_spots(facts: Facts, spots: Sequence[Spot]) -> dict[Spot, str]:
    """Return the ids of the objects that still stand where they stood."""
    loose = {fact.hex(): oid for oid, fact in facts.loose.items()}
    found: dict[Spot, str] = {}
    numbers: dict[str, list[int]] = {}
    for spot, number in spots:
        if number >= 0:
            numbers.setdefault(spot, []).append(number)
        elif spot in loose:
            found[spot, number] = loose[spot]
    for name, fact in facts.packs.items():
        if rows := numbers.get(fact.hex()):
            try:
                index = _Index(f"{name}.idx")
            except (OSError, ValueError):
                continue
            found |= {(fact.hex(), row): index.at(row).hex() for row in rows}
    return found
