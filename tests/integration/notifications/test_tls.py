"""The address is pinned and the certificate is still checked against the name."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.contracts.rpc import notifications as calls
from tests.integration.notifications.conftest import Cell, Service
from tests.integration.notifications.receiver import receiving


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate for the host, signed by itself, as a file to trust and as a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / f"{host}.pem", folder / f"{host}.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return trusted, context


def test_a_receiver_with_a_certificate_of_its_name_is_posted_to(
    cell: Cell, service: Service, tmp_path: Path, eventually: Any
) -> None:
    trusted, context = certificate(tmp_path, "localhost")
    service.restart(SSL_CERT_FILE=str(trusted))
    with receiving(context) as receiver:
        subscription = cell.subscribe(receiver.url("/good", "localhost"))
        for _ in range(3):
            cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
        eventually(lambda: cell.states(subscription) == ["delivered"] * 3)
        assert receiver.received["/good"][0].headers["host"].startswith("localhost:")


@pytest.mark.parametrize("trust", [True, False], ids=["another name", "an unknown issuer"])
def test_a_receiver_with_a_wrong_certificate_gets_nothing(
    trust: bool, cell: Cell, service: Service, tmp_path: Path, eventually: Any
) -> None:
    trusted, context = certificate(tmp_path, "esimerkkisaha.example" if trust else "localhost")
    if trust:
        service.restart(SSL_CERT_FILE=str(trusted))
    with receiving(context) as receiver:
        subscription = cell.subscribe(receiver.url("/good", "localhost"))
        cell.call(calls.SEND_TEST_EVENT, {"id": subscription["id"]})
        eventually(lambda: cell.deliveries(subscription)[0]["attempts"])
        error = cell.deliveries(subscription)[0]["attempts"][0]["error"]
        assert error == "TLS failed: check the certificate and the host name"
        assert receiver.count("/good") == 0
