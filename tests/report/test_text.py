"""The text report: read by someone whose commit was just stopped."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    FileOrigin,
    IndexOrigin,
    RepositoryOrigin,
    Skip,
    SkipReason,
    Stats,
    Suppressed,
)
from scanner.report._words import SKIPPED, size, wrap

from .make import COMMIT, HOSTILE, OID, PASSWORD, PASSWORD_RULE, at, exposure, finding, report, text, who

EXPECTED = """\
app/settings.py:3:9  Acme token [acme-token]
    secret       tok_********
    severity     critical
    evidence     proven: its checksum holds
    advice       Treat it as live. Delete it under Settings > Tokens.
    id           {id}

What to do next
  1. Remove it from the file: read it from the environment or a secret manager. Then stage the file.
  2. Rotate it (revoke it and issue a new one) if it was ever pushed or shared.
  3. If it is a false alarm, allow it with a comment on that line or the line before:
       redhanded: allow[acme-token] reason
     or, without touching that file:
       redhanded allow add {id} --reason "..."

1 finding in 14 files (3.2 MB, 0.04 s)
""".replace("{id}", finding().fingerprint[:12])


def test_a_stopped_commit() -> None:
    assert text(report("staged", finding())) == EXPECTED


def test_findings_that_hold_up_no_commit_tell_what_can_be_done_next() -> None:
    one = finding().fingerprint[:12]
    accepting = f'redhanded allow add {one} --reason "..."  accepts one that is no secret\n'
    assert f"  redhanded review --history                       goes through them, one by one\n  {accepting}" in text(
        report("history", finding())
    )
    assert "  redhanded why FILE:LINE" in text(report("scan", finding()))
    assert f'\n  redhanded allow add {one} --reason "..."\n' in text(report("scan", finding()), width=60)


def test_nothing_found() -> None:
    assert text(report()) == "nothing found in 14 files (3.2 MB, 0.04 s)\n"


def test_next_steps_name_no_rule_when_there_are_several() -> None:
    shown = text(report("staged", finding(), finding(at(IndexOrigin(b"b.py")), PASSWORD)))
    assert "redhanded: allow[rule-id] reason" in shown


@pytest.mark.parametrize("command", ["scan", "history", "ci", "push"])
def test_next_steps_are_for_a_stopped_commit(command: str) -> None:
    assert "What to do next" not in text(report(command, finding()))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "proven: its checksum holds"),
        ({"notes": ("the key parses",)}, "proven: the key parses"),
        ({"evidence": "structured"}, "structured: its format is that of this kind of secret alone"),
        ({"evidence": "statistical"}, "statistical: it looks random"),
        ({"evidence": "statistical"}, "advice       Check it: it may be a false alarm."),
        ({"rule_id": "from-elsewhere"}, "Revoke it where it was issued."),
        ({"severity": "low"}, "severity     low"),
    ],
)
def test_evidence_and_advice_in_words(changes: dict[str, Any], expected: str) -> None:
    assert expected in text(report("scan", finding(**changes)), width=200)


def test_history_tells_who_when_and_whether_it_is_still_there() -> None:
    first = at(BlobOrigin(OID, b"config/aws.py"), who=who())
    also = tuple(at(BlobOrigin(OID, b"copy.py"), line, who=who()) for line in range(1, 6))
    shown = text(report("history", finding(first, also=also, in_head=True)))
    assert "config/aws.py:3:9  Acme token" in shown
    assert "introduced   89abcdef0123 on 2023-05-06 by Ada Lovelace <ada@example.org>" in shown
    assert "today        still in HEAD" in shown
    assert "also in      5 other places:" in shown
    assert "copy.py:3:9 (89abcdef0123)" in shown
    assert "copy.py:4:9" not in shown
    assert "... and 2 more" in shown


def test_history_that_left_head_and_all_places_when_verbose() -> None:
    also = tuple(at(BlobOrigin(OID, b"copy.py"), line) for line in range(1, 6))
    shown = text(report("history", finding(also=also, in_head=False)), verbose=True)
    assert "no longer in HEAD" in shown
    assert "copy.py:5:9\n" in shown
    assert "more (-v" not in shown


@pytest.mark.parametrize(
    ("in_head", "changes", "expected"),
    [
        (
            False,
            {"stands": False, "tips": (), "days": 31},
            "    removed      89abcdef0123 on 2023-06-06 by Ada Lovelace, after 31 days\n"
            "    today        no longer in HEAD; in the history of main, v1.0, v1.1 and 3 more refs\n",
        ),
        (
            False,
            {},
            "by Ada Lovelace\n    today        no longer in HEAD; in the files of v1.0; "
            "in the history of main, v1.0, v1.1 and 3 more refs; exposed for 1,234 days\n",
        ),
        (
            True,
            {"removed": None, "reach": exposure().tips, "days": 1},
            "Lovelace <ada@example.org>\n    today        still in HEAD; in the files of v1.0; exposed for 1 day\n",
        ),
        (False, {"removed": None, "exact": False}, "today        not in HEAD; in the files of at most v1.0; in the"),
        (
            None,
            {"removed": None, "tips": ()},
            "today        in the history of main, v1.0, v1.1 and 3 more refs; exposed for",
        ),
        (
            False,
            {"stands": False, "tips": (), "reach": ()},
            "no longer in HEAD; no branch, tag or other ref leads to it\n",
        ),
        (False, {"stands": False, "days": None}, "by Ada Lovelace\n"),
    ],
)
def test_history_tells_where_it_still_is(in_head: bool | None, changes: dict[str, Any], expected: str) -> None:
    made = finding(at(BlobOrigin(OID, b"a.py"), who=who()), in_head=in_head, exposure=exposure(**changes))
    assert expected in text(report("history", made), width=200)


def test_a_commit_message_is_named_by_its_commit() -> None:
    assert text(report("history", finding(at(CommitOrigin(COMMIT))))).startswith("commit 89abcdef0123:3:9  ")


def test_a_hostile_path_is_escaped_byte_for_byte() -> None:
    shown = text(report("scan", finding(at(FileOrigin(HOSTILE)))))
    assert r"a\x1b[2Jb\rc\nd\u202ee\u2066f\x7fg.py\xe9:3:9  Acme" in shown


def test_a_secret_of_several_lines_stays_on_one_when_shown() -> None:
    made = finding(value=b"-----BEGIN\nkey\x1b[2J\n-----END and so on")
    assert r"-----BEGIN\nkey\x1b[2J\n-----END" in text(report("scan", made), show_secrets=True)


def _unread(number: int, reason: SkipReason = "unreadable") -> tuple[Skip, ...]:
    return tuple(Skip(FileOrigin(b"f%d" % at), reason, "Permission denied") for at in range(number))


@pytest.mark.parametrize("findings", [(), (finding(),)])
def test_an_incomplete_scan_says_so_and_why(findings: tuple[Any, ...]) -> None:
    made = report("scan", *findings, skips=_unread(2), stats=Stats(16, 14, 999, 0.04))
    shown = text(made)
    assert "The scan is INCOMPLETE: 2 in scope were not read, or not wholly, and may hold secrets:" in shown
    assert "  f1: it could not be read (Permission denied)\n" in shown
    assert shown.endswith("in 14 of 16 files (999 B, 0.04 s); INCOMPLETE: 2 not read\n")


def test_up_to_twenty_unread_are_listed() -> None:
    assert "  f19: it could not be read" in text(report(skips=_unread(20)))


def test_more_are_counted_by_reason_and_listed_when_verbose() -> None:
    made = report(skips=(*_unread(20), Skip(RepositoryOrigin(b""), "shallow")))
    shown = text(made)
    assert "f19" not in shown
    assert "  20: it could not be read\n  1: the clone is shallow" in shown
    assert "the repository: the clone is shallow" in text(made, verbose=True)


def test_what_cannot_be_unpacked_is_listed_by_name_and_does_not_make_it_incomplete() -> None:
    made = report(skips=(Skip(FileOrigin(b"a.zip"), "packed", "in/b.gz: it is encrypted"), *_unread(25, "packed")))
    shown = text(made)
    assert "Not read, as they cannot be unpacked (26 archives or files in them):\n  a.zip: in/b.gz: it is en" in shown
    assert "  ... and 6 more (-v lists them)" in shown
    assert "f24" in text(made, verbose=True)
    assert "INCOMPLETE" not in shown
    assert "on purpose" not in shown


@pytest.mark.parametrize(("reason", "count"), [("packed", "3 archives"), ("unreadable", "3 in scope")])
def test_what_is_the_same_of_several_versions_of_a_file_is_said_once(reason: SkipReason, count: str) -> None:
    shown = text(report("history", skips=(*_unread(2, reason), *_unread(1, reason))))
    assert count in shown
    assert [line.endswith(" (2 times)") for line in shown.splitlines() if "Permission denied" in line] == [True, False]


def test_what_was_left_out_by_decision_is_counted_and_does_not_make_it_incomplete() -> None:
    made = report(skips=(*_unread(2, "excluded"), Skip(FileOrigin(b"link"), "symlink")))
    shown = text(made)
    assert "Left out on purpose: 2 excluded, 1 symbolic link (-v lists them)." in shown
    assert "link" not in shown.replace("symbolic link", "")
    assert "INCOMPLETE" not in shown
    assert "  link: a symbolic link" in text(made, verbose=True)


def test_every_reason_has_words() -> None:
    assert set(SKIPPED) == set(get_args(SkipReason))


def test_allowed_findings_are_counted_and_listed_with_their_reason() -> None:
    made = report(suppressed=(Suppressed(finding(), "inline", "a sample"), Suppressed(finding(), "inline")))
    assert "2 findings allowed (-v lists them)." in text(made)
    shown = text(made, verbose=True)
    assert "  app/settings.py:3:9  [acme-token] tok_********  inline: a sample\n" in shown
    assert "inline: no reason given" in shown


def test_counts_are_for_verbose() -> None:
    stats = Stats(1, 1, 1, 1.0, {"entropy": 12, "overlap": 1}, {"commits": 1234})
    assert "entropy" not in text(report(stats=stats))
    shown = text(report(stats=stats), verbose=True)
    assert "Matches ruled out, by check: 12 entropy, 1 overlap." in shown
    assert "Read: 1,234 commits." in shown


@pytest.mark.parametrize(
    ("command", "noun"),
    [("staged", "files"), ("scan", "files"), ("ci", "objects"), ("history", "objects"), ("push", "objects")],
)
def test_what_was_read_has_its_name(command: str, noun: str) -> None:
    assert f"nothing found in 14 {noun} (" in text(report(command))


def test_colors_only_when_asked_for() -> None:
    made = report("staged", finding(), skips=_unread(1))
    assert "\x1b" not in text(made)
    colored = text(made, color=True)
    assert "\x1b[1;31mcritical\x1b[0m" in colored
    for code in ("1;31", "1", "33", "0"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == text(made)


def test_rule_texts_cannot_steer_the_terminal_and_are_broken_at_the_width() -> None:
    rule = PASSWORD_RULE._replace(revoke="Ask\x1b[2J  the\nowner " + "very " * 30)
    shown = text(report("scan", finding(value=PASSWORD), rules=(rule,)), width=60)
    assert r"Ask\x1b[2J the owner very" in shown
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_960, "1.0 MB"),
        (3_200_000, "3.2 MB"),
        (10**10, "10.0 GB"),
    ],
)
def test_sizes(number: int, expected: str) -> None:
    assert size(number) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "- "),
        ("a b", "- a b"),
        ("aaaa bbbb cccc", "- aaaa bbbb\n  cccc"),
        ("unbreakable-word b", "- unbreakable-word\n  b"),
    ],
)
def test_wrapping(words: str, expected: str) -> None:
    assert wrap(words, "- ", "  ", 11) == expected.rstrip()
