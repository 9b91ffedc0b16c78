# SPDX-License-Identifier: BSD-2-Clause
"""Secrets that systemd keeps (pam_oauth.conf(5), SECRETS): logins with them by ssh and sudo, who else can
read them, and what is told when they are not there."""

import pathlib
import socket
import time

import pytest

from client_credentials import PASSPHRASE
from host import CONFIG, SOURCE
from idp import SECRET

SHIPPED = "pam_oauth-secrets.service"
OF_ITS_OWN = "/run/pam_oauth-secrets"
OF_SSH = "/run/credentials/ssh.service"
DROP_IN = "ssh.service.d/secret.conf"
STORE = pathlib.Path("/etc/credstore.encrypted")
FILE = STORE / "pam_oauth.client_secret"
MISCONFIGURED = "Sign-in is misconfigured on this host. Tell your administrator."


def encrypt(system, name, secret, file):
    """As the manual says it: nothing of the secret is in a file that is not encrypted."""
    STORE.mkdir(mode=0o700, exist_ok=True)
    system.run("systemd-creds", "encrypt", f"--name={name}", "-", str(file), input=secret + "\n")


def drop_in(system, text):
    """In ssh.service, which then starts anew; its state."""
    system.unit(DROP_IN, text and f"[Service]\n{text}\n")
    system.run("systemctl", "reset-failed", "ssh.service")
    system.run("systemctl", "restart", "ssh.service", check=False)
    state = system.run("systemctl", "is-active", "ssh.service", check=False).strip()
    end = time.monotonic() + 10
    while state == "active" and "SSH-" not in banner() and time.monotonic() < end:
        time.sleep(0.05)
    return state


def banner():
    """What the server says first."""
    try:
        with socket.create_connection(("127.0.0.1", 22), 5) as connection:
            return connection.recv(16).decode()
    except OSError:
        return ""


@pytest.fixture(autouse=True)
def _clean(system):
    """Neither unit nor drop-in nor secret is left of one test for the next."""
    yield
    system.run("systemctl", "disable", "--now", SHIPPED, check=False)
    system.unit(SHIPPED, None)
    assert drop_in(system, None) == "active"
    for file in STORE.glob("pam_oauth.*"):
        file.unlink()


def own_unit(system, more=""):
    """The unit that the package brings as an example, switched on as its manual says."""
    shipped = pathlib.Path("/usr/share/doc/pam_oauth/systemd", SHIPPED).read_text()
    assert shipped == (SOURCE / "etc/systemd" / SHIPPED).read_text()
    system.unit(SHIPPED, shipped.replace("RuntimeDirectory=", more + "RuntimeDirectory="))
    return system.run("systemctl", "enable", "--now", SHIPPED, check=False)


def own_unit_with_secret(system, secret=SECRET):
    """… with the secret in its store."""
    encrypt(system, "client_secret", secret, FILE)
    own_unit(system)
    return f"{OF_ITS_OWN}/client_secret"


def plain_in_ssh(system):
    """LoadCredential= of a file of root's."""
    STORE.mkdir(mode=0o700, exist_ok=True)
    FILE.touch(mode=0o600)
    FILE.write_text(SECRET + "\n")
    assert drop_in(system, f"LoadCredential=client_secret:{FILE}") == "active"
    return f"{OF_SSH}/client_secret"


def encrypted_in_ssh(system):
    """LoadCredentialEncrypted= in ssh.service itself."""
    encrypt(system, "client_secret", SECRET, FILE)
    assert drop_in(system, f"LoadCredentialEncrypted=client_secret:{FILE}") == "active"
    return f"{OF_SSH}/client_secret"


def encrypted_in_the_unit(system):
    """SetCredentialEncrypted=: no file but the drop-in."""
    line = system.run("systemd-creds", "encrypt", "--name=client_secret", "--pretty", "-", "-",
                      input=SECRET + "\n", stderr=None)
    assert line.startswith("SetCredentialEncrypted="), line
    assert drop_in(system, line) == "active"
    return f"{OF_SSH}/client_secret"


WAYS = [own_unit_with_secret, plain_in_ssh, encrypted_in_ssh, encrypted_in_the_unit]


def approve(provider, login):
    """What the person does."""
    uri, code = login.challenge()
    provider.phone("alice").approve(uri, code)
    return login


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_login_with_the_secret(system, provider, configure, ssh, way):
    """The provider checks it; the module takes the file as it really is."""
    configure(client_secret_file=way(system))
    login = approve(provider, ssh())
    login.enter()
    login.expect_in()


def test_a_credential_with_another_secret(system, configure, ssh):
    """So what is in the file is what counts, and a wrong one is found before anybody sees a code."""
    configure(client_secret_file=own_unit_with_secret(system, "another"))
    mark = time.time()
    ssh().expect_refused("The sign-in service is misconfigured for this host. Tell your administrator.")
    assert "result=client_refused" in system.journal_since(mark)


@pytest.mark.parametrize("way", [own_unit_with_secret, encrypted_in_ssh], ids=lambda way: way.__name__)
def test_sudo_reads_the_same_path(system, provider, configure, sudo, way):
    """It is there for all of root's programs, of whatever unit they are."""
    configure(client_secret_file=way(system))
    approve(provider, sudo()).expect_output("0")


def test_passphrase_of_a_key(system, provider, configure, ssh):
    """Key and passphrase: the one in a file, the other in a credential."""
    passphrase = STORE / "pam_oauth.passphrase"
    encrypt(system, "client_key_passphrase", PASSPHRASE, passphrase)
    encrypt(system, "client_secret", SECRET, FILE)
    own_unit(system, f"LoadCredentialEncrypted=client_key_passphrase:{passphrase}\n")
    settings = provider.signer.settings(system)
    (CONFIG / "passphrase").unlink()
    settings["client_key_passphrase_file"] = f"{OF_ITS_OWN}/client_key_passphrase"
    configure(**settings)
    login = approve(provider, ssh())
    login.enter()
    login.expect_in()


def test_nobody_else_reads_it(system, provider, configure, ssh):
    """Not the person who has logged in with it."""
    path = own_unit_with_secret(system)
    configure(client_secret_file=path)
    login = approve(provider, ssh(f"exec 2>&1; cat {path}; ls {OF_ITS_OWN}; echo over"))
    login.enter()
    login.expect("cat: .*Permission denied")
    login.expect("ls: .*Permission denied")
    login.expect("over")
    assert SECRET not in login.text


def test_it_is_nowhere_in_clear(system, configure, ssh):
    """While the person thinks: in no argument, environment or file of /etc and /var, nor in the journal."""
    configure(client_secret_file=own_unit_with_secret(system))
    ssh().challenge()
    assert system.workers()
    places = [*pathlib.Path("/proc").glob("[0-9]*/cmdline"), *pathlib.Path("/proc").glob("[0-9]*/environ")]
    read = 0
    for place in places:
        try:
            text = place.read_bytes()
        except OSError:
            continue
        read += 1
        assert SECRET.encode() not in text, place
    assert read > 20
    found = system.run("grep", "-rlFe", SECRET, "/etc", "/var", check=False)
    assert found == ""
    assert SECRET not in system.run("journalctl", "-o", "export", "--all")


@pytest.mark.parametrize("missing", ["no unit", "stopped", "no file"])
def test_a_credential_that_is_not_there(system, configure, ssh, missing):
    """Nobody is let in, the log has the path, and ssh itself goes on."""
    if missing == "stopped":
        own_unit_with_secret(system)
        system.run("systemctl", "stop", SHIPPED)
    elif missing == "no file":
        assert "failed" in own_unit(system)
    path = f"{OF_ITS_OWN}/client_secret"
    configure(client_secret_file=path)
    mark = time.time()
    ssh().expect_refused(MISCONFIGURED)
    said = system.journal_since(mark)
    assert "result=misconfigured" in said
    assert f"{path}: No such file or directory" in said
    assert f"{path}: No such file or directory" in system.run("pam-oauth", "check", check=False)
    assert banner().startswith("SSH-")


def test_ssh_does_not_start_without_its_own(system):
    """Why the manual warns of LoadCredentialEncrypted= in ssh.service: nobody comes in, key or not."""
    assert drop_in(system, f"LoadCredentialEncrypted=client_secret:{FILE}") in ("activating", "failed")
    assert banner() == ""


@pytest.mark.parametrize("more", ["", "LoadCredentialEncrypted=another:/etc/credstore.encrypted/pam_oauth.another"],
                         ids=["without credentials", "with a credential of its own"])
def test_ssh_with_mounts_of_its_own(system, provider, configure, ssh, more):
    """A service with a mount namespace sees no credentials of others: the unit's folder it does see."""
    configure(client_secret_file=own_unit_with_secret(system))
    encrypt(system, "another", "another", STORE / "pam_oauth.another")
    assert drop_in(system, f"PrivateTmp=yes\nProtectSystem=strict\nReadWritePaths=/run /var\n{more}") == "active"
    login = approve(provider, ssh())
    login.enter()
    login.expect_in()


def test_a_secret_that_changes(system, provider, configure, ssh):
    """Encrypted anew, the unit restarted: the next login has it, sshd goes on."""
    configure(client_secret_file=own_unit_with_secret(system, "another"))
    ssh().expect_refused("The sign-in service is misconfigured for this host.")
    encrypt(system, "client_secret", SECRET, FILE)
    system.run("systemctl", "restart", SHIPPED)
    login = approve(provider, ssh())
    login.enter()
    login.expect_in()


def test_the_check_is_content(system, configure):
    """`pam-oauth check` reads it as the module does, and asks the provider with it."""
    configure(client_secret_file=own_unit_with_secret(system))
    said = system.run("pam-oauth", "check", "--service", "sshd")
    assert "Permission" not in said and "No such file" not in said
