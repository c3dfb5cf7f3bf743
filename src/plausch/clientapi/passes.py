"""Addresses of pictures in what was rendered for all, made good for one app (`http.passes`)."""

import re
from functools import cache

from plausch.http.site import Site

_PICTURE = rb"/(?:pictures|previews|faces|headers)/\d+/(?:large|small)(?:\?v=\w+)?"


@cache
def _shown(base: str) -> re.Pattern[bytes]:
    """The address of a picture of this server as the whole of a value: within texts quotes are escaped."""
    return re.compile(rb'(?<=:")' + re.escape(base.encode()) + rb"(" + _PICTURE + rb')(?=")')


def sign_addresses(site: Site, body: bytes, token: int) -> bytes:
    """JSON, with the addresses of pictures as the app with this token may load them."""
    if not token:
        return body
    return _shown(site.settings.base_url).sub(lambda one: site.absolute_for(token, one[1].decode()).encode(), body)
