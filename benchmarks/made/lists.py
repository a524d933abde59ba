"""The word lists and forms of one part, read from its folder.

In `lists.txt`, `== name` begins a list with an item a line, `== name *` one with an item a word. In `forms*.txt`,
`--- path` begins a form: the text of a file, or a piece of one. Both are our own work, and the two parts share neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple

Part = Literal["train", "unseen"]
PARTS: Final[tuple[Part, ...]] = ("train", "unseen")
Lists = Mapping[str, tuple[str, ...]]
_HOME: Final = Path(__file__).parent


class Form(NamedTuple):
    """A piece of a file; `path` and `text` hold slots."""

    path: str
    text: str


def lists(part: Part) -> Lists:
    found: dict[str, list[str]] = {}
    items: list[str] = []
    by_word = False
    for line in (_HOME / part / "lists.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name = line[3:]
            by_word = name.endswith(" *")
            items = found.setdefault(name.removesuffix(" *"), [])
        elif line:
            items.extend(line.split() if by_word else [line])
    return {name: tuple(items) for name, items in found.items()}


def forms(part: Part) -> tuple[Form, ...]:
    found: list[Form] = []
    for file in sorted((_HOME / part).glob("forms*.txt")):
        for block in ("\n" + file.read_text(encoding="utf-8")).split("\n--- ")[1:]:
            path, _, text = block.partition("\n")
            found.append(Form(path.strip(), text.rstrip("\n") + "\n"))
    return tuple(found)
