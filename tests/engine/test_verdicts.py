"""A verdict depends on nothing further away than is remembered with it."""

from __future__ import annotations

import random

from scanner.decode.text import views
from scanner.engine.scan import Scanner
from scanner.engine.verdicts import AFTER, BEFORE, Verdicts
from scanner.model import Blob, BlobOrigin, Drop, Span
from scanner.refine import judge
from scanner.refine.subject import Subject
from tests.engine.corpus import builtin, example_texts, real_files
from tests.support import token

_ORIGIN = BlobOrigin("0" * 40)


def _subjects(data: bytes) -> list[Subject]:
    scanner = Scanner(builtin().rules, builtin().hyperscan, 0.0)
    return [subject for text in views(data) for subject in scanner.subjects(text, _ORIGIN)]


def _elsewhere(subject: Subject, before: bytes, after: bytes) -> Subject:
    """Return the subject with as much around it as is remembered, and something else beyond."""
    start, end = subject.match.start - BEFORE, subject.match.end + AFTER
    data = before + subject.data[start:end] + after
    moved = len(before) - start
    match, secret = (Span(span.start + moved, span.end + moved) for span in (subject.match, subject.secret))
    return subject._replace(data=data, match=match, secret=secret)


def test_what_is_further_away_does_not_matter() -> None:
    chance = random.Random(7)
    texts = list(example_texts())
    chance.shuffle(texts)
    lines = [line for data in real_files(20, 8000) for line in data.splitlines(keepends=True)]
    mild = [b'password = "changeme"\n', b"token: ${TOKEN}\n", b'secret_name = "the-name-of-it"\n']
    pieces = [text + b"\n" + b"".join(chance.sample(lines, 3)) + chance.choice(mild) for text in texts[:600]]
    subjects = [one for one in _subjects(b"".join(pieces)) if one.match.start > BEFORE]
    drops = 0
    for subject in subjects:
        if subject.match.end + AFTER > len(subject.data):
            continue
        far = b"".join(chance.sample(lines, 6))
        verdict = judge(subject)
        drops += isinstance(verdict, Drop)
        assert judge(_elsewhere(subject, far, far)) == verdict
        assert judge(_elsewhere(subject, far * 2 + b"x" * 90, b"'")) == verdict
    assert len(subjects) > 400 and drops > 50


def test_the_same_verdicts_as_without_a_memory() -> None:
    verdicts = Verdicts()
    data = b"\n".join(list(example_texts())[:300]) + b"\npassword = 'changeme'\n" * 3
    for _ in range(2):
        for subject in _subjects(data):
            assert verdicts.judged(subject) == judge(subject)


def test_an_environment_file_is_found_in_each_version_wherever_its_first_value_stands() -> None:
    scanner = Scanner(builtin().rules, builtin().hyperscan, 0.0)
    comments = b"# a comment about nothing at all, really\n" * 30
    user = f"SMTP_USER=mailer-{token('{lower:8}')}\n".encode()
    for data in (b"DB_HOST=db.internal.corp\n" + comments + user, comments + user):
        (finding,) = scanner.scan_blob(Blob(_ORIGIN, data)).findings
        assert finding.rule_id == "env-file-with-values"
