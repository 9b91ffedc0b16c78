# SPDX-License-Identifier: BSD-2-Clause
"""Just enough of a web browser to walk through plain HTML forms."""

import dataclasses
import html.parser
import http.cookiejar
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT = 15


@dataclasses.dataclass
class Form:
    """One form: where it goes, its fields, and the buttons that send it."""

    action: str = ""
    method: str = "get"
    ident: str = ""
    hidden: dict = dataclasses.field(default_factory=dict)
    text: list = dataclasses.field(default_factory=list)
    buttons: list = dataclasses.field(default_factory=list)

    def has_button(self, name, value=None):
        """Whether there is a button of this name (and value, if given)."""
        return any(n == name and value in (None, v) for n, v in self.buttons)


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self.words = []
        self.page = ""
        self._open = None
        self._loose = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        attrs = {key: value or "" for key, value in attrs}
        if tag == "body":
            self.page = attrs.get("data-page", "")
        elif tag in ("style", "script", "title"):
            self._silent += 1
        elif tag == "form":
            self._open = Form(attrs.get("action", ""), attrs.get("method", "get").lower(),
                              attrs.get("id", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open:
            self._input(attrs)
        elif tag == "button":
            self._button(attrs)

    def _input(self, attrs):
        kind = attrs.get("type", "text")
        if kind == "hidden":
            self._open.hidden[attrs.get("name", "")] = attrs.get("value", "")
        elif kind in ("text", "password"):
            self._open.text.append(attrs.get("name", ""))

    def _button(self, attrs):
        button = (attrs.get("name", ""), attrs.get("value", ""))
        if "form" in attrs:
            self._loose.append((attrs["form"], button))
        elif self._open:
            self._open.buttons.append(button)

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag in ("style", "script", "title"):
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.words.append(data.strip())

    def close(self):
        super().close()
        for ident, button in self._loose:
            for form in self.forms:
                if form.ident == ident:
                    form.buttons.append(button)


class Page:
    """An answer of the server, read as HTML."""

    def __init__(self, url, status, body):
        reader = _Reader()
        reader.feed(body)
        reader.close()
        self.url, self.status, self.body = url, status, body
        self.name = reader.page
        self.forms = reader.forms
        self.text = " ".join(reader.words)


class Browser:
    """Keeps cookies and trusts one CA file; obeys no proxy of the environment."""

    def __init__(self, ca_file, context=None):
        context = context or ssl.create_default_context(cafile=str(ca_file))
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.cookies))
        self._opener.addheaders = [("User-Agent", "phone"), ("Accept", "text/html")]

    def _open(self, request):
        try:
            return self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            return error

    def get(self, url):
        """The page at this address, after all redirections."""
        with self._open(urllib.request.Request(url)) as answer:
            return Page(answer.geturl(), answer.status, answer.read().decode())

    def submit(self, page, form, values):
        """Send a form: its hidden fields, and what the person filled in or pressed."""
        url = urllib.parse.urljoin(page.url, form.action or page.url)
        data = urllib.parse.urlencode({**form.hidden, **values})
        if form.method == "get":
            return self.get(f"{url.split('?')[0]}?{data}")
        with self._open(urllib.request.Request(url, data.encode())) as answer:
            return Page(answer.geturl(), answer.status, answer.read().decode())

    def api(self, method, url, body=None):
        """A call of a JSON interface: (status, decoded answer or None)."""
        headers = {"Accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)
        with self._open(request) as answer:
            text = answer.read().decode()
            try:
                return answer.status, json.loads(text)
            except ValueError:
                return answer.status, text or None
