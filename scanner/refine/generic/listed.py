"""What stands in quotes among others of its kind: names of types, of migrations, of settings. None is a secret."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.generic.site import Site

_NAME: Final = Drop("plain-value", "it is a name among others that begin like it")
_TYPE: Final = Drop("plain-value", "it is the name of a type, with its package and module")
_MIGRATION: Final = Drop("plain-value", "it is the name of a migration")
_ICON: Final = Drop("plain-value", "shortened code gives a name to a function, and `pw` is short for something else")
_SHORTENED: Final = 2  # letters of a function's name
_KEBAB: Final = re.compile(rb"[a-z]{2,20}(?:-[a-z]{2,20}){1,4}")
_NUMBERED: Final = re.compile(rb"\d{4}_[a-z]{2,20}(?:_[a-z0-9]{1,20}){0,12}")
_TYPE_TOKEN: Final = re.compile(rb"[a-z][\w-]{1,30}:[a-z][\w/.-]{1,60}:[A-Z]\w{1,60}")
# Of words: `vim.vm.customization.Password`, `vim.Permission[]`, `vim.version.version1`.
_DOTTED: Final = re.compile(rb"([A-Za-z_]{2,30}\.)(?:[A-Za-z_]{2,40}\.){0,6}[A-Za-z_]{2,60}\d{0,2}(?:\[\])?")
_SNAKE: Final = re.compile(rb"([a-z]{2,20}_)[a-z0-9]{1,20}(?:_[a-z0-9]{1,20}){0,6}")


def of_listed(site: Site, value: bytes) -> Drop | None:
    """Return why a quoted value is none, by what stands beside it."""
    if site.join == ",":
        if _NUMBERED.fullmatch(value):
            return _MIGRATION
        if (dotted := _DOTTED.fullmatch(value)) and _has_another(site, dotted[1]):
            return _NAME
    elif site.join == "(":
        if _TYPE_TOKEN.fullmatch(value):
            return _TYPE
        if len(site.called) <= _SHORTENED and site.after[1:2] == b"," and _KEBAB.fullmatch(value):
            return _ICON
    elif site.join == " " and (snake := _SNAKE.fullmatch(value)) and site.key.startswith(snake[1]):
        return _NAME
    return None


def _has_another(site: Site, beginning: bytes) -> bool:
    """Whether another text on the line begins so, in quotes."""
    start = site.quote.encode() + beginning
    return site.key.startswith(beginning) or start in site.before or start in site.after
