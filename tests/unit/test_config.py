"""Settings: every one described, parsed, and printed without its secret."""

from __future__ import annotations

import os
from dataclasses import fields

import pytest
from environs import EnvError

from shared.config import Settings, load, main

SETTINGS = fields(Settings)
SECRETS = [item.metadata["name"] for item in SETTINGS if item.metadata["secret"]]


@pytest.mark.parametrize("item", SETTINGS, ids=lambda item: item.name)
def test_a_setting_has_a_name_and_a_line_of_help(item: object) -> None:
    metadata = item.metadata  # type: ignore[attr-defined]
    assert metadata["name"].isupper()
    assert len(metadata["help"]) > 5
    assert metadata["help"].endswith(".")
    assert "\n" not in metadata["help"]


def test_no_two_settings_share_a_variable() -> None:
    names = [item.metadata["name"] for item in SETTINGS]
    assert len(set(names)) == len(names)


def test_every_setting_has_a_default_so_that_an_empty_environment_loads() -> None:
    settings = load({})
    assert (settings.gateway_port, settings.cell, settings.peers) == (8000, "12", {})
    assert settings.retry_tiers_ms == (5_000, 30_000, 300_000, 1_800_000)
    assert "12" in settings.regions


def test_values_are_parsed() -> None:
    settings = load(
        {
            "GATEWAY_PORT": "8123",
            "SIVUVIRTA_REGIONS": "12, 19",
            "SIVUVIRTA_PEERS": '{"19": "https://cell.example"}',
            "SIVUVIRTA_WEBHOOK_ALLOW_LOOPBACK": "true",
        }
    )
    assert settings.gateway_port == 8123
    assert settings.regions == {"12", "19"}
    assert settings.peers == {"19": "https://cell.example"}
    assert settings.webhook_allow_loopback is True
    assert settings.is_home("19")
    assert not settings.is_home("01")


def test_loading_from_a_mapping_leaves_the_environment_as_it_was() -> None:
    before = dict(os.environ)
    load({"GATEWAY_PORT": "8123"})
    assert dict(os.environ) == before


def test_a_cell_speaks_for_the_regions_of_its_own_gateway_and_no_other() -> None:
    peers = '{"19": "https://north.example", "18": "https://north.example", "01": "https://south.example"}'
    settings = load({"SIVUVIRTA_REGIONS": "12,11", "SIVUVIRTA_PEERS": peers})
    asked = [("19", "19"), ("19", "18"), ("19", "01"), ("19", "12"), ("19", "21"), ("99", "21"), ("12", "12")]
    assert [settings.speaks_for(cell, region) for cell, region in asked] == [True, True, *[False] * 5]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_PORT", "eighty"),
        ("SIVUVIRTA_PEERS", "{"),
        ("SIVUVIRTA_RETRY_TIERS_MS", "5000,soon"),
        ("SIVUVIRTA_WEBHOOK_ALLOW_LOOPBACK", "perhaps"),
    ],
)
def test_a_bad_value_is_told_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(EnvError, match=name):
        load({name: value})


def test_printing_shows_every_setting_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, f"hidden-{name}")
    main()
    printed = capsys.readouterr().out
    assert [item.metadata["name"] for item in SETTINGS if item.metadata["name"] not in printed] == []
    assert "hidden" not in printed
    assert printed.count("(set)") == len(SECRETS)


def test_whatever_sounds_secret_is_marked_secret() -> None:
    sounding = [i.metadata["name"] for i in SETTINGS if any(w in i.name for w in ("pepper", "secret", "signing_key"))]
    assert [name for name in sounding if name not in SECRETS] == []
