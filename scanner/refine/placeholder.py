"""Values that stand for a secret and are none: examples, masks, templates, references to where the secret is kept."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache
from typing import Final

from scanner.model import Drop
from scanner.refine.languages import names_a_password
from scanner.refine.subject import Subject

# Anywhere in a value of any kind. Upper case only: random base62 holds "example" once in 10^9 tokens, but why risk it.
_MARKED: Final = re.compile(rb"EXAMPLE|XXXX|0{12}|x{6}|\*{3}|\.{3}|\xe2\x80\xa6|RANDOMCHARS-{3}")
_CHANGE: Final = re.compile(rb"(?i)change[\W_]?(?:me|this|it)(?:[\W_]{1,2}[a-z]{1,20}){1,8}\W?")
_SAYS_EXAMPLE: Final = re.compile(rb"[Ee]xample")  # in what somebody has thought up

_SEQUENCES: Final = b"\n".join(
    (
        b"0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        b"abcdefghijklmnopqrstuvwxyz0123456789" * 2,
        b"1234567890" * 8,
        b"0123456789" * 8,
        b"0123456789abcdef" * 5,
        b"1234567890abcdef" * 5,
        b"deadbeef" * 8,
        b"9876543210" * 4,
    )
)

# References and templates: the right way to hold a secret.
_REFERENCE: Final = re.compile(
    rb"""
    .*\$\{.* | .*\{\{.*\}\}.* | .*\$\(.*\).* | .*%\([\w.-]+\)s.* | .*<%.* | .*\#\{.*
    | \$\w+ | %[\w-]+% | \{[\w.:\[\]'"$ -]*\}
    | <{1,2}[^<>]+>{1,2} | <(?:i|b|em|code)>[^<>]*</[a-z]+> | [A-Za-z_-]*%[sd] | \[[\w .:-]+\] | __\w+__ | @[\w.-]+@
    | ENC\[.* | ENC\(.* | \{cipher\}.* | AES256:.*
    | !(?:Ref|Sub|GetAtt|Join|ImportValue|vault|env|ENV|secret|reference)\b.*
    | (?:vault|op|ssm|secretsmanager|keyvault|gcp-?sm|doppler|sops|env|file|arn:aws|projects)[:/].*
    | (?:os\.|process\.|System\.)?(?:env|environ|getenv|ENV)[\[.(].* | [\w.]+\([^()]*\)?.{0,3}
    """,
    re.VERBOSE | re.DOTALL,
)
_REFERS: Final = re.compile(rb"[$%{<\[(@!:/]|__|(?:env|environ|ENV)\.")  # one of these is in each of them

# A field of a template or a format string inside the value: "{user}-{year:04}". In a token's own alphabet braces are
# chance, but hardly ever with a name, a colon and a width between them.
_FREE: Final = frozenset({"named", "url", "password"})  # tags of rules whose values may be anything
_FIELD: Final = re.compile(rb"\{[\w.\[\]!-]+(?::[^{}]{0,12})?\}")
_SIZED_FIELD: Final = re.compile(rb"\{(?:[A-Za-z]\w*|\[[^\]]+\]):\d+(?:-\d+)?\}")

# Short and counted up, for passwords: "1234", "xyz".
COUNTED: Final = frozenset(
    run[at : at + size]
    for run in (b"1234567890", b"abcdef", b"uvwxyz")
    for size in (3, 4, 5)
    for at in range(len(run) - size + 1)
)

# It says what it is: `uri_secret`, `new_secured_password`, `netrc_pass`. Random characters do not end like that.
_SAYS_ITSELF: Final = re.compile(
    rb"[a-z]{1,20}\d{0,3}(?:[_-][a-z]{1,20}){0,4}[_-](?:password|passwd|pass|secret|token|key)"
    rb"|[A-Z]{1,20}\d{0,3}(?:_[A-Z]{1,20}){0,4}_(?:PASSWORD|PASSWD|PASS|SECRET|TOKEN|KEY)"
    rb"|(?:[A-Z][a-z]{2,20}\d?|[A-Z]{2,6}\d?|[A-Z]\d){1,4}(?:Password|Passwd|Secret|Token|Key)"
)
_BASE64: Final = re.compile(rb"[0-9A-Za-z+/]{16,400}={0,2}")
_PROSE: Final = re.compile(rb"[A-Za-z']+(?:[ ,.!?;-]{1,2}[A-Za-z']+){2,}[.!?]*")

# The whole value is made of such words, with digits and punctuation at most.
_WORDS: Final = re.compile(
    rb"""(?ix)
    (?: change[\W_]*(?:me|this|it)
      | (?:your|some|this|from|here|goes) | (?:my|the|a|an|new|old|is|for|of|in|to|and|or)(?![a-z])
      | my(?=pass|pw|secret|token|key|api|user) | pass?(?:\W|%[0-9A-F]{2})?word | p[a@]ss(?:word|wd|phrase|code)?s?
      | pwd | pw
      | secrets?(?!ecret) | secret | tokens?
      | (?:api|app|access|auth|private|public|client|user) | keys? | credentials? | values? | strings?
      | example(?:s|\.com)? | sample | test(?:ing|s)? | dummy | fake | mock | foo(?:bared)? | bar | baz | qux | default
      | placeholder | redacted | removed | hidden | masked | none | null | nil | undefined | empty | blank
      | true | false | todo | fixme | tbd | insert | enter | replace | put | set | me | with | xxx+ | yyy+
      | zzz+ | aaa+ | abc(?:def)? | required | optional | valid | invalid | wrong | bad | incorrect | unknown
      | name | id | admin | root | guest | localhost | database | db | string | integer | object | type | not
      | no | yes | asdf(?:gh)?(?:jkl)?(?!\d\d) | qwerty(?:uiop)?(?!\d\d) | xyzzy | hello | world | bearer
      | authorization | synthetic | fixture
    )
    """
)
_LETTER: Final = re.compile(rb"[A-Za-z]")
# Digits at the end ("password123") count as part of the placeholder when at most three.
_JOINTS: Final = re.compile(rb"[\W_]+|(?:\d{1,3}|12345?6?7?8?9?0?)(?=\W|_|$)")


def refine(subject: Subject) -> Drop | None:
    rule = subject.rule
    is_named = rule.evidence in ("contextual", "statistical")
    value = subject.value
    asked = _judged if len(value) < _LONG else _judged.__wrapped__
    return asked(value, is_named, not _FREE.isdisjoint(rule.tags), "basic-auth" in rule.tags)


_LONG_RUN: Final = 16  # bytes; chance has more than three characters in it
_LONG: Final = 256  # bytes of a value that is not remembered


@lru_cache(maxsize=4096)  # the same words are given to names over and over
def _judged(value: bytes, is_named: bool, is_free: bool, is_basic: bool) -> Drop | None:
    if len(value) < 1000 and (_MARKED.search(value) or _CHANGE.fullmatch(value)):
        return Drop("placeholder", "it is marked as an example or masked")
    if _is_run(value):
        return Drop("placeholder", "it repeats or counts up")
    if b"{" in value and (_SIZED_FIELD.search(value) or (is_free and _FIELD.search(value))):
        return Drop("reference", "a part of it is filled in elsewhere")
    if is_named:
        if not is_basic and _encodes_prose(value):
            return Drop("placeholder", "what it encodes is a sentence")
        if _SAYS_EXAMPLE.search(value):
            return Drop("placeholder", "it says that it is an example")
        return free_text(value)
    return None


def free_text(value: bytes) -> Drop | None:
    """Judge a value of no fixed shape: a password, or what a name was given."""
    if _REFERS.search(value) and _REFERENCE.fullmatch(value):
        return Drop("reference", "it refers to where the secret is kept")
    if _SAYS_ITSELF.fullmatch(value):
        return Drop("placeholder", "it is named like a secret instead of being one")
    if names_a_password(value):
        return Drop("placeholder", "it is a word for a password, in another language")
    letter = _LETTER.search(value)
    if letter and not _WORDS.match(value, letter.start()):
        return None
    if not _JOINTS.sub(b"", _WORDS.sub(b"", value)):
        return Drop("placeholder", "it is made of words that only stand for a secret")
    return None


def _encodes_prose(value: bytes) -> bool:
    if (len(value) % 4 and not value.endswith(b"=")) or not _BASE64.fullmatch(value):
        return False
    try:
        return _PROSE.fullmatch(b64decode(value, validate=True)) is not None
    except ValueError:
        return False


def _is_run(value: bytes) -> bool:
    """Whether the value, a short prefix aside, is one character or one short piece repeated, or a known sequence; or
    long and made of three characters.
    """
    if len(value) >= _LONG_RUN and len(set(value)) <= 3:
        return True
    body = value[value.rfind(b"_") + 1 :] if b"_" in value[:12] else value
    body = body[body.rfind(b"-") + 1 :] if b"-" in body[:8] else body
    if len(body) < 6:
        return False
    distinct = len(set(body))
    if distinct <= 2:
        return True
    lowered = body.lower()
    if lowered[:40] in _SEQUENCES:
        return True
    if distinct > 16:  # eight letters, each in both cases: more than a piece has
        return False
    periods = range(1, min(9, len(body) // 3 + 1))
    return any(lowered[size:] == lowered[:-size] for size in periods)
