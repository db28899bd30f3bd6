"""What each program of a cell is given, and how the supervisor is told to run it."""

from __future__ import annotations

import base64
import configparser
import json
from pathlib import Path

import pytest

from deploy.local.keys import Secrets
from deploy.local.ports import Ports
from deploy.local.processes import PROGRAMS, Cell, Program, short_folder, supervisor_configuration
from shared.config import load

SECRET_VARIABLES = {"SIVUVIRTA_SIGNING_KEY", "SIVUVIRTA_API_KEY_PEPPER", "SIVUVIRTA_SECRETS_KEY"}
BY_NAME = {program.name: program for program in PROGRAMS}


def cell_in(folder: Path) -> Cell:
    return Cell(
        name="12",
        regions=("12", "10"),
        peers={"19": "http://127.0.0.1:9000"},
        peer_keys={"19/identity": "cGVlcg=="},
        mongo_uri="mongodb://127.0.0.1:1/",
        ports=Ports(),
        secrets=Secrets(folder / "secrets.json"),
        folder=folder,
        extra={"SIVUVIRTA_FAILPOINTS_DIR": "/failpoints"},
    )


@pytest.mark.parametrize(
    ("program", "secrets"),
    [
        ("gateway", set()),
        ("resources", {"SIVUVIRTA_SIGNING_KEY"}),
        ("identity", {"SIVUVIRTA_SIGNING_KEY", "SIVUVIRTA_API_KEY_PEPPER"}),
        ("notifications", {"SIVUVIRTA_SIGNING_KEY", "SIVUVIRTA_SECRETS_KEY"}),
    ],
)
def test_a_program_gets_its_own_secrets_only(tmp_path: Path, program: str, secrets: set[str]) -> None:
    environment = cell_in(tmp_path).environment(BY_NAME[program], "amqp://own", 8011)

    assert SECRET_VARIABLES & environment.keys() == secrets


def test_secrets_of_the_outer_environment_reach_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIVUVIRTA_SECRETS_KEY", "from outside")
    monkeypatch.setenv("SIVUVIRTA_RATE_LIMIT", "7")

    environment = cell_in(tmp_path).environment(BY_NAME["gateway"], "amqp://own", 8010)

    assert "SIVUVIRTA_SECRETS_KEY" not in environment
    assert environment["SIVUVIRTA_RATE_LIMIT"] == "7"


def test_the_index_process_signs_as_matching(tmp_path: Path) -> None:
    cell = cell_in(tmp_path)
    index = cell.environment(BY_NAME["matching-index"], "amqp://index", 8018)

    assert index["SIVUVIRTA_SIGNING_KEY"] == cell.environment(BY_NAME["matching"], "", 0)["SIVUVIRTA_SIGNING_KEY"]


def test_everybody_knows_the_public_keys_of_all_signers_and_peers(tmp_path: Path) -> None:
    keys = json.loads(cell_in(tmp_path).environment(BY_NAME["gateway"], "", 0)["SIVUVIRTA_PUBLIC_KEYS"])

    assert keys["19/identity"] == "cGVlcg=="
    assert len(base64.b64decode(keys["12/matching"])) == 32
    assert len(keys) == 8


def test_the_kernel_reads_what_the_stack_writes(tmp_path: Path) -> None:
    settings = load(cell_in(tmp_path).environment(BY_NAME["identity"], "amqp://own", 8011))

    assert (settings.cell, settings.regions, settings.operator_port) == ("12", frozenset({"12", "10"}), 8011)
    assert settings.peers == {"19": "http://127.0.0.1:9000"}
    assert settings.failpoints_dir == "/failpoints"


def test_secrets_survive_and_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "secrets.json").password("audits")

    assert Secrets(tmp_path / "secrets.json").password("audits") == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_supervisor_restarts_for_ever_and_stops_the_gateway_first(tmp_path: Path) -> None:
    parsed = configparser.RawConfigParser()
    parsed.read_string(supervisor_configuration(PROGRAMS, tmp_path / "s.sock", tmp_path / "run", tmp_path / "logs"))

    assert parsed["program:audits"]["autorestart"] == "true"
    assert int(parsed["program:audits"]["startretries"]) >= 1_000_000
    assert int(parsed["program:gateway"]["priority"]) > int(parsed["program:audits"]["priority"])


def test_words_of_a_command_with_spaces_quotes_and_percents_arrive_whole(tmp_path: Path) -> None:
    text = supervisor_configuration([Program("odd", ("a b", 'c"d', "50%"))], tmp_path, tmp_path / "run", tmp_path)

    assert '"a b" "c\\"d" 50%%' in text


def test_a_long_project_path_moves_the_sockets_to_the_temp_dir(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)

    assert short_folder(tmp_path) == tmp_path / "run"
    assert len(str(short_folder(deep) / "supervisor.sock")) < 104
    assert short_folder(deep) != short_folder(deep / "e")
