"""Values of several words: a sentence of a program, or words that somebody strung together as a pass phrase."""

from __future__ import annotations

import re
from typing import Final

# Words that a sentence, a label or a name in code has and a pass phrase hardly ever: they count only together with the
# others, for a value of one word is not looked at.
_SPEAKING: Final = frozenset(
    b"""
    a an the is are be been was were am do does did must should shall may can could cannot will would to for of in on at
    by from with without into as if or and but not no none any all each every this that these those it its your you we
    our they their please enter type choose select click press set get use used using create add remove delete update
    change changed confirm forgot reset show hide view edit save send sent check try again need needs require requires
    required optional valid invalid incorrect wrong missing missed match matches matched expired failed fails fail error
    errors unable could login logged log sign signed user users username email account accounts access auth
    authentication authorization admin database server service services client application app api key keys id name
    value values field fields file files path url string strings number length characters character chars least most
    than default current old new empty null type header headers request response returns return when where which who
    how what why bytes hash hashed encoded encrypted base64 json optional example test tests sample settings setting
    config configuration option options parameter variable environment see here there contain contains containing
    only also more less too short long weak strong stored retrieve retrieved generated provided given specified
    description title label message prompt placeholder hint help
    le la les un une des du de et ou est pas votre vos mot pour par sur dans avec sans que qui nouveau nouvelle
    el los las una uno del y o es su tu para por con sin no clave nueva nuevo
    der die das den dem ein eine einen und oder ist nicht ihr ihre dein mit ohne bitte neues neue muss mindestens
    il lo gli di che per non tua nuova een het van niet uw met voor nie jest
    """.split()
)
_STEMS: Final = re.compile(
    rb"pass(?:w|phr|code)|^pass$|pwd|secret|token|credential|contrase|kennw|wachtw|schl(?:\xc3\xbc|ue?)ss|geheim|parol|has[l\xc5]|senha|lozink|cyfrinair|geslo"
    rb"|jeton|^cl(?:e|\xc3\xa9)s?$"
)
_JOINT: Final = re.compile(rb"[ _.\-]+")
_PLAIN: Final = re.compile(rb"[A-Za-z]{2,14}\d{0,4}[!?]?|\d{1,4}[!?]?")
_LEAST: Final = 3
_MOST: Final = 10
_LONGEST: Final = 120  # bytes that are looked at


def reads_as(value: bytes) -> str:
    """Return `sentence`, `phrase`, `few words`, or nothing for a value that is not made of words."""
    if not _JOINT.search(value) or len(value) > _LONGEST:
        return ""
    words = _JOINT.split(value.strip(b" "))
    plain = [word.strip(b",;:()'\"").lower() for word in words]
    if b" " in value and (value.endswith((b".", b":", b"?")) or not value.isascii()):
        return "sentence"
    if any(word in _SPEAKING or _STEMS.search(word) for word in plain):
        return "sentence" if b" " in value else ""
    if not all(_PLAIN.fullmatch(word) for word in words) or _cased(words) > 1:
        return ""
    letters = sum(not word[:1].isdigit() for word in words)
    if _LEAST <= letters <= _MOST:
        return "phrase" if b" " in value else "joined phrase"
    return "few words" if b" " in value else ""


def _cased(words: list[bytes]) -> int:
    """Return how many ways of writing a word there are among them: small, capital, capitals."""
    ways = {word[:1].isupper() + word[:2].isupper() for word in words if word[:1].isalpha()}
    return len(ways)
