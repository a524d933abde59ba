"""Values that are something else by their looks: an identifier, a path, an address. For rules that go by the name."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.subject import Subject

_IDENTIFIER: Final = re.compile(rb"[A-Za-z]+(?:[_.:/ -][A-Za-z]+)*[!?.:]?|_+\w+|[a-z]+(?:[A-Z][a-z]+)+\d?|\w+[\[(].*")
_ADDRESS: Final = re.compile(
    rb"[a-z][a-z+.-]*://.*|(?:\.{0,2}|~)/.*|[A-Za-z]:\\.*|[\w.-]+@[\w-]+\.[\w.]+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?::\d+)?"
)
_DATE: Final = re.compile(rb"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d[\d:.+Z-]*)?")
# `constant.numeric.2`, `.models.v1_token_request`: three pieces and more, each a word or a number of one digit.
_NUMBERED: Final = re.compile(
    rb"[._]?[a-z]{2,}\d?(?:[._-](?:[a-z]{2,}\d?|v?\$?\d)){2,}|[._]?v\d(?:_[a-z]{2,})+|V\d(?:[A-Z][a-z]+)+"
)
_UUID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def refine(subject: Subject) -> Drop | None:
    tags = subject.rule.tags
    if "named" not in tags:
        return None
    value = subject.value
    if _ADDRESS.fullmatch(value):
        return Drop("plain-value", "it is a path or an address")
    if _IDENTIFIER.fullmatch(value):
        return Drop("plain-value", "it reads like a name in code")
    if _DATE.fullmatch(value):
        return Drop("plain-value", "it is a date")
    if "random" in tags and _NUMBERED.fullmatch(value):
        return Drop("plain-value", "it reads like a name in code")
    if "random" in tags and (not re.search(rb"\d", value) or _UUID.fullmatch(value)):
        return Drop("plain-value", "it does not look random")
    return None
