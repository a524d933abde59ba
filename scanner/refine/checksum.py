"""Check characters, and what tokens hold: right, it is proven; wrong, it was never issued."""

from __future__ import annotations

from scanner.model import Drop, Keep
from scanner.refine.subject import Subject
from scanner.ruleset.checksums import CHECKSUMS


def refine(subject: Subject) -> Keep | Drop | None:
    name = subject.rule.checksum
    if not name:
        return None
    checksum = CHECKSUMS[name]
    if checksum.holds(subject.value):
        return Keep("proven", "it holds what its vendor puts there" if checksum.inside else "its checksum holds")
    if not checksum.certain or (checksum.own_prefix and subject.data.endswith((b"-", b"_"), 0, subject.secret.start)):
        return None
    if checksum.inside:
        return Drop("structure", "it does not hold what its vendor puts there, so it was never issued")
    return Drop("checksum", "its check characters are wrong, so the vendor never issued it")
