"""Headers that every answer bears."""

#: No inline script or style, nothing from elsewhere, no frames.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def policy_leading_to(targets: str) -> str:
    """The policy of a page whose form leads on to somewhere else: browsers hold redirects against it, too."""
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {targets}")


#: ASGI headers, encoded once.
SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
]
STRICT_TRANSPORT: tuple[bytes, bytes] = (b"strict-transport-security", b"max-age=31536000")
