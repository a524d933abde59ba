"""Values that are made of nothing but words that stand for a secret: `my_test_token`, `notasecret`, `newpassword1`."""

from __future__ import annotations

import re
from typing import Final

from scanner.refine.languages import WORDS

_FOREIGN: Final = tuple(word.encode() for word in sorted(WORDS) if word.isascii())
_WORDS: Final = frozenset(
    b"""
    a access account admin an and any api app application auth authorization aws azure bad bar base baz bearer
    blank bot bob cached changed changeme client code config consumer correct cred credential credentials csrf
    current custom data database db default demo different dummy email empty encrypted example expected expired
    external fake false first foo for from generated github given global good google guest hashed here host http
    id in incorrect internal invalid is issued it jwt key keys legacy local login long main master me missing
    mock my mysecret name new no non none not null number oauth of old one original other own pass passphrase
    passwd password passwords phrase placeholder plain plaintext postgres private prod production provider
    public pwd random raw read real redacted refresh refreshed remote replace required reset root sample second
    secret secrets secure server service session set shared sign signing simple site slack some stale static
    string strong stub super temp temporary test testing tests text the this to token tokens type unit unknown
    updated user username valid value very weak webhook with wrong your unsafe insecure unused another existing
    specific parol palavra sandi
    box button change confirm confirmation confirmed container control dialog field fields forgot form group hide
    hint icon input label labels link manager mismatch modal page prompt screen show strength textbox toggle view
    wrapper
    """.split()
).union(_FOREIGN)
# Without one of these it may be a pass phrase, however plain its words.
_CORE: Final = re.compile(
    rb"pass|pwd|secret|token|key|test|fake|mock|dummy|example|foo|bar|sample|stub|value|string|invalid|cred"
    rb"|parol|" + b"|".join(_FOREIGN),
    re.IGNORECASE,
)
_PIECES: Final = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST: Final = max(map(len, _WORDS))
_MOST: Final = 48  # bytes; a stand-in is no longer


def is_stand_in(value: bytes) -> bool:
    """Whether it is made of such words, with up to three digits at its end and any joints."""
    if len(value) > _MOST or not _CORE.search(value):
        return False
    return all(_splits(piece.lower()) for piece in _PIECES.findall(value)) and not re.search(rb"\d{4}", value)


def _splits(text: bytes) -> bool:
    """Whether a run of letters is one of the words after another."""
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reached[end] = any(reached[at] and text[at:end] in _WORDS for at in range(max(0, end - _LONGEST), end))
    return reached[-1]
