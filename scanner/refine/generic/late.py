"""Patterns compiled when they are first asked: the hook meets a candidate or two, and needs hardly any of them."""

from __future__ import annotations

import re
from collections.abc import Callable

Asked = Callable[[bytes], "re.Match[bytes] | None"]


class Late:
    """A pattern. Once compiled, its methods are those of `re`, so that asking it again costs no more."""

    match: Asked
    search: Asked
    fullmatch: Asked

    def __init__(self, pattern: bytes) -> None:
        self._pattern = pattern

    def __getattr__(self, name: str) -> Asked:
        if name not in ("match", "search", "fullmatch"):
            raise AttributeError(name)
        compiled = re.compile(self._pattern)
        self.match, self.search, self.fullmatch = compiled.match, compiled.search, compiled.fullmatch
        asked: Asked = getattr(compiled, name)
        return asked
