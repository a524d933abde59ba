"""Values that are no secrets by their form alone: hashes, public keys, names of algorithms, what counts up."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.generic.described import of_description

_FORMS: Final = re.compile(
    rb"""(?x)
    (?P<hash>\$(?:2[abxy]?|1|5|6|7|y|argon2\w{1,2}|apr1|scrypt)\$ | \{(?:SSHA|SHA|SMD5|MD5|CRYPT|BCRYPT)\d{0,3}\}
      | (?:pbkdf2|sha1|sha256|sha512|bcrypt|argon2|md5)[\w]{0,20}\$ )
  | (?P<public>(?:MIIBIjANBgkq|MIICIjANBgkq|MIGfMA0GCSqG|MFwwDQYJKoZI|MFkwEwYHKoZI|MHYwEAYHKoZI|MCowBQYDK2V)
      | (?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})[ ]AAAA | AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)
      | MI[IH][0-9A-Za-z+/]{3}CC[0-9A-Za-z+/]{40} )
  | (?P<integrity>(?:(?:hmac-)?sha(?:1|224|256|384|512)|md5|SHA(?:256|512))[-:=][0-9A-Za-z+/=_-]{20,}\Z)
  | (?P<fixed>(?:x-oauth-basic|x-access-token|x-token-auth|oauth2accesstoken
      |correct[ _-]?horse[ _-]?battery[ _-]?staple)\Z)
  | (?P<choice>(?:always|never|on_(?:create|change)|bool(?:ean)?|required|optional|enabled|disabled|inherit|deny|allow
      |UNSET|unset
      |auto(?:matic)?|prompt|ask|interactive|keyring|keychain|stdin
      |digest|negotiate|ntlm|kerberos|gssapi|oauth2?|oidc|saml2?|sigv4|mtls
      |base64(?:url)?|utf-?8|latin1|ascii|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\Z)
  | (?P<colour>(?:(?:bg|fg|border):)?\#[0-9a-fA-F]{3,8}\Z)
  | (?P<path>\.{1,2}(?:/[\w.@-]+)+\Z)
  | (?P<header>[Xx]-(?:[A-Za-z]{2,12}-){0,4}(?i:key|token|secret|auth|password|signature)(?:-\d)?\Z)
  | (?P<algorithm>(?i:pbkdf2|bcrypt|scrypt|argon2(?:id?|d)?|hmac)
      (?:[-_](?i:(?:hmac[-_]?)?sha-?(?:1|224|256|384|512)))?\Z
      |(?i:x?salsa20(?:12)?(?:poly1305)?|x?chacha20(?:[-_]?ietf)?(?:[-_]?poly1305)?|curve25519(?:x?salsa20)?(?:poly1305)?
      |blake2[bsx]p?|aes-(?:xts|cbc)-(?:plain(?:64)?|essiv:sha256))\Z)
  | (?P<version>[A-Za-z][\w.-]{0,60}(?::[\w.-]{1,60})?:v?\d{1,4}\.\d[\w.+-]{0,30}\Z)
  | (?P<number>0[xX][0-9a-fA-F]{1,16}[uUlL]{0,3}\Z)
  | (?P<character>\\[0-9a-fA-F]{3,6}\Z)
  | (?P<rate>\d{1,9}/(?:s(?:ec(?:ond)?)?|m(?:in(?:ute)?)?|h(?:our)?|d(?:ay)?)\Z)
  | (?P<label>[A-Za-z][\w ]{1,30}(?:\\x00|\\0|\x00)\Z)
  | (?P<resource>(?:i|vpc|subnet|sg|ami|vol|snap|eni|igw|cgw|vgw|vpn|tgw|nat|rtb|acl|pcx|eipalloc|eipassoc|dopt|vpce)
      -[0-9a-f]{8}(?:[0-9a-f]{9})?\Z)
  | (?P<sealed>Ag[A-D][0-9A-Za-z+/]{200} | (?:encrypted[$:])?AQICAH[0-9A-Za-z+/]{60} | vault:v\d:[0-9A-Za-z+/]{20}
      | \$ANSIBLE_VAULT | NACL\[ | age1[0-9a-z]{58}\Z
      | -----BEGIN[ ](?:PGP[ ](?:MESSAGE|PUBLIC)|AGE|CERTIFICATE|PUBLIC|RSA[ ]PUBLIC) )
    """
)
_DROPS: Final = {
    "choice": Drop("plain-value", "it is one of the words that a setting may have"),
    "colour": Drop("plain-value", "it is a colour"),
    "fixed": Drop("plain-value", "it stands where a password would, and is the same for everybody"),
    "hash": Drop("password-hash", "it is the hash of a password"),
    "public": Drop("public-key", "it is a public key or a certificate"),
    "integrity": Drop("content-hash", "it is the hash of a content"),
    "path": Drop("plain-value", "it is a path"),
    "header": Drop("plain-value", "it is the name of a header"),
    "algorithm": Drop("plain-value", "it is the name of an algorithm"),
    "version": Drop("plain-value", "it is the name and version of a package"),
    "number": Drop("plain-value", "it is a number, as programs write it"),
    "character": Drop("plain-value", "it is a character, as style sheets write it"),
    "rate": Drop("plain-value", "it says how often something may happen"),
    "label": Drop("plain-value", "it is a label that ends in a zero byte, from which keys are derived"),
    "resource": Drop("plain-value", "it is the id of something at AWS"),
    "sealed": Drop("encrypted", "it is encrypted, and opens nothing by itself"),
}
INTEGRITY: Final = _DROPS["integrity"]
SEALED: Final = _DROPS["sealed"]
_COUNTS: Final = Drop("placeholder", "it counts up")
_COUNTED: Final = (
    *(b"0123456789", b"1234567890", b"123456789a", b"00010203040506", b"0011223344556677", b"00000000-0000-"),
)
# Letters in either case and with others in between, digits between those of hex: `abCDeFG1hiJK`, `1a2b3c4d-5e6f-7a8b`.
_ALPHABET: Final = b"abcdefghijklmnopqrstuvwxyz"
_ALPHABETIC: Final = re.compile(b"|".join(_ALPHABET[at : at + 10] for at in range(17)))
_NO_LETTERS: Final = bytes(c for c in range(256) if c not in _ALPHABET)
_SHORT_COUNT: Final = 10
_NO_DIGITS: Final = bytes(c for c in range(256) if c not in b"0123456789")
_HEX: Final = re.compile(rb"[0-9a-fA-F-]{16,64}")


def of_value(value: bytes) -> Drop | None:
    """Return why a value is no secret by its form alone."""
    if _counts_up(value):
        return _COUNTS
    if found := _FORMS.match(value):
        return _DROPS[found.lastgroup or ""]
    return of_description(value)


def _counts_up(value: bytes) -> bool:
    for run in _COUNTED:
        if run in value:
            return True
    if len(value) < _SHORT_COUNT:
        return False
    if _HEX.fullmatch(value):
        return b"12345678" in value.translate(None, _NO_DIGITS)
    return _ALPHABETIC.search(value.lower().translate(None, _NO_LETTERS)) is not None
