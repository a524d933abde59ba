"""Forms of assignment, and what people put into them; keys and values apart: this file must not look like a leak."""

from __future__ import annotations

from typing import Final

# What somebody chose, or a generator of passwords made.
CHOSEN: Final = (
    "hunter2-prod",
    "Summer2024!",
    "correct-horse-battery",
    "Tr0ub4dor&3",
    "prod-admin-01x",
    "lunaBlue77",
    "k9#mQ2vL",
)

# (path, text with {} for the value): a password's name in the forms of files where it has no business.
SETTINGS: Final = (
    ("config/database.yml", 'production:\n  username: app\n  password: "{}"\n  host: db.internal\n'),
    ("config/database.yml", "production:\n  username: app\n  password: {}\n  host: db.internal\n"),
    ("deploy/.env", "DB_HOST=db.internal\nDB_USER=app\nDB_PASSWORD={}\n"),
    ("src/main/resources/application.properties", "spring.datasource.username=app\nspring.datasource.password={}\n"),
    ("settings.json", '{{\n  "user": "app",\n  "password": "{}",\n  "host": "db.internal"\n}}\n'),
    ("app/settings.py", 'DB_USER = "app"\nDB_PASSWORD = "{}"\n'),
    ("src/Config.java", 'class Config {{\n    private static final String DB_PASSWORD = "{}";\n}}\n'),
    ("src/client.js", 'const client = connect({{ user: "app", password: "{}" }});\n'),
    ("main.tf", 'resource "db" "main" {{\n  username = "app"\n  password = "{}"\n}}\n'),
    ("config.ini", "[database]\nuser = app\npassword = {}\n"),
)

# (path, text): what has a secret's name near and is none. `<>` in a key keeps scanners of this file from it.
QUIET: Final = (
    ("src/login.ts", "const labels = {{ password: 'Password', confirm: 'Confirm your password' }};"),
    ("src/login.ts", "type Login = {{ user: string; password: string }};"),
    ("src/login.ts", 'this.form = new FormGroup({{ password: new FormControl("", Validators.required) }});'),
    ("docs/tasks.html", '<span class="n">password</span> <span class="k">except</span> <span class="n">OSError</span>'),
    ("locales/de.json", '{{"password": "Passwort", "password_hint": "Mindestens acht Zeichen"}}'),
    ("app/forms.py", 'password = forms.CharField(label="Password", widget=forms.PasswordInput)'),
    ("app/forms.py", 'raise ValueError("password: must not be empty")'),
    ("app/models.py", 'password_hash_algorithm = "pbkdf2_sha256"'),
    ("app/keys.py", 'CACHE_KEY = "user:profile:{{id}}"'),
    ("app/keys.py", 'primary_key = "customer_id"'),
    ("app/tokens.py", 'token_type = "bearer"'),
    ("app/tokens.py", 'TOKEN_URL = "https://login.internal/oauth/token"'),
    ("app/paths.py", 'private_key_path = "/etc/ssl/private/server.key"'),
    ("tests/test_login.py", "def test_password_reset_token_is_sent(): pass"),
    ("src/Auth.java", 'private static final String AUTH_HEADER = "Authorization";'),
    ("src/Auth.java", 'String password = request.getParameter("password");'),
    ("src/lexer.js", '{{token: "keyword.operator", regex: "=>"}}'),
    ("deploy/values.yaml", "secretName: database-credentials"),
    ("deploy/values.yaml", "passwordSecretRef:\n  name: database\n  key: password"),
    ("types/forms.d.ts", 'type Field = "name" | "new-password" | "one-time-code" | "organization";'),
    ("lang/cy.php", "'New Password' => 'Cyfrinair Newydd',"),
    ("lang/hr.php", "'password' => 'lozinka',"),
    ("src/index.js", 'const apiKey = require("./v1/apiKey");'),
    ("src/codec.py", 'KEY_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789"'),
    ("docs/guide.md", "Instead of having to pass `rounds=91234` every time."),
    ("docs/install.md", "gpg --keyserver hkps://keys.internal --recv-keys 0123456789ABCDEF"),
    ("web/login.html", '<input type="password" name="NewPassword" class="form-input max-width-14">'),
    ("package-lock.json", '"integrity": "sha512-{sha}"'),
    ("web/login.html", '<input type="password" name="password" placeholder="Your password">'),
    ("src/ids.ts", 'export const SIGN_UP_PASSWORD_REQUIRED = "SignUpPasswordRequiredResult";'),
    ("src/ids.ts", "export const SIGN_IN_SUBMIT_PASSWORD = 100208;"),
    ("README.md", "![coverage](https://cov.internal/gh/x/graph/badge.svg?token=Pk8G9gg3y9)"),
    ("docs/copy.md", "State of the copy operation identified by 'x-ms-copy-id'. Possible values follow."),
    ("docs/calls.md", "If `password` or `will.payload` are given as strings, they are encoded."),
    ("src/git.js", 'if (url.password === "x-oauth-basic") return url.username;'),
    ("tasks/main.yml", "update_password: always"),
)
