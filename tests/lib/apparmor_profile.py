# SPDX-License-Identifier: BSD-2-Clause
"""What an AppArmor profile says of paths, without a kernel that has AppArmor.

    profile = Profile("packaging/apparmor/usr.libexec.pam_oauth_worker")
    profile.allows("/etc/hosts", "r")

Reads the rules for files as apparmor_parser prints them with all that is included; what they mean
stands in apparmor.d(5): an explicit "deny" wins, all else is refused unless some rule allows it.
"""

import itertools
import re
import subprocess

VARIABLE = re.compile(r"^\s*(@\{\w+\})\s*\+?=\s*(.+)$", re.M)
RULE = re.compile(r'^\s*(?P<deny>(?:audit\s+)?deny\s+)?(?:owner\s+)?"?(?P<path>[/@][^\s"]*)"?\s+'
                  r"(?P<rights>[rwaklmixPpUuCc]+)\s*,", re.M)
PIECE = re.compile(r"\*\*|\*|\?|\{|\}|,|\[[^\]]*\]|\\.|.")


def _expand(text, variables):
    """All texts that come of the variables' values."""
    found = re.search(r"@\{\w+\}", text)
    if not found:
        return [text]
    values = variables[found.group()]
    return list(itertools.chain.from_iterable(
        _expand(text[:found.start()] + value + text[found.end():], variables) for value in values))


def _regex(text):
    """A pattern of apparmor.d(5) as a regular expression."""
    depth, out = 0, []
    for piece in PIECE.findall(re.sub("/+", "/", text)):
        depth += (piece == "{") - (piece == "}")
        out.append({"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}.get(piece) or
                   ("|" if piece == "," and depth else
                    piece if piece[0] in "[\\" else re.escape(piece)))
    return re.compile("".join(out))


class Profile:
    """One file with one profile."""

    def __init__(self, path):
        text = subprocess.run(["apparmor_parser", "--skip-kernel-load", "--skip-cache", "--preprocess",
                               str(path)], check=True, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout
        text = re.sub(r"#.*", "", text)
        variables = {}
        for name, values in VARIABLE.findall(text):
            variables.setdefault(name, []).extend(value.strip('"') for value in values.split())
        self.rules = [(bool(rule["deny"]), _regex(path), rule["rights"]) for rule in RULE.finditer(text)
                      for path in _expand(rule["path"], variables)]

    def allows(self, path, rights):
        """Each of these rights: letters of apparmor.d(5)."""
        return all(self._allows(path, right) for right in rights)

    def _allows(self, path, right):
        fit = [deny for deny, regex, rights in self.rules if right in rights and regex.fullmatch(path)]
        return bool(fit) and not any(fit)
