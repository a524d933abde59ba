"""A key that names a vendor, and behind it a name from code or an identifier instead of the vendor's secret.

`getOnTypeFormattingEdits, getRealFormatter` and `"type": "opsgenie-service", "id": "..."` have a vendor's word, a gap
and a value of the right form. For rules that know a secret by its context; passwords may be any words.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.subject import Subject

_NAME: Final = re.compile(rb"_{0,2}[A-Za-z]+(?:[_.][A-Za-z]+)*\d{0,2}")
_HUMPS: Final = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SPOKEN: Final = re.compile(rb"[A-Z]+|(?i:[a-z]*[aeiouy][a-z]*)")
# Letters a word. Random base62 has as many once in 3,500 values of 16 characters, in 100,000 of 24.
_MEAN: Final = 5
_MANY: Final = 5  # words before a number: `relevantResourcesOfModuleByMd5`

_ID_KEY: Final = re.compile(rb"""[^\w.-](?:_?id|ID|Id)\\?["']?\s{0,4}[:=]>?\s{0,4}[({\[]?\\?["'`]?\Z""")


def refine(subject: Subject) -> Drop | None:
    rule = subject.rule
    if rule.evidence != "contextual" or {"generic", "password", "url"}.intersection(rule.tags):
        return None
    if reads_like_code(subject.value):
        return Drop("plain-value", "it reads like a name in code")
    between = subject.data[subject.match.start : subject.secret.start]
    if not rule.id.endswith("-id") and rule.severity != "info" and _ID_KEY.search(between):
        return Drop("key-name", "its own name says that it is an id, not a secret")
    return None


def reads_like_code(value: bytes) -> bool:
    """Whether it is two and more words joined as in code, by capitals, underscores or dots.

    Digits end a long one alone, and the word before them may be short for something: `Md5`.
    """
    if not _NAME.fullmatch(value):
        return False
    words = _HUMPS.findall(value)
    is_numbered = value[-1:].isdigit()
    if len(words) < (_MANY if is_numbered else 2) or sum(map(len, words)) < _MEAN * len(words):
        return False
    return all(_SPOKEN.fullmatch(word) for word in (words[:-1] if is_numbered else words))
