"""Whether two rules, of two scanners, can be about the same kind of secret, as far as their names tell."""

from __future__ import annotations

import re
from typing import Final

# Words that say nothing of whose secret it is.
_PLAIN_WORDS: Final = """
access account api app auth authentication basic bearer block client code config connection credential
credentials curl custom detected detector entropy env file fine flow generic grained hardcoded header high
hook host http https id integration internal jwt key keyword legacy live long my named new oauth oauth2 old
our own pass password pat personal private project prod public random refresh rule rsa secret server service
session short signing string team test token tokens url user username v1 v2 value webhook yaml
"""
_SAME: Final = {
    "gcp": "google",
    "firebase": "google",
    "gh": "github",
    "ghe": "github",
    "amazon": "aws",
    "azure": "microsoft",
}
_BEGINNING: Final = 5  # letters that are enough: postgres, postgresql
_LEAST: Final = 3  # letters of a whole word that a longer one may begin with: npm, npmjsaccesstoken

_PLAIN: Final = frozenset(_PLAIN_WORDS.split())


def words_of(rule: str) -> set[str]:
    """Return the words of an id that say whose secrets the rule finds."""
    found = (word for word in re.findall(r"[a-z0-9]+", rule.lower()) if word not in _PLAIN and not word.isdecimal())
    return {_SAME.get(word, word) for word in found}


def may_be_alike(theirs: str, ours: str) -> bool:
    """Return false only when both names say whose secret it is, and not the same."""
    first, second = words_of(theirs), words_of(ours)
    if not first or not second:
        return True
    return any(_begin_alike(one, other) for one in first for other in second)


def _begin_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    enough = short[:_BEGINNING]
    return long.startswith(enough) if len(short) >= _LEAST else one == other
