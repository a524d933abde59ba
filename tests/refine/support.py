"""What the tests of refiners share: texts go through the whole engine, with the built-in rules."""

from __future__ import annotations

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.support import token

NOW = 1_700_000_000.0  # 2023-11-14
PASSWORD = token("{base62:14}7a")


def scan(scanner: Scanner, text: str, name: str = "app.py") -> BlobResult:
    return scanner.scan_blob(Blob(FileOrigin(name.encode()), text.encode()))


def rules(result: BlobResult) -> list[str]:
    return [finding.rule_id for finding in result.findings]
