"""A request, with who is asking."""

import ipaddress
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request as StarletteRequest

from plausch.http.site import Site
from plausch.people.model import VISITOR, SignedIn, Viewer


class Request(StarletteRequest):
    """Starlette's request, with the site, the parts of the path, and the person signed in."""

    def __init__(self, scope: Any, receive: Any, send: Any, site: Site, params: Mapping[str, str]) -> None:
        super().__init__(scope, receive, send)
        self.site = site
        self.params = params
        self.signed_in: SignedIn | None = None
        #: The registered program that asks, or 0.
        self.app_id = 0
        #: The secret of the session, when this request has prolonged it.
        self.prolonged_secret: str | None = None
        #: Where a form on the page may lead beside this server: sources of a content security policy.
        self.form_targets = ""
        #: The language of the answer, set by the door.
        self.language = site.community.language
        #: The groups and pages that the answer shows something of.
        self.visited: set[int] = set()

    @property
    def viewer(self) -> Viewer:
        if self.signed_in is None:
            return VISITOR
        viewer = self.signed_in.viewer
        # Where letters do not leave the machine, nobody could confirm anything.
        if self.site.settings.sends_mail and not self.signed_in.confirmed:
            return msgspec.structs.replace(viewer, unconfirmed=True)
        return viewer

    @property
    def token_id(self) -> int:
        """By which token a program asks for a person, at the doors for programs; else 0."""
        return self.signed_in.session_id if self.signed_in is not None else 0

    @property
    def client_address(self) -> str:
        """Whence the request comes, for limits only. Forwarded headers count where the owner says so."""
        if self.site.settings.forwarded == "on":
            forwarded = self.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
            if forwarded:
                return forwarded
        return self.client.host if self.client else ""

    @property
    def client_network(self) -> str:
        """The address as limits count it: of IPv6 the /64, for a single customer has all of its addresses."""
        try:
            address = ipaddress.ip_address(self.client_address)
        except ValueError:
            return self.client_address
        if isinstance(address, ipaddress.IPv4Address):
            return str(address)
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(address), 64), strict=False))
