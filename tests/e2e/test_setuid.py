# SPDX-License-Identifier: BSD-2-Clause
"""The setuid trap (NET-20 to NET-23): su and sudo, called by somebody who owns their environment
and limits; and what sudo makes of Ctrl-C and of a second try (SUD-1 to SUD-4, PAM-11)."""

import os
import pathlib
import pwd
import re
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest

from answers import SUBJECT, Answer, error, pending
from fake_as import FakeAs
from local_login import LocalLogin
import namespace

PLACES = ("/run", "/dev", "/var/log")      # with the overlays, all that can be written
# What sshd, su and sudo themselves keep, with us or without; pytest's own folder.
THEIRS = ("/run/sudo/ts", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/run/utmp",
          f"{namespace.BASE}/tmp/pytest-", f"{namespace.BASE}/sshd-")
PROGRAMS = {"su": ["su", "bob", "-c", "echo in-as-$USER"],
            "sudo": ["sudo", "-u", "bob", "/bin/sh", "-c", "echo in-as-$USER"]}
AGAIN = "Press Enter to try again, q to cancel: "
CURL = """
import ctypes, sys
curl = ctypes.CDLL("libcurl.so.4")
curl.curl_easy_init.restype = ctypes.c_void_p
handle = ctypes.c_void_p(curl.curl_easy_init())
curl.curl_easy_setopt(handle, ctypes.c_int(10002), ctypes.c_char_p(sys.argv[1].encode()))
curl.curl_easy_setopt(handle, ctypes.c_int(10065), ctypes.c_char_p(sys.argv[2].encode()))
sys.exit(curl.curl_easy_perform(handle))
"""


class Proxy:
    """Listens on another address of loopback, at a port that the worker may use; counts contacts."""

    def __init__(self, port):
        self.contacts = 0
        self._listener = socket.create_server(("127.0.0.2", port))
        self.url = f"http://127.0.0.2:{port}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.contacts += 1
            connection.close()

    def close(self):
        """No more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture(scope="module", autouse=True)
def _programs(host):
    host.set_up_su_and_sudo()
    host.name_host(socket.gethostname())    # sudo looks it up


@pytest.fixture(name="server")
def _server(host, lab):
    """A provider that is asked twice before it says yes, for alice and bob alike."""
    with FakeAs(lab, token=[pending(), pending()]) as server:
        trust(host, server)
        yield server


def trust(host, server, ca_file=None, **settings):
    """A host that believes this provider."""
    server.auth_method, server.client_secret = "none", None
    server.ca_file = ca_file or server.lab.ca_file
    host.configure(server, {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"}, **settings)


@pytest.fixture(name="proxy")
def _proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture(name="start")
def _start(host, watch):         # pylint: disable=unused-argument
    """Starts su or sudo as alice; ends those that are left, and sudo's memory of them."""
    opened = []

    def start(args, **kwargs):
        command = PROGRAMS[args] if isinstance(args, str) else args
        end = time.monotonic() + 60
        while True:
            try:
                opened.append(LocalLogin("alice", command, **kwargs))
                return opened[-1]
            except BlockingIOError:   # her limit of processes counts those of tests beside this one
                assert time.monotonic() < end, "alice is never alone"
                time.sleep(0.2)

    yield start
    for program in opened:
        program.close()
    for stamp in pathlib.Path("/run/sudo").glob("ts/*"):
        stamp.unlink()


@pytest.fixture(name="trap")
def _trap(tmp_path, lab, server, proxy):         # pylint: disable=unused-argument
    """alice's environment, and the files that it names."""
    home = pathlib.Path(pwd.getpwnam("alice").pw_dir)
    files = {".netrc": "machine localhost login evil password evil\n",
             ".curlrc": f"proxy = {proxy.url}\ninsecure\n",
             "openssl.cnf": "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                            "CipherString = NULL-SHA\nCiphersuites =\nMaxProtocol = TLSv1.1\n",
             "gnutls.conf": "[overrides]\ndefault-priority-string = NONE\n",
             "other.pem": pathlib.Path(lab.other_ca.file).read_text(),
             "good.pem": pathlib.Path(lab.ca_file).read_text()}
    for name, text in files.items():
        path = home / name
        path.write_text(text)
        path.chmod(0o644)
    (home / "tmp").mkdir(exist_ok=True)
    if not (home / "hashed").exists():
        shutil.copytree(lab.other_ca.hashed_directory(), home / "hashed", symlinks=True)
    for path in (home / "tmp", home):
        path.chmod(0o1777)                       # nobody's permissions hide an attempt
    yield {
        "SSLKEYLOGFILE": f"{home}/tmp/keys", "QLOGDIR": f"{home}/tmp",
        "https_proxy": proxy.url, "HTTPS_PROXY": proxy.url, "all_proxy": proxy.url,
        "ALL_PROXY": proxy.url, "http_proxy": proxy.url, "no_proxy": "", "NO_PROXY": "",
        "CURL_CA_BUNDLE": f"{home}/other.pem", "SSL_CERT_FILE": f"{home}/other.pem",
        "SSL_CERT_DIR": f"{home}/hashed", "OPENSSL_CONF": f"{home}/openssl.cnf",
        "OPENSSL_MODULES": str(home), "OPENSSL_ENGINES": str(home),
        "CURL_SSL_BACKEND": "gnutls", "CURL_HOME": str(home), "NETRC": f"{home}/.netrc",
        "GNUTLS_SYSTEM_PRIORITY_FILE": f"{home}/gnutls.conf", "GNUTLS_DEBUG_LEVEL": "9",
        "GNUTLS_KEYLOGFILE": f"{home}/tmp/keys", "SSL_DIR": str(home),
        "LD_PRELOAD": "libcmocka.so.0", "LD_LIBRARY_PATH": str(home), "LD_AUDIT": "libcmocka.so.0",
        "LD_DEBUG": "all", "LD_DEBUG_OUTPUT": f"{home}/tmp/ld", "LD_PROFILE_OUTPUT": f"{home}/tmp",
        "MALLOC_TRACE": f"{home}/tmp/malloc", "GCONV_PATH": str(home), "LOCPATH": str(home),
        "RES_OPTIONS": "use-vc", "LOCALDOMAIN": "evil.example", "HOSTALIASES": f"{home}/.netrc",
        "GETCONF_DIR": str(home), "NLSPATH": str(home), "TZ": f":{home}/.netrc",
        "TMPDIR": f"{home}/tmp", "HOME": str(home), "LANG": "C.UTF-8", "LANGUAGE": "xx",
        "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": f"log_path={home}/tmp/asan", "PAM_OAUTH_CONF": "/x",
    }
    for path in (home / "tmp").iterdir():
        path.unlink()
    home.chmod(0o700)


def files():
    """Each file that exists where something can be written: size and time of change."""
    found = {}
    for place in PLACES:
        for folder, names, plain in os.walk(place):
            for path in (f"{folder}/{name}" for name in plain):
                if path.startswith(THEIRS):
                    continue
                state = os.stat(path, follow_symlinks=False)
                found[path] = (state.st_size, state.st_mtime_ns if state.st_rdev == 0 else 0)
            names[:] = [n for n in names if f"{folder}/{n}" not in ("/dev/pts", "/run/systemd")
                        and not (n == "work" and "/layers/" in folder)]     # the overlays' own
    return found


def worker_of(host):
    """The one worker that runs."""
    end = time.monotonic() + 5
    while len(host.workers()) != 1:
        assert time.monotonic() < end, host.workers()
        time.sleep(0.01)
    return pathlib.Path(f"/proc/{host.workers()[0]}")


def in_alices_shoes(args, env):
    """A program of alice's that is not setuid: shows that the trap is one."""
    entry = pwd.getpwnam("alice")
    return subprocess.run(args, env=env, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def test_the_trap_is_one(trap, server, proxy, lab):
    """The control: libcurl, OpenSSL and ld.so do follow these variables."""
    home = pathlib.Path(trap["HOME"])
    curl = [sys.executable, "-c", CURL, f"{server.issuer}/.well-known/openid-configuration",
            f"{home}/good.pem"]
    in_alices_shoes(curl, {"SSLKEYLOGFILE": trap["SSLKEYLOGFILE"]})
    assert "CLIENT" in (home / "tmp/keys").read_text(), "TLS secrets in a file"
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        before = proxy.contacts
        in_alices_shoes(curl, {name: trap[name]})
        assert proxy.contacts > before, name
    assert in_alices_shoes(curl, {}).returncode == 0
    assert in_alices_shoes(curl, {"OPENSSL_CONF": trap["OPENSSL_CONF"]}).returncode != 0
    maps = in_alices_shoes(["/bin/cat", "/proc/self/maps"], {"LD_PRELOAD": trap["LD_PRELOAD"]})
    assert b"libcmocka" in maps.stdout
    verify = "import ssl, sys; print(len(ssl.create_default_context().get_ca_certs()))"
    for name, count in ((lab.other_ca.file, 1), (f"{home}/none", 0)):
        told = in_alices_shoes([sys.executable, "-c", verify],
                               {"SSL_CERT_FILE": str(home / "other.pem") if count else str(name),
                                "SSL_CERT_DIR": "/nonexistent"})
        assert int(told.stdout) == count, told


@pytest.mark.parametrize("program", PROGRAMS)
def test_hostile_environment(program, trap, host, server, proxy, start, watch):
    """NET-20 to NET-22: it gets in, leaves no file, asks no proxy, and the worker knows of nothing."""
    before = files()
    login = start(program, env=trap)
    login.challenge()
    worker = worker_of(host)
    assert (worker / "environ").read_bytes() == b""
    maps = (worker / "maps").read_text()
    assert "libcurl" in maps and "libcmocka" not in maps and trap["HOME"] not in maps
    login.expect_output("in-as-bob")
    assert watch.outcome()["result"] == "success"
    assert files() == before
    assert proxy.contacts == 0
    assert {r.endpoint for r in server.requests} == {"discovery", "device", "jwks", "token"}
    assert not [r for r in server.requests if r.header("authorization") or r.header("cookie")]


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("configured", ["a file", "the system's"])
def test_certification_authority_of_the_caller(configured, program, name, trap, host, lab, start,
                                               watch):
    """NET-21: whoever calls cannot vouch for a provider."""
    with FakeAs(lab, tls="other_ca") as evil:
        trust(host, evil)
        if configured != "a file":
            host.configure(evil, {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"},
                           ca_file=None)
        login = start(program, env={name: trap[name]})
        login.expect("in-as|cannot be reached|Sorry, try again")
        outcome = watch.outcome()
        assert outcome["result"] == "provider_unreachable", login.text
        assert "certificate" in outcome["reason"] and not evil.requests, outcome
        assert "in-as" not in login.text
    assert watch.no_worker() < 2


def test_that_authority_configured(host, lab, start, watch, server):
    """The control: the same provider, when the administrator names its CA."""
    with FakeAs(lab, tls="other_ca") as other:
        trust(host, other, ca_file=str(lab.other_ca.file))
        start("su").expect_output("in-as-bob")
    assert watch.outcome()["result"] == "success"
    assert not server.requests


LIMITS = {
    "stack": 1 << 17, "as": 96 << 20, "data": 24 << 20, "cpu": 2, "nproc": 1, "nofile": 16,
    "fsize": 0, "core": 0, "memlock": 0, "sigpending": 0, "msgqueue": 0, "rttime": 10000,
}
HIGHEST = resource.RLIM_INFINITY
# What the worker has whatever the caller's soft limits are: its own bounds, or as much as there is.
OWN = {"stack": 8 << 20, "as": 512 << 20, "cpu": 30, "data": HIGHEST, "nproc": HIGHEST,
       "nofile": 64, "fsize": 0, "core": 0}
OWN_TITLES = {"stack": "stack size", "as": "address space", "cpu": "cpu time",
              "data": "data size", "nproc": "processes", "nofile": "open files",
              "fsize": "file size", "core": "core file size"}
CAP_SYS_RESOURCE = 24


def root_may_raise_limits():
    """Not in most containers."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"CapBnd:\t(\w+)", status).group(1), 16) >> CAP_SYS_RESOURCE & 1 == 1


def own_limits(hard):
    """What the worker has to have below these hard limits: in containers even root keeps them."""
    return {name: min(value, hard[name], key=lambda v: v if v >= 0 else 1 << 64)
            for name, value in OWN.items()}


def limits_of(process):
    """(soft, hard) of each limit in OWN."""
    rows = [line[len("Max "):26].rstrip() + line[26:] for line in
            (process / "limits").read_text().splitlines()]
    found = {}
    for name, title in OWN_TITLES.items():
        (row,) = [row for row in rows if row.startswith(title)]
        found[name] = tuple(HIGHEST if word == "unlimited" else int(word)
                            for word in row[len(title):].split()[:2])
    return found


@pytest.mark.parametrize("kind, name, program", [
    *((kind, "all", program) for kind in ("soft", "hard") for program in PROGRAMS),
    *(("hard", name, "su") for name in OWN if name != "nproc")])
def test_limits_of_the_caller(kind, name, program, host, server, start, watch):
    """The worker has limits of its own, whatever `ulimit` said before su."""
    server.script["token"] = []
    limits = dict(LIMITS) if name == "all" else {name: LIMITS[name]}
    if kind == "hard" and not root_may_raise_limits():
        limits.pop("nproc", None)      # counts the workers of all logins: his is refused, he said so
    hard = {n: both[1] for n, both in limits_of(pathlib.Path("/proc/self")).items()}
    if kind == "hard" and not root_may_raise_limits():
        hard.update({n: v for n, v in limits.items() if n in OWN})
    login = start(program, limits=limits if kind == "hard" else {
        n: (v, resource.getrlimit(getattr(resource, f"RLIMIT_{n.upper()}"))[1])
        for n, v in limits.items()})
    login.challenge()
    found = limits_of(worker_of(host))
    assert {n: soft for n, (soft, _) in found.items()} == own_limits(hard)
    watch.wait_for("result=", timeout=20)
    assert watch.outcome()["result"] == "success"
    assert server.requests
    watch.no_worker()


@pytest.fixture(name="endless")
def _endless(host, lab):
    """A provider that nobody approves at."""
    with FakeAs(lab, token=[pending()] * 1000) as server:
        trust(host, server)
        yield server


def count(server, endpoint):
    """How often this was asked for."""
    return len(server.named(endpoint))


def wait_for_polls(server, number):
    """Until it was polled so often."""
    end = time.monotonic() + 20
    while count(server, "token") < number:
        assert time.monotonic() < end, server.paths()
        time.sleep(0.02)


def test_ctrl_c_ends_sudo_at_once(endless, start, watch):
    """SUD-3: no second flow, nothing asked, no command."""
    login = start("sudo")
    login.challenge()
    wait_for_polls(endless, 1)
    login.interrupt()
    pressed = time.monotonic()
    assert login.end() != 0
    assert time.monotonic() - pressed < 1.5
    assert watch.no_worker() < 0.5
    assert watch.outcome()["result"] == "cancelled"
    assert count(endless, "device") == 1
    assert "in-as" not in login.text and AGAIN not in login.text


def test_ctrl_c_before_the_code_is_there(host, lab, start, watch):
    """SUD-3: the provider has not answered yet."""
    with FakeAs(lab, discovery=Answer(hang=True)) as server:
        trust(host, server)
        login = start("sudo")
        end = time.monotonic() + 5
        while not server.requests:
            assert time.monotonic() < end
            time.sleep(0.02)
        login.interrupt()
        pressed = time.monotonic()
        assert login.end() != 0
        assert time.monotonic() - pressed < 1.5
        assert watch.outcome()["result"] == "cancelled"
        assert watch.no_worker() < 0.5


def test_su_ends_with_ctrl_c(endless, start, watch):
    """su lets SIGINT end it; the worker sees that and goes."""
    login = start("su")
    login.challenge()
    login.interrupt()
    assert login.end() != 0
    assert watch.no_worker() < 1
    assert "in-as" not in login.text
    assert count(endless, "device") == 1


def test_second_round_of_sudo_asks_before_anything_is_sent(host, lab, start, watch):
    """SUD-4, GEN-7: passwd_tries starts nothing by itself; Enter does, q does not."""
    with FakeAs(lab, token=[error("access_denied")] * 3) as server:
        trust(host, server)
        login = start("sudo")
        login.challenge()
        login.expect(AGAIN)
        assert login.is_waiting(1.5)
        assert (count(server, "discovery"), count(server, "device")) == (1, 1)
        login.enter()
        login.challenge()
        login.expect(AGAIN)
        assert count(server, "device") == 2
        login.type("q\r")                      # the third and last of passwd_tries
        assert login.end() != 0
        assert count(server, "device") == 2
    ends = watch.wait_for(r"pam_oauth\(sudo:auth\).* result=", count=3)
    assert [line.text.partition("result=")[2].split()[0] for line in ends] == [
        "denied", "denied", "cancelled"]
    assert "in-as" not in login.text


def test_second_round_succeeds(host, lab, start, watch):
    """SUD-4: after Enter a whole new flow."""
    with FakeAs(lab, token=[error("access_denied")]) as server:
        trust(host, server)
        login = start("sudo")
        login.expect(AGAIN)
        login.enter()
        login.expect_output("in-as-bob")
        assert count(server, "device") == 2
    watch.wait_for("result=success")


def test_no_retry_ends_sudo(host, lab, start, watch):
    """SUD-4: the administrator wants one round."""
    with FakeAs(lab, token=[error("access_denied")] * 3) as server:
        trust(host, server, **{"sudo:no_retry": "yes"})
        login = start("sudo")
        login.challenge()
        assert login.end() != 0
        assert AGAIN not in login.text and count(server, "device") == 1
    assert watch.outcome()["result"] == "denied"


@pytest.mark.parametrize("display", ["prompt", "info+prompt"])
@pytest.mark.parametrize("answer", ["q", "\x03"])
def test_leaving_at_the_prompt_of_sudo(display, answer, host, endless, start, watch):
    """PAM-14: q; Ctrl-C at sudo's own prompt fails the conversation."""
    trust(host, endless, **{"sudo:display": display})
    login = start("sudo")
    login.expect("Press Enter after approving, q to cancel: ")
    login.waits()
    login.type(answer if answer == "\x03" else f"{answer}\r")
    if answer == "q":
        login.expect(AGAIN)
        login.waits()
        login.interrupt()
    assert login.end() != 0
    watch.wait_for("result=(cancelled|no_conversation)")
    assert count(endless, "device") == 1 and "token" not in endless.paths()
    assert "in-as" not in login.text


def test_sudo_is_silent_and_shows_the_challenge(server, start, watch):
    """SUD-1, PAM-11: sudo 1.9.13 sets PAM_SILENT; that hides reasons, not the code."""
    login = start("sudo")
    uri, code = login.challenge()
    assert uri.startswith(f"https://localhost:{server.port}/") and code == server.user_code
    login.expect_output("in-as-bob")
    assert watch.outcome()["user"] == "alice", "SUD-6"


def test_sudo_remembers_and_forgets(server, start, watch):
    """SUD-7: the timestamp is sudo's; after -k everything is asked anew."""
    shell = start(["/bin/sh"])
    for command, flows in (("sudo echo on''e", 1), ("sudo echo tw''o", 1), ("sudo -k", 1),
                           ("sudo echo thre''e", 2)):
        shell.type(f"{command}; echo ended''=$?\r")
        shell.expect("ended=0\r\n", 30)
        assert count(server, "device") == flows, command
    for word in ("one", "two", "three"):
        assert f"{word}\r\n" in shell.text
    watch.outcome(2)


def test_sudo_without_a_person(server, start, watch):
    """SUD-5: -n starts nothing."""
    login = start(["sudo", "-n", "true"])
    assert login.end() != 0
    assert not server.requests and not watch.lines("pam_oauth")


def test_own_prompt_of_sudo_hides_nothing(server, start):
    """SUD-2: -p replaces prompts; the code is in no prompt."""
    login = start(["sudo", "-p", "mine: ", "-u", "bob", "/bin/echo", "done"])
    assert login.challenge()[1] == server.user_code
    login.expect_output("done")
