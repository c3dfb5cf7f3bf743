"""Tests reach nothing beyond this machine."""

import socket
import subprocess
import sys

import pytest

from tests.harness.network import NetworkUsed, is_this_machine
from tests.harness.server import OFFLINE


@pytest.mark.parametrize("host", [None, "", "localhost", "127.0.0.1", "127.8.0.1", "::1", "0.0.0.0", b"localhost"])
def test_this_machine(host: object) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "192.0.2.1", "2001:db8::1", "localhost.example.org", 7])
def test_elsewhere(host: object) -> None:
    assert not is_this_machine(host)


def test_names_elsewhere_are_not_looked_up() -> None:
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_nothing_is_connected_elsewhere(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as connection, pytest.raises(NetworkUsed):
        connection.connect(("192.0.2.1", 443))


def test_nothing_is_sent_elsewhere() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection, pytest.raises(NetworkUsed):
        connection.sendto(b"?", ("192.0.2.1", 53))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        socket.create_connection(listening.getsockname()).close()


def test_servers_under_test_have_no_network_either() -> None:
    looking_up = [sys.executable, "-c", "import socket; socket.getaddrinfo('example.org', 443)"]
    done = subprocess.run(looking_up, env={"PYTHONPATH": str(OFFLINE)}, capture_output=True, text=True, check=False)
    assert "NetworkUsed" in done.stderr
