"""Forms in which people write a password out, each beside one that looks like it and holds none."""

from __future__ import annotations

import pytest

from tests.decode.support import scan
from tests.refine.generic.support import CHOSEN

# (file, text with `<>` for the password)
FORMS = (
    ("app.scala", 'val props = Map("user" -> "app", "password" -> "<>")\n'),
    ("rabbitmq.config", '[{rabbit, [{default_user, <<"app">>}, {default_pass, <<"<>">>}]}].\n'),
    ("main.go", 'db, err := sql.Open("mysql", "app:<>@tcp(db.internal:3306)/app?charset=utf8")\n'),
    ("config.yml", 'dsn: "app:<>@unix(/run/mysqld/mysqld.sock)/app"\n'),
    ("azuredeploy.parameters.json", '{"parameters": {"adminPassword": {"value": "<>"}}}\n'),
    ("azuredeploy.json", '{"parameters": {"adminPassword": {"type": "string", "defaultValue": "<>"}}}\n'),
    ("stack.json", '{"Parameters": {"DbPassword": {"NoEcho": "true", "Type": "String", "Default": "<>"}}}\n'),
    ("pod.yaml", "args:\n  - --user\n  - app\n  - --admin-password\n  - <>\n"),
    ("l2tp/chap-secrets", "# client server secret addresses\napp l2tpd <> *\n"),
    ("office.ovpn", "<auth-user-pass>\napp\n<>\n</auth-user-pass>\n"),
    ("put.sh", "ftp -inv files.internal <<EOF\nuser app <>\nput report.csv\nEOF\n"),
    ("router.conf", "set system root-authentication plain-text-password-value <>\n"),
    ("vyos.conf", "set vpn l2tp authentication local-users username app password <>\n"),
    ("app.py", 'users = {\n    "john": "<>",\n    "susan": "<>",\n}\n'),
    ("app.js", "app.use(basicAuth({ users: { 'admin': '<>' } }));\n"),
    ("setup.sh", "useradd -p \"$(openssl passwd -1 '<>')\" app\n"),
    ("setup.sh", "mkpasswd -m sha-512 <>\n"),
    ("setup.sh", "usermod --password $(echo <> | openssl passwd -1 -stdin) app\n"),
    ("Users.java", 'accounts.setPassword(user, "<>");\n'),
    ("Users.java", 'service.changePassword("app", "<>");\n'),
    ("Seed.cs", 'await userManager.CreateAsync(user, "<>");\n'),
    ("Login.cs", 'await signInManager.PasswordSignInAsync("app", "<>", false, false);\n'),
    ("Seeder.php", "'password' => Hash::make('<>'),\n"),
    ("check.js", "await bcrypt.compare('<>', user.hash)\n"),
    ("links.sql", "CREATE DATABASE LINK x CONNECT TO app IDENTIFIED BY \"<>\" USING 'db';\n"),
    ("logins.sql", "EXEC sp_addlogin 'app', '<>';\n"),
    ("users.cypher", "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO '<>'\n"),
    ("notes.txt", "Login     app\nPasswort  <>\n"),
)
QUIET = (
    ("token.ex", 'case kind do\n  "password" -> "PASSWORD_FIELD"\nend\n'),
    ("view.kt", 'when (kind) {\n    "password" -> "password-input"\n}\n'),
    ("main.go", 'dsn := "user:password@tcp(localhost:3306)/db"\n'),
    ("main.go", 'dsn := fmt.Sprintf("%s:%s@tcp(%s:%d)/%s", user, password, host, port, name)\n'),
    ("schema.json", '{"password": {"type": "string", "format": "password", "default": ""}}\n'),
    ("schema.json", '{"password": {"type": "string", "title": "Password"}, "value": "x"}\n'),
    ("azuredeploy.parameters.json", '{"adminPassword": {"value": "[parameters(\'password\')]"}}\n'),
    ("pod.yaml", "args:\n  - --password-file\n  - /run/secrets/db-password\n"),
    ("pod.yaml", "args:\n  - --admin-password\n  - $(ADMIN_PASSWORD)\n"),
    ("notes.sh", "systemctl restart xl2tpd ipsec 10.0.0.7\n"),
    ("put.sh", 'ftp -n "$HOST" <<EOF\nuser $USER $PASSWORD\nEOF\n'),
    ("app.py", 'users = {"name": "Ann", "mail": "ann@corp.io"}\n'),
    ("app.py", 'accounts = {"production": "417302958120", "staging": "920471830265"}\n'),
    ("app.js", "app.use(basicAuth({ users: { admin: process.env.ADMIN_PASSWORD } }));\n"),
    ("setup.sh", 'useradd -p "$(openssl passwd -1 "$PASSWORD")" app\n'),
    ("Users.java", "accounts.setPassword(user, password);\n"),
    ("Users.java", 'i18n.setPassword(field, "Password:");\n'),
    ("Seed.cs", 'await roleManager.CreateAsync(role, "Administrator");\n'),
    ("check.js", "await bcrypt.compare(password, user.hash)\n"),
    ("links.sql", "CREATE USER app IDENTIFIED BY :password DEFAULT TABLESPACE users;\n"),
    ("notes.txt", "Passwort  vergessen\n"),
)


@pytest.mark.parametrize(("name", "form"), FORMS, ids=[f"{n}-{name}" for n, (name, _) in enumerate(FORMS)])
def test_found(name: str, form: str) -> None:
    for value in (CHOSEN[1], CHOSEN[5], CHOSEN[6]):
        found = scan(name, form.replace("<>", value).encode()).findings
        assert value.encode() in {finding.secret.reveal() for finding in found}, value


@pytest.mark.parametrize("value", ["banjo-rocket-637", "Falcon-Oslo-42", "tiger_guitar_73", "maple.harbor.1984!"])
def test_words_with_a_number_behind_are_a_password_under_its_name(value: str) -> None:
    for name, form in (("Jenkinsfile", 'environment {\n  DB_PASS = "<>"\n}\n'), ("app.py", 'DB_PASSWORD = "<>"\n')):
        found = scan(name, form.replace("<>", value).encode()).findings
        assert value.encode() in {finding.secret.reveal() for finding in found}, name


@pytest.mark.parametrize(("name", "text"), QUIET, ids=[f"{n}-{name}" for n, (name, _) in enumerate(QUIET)])
def test_quiet(name: str, text: str) -> None:
    assert not scan(name, text.encode()).findings
