"""Every refusal before the start: one message with what is wrong and the way out."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from deploy.local import packages, preflight, venv
from deploy.local.errors import StackError
from deploy.local.ports import Ports, is_free, listener
from deploy.local.preflight import GIB


def test_an_occupied_port_names_its_holder_and_the_variable_that_moves_it() -> None:
    with pytest.raises(StackError) as refused:
        preflight.check_ports(
            Ports(),
            9,
            broker=True,
            database=True,
            free=lambda port: port != 8000,
            who=lambda _: " by nginx (process 7)",
        )

    first, second = str(refused.value).splitlines()
    assert (
        first == "Port 8000 (gateway) is in use by nginx (process 7): stop that, or choose another with GATEWAY_PORT."
    )
    assert second == "All ports move together with BASE_PORT, for example BASE_PORT=9000 make up."


def test_parts_that_run_elsewhere_need_no_port() -> None:
    ports = Ports()

    preflight.check_ports(
        ports,
        9,
        broker=False,
        database=False,
        free=lambda port: port not in (ports.broker, ports.database, ports.epmd),
    )


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not is_free(port)
        assert "process" in listener(port)


def test_too_little_memory_names_both_amounts() -> None:
    with pytest.raises(StackError, match=r"Only 1\.5 GB of memory is free and 2 GB is needed"):
        preflight.check_memory(3 * GIB // 2)


def test_too_little_disk_names_the_folder() -> None:
    with pytest.raises(StackError, match=r"Only 0\.5 GB of disk is free at /somewhere and 2 GB is needed"):
        preflight.check_disk(Path("/somewhere"), GIB // 2)


def test_an_old_broker_is_refused_with_the_choices() -> None:
    with pytest.raises(StackError, match=r"RabbitMQ is 3\.9\.13; the oldest that works is 3\.10 .*AMQP_URI"):
        preflight.check_broker(Path("/usr/lib/rabbitmq/lib/rabbitmq_server-3.9.13"))


def test_missing_libraries_are_named_with_their_packages() -> None:
    ldd = "\tlibcurl.so.4 => not found\n\tlibldap-2.5.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"

    assert preflight.missing_libraries(ldd) == ["libcurl.so.4", "libldap-2.5.so.0"]
    assert preflight.library_packages(["libcurl.so.4", "libldap-2.5.so.0"]) == ["libcurl4", "libldap-2.5-0"]


def test_a_library_nobody_packages_is_refused_with_the_way_out() -> None:
    with pytest.raises(StackError, match=r"lacks the libraries libodd\.so\.1, .*MONGO_URI"):
        preflight.library_packages(["libodd.so.1"])


def test_an_address_at_which_nothing_answers_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(StackError, match=rf"AMQP_URI names 127\.0\.0\.1:{port}, and nothing answers there"):
        preflight.check_reachable("AMQP_URI", f"amqp://guest:guest@127.0.0.1:{port}//", 5672)


def test_without_root_an_installation_says_what_to_do_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_as_root", lambda: None)
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/apt-get")

    with pytest.raises(StackError) as refused:
        packages.install(["rabbitmq-server"], "RabbitMQ is not installed.", "Choices: by hand, or AMQP_URI.")

    assert str(refused.value) == (
        "RabbitMQ is not installed.\nthis needs root, or sudo without a password. Choices: by hand, or AMQP_URI."
    )


def test_an_old_python_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.version_info", (3, 9, 2))
    monkeypatch.setattr("shutil.which", lambda _: None)

    assert venv.main(["runtime"]) == 1
    assert capsys.readouterr().err.startswith("Python 3.9 is too old: Sivuvirta needs 3.11 or newer")


@pytest.mark.parametrize("text", ["eighty", "80", "70000"])
def test_a_port_that_is_none_is_refused_by_the_name_of_its_variable(text: str) -> None:
    with pytest.raises(StackError, match=rf"GATEWAY_PORT is '{text}'"):
        Ports.from_environ({"GATEWAY_PORT": text})


def test_one_variable_moves_all_ports_and_each_has_its_own() -> None:
    ports = Ports.from_environ({"BASE_PORT": "9000", "MONGO_PORT": "27117"})

    assert (ports.gateway, ports.operator_base, ports.broker, ports.database) == (9000, 9010, 9030, 27117)


def test_picked_ports_lie_below_those_of_outgoing_connections() -> None:
    ports = Ports.pick_free()

    assert ports.gateway > 10_000
    assert ports.database < 32_768
