"""Values that a standard prints as its example, so that every manual and every test copies them. They open nothing."""

from __future__ import annotations

from typing import Final

from scanner.model import Drop
from scanner.refine.subject import Subject

PUBLISHED: Final = frozenset(
    b"""
    dpf43f3p2l4k3l03 kd94hf93k423kf44 hh5s93j4hdidpola hdhd0244k9j7ao03 nnch734d00sl2jdk pfkkdhi9sl3r4s00
    9djdj82h48djs9d2 j49sk3j29djd kkk9d7dj3k39sjv7 dh893hdasih9 0685bd9184jfhq22 ad180jjd733klru7
    gX1fBat3bV 7Fjfp0ZBr1KtDRbnfVdmIw SplxlOBeZQQYbYS6WxSbIA 2YotnFZFEjr1zCsicMWpAA tGzv3JOkF0XG5Qx2TlKWIA
    mF_9.B5f-4.1JqM QWxhZGRpbjpvcGVuIHNlc2FtZQ== YWxhZGRpbjpvcGVuc2VzYW1l
    opensesame
    """.split()  # RFC 5849 (OAuth 1), RFC 6749 and 6750 (OAuth 2), RFC 7617 and what is made from it
)


def refine(subject: Subject) -> Drop | None:
    if subject.value in PUBLISHED:
        return Drop("placeholder", "a standard prints it as its example")
    return None
