"""Too regular to be random: Shannon entropy below what the rule asks for."""

from __future__ import annotations

from collections import Counter
from math import log2

from scanner.model import Drop
from scanner.refine.subject import Subject


def refine(subject: Subject) -> Drop | None:
    least = subject.rule.min_entropy
    if not least:
        return None
    found = entropy(subject.value)
    if found >= least:
        return None
    return Drop("entropy", f"{found:.1f} bits a character; this rule asks for {least:g}")


def entropy(value: bytes) -> float:
    """Return the Shannon entropy in bits per byte, from the frequencies in the value itself; 0 for empty."""
    total = len(value)
    return -sum(n / total * log2(n / total) for n in Counter(value).values())
