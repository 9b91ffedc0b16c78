# SPDX-License-Identifier: BSD-2-Clause
"""Rows about ID tokens, for the tables of test_id_token.py, test_signature.py, test_claims.py."""

from answers import IdToken, grant
from flow import row

BAD = "TOKEN"


def idt(**spec):
    """The token endpoint grants with such an ID token."""
    return {"token": grant(IdToken(**spec))}


def bad(name, text=None, **spec):
    """A token that must be refused, whatever else is right about it."""
    return row(name, BAD, text, **idt(**spec))


def good(name, check=None, request=None, **spec):
    """A token that has to be accepted."""
    return row(name, check=check, request=request, **idt(**spec))


def claims(**changes):
    """Claims that differ from the good ones."""
    return {"claims": changes}


def at(**offsets):
    """Claims that are times, as seconds from now."""
    return {"claims": lambda now: {k: now + v for k, v in offsets.items()}}
