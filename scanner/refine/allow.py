"""Values that a rule names as harmless: documented examples, public test keys."""

from __future__ import annotations

import re

from scanner.model import Drop
from scanner.refine.subject import Subject


def refine(subject: Subject) -> Drop | None:
    for pattern in subject.rule.allow:
        if re.fullmatch(pattern.encode(), subject.value):
            return Drop("allowed-by-rule", "the rule knows this value as harmless")
    return None
