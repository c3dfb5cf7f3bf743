"""No network in tests: whatever leaves this machine is refused where Python reports it, in its audit events.

uvloop connects without telling Python, so coroutine tests run on asyncio's own loop.
"""

import ipaddress
import socket
import sys
from typing import Any

#: A test that is skipped for this reason lacks what no package of the system brings: it may be skipped even with --all.
OUT_OF_REACH = "out of reach"

_NAMES_OF_THIS_MACHINE = {"localhost", "localhost.localdomain"}
_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

_refusing = False


class NetworkUsed(RuntimeError):
    """Something under test reached for the network; not an OSError, so that nobody takes it for bad weather."""


def is_this_machine(host: object) -> bool:
    """Whether a host, as sockets take it, stays on this machine; no host means any local address."""
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if host is None or host == "":
        return True
    if not isinstance(host, str):
        return False
    if host.lower() in _NAMES_OF_THIS_MACHINE:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _SENDING:
        sock, address = arguments[0], arguments[1]
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address is not None and not is_this_machine(address[0]):
            raise NetworkUsed(f"{event} to {address!r}")
    elif event in _RESOLVING and not is_this_machine(arguments[0]):
        raise NetworkUsed(f"{event} of {arguments[0]!r}")


def refuse() -> None:
    """From now on this process reaches nothing but itself and its machine; there is no way back."""
    global _refusing
    if not _refusing:
        _refusing = True
        sys.addaudithook(_watch)
