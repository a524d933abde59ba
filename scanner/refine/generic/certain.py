"""What needs no weighing: values that are no secrets whatever stands around them. Asked first, for they are many."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop

_FORMS: Final = re.compile(
    rb"""(?x)
    (?P<hash>\$(?:2[abxy]?|1|5|6|7|y|argon2\w{1,2}|apr1|scrypt)\$ | \{(?:SSHA|SHA|SMD5|MD5|CRYPT|BCRYPT)\d{0,3}\}
      | (?:pbkdf2|sha1|sha256|bcrypt|argon2)[\w]{0,20}\$ )
  | (?P<public>(?:MIIBIjANBgkq|MIICIjANBgkq|MIGfMA0GCSqG|MFwwDQYJKoZI|MFkwEwYHKoZI|MHYwEAYHKoZI|MCowBQYDK2V)
      | (?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})[ ]AAAA | AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh) )
  | (?P<integrity>(?:sha(?:1|224|256|384|512)|md5|SHA(?:256|512))[-:=][0-9A-Za-z+/=_-]{20,}\Z)
  | (?P<sealed>Ag[A-D][0-9A-Za-z+/]{200} | AQICAH[0-9A-Za-z+/]{60} | vault:v\d:[0-9A-Za-z+/]{20} | \$ANSIBLE_VAULT | age1[0-9a-z]{58}\Z
      | -----BEGIN[ ](?:PGP[ ](?:MESSAGE|PUBLIC)|AGE|CERTIFICATE|PUBLIC|RSA[ ]PUBLIC) )
    """
)
_DROPS: Final = {
    "hash": Drop("password-hash", "it is the hash of a password"),
    "public": Drop("public-key", "it is a public key"),
    "integrity": Drop("content-hash", "it is the hash of a content"),
    "sealed": Drop("encrypted", "it is encrypted, and opens nothing by itself"),
}
_PAGING: Final = Drop("key-name", "its name says that it is a place in a list, not a secret")
_FETCHED: Final = Drop("reference", "it names what is fetched from where the secret is kept")
_PAGE: Final = re.compile(
    rb"(?i)(?:next|page|paging|continuation|forward|backward|prev(?:ious)?)[_-]?token\Z|continuationtoken|pagetoken"
)
_NAME: Final = re.compile(rb"[A-Za-z][\w.:/-]*")


def of_value(value: bytes) -> Drop | None:
    """Return why a value is no secret by its form alone."""
    found = _FORMS.match(value)
    return _DROPS[found.lastgroup or ""] if found else None


def of_site(key: bytes, called: str, join: str, value: bytes) -> Drop | None:
    """Return why what a name is given, or a function called with, is no secret."""
    if _PAGE.search(key):
        return _PAGING
    if called == "lookup" and join == "(" and _NAME.fullmatch(value):
        return _FETCHED
    return None
