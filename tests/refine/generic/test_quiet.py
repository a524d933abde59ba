"""What real repositories are full of and what is no secret; and its near neighbours, which are."""

from __future__ import annotations

import pytest

from scanner.engine.scan import Scanner
from tests.refine.support import rules, scan
from tests.support import token

_HEX64 = token("{hex:64}")

# (path, text)
QUIET = (
    ("app/Models/User.php", "            'password' => 'hashed',"),
    ("Resource.Designer.cs", "\t\tpublic const int avd_hide_password = 2130837588;"),
    ("src/Api/project.json", '    "Microsoft.Extensions.Configuration.UserSecrets": "1.0.0-rc2-final",'),
    ("App.config", '<assemblyIdentity name="Data.Client" publicKeyToken="31bf3856ad364e35" culture="neutral" />'),
    ("sonar-project.properties", "sonar.projectKey=lam-946_juice-shop"),
    ("pom.xml", "<sonar.projectKey>r3m3n00_WebGoat</sonar.projectKey>"),
    ("UserTests.cs", '    user.MasterPassword ??= "existing-hash";'),
    ("UserTests.cs", '    user.MasterPassword = "hash";'),
    ("UserTests.cs", '    send.Password = "HASH";'),
    ("UserTests.cs", 'var passwordSalt = "NotTrackedSalt";'),
    ("Constants.cs", 'public const string ClientBase64HashedPassword = "passwordHashB64";'),
    ("Lesson.java", '@AssignmentHints({"csrf-get.hint1","csrf-get.hint2","csrf-get.hint3","csrf-get.hint4"})'),
    ("Lesson.java", '@AssignmentHints({"jwt-final-hint1", "jwt-final-hint2", "jwt-final-hint3"})'),
    ("mvnw", 'wget $QUIET --http-user="$MVNW_USERNAME" --http-password="$MVNW_PASSWORD" "$wrapperUrl" -O "$jar"'),
    ("setup.sh", "openssl pkcs12 -export -passout pass:$CERT_PASSWORD -in a.pem"),
    ("setup.ps1", "openssl pkcs12 -passout pass:$certPassword -in a.pem"),
    ("report.md", "### VULN-005: Rate Limiting Bypass: `server.ts:346`"),
    ("report.md", "### VULN-009: Missing Authorization: `server.ts:369`"),
    ("provider.tf", "  password               = azurerm_kubernetes_cluster.main.kube_config.0.password"),
    ("gen.sh", 'chmod 644 "$CERTS_DIR/keycloak1/key.pem" "$CERTS_DIR/keycloak1/cert.pem"'),
    ("book.json", '"token": "UA-86203452-1"'),
    ("report.html", "email &#x3D; &#x27;x AND password &#x3D; &#x27;"),
    ("cert-manager.yaml", "          - --webhook-ca-secret=cert-manager-webhook-ca"),
    ("cert-manager.yaml", "          - --webhook-serving-secret=cert-manager-webhook-tls"),
    ("deployment.yaml", "        image: {{ .Values.registry }}/basket.api:linux-net6-initial"),
    (
        "Manifest.xml",
        '<Variable Name="PicBaseUrl" Value="http://catalogapi.fabric:5101/api/v1/catalog/items/[0]/pic/"/>',
    ),
    ("ManageController.cs", "                HasPassword = await _userManager.HasPasswordAsync(user),"),
    ("credentials.js", "  if(typeof password == 'function') {"),
    ("query.md", "ViewPassword = CASE WHEN COALESCE(CU.[HidePasswords], CG.[HidePasswords], 0) = 0 THEN 1 ELSE 0 END"),
    ("_names.tpl", '{{- printf "%s" (printf "%s:%s" .Values.registry.login .Values.registry.pwd | b64enc) | b64enc }}'),
    ("EnvironmentFileBuilder.cs", "globalSettings__baseServiceUri__internalApi=http://api:5000"),
    ("Program.cs", '""android:apk-key-hash:dUGFzUzf3lmHSLBDBIv+WaFyZMI""'),
    ("Constants.cs", 'public const string Otp6Digits = "pm-18612-otp-6-digits";'),
    ("Constants.cs", 'public const string EnablePasswordManagerFlightRecorder = "enable-pm-flight-recorder";'),
    ("SECURITY.md", "emails to <ada@acme.dev> with PGP using the public key `062A85A8CBFBDCDA`:"),
    ("EventType.cs", "    User_ChangedPassword = 1001,"),
    ("Login.java", 'ec.println("Login Failed! Make sure user name and password is correct!");'),
    ("TESTING.md", '// grantType will be "password" or "webauthn"'),
    ("Tests.cs", '            PassportNumber = "X12345678"'),
    ("Tests.cs", '                //   Non-secret: BlobName = "mynewcert.pfx"'),
    ("report.md", "const currentPassword = query.current as string"),
    ("main.ts", f"const SECRET_TOKEN = '{'eyJhbGciOiJIUzI1NiIs' + 'InR5cCI6IkpXVCJ9'}'"),
    ("apsw_ext.py", 'Peewee integration with APSW, "another python sqlite wrapper".'),
    ("README.md", '<credential name="secret">57826...</credential>'),
    ("pipeline.yml", "  --env VERACODE_API_KEY_SECRET=24f62c81... \\"),
    ("vault-audit.log", f'"auth":{{"password":"hmac-sha256:{_HEX64}"}}'),
    ("README.md", "password: YOUR-VAULT-USER-IN-AD-PASSWORD"),
    ("README.md", "vault write x binddn=a bindpass='YOUR-VAULT-USER-PASSWORD'"),
    ("README.md", "basket.redis.cache.windows.net:6379,password=yourredisservicepassword,ssl=False"),
    ("fail.json", '"client_secret": "AAAAbbbb-cccc-dddd-eeee-ffffgggghhhh"'),
    ("README.md", '"secret_key": "AAAAABBBBBCCCCCDDDDDAAAAABBBBBCCCCCDDDDD"'),
    ("Command.cs", "public class SetInitialMasterPasswordCommandV1 : ISetInitialMasterPasswordCommandV1"),
    ("build.yml", '          secrets: "github-pat-devops-bot-repo-scope"'),
    ("build.yml", '          secrets: "DP-KEY-XML"'),
    ("default.conf", 'ssl_ciphers "ECDHE-RSA-AES256-SHA:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!MD5:!PSK:!RC4:@STRENGTH";'),
    ("Messages.properties", "authentication.method.fb.credentials.field.label.pass = Parol:"),
    ("README.md", "Username: x\nPassword: Run:"),
    ("outputs.json", '"password": "shop-db.abcd1234.us-east-1.rds.amazonaws.com:5432",'),
    ("jit.yml", f"  password: encrypted$AQICAH{token('{base64:80}')}"),
    ("Jenkinsfile", "    DOCKER_REGISTRY_CREDENTIALS = credentials('dockerhubaccount431')"),
    ("User.java", 'new User("Jerry", "doesnotreallymatter", true)'),
    ("user.js", "password: 'does.not.matter'"),
    ("Hasher.cs", "a new send password hash against a new user submitted password hash."),
    ("UserTests.java", 'tempUsers.add(new WebGoatUser("user2","password2","WEBGOAT_ADMIN"));'),
    ("clients.json", '"keyPassword": "Nøkkelpassord",'),
    ("weaver.txt", "if (ATCONS_ONLY_SUPPORTED_AT_JAVA5_LEVEL) {"),
    ("modules.json", '"here_api_key": "previousSubjectModuleRelevantResourcesByMd5"'),
)

# (path, text with {} for a secret, the secret)
LOUD = (
    ("User.php", "'password' => '{}',", "hunter2-prod"),
    ("User.cs", 'string password = "{}";', "2130837588x"),
    ("User.cs", 'user.Password = "{}";', "hash4Bread!"),
    ("gen.sh", "openssl rsa -passin pass:{} -in a.pem", "Winter.Rain42"),
    ("app.yml", "password: {}", "YourMama2024!"),
    ("app.yml", "password: {}", "Blue-Rocket-4711"),
    ("app.py", 'password = "{}"', "Abc.pfx9x"),
    ("README.md", "The password is {}", "correct-horse-42!"),
    ("Jenkinsfile", "SLACK_TOKEN = credentials('{}')", token("{base62:23}7")),
    ("run.sh", "run --client-secret={}", token("{lower:4}{digit:2}-{lower:3}{digit:2}-{lower:4}7")),
    ("app.py", 'if password == "{}":', "Summer2024!"),
    ("Tests.cs", 'public string PassportSecret = "{}";', token("{base62:17}7")),
    ("net.conf", "machine internal login user password {}", "winterrain"),
    ("app.yml", "password: {}...", "Summer2024"),
    ("deploy.yml", "--webhook-secret={}", token("{hex:32}")),
    ("User.cs", 'ChangedPassword = "{}";', "Rain-cloud77"),
    ("app.ts", "const password = '{}' as string", "Rain-cloud77"),
)


@pytest.mark.parametrize(("name", "text"), QUIET, ids=[f"{n}-{name}" for n, (name, _) in enumerate(QUIET)])
def test_what_real_code_says_stays_quiet(scanner: Scanner, name: str, text: str) -> None:
    assert rules(scan(scanner, text + "\n", name)) == []


@pytest.mark.parametrize(("name", "form", "value"), LOUD, ids=[f"{n}-{name}" for n, (name, _, _) in enumerate(LOUD)])
def test_a_secret_in_nearly_the_same_form_is_found(scanner: Scanner, name: str, form: str, value: str) -> None:
    text = form.format(value) + "\n"
    spans = [finding.location.span for finding in scan(scanner, text, name).findings]
    assert any(text.encode()[start:end].decode() == value for start, end in spans), spans
