# SPDX-License-Identifier: BSD-2-Clause
"""What a service demands of the connection is judged before anything is sent: XDV-1, XDV-2."""

import pytest

KEY = "SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"


@pytest.mark.parametrize("service,said,allowed", [
    ("sshd", KEY, True),
    ("sshd", KEY.replace("publickey", "password"), False),
    ("sshd", None, False),
    ("login", KEY, False),  # a variable that anybody but sshd could have set
])
def test_prior_method(service, said, allowed, scene):
    """XDV-1: a key before, by sshd's own word; without it nobody is asked for a code."""
    made = scene(service=service, config={"require_prior": "publickey", "no_retry": "no"})
    run = made.run(*(["--env", said] if said else []))
    if allowed:
        assert run.results() == ["PAM_SUCCESS"] and run.request, str(run)
    else:
        assert run.results() == ["PAM_AUTH_ERR"] and not run.request, str(run)
        assert "result=not_allowed" in run.outcome and "require_prior" in run.outcome, str(run)


@pytest.mark.parametrize("key,value,allowed", [
    ("allow_from", "local", True),
    ("allow_from", "192.0.2.0/24", False),
    ("require", "from 192.0.2.0/24, local", True),
    ("require", "service sudo", False),
])
def test_network_prior_to_the_flow(key, value, allowed, scene):
    """XDV-2: a login from elsewhere causes no traffic at all."""
    run = scene(service="login", config={key: value}).run()
    assert run.results() == ["PAM_SUCCESS" if allowed else "PAM_AUTH_ERR"], str(run)
    assert bool(run.request) == allowed, str(run)
