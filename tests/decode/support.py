"""What the tests of decoders share."""

from __future__ import annotations

import base64

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def scan(name: str, data: bytes) -> BlobResult:
    ready = builtin()
    return Scanner(ready.rules, ready.hyperscan, 0.0, show_secrets=True).scan_blob(
        Blob(FileOrigin(name.encode()), data)
    )
