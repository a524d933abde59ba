"""Words for a password in other languages: what a form's field or the pattern of a URL says, not what is typed in."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = frozenset(
    (
        *("contrasenya", "contraseña", "contrasena", "contraseñas", "contrasinal", "senha", "senhas", "motdepasse"),
        *("passwort", "kennwort", "passwörter", "passwuert", "wachtwoord", "wagwoord", "adgangskode", "kodeord"),
        *("passord", "lösenord", "losenord", "lykilorð", "aðgangsorð", "salasana", "parool", "slaptažodis"),
        *("heslo", "hesla", "hasło", "haslo", "hasła", "geslo", "lozinka", "лозинка", "пароль", "пароля", "парола"),
        *("parolă", "parola", "parolei", "jelszó", "jelszo", "pasahitza", "pasfhocal", "cyfrinair", "kupuhipa"),
        *(
            "şifre",
            "sifre",
            "parolanız",
            "fjalëkalimi",
            "nenosiri",
            "pasvorto",
            "κωδικός",
            "סיסמה",
            "գաղտնաբառ",
            "პაროლი",
        ),
    )
)
# Of several words, or of a script that sets no blanks between them.
_PHRASES: Final = (
    *("mot de passe", "palavra-passe", "palavra passe", "kata sandi", "kata laluan", "kode rahasia", "mật khẩu"),
    *("كلمة المرور", "كلمة السر", "رمز عبور", "パスワード", "密码", "密碼", "비밀번호", "รหัสผ่าน", "पासवर्ड"),
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGIT: Final = re.compile(rb"\d")
_LONGEST: Final = 64  # bytes of a label


def names_a_password(value: bytes) -> bool:
    """Whether it holds such a word by itself, and no digit."""
    if len(value) > _LONGEST or _DIGIT.search(value):
        return False
    text = value.decode("utf-8", "ignore").lower()
    if not WORDS.isdisjoint(_LETTERS.findall(text)):
        return True
    if text.isascii() and " " not in text and "-" not in text:
        return False
    return any(phrase in text for phrase in _PHRASES)
