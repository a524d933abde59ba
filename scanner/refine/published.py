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
    opensesame kkk9d7dh3k39sjv7 A3ddj3w czZCaGRSa3F0MzpnWDFmQmF0M2JW czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3
    h480djs93hd8 vF9dft4qmT i1WsRn1uB1 8xLOxBtZp8 45ghiukldjahdnhzdauz dGhlIHNhbXBsZSBub25jZQ==
    x3JJHMbDL1EzLkh9GBhXDw== s3pPLMBiTxaQ9kYGzzhZRbK+xOo= HSmrc0sMlYUkAGmm5OPpG2HaGWk= rOprNGfwEbeRWgbNEkqO
    fyko+d2lbbFgONRv9qkxdawL fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j tanstaaftanstaaf OA6MG9tEQGm2hh OA6MHXh6VqTrRk
    dcd98b7102dd2f0e8b11d0f600bfb0c093 dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
    E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
    AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow
    GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ 12345678901234567890
    """.split()  # RFC 5849 (OAuth 1); 6749, 6750 and 7009 (OAuth 2); 7617, 7616, 5802, 2195 and 2831 (HTTP, SASL); 6455
    # (WebSocket), 7636 (PKCE), 7515 (JWS), 4226 (HOTP); and what is made from it
)


def refine(subject: Subject) -> Drop | None:
    if subject.value in PUBLISHED:
        return Drop("placeholder", "a standard prints it as its example")
    return None
