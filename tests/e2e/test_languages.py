# SPDX-License-Identifier: BSD-2-Clause
"""A login in each language, over a real sshd and as su shows it: UIX-12, UIX-18, SSH-5."""

import re
import subprocess

import pytest

import term2png
from answers import SUBJECT, device, error, pending
from fake_as import FakeAs
from local_login import LocalLogin
from ssh_login import PROMPT
from terminal import split, uri_of

ENGLISH = """\
  Web sign-in to web01.example.org ({service}) as {account}
  Scan, or open  {uri}
  and enter      {code}        (N min N s left)
  Only continue if YOU started this; never enter a code somebody sent you.
"""
# The words as they stand on the screen, below the picture; N is any number.
SCREENS = {
    "cs": """\
  Webové přihlášení k web01.example.org ({service}) jako {account}
  QR nebo odkaz  {uri}
  Zadejte kód    {code}        (ještě N min N s)
  Pokračujte, jen když jste začali VY; nikdy nezadávejte kód, který vám přišel.
Po schválení stiskněte Enter, q pro zrušení: """,
    "de": """\
  Web-Anmeldung an web01.example.org ({service}) als {account}
  QR/URL öffnen  {uri}
  Code eingeben  {code}        (noch N min N s)
  Nur fortfahren, wenn SIE dies begonnen haben; nie zugesandte Codes eingeben.
Nach der Freigabe Enter drücken, q bricht ab: """,
    "es": """\
  Inicio de sesión web en web01.example.org ({service}) como {account}
  Abra QR o URL  {uri}
  e introduzca   {code}        (caduca en N min N s)
  Continúe solo si USTED lo inició; nunca introduzca un código que le enviaron.
Pulse Intro tras aprobar, q para cancelar: """,
    "fr": """\
  Connexion web à web01.example.org ({service}) en tant que {account}
  Ouvrez QR/URL  {uri}
  et saisissez   {code}        (il reste N min N s)
  Ne continuez que si VOUS avez lancé ceci ; ne saisissez jamais un code reçu.
Approuvez puis appuyez sur Entrée, q pour annuler : """,
    "ja": """\
  web01.example.org ({service}) に {account} として Web サインイン
  QRかURLを開く  {uri}
  コードを入力   {code}        (残り N 分 N 秒)
  ご自身で始めた場合のみ続け、他人から届いたコードは入力しないでください。
承認後に Enter を押してください。q で中止: """,
}
DENIED = {
    "en": "The sign-in was refused at the provider. Log in again if that was not meant.",
    "cs": "Přihlášení bylo u poskytovatele odmítnuto. Pokud omylem, přihlaste se znovu.",
    "de": "Beim Anbieter abgelehnt. Falls dies ein Versehen war, melden Sie sich neu an.",
    "es": "El proveedor rechazó el acceso. Si fue un error, inicie sesión de nuevo.",
    "fr": "Connexion refusée chez le fournisseur. Reconnectez-vous si c'était une erreur.",
    "ja": "プロバイダーで拒否されました。誤りの場合は再度ログインしてください。",
}
FULL = 78           # bytes of an address whose picture and words fill 24 rows (UIX-18)


@pytest.fixture(name="scan")
def _scan(tmp_path):
    """Reads the one QR code of a screen, as a scanner does."""
    def scan(rows):
        path = tmp_path / "screen.png"
        term2png.picture(rows).save(path)
        return subprocess.run(["zbarimg", "-q", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable",
                               str(path)], capture_output=True, text=True,
                              check=False).stdout.splitlines()

    return scan


@pytest.fixture(name="fake")
def _fake(host, lab):
    """fake(settings, token=...): a host whose provider says what the script says."""
    running = []

    def start(settings, **script):
        server = FakeAs(lab, **script)
        running.append(server.__enter__())
        server.auth_method, server.client_secret, server.ca_file = "none", None, lab.ca_file
        who = f"sub={SUBJECT}"
        host.configure(server, {"alice": who, "bob": who}, **settings)
        return server

    yield start
    for server in running:
        server.__exit__()


def words_on(login):
    """The words of a screen with N for the numbers of the time, and the code among them."""
    _, words = split("\n".join(login.rows()))
    at = next(i for i, line in enumerate(words) if "https://" in line)
    code = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", words[at + 1]).group()
    before, _, time = words[at + 1].partition(code)
    words[at + 1] = before + code + re.sub(r"\d+", "N", time)
    return [line for line in words[at - 1:] if line], code


def lines(screen, uri, code, service="sshd", account="alice"):
    """A screen of the tables above, as rows() has it."""
    filled = screen.format(uri=uri, code=code, service=service, account=account)
    return [line.rstrip() for line in filled.split("\n") if line]


@pytest.mark.parametrize("language", SCREENS)
def test_ssh(language, host, idp, login, watch, scan):
    """UIX-12: shown, scanned, approved, Enter, and in: what people read is in their language."""
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, language=language)
    ssh = login()
    ssh.expect(re.escape(SCREENS[language].rpartition("\n")[2]))
    shown, code = words_on(ssh)
    watch.secrets.add(code)
    uri = f"{idp.issuer}/device"
    assert shown == lines(SCREENS[language], uri, code)
    assert scan(ssh.rows()) == [f"{uri}?user_code={code}"]
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"


@pytest.mark.parametrize("language", SCREENS)
def test_80_by_24(language, fake, login, scan):
    """UIX-18: an ordinary address and the picture of its 78 bytes fill the screen, and fit it."""
    with_code = "/device?user_code=WDJB-MJHT&x="
    server = fake({"language": language}, token=[pending()] * 9, device=device(
        verification_uri=lambda s: s.url("/device"),
        verification_uri_complete=lambda s: s.url(with_code).ljust(FULL, "x")))
    ssh = login()
    ssh.expect(re.escape(SCREENS[language].rpartition("\n")[2]))
    rows = ssh.rows()
    assert len(rows) == 24 and all(rows)
    assert scan(rows) == [server.url(with_code).ljust(FULL, "x")]
    assert uri_of(rows[:19]) == server.url(with_code).ljust(FULL, "x")
    shown, code = words_on(ssh)
    assert shown == lines(SCREENS[language], server.url("/device"), code)


@pytest.mark.parametrize("language", SCREENS)
def test_ascii_is_english(language, host, idp, login, watch):
    """UIX-12: whoever configures ASCII gets nothing else, in a client of the C locale; and is in."""
    host.configure(idp, {"alice": f"sub={SUBJECT}"}, language=language, qr="ascii")
    ssh = login(locale="C")
    uri, code = ssh.challenge()
    shown, _ = words_on(ssh)
    assert shown == [*lines(ENGLISH, uri, code), PROMPT.rstrip()]
    assert ssh.text.isascii()
    idp.phone("alice").approve(uri, code)
    ssh.enter()
    ssh.expect_in("alice")
    assert watch.outcome()["result"] == "success"


def test_a_reason_over_ssh_is_english(fake, login):
    """SSH-5: this system's client may be one of those that print other characters as numbers."""
    fake({"language": "ja"}, token=[error("access_denied")] * 3)
    ssh = login()
    ssh.expect(re.escape(SCREENS["ja"].rpartition("\n")[2]))
    ssh.enter()
    told = ssh.expect_refused(DENIED["en"])
    assert "\\3" not in told


@pytest.fixture(name="su")
def _su(host, watch):               # pylint: disable=unused-argument
    """su(locale): alice calls su to become bob."""
    host.set_up_su_and_sudo()
    opened = []

    def start(locale):
        opened.append(LocalLogin("alice", ["su", "bob", "-c", "id -un"], env={"LC_ALL": locale}))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.mark.parametrize("language", SCREENS)
def test_su(language, fake, su):
    """UIX-13: qr = auto, and a caller whose terminal takes UTF-8; the reason is translated, too."""
    server = fake({"language": language}, token=[pending(), error("access_denied")],
                  device=device(interval=1))
    login = su("C.UTF-8")
    assert login.end() == 1
    shown, code = words_on(login)
    wanted = lines(SCREENS[language].rpartition("\n")[0], server.url("/device"), code, "su", "bob")
    assert shown[:4] == wanted and shown[4] == DENIED[language], "\n".join(shown)
    assert re.search(r" ?: [2-9A-HJ-NP-Z]{8}$", shown[5]) and "Reference" not in shown[5]


def test_su_in_the_c_locale_is_english(fake, su):
    """UIX-12: LANGUAGE and what the configuration says do not make a terminal take UTF-8."""
    server = fake({"language": "ja"}, token=[error("access_denied")] * 3, device=device(interval=1))
    login = su("C")
    assert login.end() == 1 and login.text.isascii()
    shown, code = words_on(login)
    wanted = lines(ENGLISH.replace("Scan, or open", "Open         "), server.url("/device"), code,
                   "su", "bob")
    assert shown[:4] == wanted and shown[4] == DENIED["en"], "\n".join(shown)
