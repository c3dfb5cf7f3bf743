"""Which addresses on the network may be asked: only those of the world outside, however they are written."""

import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import idna

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
_URL_MAX = 2_000
_HOST_MAX = 253
#: What `is_global` does not know, or not in every Python: carriers' own networks, and ways of IPv6 to mean IPv4.
_CLOSED = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"),
        *("3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
#: Networks without IPv4 reach it through these; what counts is whom they lead to.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class BadUrl(ValueError):
    """No address that we would ask."""


class Target(NamedTuple):
    """Where a request goes, read from its URL."""

    scheme: str
    #: As it is asked for by name: ASCII, lower case, IPv6 without brackets.
    host: str
    port: int
    #: The path with its query, never empty.
    path: str
    #: The URL in this one form, without a fragment.
    url: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def is_public(address: IpAddress) -> bool:
    """It belongs to somebody in the world outside, and to one machine."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TRANSLATED:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.scope_id is not None:
            return False
    closed = any(address.version == one.version and address in one for one in _CLOSED)
    return address.is_global and not address.is_multicast and not closed


def read_url(url: str, *, any_port: bool = False) -> Target:
    """What a URL means. Raises BadUrl for what is not plain http or https at its usual port."""
    if len(url) > _URL_MAX or not url.isprintable() or "\\" in url or any(sign.isspace() for sign in url):
        raise BadUrl(url[:_URL_MAX])
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError as error:
        raise BadUrl(url) from error
    if scheme not in _PORTS or "@" in parts.netloc or not parts.hostname:
        raise BadUrl(url)
    if port is None:
        port = _PORTS[scheme]
    if port not in _PORTS.values() and not any_port:
        raise BadUrl(url)
    host = _read_host(parts.hostname)
    path = _quoted(parts)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port == _PORTS[scheme] else f"{shown}:{port}"
    return Target(scheme, host, port, path, f"{scheme}://{place}{path}")


def is_within(url: str, base_url: str) -> bool:
    """Whether a URL leads into the site at `base_url`, or nowhere at all."""
    try:
        return read_url(url, any_port=True).origin == read_url(base_url, any_port=True).origin
    except BadUrl:
        return True


def follow(target: Target, location: str, *, any_port: bool = False) -> Target:
    """Where a redirect leads. Raises BadUrl."""
    try:
        url = urljoin(target.url, location.strip())
    except ValueError as error:
        raise BadUrl(location) from error
    return read_url(url, any_port=any_port)


def _read_host(host: str) -> str:
    """A name in its ASCII form, or an address in its usual one. Raises BadUrl."""
    if "%" in host:
        raise BadUrl(host)  # a zone of this machine's own, or something quoted
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise BadUrl(host) from error
    try:
        name = idna.encode(host, uts46=True).decode().lower().rstrip(".") if not host.isascii() else host.rstrip(".")
    except (idna.IDNAError, UnicodeError) as error:
        raise BadUrl(host) from error
    labels = name.split(".")
    if not all(labels) or len(name) > _HOST_MAX or not all(_is_label(label) for label in labels):
        raise BadUrl(host)
    last = labels[-1]
    if last.isdigit() or last.startswith("0x"):
        # Resolvers take 2130706433, 0177.0.0.1 and 127.1 for addresses; people do not write them.
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError as error:
            raise BadUrl(host) from error
    return name


def _is_label(label: str) -> bool:
    return len(label) <= 63 and all(sign.isalnum() or sign in "-_" for sign in label) and label.isascii()


def _quoted(parts: SplitResult) -> str:
    """The path and query as they go on the wire."""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)
