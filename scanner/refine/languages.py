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
        *("şifre", "sifre", "parolanız", "fjalëkalimi", "nenosiri", "pasvorto", "κωδικός"),
        *("סיסמה", "գաղտնաբառ", "პაროლი"),
    )
)
# What words for a certain password end with, where one language writes them together: `Datenbankkennwort`.
_ENDS: Final = ("passwort", "kennwort", "wachtwoord", "passord", "lösenord", "adgangskode", "salasana")
_PHRASES: Final = (
    "mot de passe",
    "palavra-passe",
    "palavra passe",
    "kata sandi",
    "kata laluan",
    "kode rahasia",
    "mật khẩu",
)
# In scripts that set no blanks between words, or write signs that are no letters.
_UNSPACED: Final = (
    *("كلمة المرور", "كلمة السر", "رمز عبور", "パスワード", "密码", "密碼", "비밀번호", "รหัสผ่าน", "पासवर्ड"),
)
# Words as a form has them: set apart by blanks, two at most joined. What is joined otherwise may be a pass phrase.
_LABEL: Final = re.compile(r"\(?[^\W\d_]+(?:[-'’][^\W\d_]+)?\)?[:.…]?(?: \(?[^\W\d_]+(?:[-'’][^\W\d_]+)?\)?[:.…]?)*")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGIT: Final = re.compile(rb"\d")
_LONGEST: Final = 64  # bytes of a label


def names_a_password(value: bytes) -> bool:
    """Whether it is a label in which such a word stands by itself."""
    if len(value) > _LONGEST or _DIGIT.search(value):
        return False
    text = value.decode("utf-8", "ignore").lower()
    if not text.isascii() and any(phrase in text for phrase in _UNSPACED):
        return True
    if not _LABEL.fullmatch(text):
        return False
    words = _LETTERS.findall(text)
    return not WORDS.isdisjoint(words) or words[-1].endswith(_ENDS) or any(phrase in text for phrase in _PHRASES)
