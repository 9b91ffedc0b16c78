# SPDX-License-Identifier: BSD-2-Clause
"""What is in the RPM packages (tests/packages/rpm): every file with its mode, owner and flags, the
scriptlets, what they need."""

import os
import pathlib
import subprocess

import pytest

RPMS = pathlib.Path(os.environ["PO_RPMS"], "RPMS")
MULTIARCH = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                           check=True).stdout.strip()
DOC = "/usr/share/doc/pam_oauth"
# flags: c configuration, n not replaced, d documentation, g not in the package (ghost), l licence
PROGRAM = {
    "/etc/pam_oauth": ("40755", ""),
    "/etc/pam_oauth/map": ("100644", "cn"),
    "/etc/pam_oauth/pam_oauth.conf": ("100644", "cn"),
    "/run/pam_oauth": ("40700", "g"),
    "/usr/lib/sysusers.d/pam_oauth.conf": ("100644", ""),
    "/usr/lib/tmpfiles.d/pam_oauth.conf": ("100644", ""),
    f"/usr/lib/{MULTIARCH}/security/pam_oauth.so": ("100755", ""),
    "/usr/libexec/pam_oauth_worker": ("100711", ""),
    "/usr/sbin/pam-oauth": ("100755", ""),
    DOC: ("40755", ""),
    **{f"{DOC}/{name}": ("100644", "d") for name in (
        "NEWS", "README.md", "SECURITY.md", "doc/ARCHITECTURE.md", "doc/PROVIDERS.md",
        "doc/THREATS.md", "doc/TROUBLESHOOTING.md", "pam.d/login", "pam.d/sshd", "pam.d/su",
        "pam.d/sudo", "systemd/pam_oauth-secrets.service")},
    **{f"{DOC}/{name}": ("40755", "") for name in ("doc", "pam.d", "systemd")},
    "/usr/share/man/man5/pam_oauth.conf.5": ("100644", "d"),
    "/usr/share/man/man8/pam-oauth.8": ("100644", "d"),
    "/usr/share/man/man8/pam_oauth.8": ("100644", "d"),
    "/usr/share/man/man8/pam_oauth_worker.8": ("100644", "d"),
    "/usr/share/pam_oauth": ("40755", ""),
    "/usr/share/pam_oauth/authselect": ("40755", ""),
    "/usr/share/pam_oauth/authselect/add-feature": ("100755", ""),
    "/var/lib/pam_oauth": ("40700", ""),
}
POLICY = {
    "/usr/share/selinux/devel/include/distributed/pam_oauth.if": ("100644", ""),
    "/usr/share/selinux/packages/pam_oauth.pp.bz2": ("100644", ""),
}


def ask(name, *options):
    """rpm's answer about a package, by lines."""
    (path,) = RPMS.glob(f"*/{name}-0*.rpm")
    return subprocess.run(["rpm", "-qp", *options, str(path)], capture_output=True, text=True,
                          check=True).stdout.splitlines()


def files(name):
    """path -> (mode, flags), without what every rpm has (licence, build ids); all are root's."""
    form = "[%{FILENAMES}\\t%{FILEMODES:octal}\\t%{FILEFLAGS:fflags}\\t%{FILEUSERNAME}:%{FILEGROUPNAME}\\n]"
    rows = [line.split("\t") for line in ask(name, "--queryformat", form)]
    assert {row[3] for row in rows} == {"root:root"}
    return {path: (mode, flags.strip()) for path, mode, flags, _ in rows
            if not path.startswith(("/usr/lib/.build-id", "/usr/share/licenses"))}


@pytest.mark.parametrize("name, expected", [("pam_oauth", PROGRAM), ("pam_oauth-selinux", POLICY)])
def test_files(name, expected):
    """These and no other ones."""
    assert files(name) == expected


@pytest.mark.parametrize("name", ["pam_oauth", "pam_oauth-selinux"])
def test_licence(name):
    """Each package brings it."""
    assert [line for line in ask(name, "--licensefiles") if line.endswith("/LICENSE")]


def test_nothing_is_switched_on():
    """No file of a stack, of sshd's configuration, of a service; no scriptlet touches one."""
    for name in ("pam_oauth", "pam_oauth-selinux"):
        assert not [path for path in files(name) if path.startswith((
            "/etc/pam.d", "/etc/ssh", "/etc/authselect", "/usr/lib/systemd", "/etc/sudoers"))]
        scripts = "\n".join(ask(name, "--scripts"))
        assert "systemctl" not in scripts and "authselect select" not in scripts
        assert "setenforce" not in scripts and "setsebool" not in scripts


@pytest.mark.parametrize("name, scriptlets", [
    ("pam_oauth", {"postinstall", "preuninstall", "postuninstall"}),
    ("pam_oauth-selinux", {"postinstall", "preuninstall", "postuninstall", "posttrans"})])
def test_scriptlets(name, scriptlets):
    """These, and each is what a shell can read."""
    found = {}
    for line in ask(name, "--scripts"):
        if line.endswith(" scriptlet (using /bin/sh):"):
            found[line.split(" ")[0]] = []
        elif found:
            found[list(found)[-1]].append(line)
    assert set(found) == scriptlets
    for body in found.values():
        subprocess.run(["sh", "-n"], input="\n".join(body), text=True, check=True)


@pytest.mark.parametrize("name, needs", [
    ("pam_oauth", ["(pam_oauth-selinux = 0.1.0-1 if selinux-policy-targeted)", "ca-certificates", "pam",
                   "/usr/bin/systemd-sysusers", "/usr/bin/systemd-tmpfiles",
                   "config(pam_oauth) = 0.1.0-1"]),
    ("pam_oauth-selinux", ["selinux-policy", "policycoreutils", "libselinux-utils"])])
def test_needs(name, needs):
    """What must be there, besides the libraries that rpm finds by itself."""
    said = [line.strip() for line in ask(name, "--requires")]
    assert not [need for need in needs if need not in said], said
    assert name == "pam_oauth-selinux" or any(line.startswith("libcurl.so.4") for line in said)
