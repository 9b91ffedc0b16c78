#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The person with a phone, who opens the verification URI and decides.

    OidcPhone(ca_file).approve(uri, code, "alice")
    OidcPhone(ca_file).deny(uri, code)

GlewlwydPhone does the same for the other server. The URI may be the complete
one or the plain one; the code is typed if a page asks for it. Whatever the
person does not expect raises PhoneError.
"""

import argparse
import sys
import urllib.parse

from browser import Browser

MAX_PAGES = 10


class PhoneError(Exception):
    """A page that was not expected; the message holds its text."""


class OidcPhone:
    """The person in front of the pages of tests/idp/server.mjs."""

    def __init__(self, ca_file):
        self.browser = Browser(ca_file)

    def approve(self, uri, code, account):
        """Confirm the code, sign in as this account and allow access."""
        return self._walk(uri, code, "success", account)

    def deny(self, uri, code, account=None):
        """Refuse: at the page that shows the code, or after signing in as account."""
        return self._walk(uri, code, "refused", account)

    def _walk(self, uri, code, goal, account):
        page = self.browser.get(uri)
        typed = False
        for _ in range(MAX_PAGES):
            if page.name == goal:
                return page.text
            if len(page.forms) != 1 or (page.name == "code" and typed):
                break
            typed = typed or page.name == "code"
            form = page.forms[0]
            answer = self._answer(page, form, code, goal, account)
            page = self.browser.submit(page, form, answer)
        raise PhoneError(f"page {page.name!r} (status {page.status}): {page.text}")

    @staticmethod
    def _answer(page, form, code, goal, account):
        """What the person fills in or presses on this page."""
        if "user_code" in form.text:
            return {"user_code": code}
        if page.name == "confirm" and code.upper() not in page.text.upper():
            raise PhoneError(f"the page shows another code than {code}: {page.text}")
        refuses_here = page.name == "consent" or account is None
        if goal == "refused" and refuses_here and form.has_button("abort"):
            return {"abort": "yes"}
        if page.name == "login":
            if not form.has_button("account", account):
                raise PhoneError(f"there is no account {account!r}: {page.text}")
            return {"account": account}
        return {"allow": "yes"} if form.has_button("allow") else {}


class GlewlwydPhone:
    """The person in front of glewlwyd, whose pages are scripts.

    The calls are those that the scripts make; where one is, and what comes
    next, stands in the query of the address of its sign-in page.
    """

    def __init__(self, ca_file, password):
        self.browser = Browser(ca_file)
        self.password = password

    def approve(self, uri, code, account):
        """Open the page, sign in, grant the scopes and continue."""
        query = self._open(uri, code)
        self._call("POST", query, "/api/auth/",
                   {"username": account, "password": self.password})
        self._call("PUT", query, f"/api/auth/grant/{urllib.parse.quote(query['client_id'])}",
                   {"scope": query["scope"]})
        last = self._query(self.browser.get(query["callback_url"] + "&g_continue"))
        if last.get("prompt") != "deviceComplete":
            raise PhoneError(f"the server did not accept: {last}")
        return last["prompt"]

    def deny(self, uri, code, account=None):
        """Look at the page and go away: there is nothing to press. The code stays pending."""
        query = self._open(uri, code)
        if account is not None:
            self._call("POST", query, "/api/auth/",
                       {"username": account, "password": self.password})
        return "left"

    def _open(self, uri, code):
        query = self._query(self.browser.get(uri))
        if query.get("prompt") == "device":
            typed = urllib.parse.urlencode({"code": code})
            query = self._query(self.browser.get(f"{query['callback_url']}?{typed}"))
        if "client_id" not in query:
            raise PhoneError(f"the code {code} was not accepted: {query}")
        return query

    @staticmethod
    def _query(page):
        parts = urllib.parse.urlsplit(page.url)
        if not parts.path.endswith("/login.html"):
            raise PhoneError(f"page {parts.path} (status {page.status}): {page.text}")
        return dict(urllib.parse.parse_qsl(parts.query))

    def _call(self, method, query, path, body):
        parts = urllib.parse.urlsplit(query["callback_url"])
        status, answer = self.browser.api(
            method, f"{parts.scheme}://{parts.netloc}{path}", body)
        if status != 200:
            raise PhoneError(f"{method} {path} (status {status}): {answer}")


def approve(uri, code, account, ca_file):
    """One approval at server.mjs with a phone of its own."""
    return OidcPhone(ca_file).approve(uri, code, account)


def deny(uri, code, ca_file, account=None):
    """One refusal at server.mjs with a phone of its own."""
    return OidcPhone(ca_file).deny(uri, code, account)


def main():
    """phone.py approve|deny URI --code CODE [--account NAME] --ca FILE"""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("decision", choices=("approve", "deny"))
    parser.add_argument("uri")
    parser.add_argument("--code", required=True)
    parser.add_argument("--account")
    parser.add_argument("--ca", required=True)
    parser.add_argument("--glewlwyd", metavar="PASSWORD",
                        help="the server is glewlwyd; sign in with this password")
    args = parser.parse_args()
    if args.decision == "approve" and not args.account:
        parser.error("approve needs --account")
    phone = GlewlwydPhone(args.ca, args.glewlwyd) if args.glewlwyd else OidcPhone(args.ca)
    try:
        if args.decision == "approve":
            print(phone.approve(args.uri, args.code, args.account))
        else:
            print(phone.deny(args.uri, args.code, args.account))
    except PhoneError as error:
        sys.exit(f"phone.py: {error}")


if __name__ == "__main__":
    main()
