# SPDX-License-Identifier: BSD-2-Clause
"""Seeds of make_corpus.py for what an administrator writes: configuration, conditions, rules."""

ISSUER = "https://sso.example.org/realms/main"
SUBJECT = "f1c8e2d4-0000-4a7e-9d3b-1b2c3d4e5f60"


def records(*parts):
    """An input of several records (fuzz.h)."""
    return b"\x1e".join(p if isinstance(p, bytes) else p.encode() for p in parts)


CONFIG = f"[general]\nissuer = {ISSUER}\nclient_id = host\n"
LINES = r"""discovery = oauth
discovery = none\ndevice_authorization_endpoint = https://a/d\ntoken_endpoint = https://a/t\n\
jwks_uri = https://a/j
client_auth = basic\nclient_secret_file = /etc/pam_oauth/secret
client_auth = post\nclient_secret_file = /etc/pam_oauth/secret\nbasic_encoding = raw
scope = openid email\nrequired_scopes = openid
endpoint_hosts = a.example, [::1]\nendpoint_ports = 8443 9443\nverification_hosts = b.example
id_token_algs = ES256 EdDSA\ntrusted_audiences = api\nclock_skew = 300\niat_check = loose
display = prompt\nqr = ascii\nqr_columns = 25\nqr_lines = 13\nqr_invert = yes\nlanguage = ja\nqr_content = plain
max_wait = 900\nno_retry = yes\nconfirm_start = yes\ncancel_aborts = yes\ninitial_poll = yes
issuer_is_exclusive = yes\nidentity_claim = email\nemail_domains = example.org
min_uid = 60000\nmax_uid = 1
min_uid = 1\nmax_uid = 60000\nallow_root = yes\nsystem_accounts = git www-data
unknown_user = deny\nreveal_unknown = yes\naccount = require
skip_users = root\nrefuse_services = none
limit_source = none\nlimit_user = 1/86400\nlimit_global = 4096/1\nlimit_flows = none
limit_source = 0/600
rate_limit_fail = open\nlimit_flows = 4096
max_wait = 0
clock_skew = 301
limit_user = 6/0
unknown = key
client_auth = basic
client_auth = none\nclient_secret_file = /etc/pam_oauth/secret
discovery = none\ntoken_endpoint = https://a/t
ca_file = /ca\nca_path = /ca\ntls_min = 1.3\nip = 6\nconnect_timeout = 1\ntimeout = 60
pinned_keys = 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nproxy = http://p:3128\nno_proxy = .x
client_auth = private_key_jwt\nclient_key_file = /etc/pam_oauth/secret\nassertion_alg = PS256
client_auth = tls\nclient_key_file = /etc/pam_oauth/secret
client_auth = secret_jwt\nclient_secret_file = /etc/pam_oauth/secret\nassertion_alg = HS384
proxy = none\nproxy_credentials_file = /etc/pam_oauth/secret
pkce = always\nnonce = required\naudience = x\nlogin_hint = account\nextra_params = a=b%20c
provider = github\nrevoke = yes\nrevocation_endpoint = https://a/r
provider = google\nclient_secret_file = /etc/pam_oauth/secret
provider = entra\nissuer = https://l/common/v2.0\nallowed_tenants = 9188040d-6c67-4c5b-b112-36a304b66dad
ca_file = /etc/somebodys
scope = openid\nrequired_scopes = email
qr = auto\nqr = none
issuer = https://other.example
[service sshd] x\nqr = auto
[generally]\nqr = auto
# a comment\n; another\n\n  \t
[service sshd]\nmax_wait = 30\n[service login]\nqr = auto
[service SSHD]
 indented = yes
scope = openid ; comment
scope = openid\n email
require = acr=gold, silver and amr has mfa, otp and from 10.0.0.0/8, local and prior publickey
require = email_verified=true and scp has word ssh and max_age 900\nmax_age = 600
require = email at example.org and service sudo, su and roles has key "a b" and x="true"
require = email_verifed
require = acr=gold or amr has mfa
require = from 10.0.0.1/8
max_age = 31536000\nacr_values = gold silver\nrequire_acr = gold\nrequire_amr = mfa otp
require_prior = publickey\nallow_from = 192.0.2.0/24 2001:db8::/32 local
allow_from = any\nrequire_acr = none\nmax_age = none\nrequire_prior = none
allow_from = host.example
require_prior = publickey,password
pin_subject = yes\ngrace = 5\ngrace_services = sshd login\nexport_identity = yes
identity_source = userinfo\ndiscovery = none\nuserinfo_endpoint = https://a/u
identity_source = userinfo\nuserinfo_endpoint = https://a/u\nresource = https://r.example
identity_source = introspection\nclient_secret_file = /etc/pam_oauth/secret\nscope = x
identity_source = introspection\nintrospection_endpoint = https://a/i
identity_source = access_token_jwt\naccess_token_audience = this-host
identity_source = access_token_jwt\nresource = host
identity_source = access_token_jwt
identity_source = api\napi_endpoint = https://a/user\nidentity_claim = id\nscope = read
identity_source = api\napi_endpoint = https://a/user\nidentity_claim = /x/login
identity_source = api
grace = 1000000
grace_services = SSHD""".replace("\\\n", "").splitlines()
MAP = f"issuer {ISSUER}\nallow sub={SUBJECT} as alice\n"
RULES = [
    (MAP, "alice", SUBJECT),
    (f'issuer {ISSUER}\nallow sub="9b2 with \\" \\\\ blank" as bob, deploy  # shared\n', "deploy",
     '9b2 with " \\ blank'),
    (f'issuer {ISSUER}\nallow "{SUBJECT}" as root\n# comment\n\n', "root", SUBJECT),
    (f"issuer {ISSUER}\nallow email~([a-z]+)@example\\.org as \\1\n", "carol", SUBJECT,
     "email_verified comes first", "carol@example.org"),
    (f"issuer {ISSUER}\nallow preferred_username~^(a[a-z0-9_.-]{{1,30}}|[[:lower:]]+)$ as \\1\n",
     "abc", SUBJECT, "abc"),
    (f"issuer {ISSUER}\nallow /realm_access/uid=1000 as dave\n", "dave", SUBJECT, "#1000"),
    (f"issuer {ISSUER}\nissuer https://b.example\nallow oid=1 as a,b , c\nallow oid=2 as a\n", "c",
     "x", "1"),
    (f"issuer {ISSUER}\nallow sub=1 as a\nallow sub=1 as a\n", "a", "1"),
    (f"issuer {ISSUER}\nallow upn~a)|(b as \\1\n", "a", "1", "a"),
    (f"issuer {ISSUER}\nallow upn~(.+) as \\1\n", "Root", "1", "Root"),
    (f"issuer {ISSUER}\nallow upn~(.+)@a as \\1\n", "r" * 40, "1", "r" * 40 + "@a"),
    (f"issuer {ISSUER}\nallow upn~(a+) as \\1\n", "aa", "1", "baab"),
    (MAP, "mallory", SUBJECT),
    (MAP, "alice", SUBJECT.upper()),
    (f"issuer {ISSUER}\nallow sub={'x' * 256} as a\n", "a", "x" * 256),
    (f"issuer {ISSUER}\nallow sub=\u009b as a\n", "a", "1"),
    (f"issuer {ISSUER}\n" + "".join(f"allow c{i}=1 as a\n" for i in range(33)), "a", "1"),
    (f"issuer {ISSUER}\nallow sub=1 as a" + " " * 1100 + "# x\n", "a", "1"),
    ("issuer http://h\nallow sub=1 as a\n", "a", "1"),
    ("allow sub=1 as a\n", "a", "1"),
    (f"issuer {ISSUER}\ndeny sub=1 as root\nallow sub=1 as root, a\n", "root\tsshd", "1"),
    (f"issuer {ISSUER}\ndeny groups has x\nallow sub=1 as a\n", "a", "1", "?"),
    (f"issuer {ISSUER}\ndeny groups has x\nallow sub=1 as a\n", "a", "1", "?x"),
    (f"issuer {ISSUER}\ndeny groups has x\nallow sub=1 as a\n", "a", "1", "y"),
    (f"issuer {ISSUER}\nallow groups has word ops, \"a b\" as a if acr=gold, 3\n", "a", "1", "ops",
     "#3"),
    (f"issuer {ISSUER}\nallow roles has key ops as a if from 10.0.0.0/8 and service sshd\n",
     "a\tsshd\t10.9.8.7\tpublickey ssh-ed25519 A", "1", "ops,dev"),
    (f"issuer {ISSUER}\nallow sub=1 as a if max_age 900 and prior publickey\n"
     "allow sub=1 as a if email at b.example and m=true\n",
     "a\tsshd\t::ffff:10.1.1.1\tpassword\npublickey x", "1", "#1799999500", "!true",
     "x@B.example", "!true"),
    (f"issuer {ISSUER}\nallow sub=1 as a if service su\nallow sub=1 as a\n", "a\tsu", "1"),
    (f"issuer {ISSUER}\ndeny sub=1 if from 10.0.0.0/8\nallow sub=1 as a\n", "a\tsshd", "1"),
    (f"issuer {ISSUER}\ndeny upn~(a) as \\1\n", "a", "1"),
    (f"issuer {ISSUER}\nallow email has a@b as a\n", "a", "1", "a@b"),
    (f"issuer {ISSUER} # x\nallow \"unended\nallow sub= as a", "a", "1"),
]


CONDITIONS = [
    "acr=gold, silver", "email_verified=true", "email_verified=false", 'acr="true"', "acr=true, x",
    "groups has admins, ops", "scp has word ssh", "roles has key admin", "email at example.org, b",
    "from 10.0.0.0/8, local", "from 2001:db8::/32 and from ::ffff:10.0.0.0/104", "from 0.0.0.0/0",
    "from ::/0", "from 10.0.0.1/8", "from 10.0.0.0/33", "from h.example", "from fe80::1%eth0",
    "service sudo, su", "service Sudo", "prior publickey", "prior publickey, hostbased",
    "prior a/b", "max_age 900", "max_age 0", "max_age 1, 2", "max_age 31536001", "sub=1 and sub=2",
    "has x", "groups has", "groups has x and", "a=1 or b=2", "a=1  and\tb=2 ", "/a/b=1", "email at",
    "=x", '"" has x', "a.b[c]=1", "email at a@b", 'a="x \\" \\\\ y" and b has "c, d"', "a=1," + " and a=1" * 33,
    " and ".join(f"c{i}=1" for i in range(32)),
    " and ".join(f"c{i} has {','.join(f'v{k}' for k in range(30))}" for i in range(9)),
]
CIRCUMSTANCES = ["", "sudo", "sshd\t10.1.2.3\tpublickey ssh-ed25519 AAAA", "su\tlocal",
                 "sshd\t2001:db8::1%eth0\tpassword\npublickey", "sshd\t::ffff:10.255.0.1",
                 "x\tname.example\tpublickeys"]
CLAIMS = [("gold",), ("!true", "a@example.org"), ("!true", "@b"), ("!true", "a@b@example.org"),
          ("#1799999100",), ("#1799999039",), ("#1800000060",), ("#1800000061",), ("#-1",),
          ("ops,ssh,admin",), ("?x", "?x"), ("!false", "#5"), ("2",)]


def conditions_seeds():
    for number, text in enumerate(CONDITIONS):
        for claims in CLAIMS[number % 2::2]:
            yield records(text, CIRCUMSTANCES[number % len(CIRCUMSTANCES)], "1", *claims)
        yield records(text, "sshd\t10.0.0.0/8\tgssapi-xx publickey", "1", "?", "a@example.org")
        yield records(text, "sshd\t2001:db8::1%eth0", "1", "#1799999040")
        yield records(text, CIRCUMSTANCES[(number + 3) % len(CIRCUMSTANCES)], "1")


def config_seeds():
    for line in LINES:
        line = line.replace("\\n", "\n").replace("\\t", "\t")
        yield records(CONFIG + line + "\n", "", MAP, "s3cret-of-this-client\n", "UID_MIN 1000\n")
    yield records(CONFIG, CONFIG + "qr = utf8\n[service sshd]\nqr = none\n", MAP)
    yield records(CONFIG, "", MAP, "", "# login.defs\nUID_MIN\t\t\t 500\nUID_MIN x\n")
    yield records(CONFIG + "client_secret_file = /etc/pam_oauth/secret\n", "", MAP, "\n")
    yield records(CONFIG + "issuer_is_exclusive = yes\n", "", RULES[3][0])
    yield records(CONFIG + "issuer_is_exclusive = yes\nemail_domains = a\n", "", RULES[3][0])
    yield records(CONFIG, "", RULES[4][0])
    yield records(CONFIG + "client_secret_file = /etc/pam_oauth/secret\n", "", MAP, "s3cret-\nb\n")
    yield records(CONFIG.replace("issuer", " qr = auto\nissuer"), "", MAP)
    yield records("[general]\nclient_id = host\n", "", MAP)
    yield records(f"[general]\nissuer = {ISSUER}\n", "", MAP)
    yield records(CONFIG + "scope = openid" + " x" * 95 + "\n", "", MAP)


def rules_seeds():
    for rule in RULES:
        yield records(*rule)
