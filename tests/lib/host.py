# SPDX-License-Identifier: BSD-2-Clause
"""A private host: accounts, PAM and pam_oauth as shipped, in a private namespace.

    def main():
        host = Host(module=".../pam_oauth.so", worker=".../pam_oauth_worker")
        host.configure(idp, {"alice": "sub=248289761001"}, qr_invert="yes")
        with Sshd(host) as sshd:                        # sshd.py
            ...
            host.log.wait_for("result=success")
    namespace.run(main)

Nothing of it exists outside of the namespace; nothing is left when that ends.
"""

import os
import pathlib
import re
import shutil
import subprocess

import namespace
from logsocket import LogSocket

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIG = pathlib.Path("/etc/pam_oauth")
HOMES = namespace.BASE / "home"
WORKER_USER = "pam-oauth"
FIRST_UID = 30001              # an ordinary account by number, and rarely taken
WORKER_UID = 899
LIMITS = ("limit_source", "limit_user", "limit_global", "limit_flows")
PAM_FOLDERS = ("/usr/lib/*/security", "/usr/lib/security", "/usr/lib64/security",
               "/lib/*/security", "/lib/security", "/lib64/security")
SERVICES = ("sshd", "login", "su", "sudo")
COMMON_AUTH = "@include common-auth\n"
# What sshd needs of PAM besides our lines; no session manager of the real host hears of it.
PAM_REST = """
@include common-account
session  required                   pam_unix.so
"""


class HostError(Exception):
    """The private host could not be made."""


def pam_folder():
    """Where libpam of this system looks for modules."""
    for pattern in PAM_FOLDERS:
        for folder in sorted(pathlib.Path("/").glob(pattern.lstrip("/"))):
            if (folder / "pam_unix.so").exists():
                return folder.resolve()
    raise HostError("no folder with pam_unix.so: is Linux-PAM installed?")


def compiled_in_worker(module):
    """The path at which this module expects the worker."""
    found = re.search(rb"(?<=\0)/[!-~]*/pam_oauth_worker(?=\0)", pathlib.Path(module).read_bytes())
    if not found:
        raise HostError(f"{module} names no worker")
    return pathlib.Path(found.group().decode())


def _existing(path):
    while not path.is_dir():
        path = path.parent
    return path


def install(source, target, mode):
    """A copy, owned by root; a new file, since the old one may still be running."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    os.chown(target, 0, 0)
    target.chmod(mode)


class Host:
    """One per namespace. module and worker are the files that the build made."""

    def __init__(self, module, worker, accounts=("alice", "bob")):
        if not namespace.inside():
            raise HostError("a Host outside of a private namespace would change this system")
        self.next_uid = FIRST_UID
        self.log = LogSocket()
        self._debian = {name: pathlib.Path("/etc/pam.d", name).read_text() for name in SERVICES}
        self._install(pathlib.Path(module), pathlib.Path(worker))
        self._add_entry(WORKER_USER, WORKER_UID, "/nonexistent", "/usr/sbin/nologin")
        for name in accounts:
            self.add_account(name)
        self.set_stack()
        CONFIG.mkdir(mode=0o755, exist_ok=True)

    def _install(self, module, worker):
        folder = pam_folder()
        target = compiled_in_worker(module)
        namespace.overlay(folder)
        parent = _existing(target.parent)
        if not str(parent).startswith(("/etc", "/run")):
            namespace.overlay(parent)
        install(module, folder / "pam_oauth.so", 0o644)
        install(worker, target, 0o711)

    @staticmethod
    def _replace(path, name, line):
        """One line for a name in passwd, group or shadow, in the place of any old one."""
        path = pathlib.Path(path)
        lines = [old for old in path.read_text().splitlines()
                 if not old.startswith(f"{name}:")]
        path.write_text("\n".join([*lines, line, ""]))

    def _add_entry(self, name, uid, home, shell):
        self._replace("/etc/passwd", name, f"{name}:x:{uid}:{uid}:{name}:{home}:{shell}")
        self._replace("/etc/group", name, f"{name}:x:{uid}:")
        self._replace("/etc/shadow", name, f"{name}:*:19000:0:99999:7:::")

    def add_account(self, name, uid=None):
        """An account with a throw-away home and no password; returns the home."""
        home = HOMES / name
        if uid is None:
            uid, self.next_uid = self.next_uid, self.next_uid + 1
        self._add_entry(name, uid, home, "/bin/bash")
        home.mkdir(parents=True)
        (home / ".hushlogin").touch()
        (home / ".bashrc").write_text(r"PS1='\u@\h:\w\$ '" + "\n")
        for path in (home, *home.iterdir()):
            os.chown(path, uid, uid)
        home.chmod(0o700)
        return home

    @staticmethod
    def set_password(name, password):
        """For the tests of what happens to passwords."""
        subprocess.run(["chpasswd"], input=f"{name}:{password}\n", text=True, check=True)

    @staticmethod
    def authorize_key(name, public_key):
        """Let this key open the account."""
        install(public_key, pathlib.Path("/etc/ssh/authorized_keys", name), 0o644)

    @staticmethod
    def set_stack(auth=None, service="sshd", before="", shipped=None):
        """/etc/pam.d/SERVICE: the lines as shipped, or other auth lines, and the rest of a stack."""
        shipped = (SOURCE / "etc/pam.d" / (shipped or service)).read_text()
        if auth is not None:
            account = [line for line in shipped.splitlines() if line.startswith("account")]
            shipped = "\n".join([auth, *account])
        pathlib.Path("/etc/pam.d", service).write_text(before + shipped + PAM_REST)

    def set_shipped_stack(self, service):
        """/etc/pam.d/SERVICE as an administrator makes it: the system's own file, and our lines in
        the place that they name."""
        text = self._debian[service]
        if text.count(COMMON_AUTH) != 1:
            raise HostError(f"/etc/pam.d/{service} is not as Debian has it")
        lines = (SOURCE / "etc/pam.d" / service).read_text()
        pathlib.Path("/etc/pam.d", service).write_text(text.replace(COMMON_AUTH, lines))

    def set_up_su_and_sudo(self):
        """su and sudo with the lines as shipped; alice may become anybody by sudo."""
        self.set_stack(service="su", before="auth sufficient pam_rootok.so\n")
        self.set_stack(service="sudo")
        sudoers = pathlib.Path("/etc/sudoers")
        sudoers.unlink(missing_ok=True)
        sudoers.touch(mode=0o440)
        sudoers.write_text("Defaults lecture=never, !mail_badpass\nalice ALL=(ALL:ALL) ALL\n")
        pathlib.Path("/run/sudo").mkdir(mode=0o711, exist_ok=True)

    @staticmethod
    def write(name, text, mode=0o644):
        """A file of /etc/pam_oauth; returns its path."""
        path = CONFIG / name
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
        path.chmod(mode)
        return path

    def configure(self, idp, rules, **settings):
        """pam_oauth.conf and map for this provider.

        idp: an object with issuer, client_id, client_secret, auth_method and
        ca_file. rules: {"alice": "sub=1"}. settings: further keys of [general]
        by name, None to leave one out; or "service:key" for a section. Without
        any, starts are not limited: here everybody comes from one address.
        """
        keys = {"issuer": idp.issuer, "client_id": idp.client_id,
                "client_auth": idp.auth_method.replace("client_secret_", ""),
                "map_file": str(CONFIG / "map"), **dict.fromkeys(LIMITS, "none")}
        if idp.ca_file:
            keys["ca_file"] = str(self.write("ca.pem", pathlib.Path(idp.ca_file).read_text()))
        if idp.client_secret is not None:
            keys["client_secret_file"] = str(
                self.write("client_secret", idp.client_secret + "\n", 0o600))
        keys.update(settings)
        self.write("map", self.rules(keys["issuer"], rules))
        self.write("pam_oauth.conf", self.ini(keys))

    @staticmethod
    def rules(issuer, rules):
        """The text of a rule file: {"alice": "sub=1"}."""
        lines = [f"allow {who} as {account}" for account, who in rules.items()]
        return "\n".join([f"issuer {issuer}", *lines, ""])

    @staticmethod
    def ini(keys):
        """The text of a configuration: keys of [general] by name, "service:key" of a section."""
        sections = {"general": []}
        for name, value in keys.items():
            service, _, key = name.rpartition(":")
            section = sections.setdefault(f"service {service}" if service else "general", [])
            if value is not None:
                section.append(f"{key} = {value}")
        return "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())

    @staticmethod
    def name_host(name, address="127.0.0.1"):
        """An entry of /etc/hosts."""
        with open("/etc/hosts", "a", encoding="ascii") as hosts:
            hosts.write(f"{address} {name}\n")

    @staticmethod
    def workers():
        """The process ids of all workers; the second process of one that is there belongs to it
        (EXT-20)."""
        found = {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                name = (process / "comm").read_text()
                state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if name.startswith("pam_oauth_worke") and state != "Z":
                found[int(process.name)] = int(parent)
        return [pid for pid, parent in found.items() if parent not in found]
