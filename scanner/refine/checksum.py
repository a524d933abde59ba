"""Check characters: a token whose checksum holds is proven, one whose checksum fails was never issued."""

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
        return Keep("proven", "its checksum holds")
    if not checksum.certain:
        return None
    return Drop("checksum", "its check characters are wrong, so the vendor never issued it")
