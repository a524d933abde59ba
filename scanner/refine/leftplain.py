"""A value that is left plain where those around it are encrypted: whether it says anything that is worth encrypting."""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.sealed import MARK
from scanner.model import Drop, Keep
from scanner.refine import envfile
from scanner.refine.subject import Subject

_TELLING: Final = re.compile(rb"(?i)pass|pwd|secret|token|key|cred|auth|salt|private|^vault_")
_HARMLESS: Final = Drop("plain-value", "it is a switch, a number or the like, which needs no encryption")
_PLAIN: Final = {
    True: Keep("contextual", "its name speaks of secrets"),
    False: Keep("contextual", "its name speaks of no secret", severity="low"),
}


def refine(subject: Subject) -> Keep | Drop:
    if not envfile.is_value(subject.value.strip()):
        return _HARMLESS
    name = subject.data[subject.match.start : subject.secret.start].split(MARK)[2]
    return _PLAIN[_TELLING.search(name) is not None]
