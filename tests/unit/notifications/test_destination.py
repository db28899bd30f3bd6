"""The guard: where a webhook may go, by URL and by address."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.destination import UnsafeDestination, choose_address, parse_destination

INNER = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.8",
    "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "193.166.3.2", "172.15.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1190::1"]


def resolving(*addresses: str) -> object:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def chosen(*addresses: str, url: str = "https://esimerkkisaha.example/", allow_loopback: bool = False) -> str:
    destination = parse_destination(url, allow_loopback=allow_loopback)
    return choose_address(destination, resolving(*addresses), allow_loopback=allow_loopback)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(UnsafeDestination, match="not a public one"):
        chosen(address)


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_in_the_url_is_refused_at_once(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(UnsafeDestination, match="not a public one"):
        parse_destination(f"https://{host}/")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_chosen(address: str) -> None:
    assert chosen(address) == address


def test_one_inner_address_among_public_ones_refuses_all() -> None:
    with pytest.raises(UnsafeDestination):
        chosen("8.8.8.8", "10.0.0.1")


def test_a_name_is_looked_up_once_so_that_rebinding_gains_nothing() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    destination = parse_destination("https://esimerkkisaha.example/")
    assert choose_address(destination, lambda _host, _port: next(answers)) == "8.8.8.8"
    with pytest.raises(UnsafeDestination):
        choose_address(destination, lambda _host, _port: next(answers))


def test_a_name_without_address_is_refused() -> None:
    with pytest.raises(UnsafeDestination, match="no address"):
        chosen()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://esimerkkisaha.example/", "https"),
        ("ftp://esimerkkisaha.example/", "https"),
        ("//esimerkkisaha.example/", "https"),
        ("esimerkkisaha.example", "https"),
        ("https:///webhooks", "host"),
        ("https://user@esimerkkisaha.example/", "user name"),
        ("https://user:word@esimerkkisaha.example/", "user name"),
        ("https://esimerkkisaha.example@10.0.0.1/", "user name"),
        ("https://esimerkkisaha.example/#part", "#"),
        ("https://esimerkkisaha.example:22/", "port"),
        ("https://esimerkkisaha.example:0/", "port"),
        ("https://esimerkkisaha.example:99999/", "not a URL"),
        ("https://esimerkkisaha.example:x/", "not a URL"),
        ("https://[::1/", "not a URL"),
        ("https://esimerkkisaha.example/a b", "spaces"),
        ("https://esimerkkisaha.example\\@10.0.0.1/", "backslashes"),
        ("https://esimerkkisaha.example/\r\nHost: other", "control"),
        ("https://localhost/", "not a public one"),
        ("https://a.localhost/", "not a public one"),
        ("https://LOCALHOST./", "not a public one"),
        ("https://intranet/", "public host"),
        ("https://metadata.google.internal/", "public host"),
        ("https://printer.local/", "public host"),
        ("https://[fe80::1%25eth0]/", "host"),
    ],
)
def test_a_url_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(UnsafeDestination, match=why):
        parse_destination(url)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1"])
def test_a_disguised_number_is_refused_by_url_or_by_its_address(host: str) -> None:
    with pytest.raises(UnsafeDestination):
        chosen("127.0.0.1", url=f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://Esimerkkisaha.Example", ("esimerkkisaha.example", 443, "/", "esimerkkisaha.example")),
        ("https://esimerkkisaha.example:8443/a?b=c", ("esimerkkisaha.example", 8443, "/a?b=c", None)),
        ("https://pörssi.example/ä", ("xn--prssi-jua.example", 443, "/%C3%A4", "xn--prssi-jua.example")),
        ("https://[2606:4700::1111]:8443/", ("2606:4700::1111", 8443, "/", "[2606:4700::1111]:8443")),
        ("https://esimerkkisaha.example:80/", ("esimerkkisaha.example", 80, "/", "esimerkkisaha.example:80")),
    ],
)
def test_a_good_url_falls_into_its_parts(url: str, parts: tuple[str, int, str, str | None]) -> None:
    found = parse_destination(url)
    host, port, target, header = parts
    assert (found.host, found.port, found.target) == (host, port, target)
    assert found.host_header == (header or f"{host}:{port}")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://localhost:9000/", "https://[::1]:9000/"])
def test_the_setting_for_development_opens_loopback(url: str) -> None:
    address = "::1" if "[" in url else "127.0.0.1"
    assert chosen(address, url=url, allow_loopback=True) == address


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_the_setting_for_development_opens_nothing_else(address: str) -> None:
    with pytest.raises(UnsafeDestination):
        chosen(address, allow_loopback=True)


def test_plain_http_stays_on_this_machine() -> None:
    with pytest.raises(UnsafeDestination, match="this machine"):
        chosen("8.8.8.8", url="http://esimerkkisaha.example/", allow_loopback=True)


@given(st.ip_addresses())
def test_no_address_that_python_calls_inner_is_ever_chosen(address: IPv4Address | IPv6Address) -> None:
    try:
        assert chosen(str(address)) == str(address)
    except UnsafeDestination:
        return
    assert address.is_global
    assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)


@given(st.text(max_size=80))
def test_no_text_breaks_the_guard(text: str) -> None:
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            parse_destination(url)
        except UnsafeDestination as refused:
            assert refused.message != ""
