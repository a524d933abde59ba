"""A text that was scanned before has the same findings when only those places are looked at that led to something."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.prefilter import Candidates
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, BlobOrigin, FileOrigin, Leads
from scanner.redact import Secret
from scanner.sources import leads
from tests.engine.corpus import builtin, example_texts, real_files
from tests.support import token

_ORIGIN = BlobOrigin("12" * 20)
_INTERVALS = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), min_size=1, max_size=3)
_LEADS = st.dictionaries(st.integers(0, 5000), _INTERVALS, max_size=3)


class _Blind:
    """A prefilter that sees nothing."""

    name = "none"

    def candidates(self, data: bytes) -> Candidates:
        return {}


def _scanner(is_blind: bool = False) -> Scanner:
    engine = builtin()
    return Scanner(engine.rules, _Blind() if is_blind else engine.hyperscan, 0.0)


def _plain(result: BlobResult) -> object:
    """Return what can be compared: secrets have no equality."""
    hide = Secret(b"")
    found = [
        f._replace(secret=hide, parts=tuple(part._replace(secret=hide) for part in f.parts)) for f in result.findings
    ]
    return str(found), [str(s.finding.location) for s in result.suppressed], result.skips, result.drops, result.leads


def test_the_findings_are_the_same() -> None:
    texts = list(example_texts())
    random.Random(6).shuffle(texts)
    several = [b"\n".join(texts[at : at + 30]) for at in range(0, len(texts), 30)]
    again = _scanner()
    found = 0
    for data in (*texts[:600], *several, *real_files(10, 30_000)):
        first = _scanner().scan_blob(Blob(_ORIGIN, data))
        assert (first.leads is None) == (not (first.findings or first.suppressed)) or first.skips
        if first.leads:
            found += 1
            assert _plain(again.scan_blob(Blob(_ORIGIN, data, leads=first.leads))) == _plain(first)
    assert found > 500


def test_nothing_else_is_looked_at() -> None:
    data = f'a = 1\nkey = "{token()}"\npassword = 1\n'.encode()
    first = _scanner().scan_blob(Blob(_ORIGIN, data))
    assert len(first.findings) == 1 and first.leads
    assert {low <= data.index(b"ghp_") <= high for found in first.leads.values() for low, high in found} == {True}
    assert not _scanner(is_blind=True).scan_blob(Blob(_ORIGIN, data)).findings
    assert _plain(_scanner(is_blind=True).scan_blob(Blob(_ORIGIN, data, leads=first.leads))) == _plain(first)


def test_leads_that_lead_nowhere_are_not_believed() -> None:
    data = f'key = "{token()}"\n'.encode()
    first = _scanner().scan_blob(Blob(_ORIGIN, data))
    assert _plain(_scanner().scan_blob(Blob(_ORIGIN, data, leads={0: [(0, 3)]}))) == _plain(first)


def test_files_and_texts_of_several_readings_have_none() -> None:
    text = f'key = "{token()}"\n'
    for blob in (Blob(FileOrigin(b"a.py"), text.encode()), Blob(_ORIGIN, text.encode("utf-16"))):
        found = _scanner().scan_blob(blob)
        assert found.findings and found.leads is None


@given(st.lists(_LEADS))
def test_they_are_what_they_were(found: list[Leads]) -> None:
    assert list(leads.decode(leads.encode(found))) == found
