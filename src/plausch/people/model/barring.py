"""Who may not come in: by the domain of an e-mail address, by the address, by the network; rules without a database."""

import enum
import hashlib
import ipaddress
import re
from collections.abc import Iterable

import msgspec

from plausch.kernel.errors import Invalid

#: Of each kind at most.
BARRED_MAX = 1_000
#: Nobody means so many networks at once: the shortest prefix by version.
_WIDEST = {4: 8, 6: 16}
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])")
_DOMAIN_MAX = 253
_HASH = re.compile(r"[0-9a-f]{64}")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BarKind(enum.StrEnum):
    """What is kept out."""

    DOMAIN = "domain"
    ADDRESS = "address"
    NETWORK = "network"


class Severity(enum.StrEnum):
    """What whoever comes from a network may not do, the least first."""

    #: Come in without somebody having had a look.
    WAITS = "waits"
    NO_SIGN_UP = "no_sign_up"
    #: Not even see a page.
    NO_ACCESS = "no_access"


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class BarredDomain(msgspec.Struct, frozen=True):
    id: int
    domain: str
    created_at: int


class BarredAddress(msgspec.Struct, frozen=True):
    """An address that nobody can read any more."""

    id: int
    email_hash: str
    created_at: int


class BarredNetwork(msgspec.Struct, frozen=True):
    id: int
    network: str
    severity: Severity
    comment: str
    created_at: int
    #: None: until somebody lifts it.
    ends_at: int | None

    def is_over(self, now: int) -> bool:
        return self.ends_at is not None and self.ends_at <= now


class NetworkBar(msgspec.Struct, frozen=True):
    """What is to hold for a network."""

    network: str
    severity: Severity
    comment: str = ""
    ends_at: int | None = None


class Networks:
    """Barred networks, found by an address with a few look-ups however many there are."""

    def __init__(self, barred: Iterable[BarredNetwork] = ()) -> None:
        #: By version and by how many bits of an address do not matter.
        self._by_width: dict[tuple[int, int], dict[int, BarredNetwork]] = {}
        for one in barred:
            network = ipaddress.ip_network(one.network)
            width = network.max_prefixlen - network.prefixlen
            self._by_width.setdefault((network.version, width), {})[int(network.network_address) >> width] = one

    def __bool__(self) -> bool:
        return bool(self._by_width)

    def severity_of(self, address: str, now: int) -> Severity | None:
        """The strictest that holds for an address at a moment; None for what is no address."""
        parsed = parse_address(address)
        if parsed is None:
            return None
        number = int(parsed)
        found = (
            networks.get(number >> width)
            for (version, width), networks in self._by_width.items()
            if version == parsed.version
        )
        holding = [one.severity for one in found if one is not None and not one.is_over(now)]
        return max(holding, key=_RANK.__getitem__, default=None)


def parse_address(text: str) -> Address | None:
    """An address of the internet; an IPv4 address written as one of IPv6 is what it stands for."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed


def contains(network: str, address: str) -> bool:
    """Whether an address is one of a network that `clean_network` has made."""
    parsed = parse_address(address)
    return parsed is not None and parsed in ipaddress.ip_network(network)


def clean_network(text: str) -> str:
    """A network, or an address alone, as it is stored. Raises Invalid("network", ...)."""
    if not text.strip():
        raise Invalid("network", "missing")
    try:
        network: Network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise Invalid("network", "network_form") from error
    if isinstance(network, ipaddress.IPv6Network):
        mapped = network.network_address.ipv4_mapped
        if mapped is not None and network.prefixlen >= 96:
            network = ipaddress.IPv4Network((mapped, network.prefixlen - 96))
        elif network.network_address.scope_id is not None:
            raise Invalid("network", "network_form")
    if network.prefixlen < _WIDEST[network.version]:
        raise Invalid("network", "network_wide")
    return str(network)


def clean_domain(text: str) -> str:
    """A domain of e-mail addresses as it is stored. Raises Invalid("domain", ...)."""
    cleaned = _plain_domain(text.strip().removeprefix("@").removeprefix("*."))
    if not cleaned:
        raise Invalid("domain", "missing")
    if len(cleaned) > _DOMAIN_MAX or not _DOMAIN.fullmatch(cleaned):
        raise Invalid("domain", "domain_form")
    return cleaned


def domains_of(email: str) -> list[str]:
    """The domain of an address and those it lies in, as they could be barred."""
    labels = _plain_domain(email.rpartition("@")[2]).split(".")
    return [".".join(labels[place:]) for place in range(len(labels))]


def canonical_email(email: str) -> str:
    """One spelling for the addresses that usually lead to one mailbox: neither dots nor what follows a plus count."""
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{_plain_domain(domain)}"


def hash_email(email: str) -> str:
    """What is kept of a barred address; other servers make the same of it, so that lists can be shared."""
    return hashlib.sha256(canonical_email(email).encode()).hexdigest()


def clean_email_hash(text: str) -> str:
    """Raises Invalid("hash", "hash_form")."""
    cleaned = text.strip().lower()
    if not _HASH.fullmatch(cleaned):
        raise Invalid("hash", "hash_form")
    return cleaned


def _plain_domain(domain: str) -> str:
    """In small letters, and those beyond ASCII as the name system spells them."""
    lower = domain.lower().rstrip(".")
    try:
        return lower.encode("idna").decode()
    except UnicodeError:
        return lower
