# SPDX-License-Identifier: BSD-2-Clause
"""Compiled policies (tests/packages/selinux), and questions to them."""

import itertools
import os
import pathlib

import pytest
import setools

BOOLEAN = "pam_oauth_connect_any"


def _names(types):
    return [str(t) for t in types.expand()]


def _booleans(rule):
    try:
        return {str(boolean) for boolean in rule.conditional.booleans}
    except setools.exception.RuleNotConditional:
        return set()


class Policy:
    """One compiled policy. Rules are looked up once for each source."""

    def __init__(self, root):
        (path,) = pathlib.Path(root, "etc/selinux/default/policy").glob("policy.*")
        self.contexts = pathlib.Path(root, "etc/selinux/default/contexts/files/file_contexts")
        self.policy = setools.SELinuxPolicy(str(path))
        self._of = {}
        self._new = None

    def has(self, name):
        """Is there such a type?"""
        return name in {str(t) for t in self.policy.types()}

    def allowed(self, source, target=None, tclass=None):
        """{(type, class, permission)} that source has whatever the booleans say."""
        return self._select(source, target, tclass, lambda booleans: not booleans)

    def possible(self, source, target=None):
        """The same with what some boolean would allow, but for the module's own one."""
        return self._select(source, target, None, lambda booleans: BOOLEAN not in booleans)

    def switched(self, source):
        """What the module's boolean adds."""
        return self._select(source, None, None, lambda booleans: BOOLEAN in booleans)

    def transition(self, source, target, tclass, name=None):
        """The type that something new gets, or None."""
        if self._new is None:
            self._new = {}
            for rule in setools.TERuleQuery(self.policy, ruletype=["type_transition"]).results():
                file = getattr(rule, "filename", None) if rule.ruletype.name == "type_transition" else None
                for pair in itertools.product(_names(rule.source), _names(rule.target)):
                    self._new[(*pair, str(rule.tclass), file)] = str(rule.default)
        return self._new.get((source, target, tclass, name))

    def roles(self, name):
        """The roles that a type may be in."""
        return {str(role) for role in self.policy.roles() if name in {str(t) for t in role.types()}}

    def _select(self, source, target, tclass, wanted):
        if source not in self._of:
            rules = setools.TERuleQuery(self.policy, ruletype=["allow"], source=source,
                                        source_indirect=True).results()
            self._of[source] = [(t, str(rule.tclass), perm, _booleans(rule)) for rule in rules
                                for t in _names(rule.target) for perm in rule.perms]
        return {(t, c, perm) for t, c, perm, booleans in self._of[source]
                if target in (None, t) and tclass in (None, c) and wanted(booleans)}


def _load(name):
    return Policy(pathlib.Path(os.environ["PO_POLICIES"], name))


@pytest.fixture(scope="session", name="ours")
def _ours():
    """Debian's policy with the module."""
    return _load("ours")


@pytest.fixture(scope="session", name="newer")
def _newer():
    """The same with what newer policies have."""
    return _load("newer")


@pytest.fixture(scope="session", name="others")
def _others():
    """Debian's policy without the module: before, and after it was taken out."""
    return [_load("stock"), _load("gone")]
