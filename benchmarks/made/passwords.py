"""Secrets as people choose them and as machines make them. None has the form of a provider's token."""

from __future__ import annotations

import json
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from benchmarks.made.lists import Lists

Maker = Callable[[Random, Lists], str]

_MARKS: Final = "!!!?#@.*+=_-"
_LEET: Final = str.maketrans("aeiost", "43105+")
_SOFT: Final = str.maketrans("aeo", "430")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_COLUMNS: Final = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm")


def human(chance: Random, lists: Lists) -> str:
    """A password that somebody thought of."""
    makers = (_dated, _dated, _named, _leet, _joined, _joined, _walk, _site, _marked, phrase, short, word)
    return chance.choice(makers)(chance, lists)


def simple(chance: Random, lists: Lists) -> str:
    """A thought-up password of letters, digits and hyphens: what needs no quotes anywhere."""
    makers = (_named_plain, _joined, _leet_plain, _walk_plain, _site, phrase_bare, lower)
    return chance.choice(makers)(chance, lists)


def _word(chance: Random, lists: Lists) -> str:
    text = chance.choice(lists["words"])
    return chance.choice((text, text.capitalize(), text.capitalize(), text.upper() if len(text) < 6 else text))


def word(chance: Random, lists: Lists) -> str:
    """A word and nothing else, or hardly anything: the weakest kind, and common."""
    return chance.choice(lists["words"]) + chance.choice(("", "", "1", "2", "12", "!"))


def _year(chance: Random) -> str:
    year = chance.randint(1958, 2026)
    return chance.choice((f"{year}", f"{year}", f"{year % 100:02}"))


def _dated(chance: Random, lists: Lists) -> str:
    text = _word(chance, lists) + chance.choice(("", "", "@", "_", "#", "-")) + _year(chance)
    return text + chance.choice(("", "!", "!", "#", "*", "?"))


def _named(chance: Random, lists: Lists) -> str:
    name = chance.choice(lists["names"])
    name = chance.choice((name, name.lower(), name.lower(), name.swapcase()))
    return name + chance.choice(("", ".", "_", "&", "+")) + chance.choice((_year(chance), _digits(chance, 1, 4)))


def _named_plain(chance: Random, lists: Lists) -> str:
    return chance.choice(lists["names"]).lower() + chance.choice((_year(chance), _digits(chance, 2, 4)))


def _digits(chance: Random, least: int, most: int) -> str:
    return "".join(chance.choices(string.digits, k=chance.randint(least, most)))


def _leet(chance: Random, lists: Lists) -> str:
    return _leet_plain(chance, lists).translate(_LEET) + chance.choice(("", "!", "#1", "$"))


def _leet_plain(chance: Random, lists: Lists) -> str:
    both = _word(chance, lists) + chance.choice(("", chance.choice(lists["words"])))
    return both.translate(_SOFT) + chance.choice(("", _digits(chance, 1, 3)))


def _joined(chance: Random, lists: Lists) -> str:
    one, other = chance.sample(lists["words"], 2)
    both = chance.choice((one + other, one.capitalize() + other.capitalize(), f"{one}-{other}", f"{one}_{other}"))
    return both + _digits(chance, 0, 3)


def _walk(chance: Random, lists: Lists) -> str:
    """A way over the keyboard, with the shift key perhaps."""
    text = _walk_plain(chance, lists)
    cut = len(text) // 2
    shifted = text[cut:].upper().translate(str.maketrans("1234567890", "!@#$%^&*()".replace("$", "!")))
    return chance.choice((text, text[:cut] + shifted, text.capitalize() + chance.choice(_MARKS)))


def _walk_plain(chance: Random, lists: Lists) -> str:
    at = chance.randrange(len(_COLUMNS) - 1)
    row, other = chance.sample(_ROWS, 2)
    size = chance.randint(3, 6)
    column = _COLUMNS[at] + _COLUMNS[at + 1]
    return chance.choice((column, column + _digits(chance, 1, 3), row[:size] + other[: size - 1], row[:size] + "0" * 2))


def _site(chance: Random, lists: Lists) -> str:
    """The name of the company or the service, and what it is for."""
    company, role = chance.choice(lists["companies"]), chance.choice(lists["roles"])
    mark = chance.choice(("-", "_", "", "."))
    tail = chance.choice((_digits(chance, 1, 4), _year(chance), "", _digits(chance, 2, 2)))
    return chance.choice((f"{company}{mark}{role}{mark}{tail}", f"{role}{mark}{company}{tail}")).strip("-_.")


def _marked(chance: Random, lists: Lists) -> str:
    mark, other = chance.choices(_MARKS, k=2)
    middle = chance.choice(("", chance.choice(_MARKS))) + _digits(chance, 1, 4)
    return chance.choice(("", mark)) + _word(chance, lists) + middle + other


def phrase(chance: Random, lists: Lists) -> str:
    """A pass phrase of three words and more, spaces and all."""
    return chance.choice((" ", "-", ".", "_", "")).join(_phrase(chance, lists))


def phrase_bare(chance: Random, lists: Lists) -> str:
    return chance.choice("-._").join(_phrase(chance, lists))


def _phrase(chance: Random, lists: Lists) -> list[str]:
    words = chance.sample(lists["words"], chance.randint(3, 5))
    if chance.random() < 0.4:
        words = [word.capitalize() for word in words]
    return [*words, _digits(chance, 1, 2)] if chance.random() < 0.4 else words


def short(chance: Random, lists: Lists) -> str:
    """What a generator of passwords makes."""
    alphabet = string.ascii_letters + string.digits + chance.choice(("", "", "!#%*+-=?@_"))
    return _drawn(chance, alphabet, chance.choice((8, 8, 9, 10, 12, 12, 14, 16)))


def lower(chance: Random, lists: Lists) -> str:
    return _drawn(chance, string.ascii_lowercase + chance.choice(("", string.digits)), chance.randint(7, 12))


def pin(chance: Random, lists: Lists) -> str:
    return _digits(chance, 6, 10)


def key(chance: Random, lists: Lists) -> str:
    """What a machine makes: hex, base64, letters and digits, with a mark of its own in front perhaps."""
    return chance.choice((hexadecimal, base62, base62, base64, base64url, _owned, _groups))(chance, lists)


def base62(chance: Random, lists: Lists) -> str:
    return _drawn(chance, string.ascii_letters + string.digits, chance.choice((16, 20, 22, 24, 30, 32, 32, 40, 48, 64)))


def hexadecimal(chance: Random, lists: Lists) -> str:
    text = _drawn(chance, "0123456789abcdef", chance.choice((16, 24, 32, 32, 32, 40, 40, 48, 64, 64)))
    return chance.choice((text, text, text, text.upper()))


def base64(chance: Random, lists: Lists) -> str:
    return b64encode(chance.randbytes(chance.choice((12, 16, 18, 20, 24, 32, 32, 48, 64)))).decode()


def base64url(chance: Random, lists: Lists) -> str:
    return urlsafe_b64encode(chance.randbytes(chance.choice((12, 16, 18, 24, 32, 32, 48)))).decode().rstrip("=")


def _owned(chance: Random, lists: Lists) -> str:
    """With the company's own mark in front, which no rule knows."""
    mark = chance.choice(lists["companies"])
    mark = chance.choice((mark[:3], mark, mark + chance.choice(("_prod", "-live", "_k"))))
    return mark + chance.choice("_-.") + _drawn(chance, string.ascii_letters + string.digits, chance.randint(18, 40))


def _groups(chance: Random, lists: Lists) -> str:
    alphabet = string.ascii_uppercase + "23456789"
    return "-".join(_drawn(chance, alphabet, chance.choice((4, 5))) for _ in range(chance.choice((4, 5))))


def basic(chance: Random, lists: Lists) -> str:
    user = chance.choice(lists["users"])
    return b64encode(f"{user}:{human(chance, lists)}".encode()).decode()


def jwt(chance: Random, lists: Lists) -> str:
    head = {"alg": chance.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    claims = {"sub": chance.choice(lists["users"]), "iat": chance.randint(1_500_000_000, 1_760_000_000)}
    claims |= chance.choice(({}, {"role": chance.choice(lists["roles"])}))
    parts = (json.dumps(head).encode(), json.dumps(claims).encode(), chance.randbytes(32))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _drawn(chance: Random, alphabet: str, size: int) -> str:
    return "".join(chance.choices(alphabet, k=size))


SECRETS: Final[Mapping[str, Maker]] = {
    "human": human,
    "simple": simple,
    "phrase": phrase,
    "short": short,
    "lower": lower,
    "pin": pin,
    "key": key,
    "hex": hexadecimal,
    "base62": base62,
    "base64": base64,
    "base64url": base64url,
    "basic": basic,
    "jwt": jwt,
}
