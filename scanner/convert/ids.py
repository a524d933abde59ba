"""Ids of our form from names of any form."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from unicodedata import normalize

from scanner.convert.notes import Note
from scanner.convert.theirs import TheirRule


def kebab(text: str) -> str:
    """Return lower-case words with hyphens; empty when the text has neither letter nor digit of ASCII."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return the id, with a number behind it if it is taken."""
    id, number = wanted, 2
    while id in taken:
        id, number = f"{wanted}-{number}", number + 1
    return id


def choose(rules: Sequence[TheirRule], taken: Collection[str], provider: str, notes: list[Note]) -> dict[str, str]:
    """Return our ids by theirs. Those of `taken` belong to other rules: the provider's name tells ours apart."""
    ids: dict[str, str] = {}
    used = set(taken)
    for rule in rules:
        if rule.id in ids or not kebab(rule.id):
            continue
        plain = kebab(rule.id)
        id = plain if plain not in used else free_id(f"{kebab(provider) or 'imported'}-{plain}", used)
        used.add(id)
        ids[rule.id] = id
        if plain in taken:
            what = f"a rule of redhanded has this id; this one is {id!r} now"
            notes.append(Note(rule.lines["id"], rule.id, what, f"do without the other one: --skip {plain}"))
        elif id != rule.id:
            notes.append(Note(rule.lines["id"], rule.id, f"its id is {id!r} now: lower-case words with hyphens"))
    return ids
