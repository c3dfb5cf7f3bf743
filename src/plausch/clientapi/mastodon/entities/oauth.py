"""Programs and their tokens."""

import msgspec


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A registered program."""

    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str
    #: Former apps look for it here; it stands in `/api/v2/instance`.
    vapid_key: str


class CredentialApplication(Application, frozen=True, kw_only=True):
    """The same with its secret, right after registering."""

    client_id: str
    client_secret: str
    #: Never.
    client_secret_expires_at: int = 0


class Token(msgspec.Struct, frozen=True):
    access_token: str
    scope: str
    created_at: int
    token_type: str = "Bearer"  # noqa: S105 - the kind of token (RFC 6750)


class UserInfo(msgspec.Struct, frozen=True):
    """Who signed in (OpenID Connect Core, 5.3)."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str | None


class AuthorizationServer(msgspec.Struct, frozen=True):
    """What the server says of its sign-in for programs (RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    app_registration_endpoint: str
    service_documentation: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...] = ("code",)
    response_modes_supported: tuple[str, ...] = ("query",)
    grant_types_supported: tuple[str, ...] = ("authorization_code", "client_credentials")
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic", "client_secret_post", "none")
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
