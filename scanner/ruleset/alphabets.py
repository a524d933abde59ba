"""The named alphabets of the shape language, as the inside of a regex character class."""

from typing import Final

ALPHABETS: Final[dict[str, str]] = {
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "alpha": "A-Za-z",
    "hex": "0-9a-f",
    "HEX": "0-9A-F",
    "hexmix": "0-9A-Fa-f",
    "base36": "0-9a-z",
    "BASE36": "0-9A-Z",
    "base62": "0-9A-Za-z",
    "base64": "0-9A-Za-z+/",
    "base64url": "0-9A-Za-z_-",
    "base32": "A-Z2-7",
    "BECH32": "02-9AC-HJ-NP-Z",
    "word": "0-9A-Za-z_",
}
