# SPDX-License-Identifier: BSD-2-Clause
"""What people read in their language, and where they do not: UIX-12, SSH-5, PAM-6."""

import re

import pytest

from test_config import general, misconfigured

DENIED = [["challenge"], ["await"], ["fault", "DENIED"]]
ENGLISH = "The sign-in was refused at the provider. Log in again if that was not meant."
# For each language: its line of the host, its prompt, why it failed, and the reference below it.
SAID = {
    "cs": ("Webové přihlášení k ", "Po schválení stiskněte Enter, q pro zrušení: ",
           "Přihlášení bylo u poskytovatele odmítnuto. Pokud omylem, přihlaste se znovu.",
           "Referenční značka: "),
    "de": ("Web-Anmeldung an ", "Nach der Freigabe Enter drücken, q bricht ab: ",
           "Beim Anbieter abgelehnt. Falls dies ein Versehen war, melden Sie sich neu an.",
           "Referenz: "),
    "es": ("Inicio de sesión web en ", "Pulse Intro tras aprobar, q para cancelar: ",
           "El proveedor rechazó el acceso. Si fue un error, inicie sesión de nuevo.",
           "Referencia: "),
    "fr": ("Connexion web à ", "Approuvez puis appuyez sur Entrée, q pour annuler : ",
           "Connexion refusée chez le fournisseur. Reconnectez-vous si c'était une erreur.",
           "Référence : "),
    "ja": (" として Web サインイン", "承認後に Enter を押してください。q で中止: ",
           "プロバイダーで拒否されました。誤りの場合は再度ログインしてください。", "照会番号: "),
}


@pytest.mark.parametrize("language", SAID)
def test_each_language(language, scene):
    """The challenge, the prompt, and why it failed."""
    title, prompt, denied, reference = SAID[language]
    run = scene(service="login", steps=DENIED, config={
        "language": language, "qr": "utf8", "display": "info+prompt"}).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    challenge, asked, (style, why) = run.texts[0], run.texts[1], run.messages[2]
    assert title in challenge and "Web sign-in" not in challenge, str(run)
    assert asked == prompt and style == "error_msg", str(run)
    assert re.fullmatch(re.escape(f"{denied}\n{reference}") + "[2-9A-HJ-NP-Z]{8}", why), str(run)
    assert why.rpartition(" ")[2] in run.outcome, str(run)      # the log has the same reference


@pytest.mark.parametrize("language", SAID)
def test_the_key_is_q(language, scene):
    """PAM-14: in any language; and who cancels is told so."""
    run = scene(service="sshd", config={"language": language}).run("--answer", "q")
    assert run.texts[0].endswith(f"\n{SAID[language][1]}"), str(run)
    assert "result=cancelled" in run.outcome, str(run)


NARROW = {"ascii": {"qr": "ascii"}, "none": {"qr": "none"}, "auto in the C locale": {"qr": "auto"}}


@pytest.mark.parametrize("name", NARROW)
def test_english_on_other_screens(name, scene):
    """UIX-12: where UTF-8 may not arrive, every byte is ASCII and English."""
    run = scene(service="login", steps=DENIED, config={
        "language": "ja", "display": "prompt", **NARROW[name]}).run()
    assert run.texts[1] == ENGLISH, str(run)
    assert "Web sign-in" in run.texts[0] and all(text.isascii() for text in run.texts), str(run)


def test_a_reason_over_ssh_is_in_english(scene):
    """SSH-5: clients before 10.3 would print each byte of it as a number."""
    run = scene(service="sshd", steps=DENIED, config={"language": "ja"}).run()
    assert SAID["ja"][1] in run.texts[0] and run.texts[1] == ENGLISH, str(run)


def test_auto_in_a_utf8_locale(scene):
    """UIX-13: blocks, and so the language."""
    run = scene(service="sudo", config={"language": "de"}).run("--locale", "C.UTF-8")
    assert SAID["de"][0] in run.texts[0], str(run)


def test_questions_of_other_moments(scene):
    """DEV-10, SUD-4, PAM-11: before anything is sent, and in another round, which says why."""
    run = scene(service="login", steps=DENIED, config={
        "language": "de", "qr": "utf8", "display": "info", "confirm_start": "yes"}).run(
            "--op", "authenticate", "--op", "authenticate", "--silent")
    first, again = [text for style, text in run.messages if style == "prompt_echo_on"]
    assert first == "Enter startet die Web-Anmeldung, q bricht ab: ", str(run)
    why, reference, question = again.split("\n")
    assert why == SAID["de"][2] and reference.startswith(SAID["de"][3]), str(run)
    assert question == "Enter startet einen neuen Versuch, q bricht ab: ", str(run)


def test_a_section_has_its_own(scene):
    """Like any other key."""
    made = scene(service="login", config={"language": "ja", "qr": "utf8"})
    made.conf.write_text(made.conf.read_text(encoding="utf-8")
                         + "[service login]\nlanguage = fr\n", encoding="utf-8")
    assert SAID["fr"][0] in made.run().texts[0]


@pytest.mark.parametrize("value", ["xx", "DE", "de_DE.UTF-8", "deutsch", "de fr", ""])
def test_unknown(value, scene):
    """PAM-6: file and line, and what there is."""
    made = scene(general=general(f"client_id = x\nlanguage = {value}"))
    expected = "cs, de, es, fr, ja" if value else "empty value"
    misconfigured(made.run(), f"{made.conf}:6", expected)
