"""What is remembered of a repository from run to run: the objects in which nothing was found.

By id, which says their content; with the size, and with how many matches were set aside for which reason, so that a
report needs no more. Of what holds a finding, even an allowed one, nothing is kept: it is read and judged again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scanner.engine.batch import Quiet
from scanner.git.facts import FACT
from scanner.git.pack.index import Bytes, Numbers
from scanner.sources.past import Known

Drops = tuple[tuple[str, int], ...]
_ID: Final = 20  # bytes
_SEAL: Final = np.dtype([("id", np.uint8, (_ID,)), ("size", "<u4"), ("type", "u1")])
_ROW: Final = np.dtype([*_SEAL.descr, ("kind", "<u4")])
_TYPES: Final = ("blob", "commit", "tag")  # no trees: each one is read anew, for the names in it
_LENGTH: Final = 8  # bytes that give the length of the head

Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Memory:
    """`rows`: of each object its id, its size in bytes, its type, and the number of its drops in `kinds`.

    `facts` are those of the packs and loose objects that were seen to be sound (scanner.git.facts).
    """

    rows: Rows
    kinds: tuple[Drops, ...] = ((),)
    facts: frozenset[bytes] = frozenset()

    @property
    def ids(self) -> Bytes:
        return self.rows["id"]

    @property
    def count(self) -> int:
        return len(self.rows)

    def known(self, rows: Numbers | slice = slice(None)) -> Known:
        """Return what these rows amount to."""
        chosen = self.rows[rows]
        drops: Counter[str] = Counter()
        counts = np.bincount(chosen["kind"], minlength=len(self.kinds)).tolist()
        for kind, count in zip(self.kinds, counts, strict=True):
            drops.update({reason: number * count for reason, number in kind if count})
        return Known(len(chosen), int(chosen["size"].sum(dtype=np.int64)), tuple(sorted(drops.items())))

    def types(self, rows: Numbers) -> dict[str, int]:
        """Return how many of these rows are a blob, a commit and a tag."""
        counts = np.bincount(self.rows["type"][rows], minlength=len(_TYPES)).tolist()
        return {"tree": 0, **dict(zip(_TYPES, counts, strict=True))}


def nothing() -> Memory:
    return Memory(np.empty(0, _ROW))


def seal_of(oid: str, kind: str, size: int) -> bytes:
    """Return what a `Quiet` is to hold of an object: a SHA-1 id, the size of its content in bytes, and what it is."""
    return bytes.fromhex(oid) + size.to_bytes(4, "little") + bytes([_TYPES.index(kind)])


def extended(memory: Memory, kept: Numbers, quiet: Quiet, facts: frozenset[bytes]) -> Memory:
    """Return a memory of the rows that are kept, and of what a run has found quiet."""
    kinds = {kind: number for number, kind in enumerate(memory.kinds)}
    numbers = [kinds.setdefault(drops, len(kinds)) for _, drops in quiet.dropped]
    clean = np.frombuffer(quiet.seals, _SEAL)
    judged = np.frombuffer(b"".join(seal for seal, _ in quiet.dropped), _SEAL)
    new = np.zeros(len(clean) + len(judged), _ROW)
    for field in ("id", "size", "type"):
        new[field] = np.concatenate((clean[field], judged[field]))
    new["kind"][len(clean) :] = numbers
    return Memory(np.concatenate((memory.rows[kept], new)), tuple(kinds), facts)


def encode(memory: Memory) -> bytes:
    facts = b"".join(sorted(memory.facts))
    head = {
        "kinds": memory.kinds,
        "facts": len(memory.facts),
        "rows": memory.count,
    }
    text = json.dumps(head).encode()
    return len(text).to_bytes(_LENGTH, "little") + text + facts + memory.rows.tobytes()


def decode(data: bytes) -> Memory | None:
    """Return the memory, None for what is not one of today's layout."""
    try:
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
        head = json.loads(data[_LENGTH:end])
        middle = end + FACT * head["facts"]
        facts = frozenset(data[at : at + FACT] for at in range(end, middle, FACT))
        rows = np.frombuffer(data, _ROW, head["rows"], middle)
        kinds = tuple(tuple((str(reason), int(count)) for reason, count in kind) for kind in head["kinds"])
    except (ValueError, TypeError, KeyError):
        return None
    if middle + rows.nbytes != len(data) or not kinds or kinds[0]:
        return None
    if len(rows) and (rows["kind"].max() >= len(kinds) or rows["type"].max() >= len(_TYPES)):
        return None
    return Memory(rows, kinds, facts)
