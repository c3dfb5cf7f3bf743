"""Programs that people let speak for them: they register, are agreed to, get tokens and lose them (OAuth 2)."""

import re
import secrets
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.people.actions.sessions import hash_secret, tell_tokens_ended
from plausch.people.model import (
    APP_NAME_MAX,
    APP_UNUSED,
    APP_WEBSITE_MAX,
    CODE_KNOWN,
    CODE_LIFE,
    REDIRECT_MAX,
    REDIRECTS_MAX,
    SHOWN_CODE,
    USUAL_SCOPES,
    App,
    AppForm,
    NewToken,
    Viewer,
    answers_challenge,
    clean_line,
    is_within,
    unknown_scopes,
)
from plausch.people.tables import apps, codes, tokens
from plausch.storage import Statement, Write, column_statement, param

_REDIRECT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]*")
#: What a browser would run instead of going there.
_RUNS = ("javascript:", "data:", "vbscript:", "blob:", "about:", "file:", "view-source:")
_HASH = param("secret_hash", sa.LargeBinary())


class _Code(NamedTuple):
    id: int
    person_id: int
    scopes: str
    redirect_uri: str
    challenge: str
    token_id: int
    ends_at: int


_CODE = Statement(
    sa.select(
        codes.c.id,
        codes.c.person_id,
        codes.c.scopes,
        codes.c.redirect_uri,
        codes.c.challenge,
        codes.c.token_id,
        codes.c.ends_at,
    ).where(codes.c.secret_hash == _HASH, codes.c.app_id == param("app")),
    _Code,
)
#: Only one of those who bring it at once.
_USE_CODE = column_statement(
    sa.update(codes).where(codes.c.id == param("code"), codes.c.token_id == 0).values(token_id=param("token"))
)
_END_TOKEN = column_statement(sa.delete(tokens).where(tokens.c.id == param("token"), tokens.c.app_id == param("app")))
_WHOSE = Statement(
    sa.select(tokens.c.app_id, tokens.c.person_id).where(tokens.c.secret_hash == _HASH),
    lambda app, person: (int(app), int(person)),
)
_REVOKE = column_statement(sa.delete(tokens).where(tokens.c.secret_hash == _HASH))
_TOUCH = column_statement(sa.update(apps).where(apps.c.id == param("app")).values(used_at=param("now")))
_PRUNE_CODES = column_statement(sa.delete(codes).where(codes.c.ends_at <= param("before")))
_PRUNE_OWN_TOKENS = column_statement(
    sa.delete(tokens).where(
        tokens.c.person_id == 0,
        tokens.c.app_id.in_(sa.select(apps.c.id).where(apps.c.used_at <= param("before"))),
    )
)
_PRUNE_APPS = column_statement(
    sa.delete(apps).where(
        apps.c.used_at <= param("before"),
        ~sa.exists().where(tokens.c.app_id == apps.c.id),
        ~sa.exists().where(codes.c.app_id == apps.c.id),
    )
)


async def register_app(tx: Write, form: AppForm) -> tuple[App, str]:
    """Take a program in, which anybody may; the program and its secret. Raises Invalid."""
    name = clean_line(form.name, "client_name", APP_NAME_MAX)
    if not name:
        raise Invalid("client_name", "missing")
    website = form.website.strip()
    if website and not (website.startswith(("http://", "https://")) and _is_address(website, APP_WEBSITE_MAX)):
        raise Invalid("website", "website_form")
    redirects = list(dict.fromkeys(one.strip() for one in form.redirect_uris if one.strip()))
    if not redirects:
        raise Invalid("redirect_uris", "missing")
    if len(redirects) > REDIRECTS_MAX or not all(_may_be_answered(one) for one in redirects):
        raise Invalid("redirect_uris", "redirect_form")
    scopes = " ".join(dict.fromkeys((form.scopes or USUAL_SCOPES).split()))
    if unknown_scopes(scopes):
        raise Invalid("scopes", "scope_unknown")
    secret, now = secrets.token_urlsafe(32), clock.now()
    app = App(ids.new_id(), secrets.token_urlsafe(32), name, website, "\n".join(redirects), scopes, now)
    await tx.insert(
        apps,
        id=app.id,
        client_id=app.client_id,
        secret_hash=hash_secret(secret),
        name=app.name,
        website=app.website,
        redirect_uris=app.redirect_uris,
        scopes=app.scopes,
        created_at=now,
        used_at=now,
    )
    return app, secret


def _is_address(text: str, most: int) -> bool:
    return len(text) <= most and _REDIRECT.fullmatch(text) is not None


def _may_be_answered(uri: str) -> bool:
    """An address, or a scheme that the program has told its system of."""
    if uri.startswith(SHOWN_CODE):
        return uri == SHOWN_CODE
    return _is_address(uri, REDIRECT_MAX) and "#" not in uri and not uri.lower().startswith(_RUNS)


async def grant_code(tx: Write, viewer: Viewer, app: App, scopes: str, redirect_uri: str, challenge: str = "") -> str:
    """The viewer agrees that the program speaks for them; what the program exchanges for its token."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if redirect_uri not in app.redirects:
        raise Invalid("redirect_uri", "redirect_form")
    if not is_within(scopes, app.scopes):
        raise Invalid("scope", "scope_unknown")
    secret, now = secrets.token_urlsafe(32), clock.now()
    await tx.insert(
        codes,
        id=ids.new_id(),
        secret_hash=hash_secret(secret),
        app_id=app.id,
        person_id=viewer.person,
        scopes=scopes,
        redirect_uri=redirect_uri,
        challenge=challenge,
        ends_at=now + CODE_LIFE,
    )
    await tx.run(_TOUCH, app=app.id, now=now)
    return secret


async def redeem_code(
    tx: Write, app: App, code: str, redirect_uri: str, verifier: str = "", *, proven: bool = True
) -> NewToken | None:
    """A token for a code; None when it is none of the program's, has run out, or was exchanged already.

    Without its secret (`proven`) a program must show that it began (PKCE). A code that comes twice was stolen by one
    of the two: what the first one got ends.
    """
    found = await tx.first(_CODE, secret_hash=hash_secret(code), app=app.id)
    if found is None:
        return None
    if found.token_id:
        await tx.run(_END_TOKEN, token=found.token_id, app=app.id)
        return None
    good = found.ends_at > clock.now() and redirect_uri == found.redirect_uri
    if not good or not answers_challenge(verifier, found.challenge) or not (proven or found.challenge):
        return None
    return await _new_token(tx, app, found.person_id, found.scopes, found.id)


async def grant_app_token(tx: Write, app: App, scopes: str) -> NewToken:
    """With what a program speaks for itself, and for nobody."""
    token = await _new_token(tx, app, 0, scopes)
    assert token is not None
    return token


async def grant_newcomer_token(tx: Write, app: App, person: int) -> NewToken:
    """For somebody who has just joined from the program: it speaks for them from the first moment on."""
    token = await _new_token(tx, app, person, app.scopes)
    assert token is not None
    return token


async def _new_token(tx: Write, app: App, person: int, scopes: str, code: int = 0) -> NewToken | None:
    made = NewToken(ids.new_id(), secrets.token_urlsafe(32), scopes, clock.now())
    if code and not await tx.run(_USE_CODE, code=code, token=made.id):
        return None
    await tx.insert(
        tokens,
        id=made.id,
        secret_hash=hash_secret(made.secret),
        person_id=person,
        acting_as=person,
        name=app.name,
        scopes=scopes,
        created_at=made.created_at,
        app_id=app.id,
    )
    await tx.run(_TOUCH, app=app.id, now=made.created_at)
    return made


async def revoke_given(tx: Write, app: App | None, secret: str) -> bool:
    """A program gives its token back (RFC 7009); False for one of another program. What is no token is gone already.

    Whoever bears a token of the command line may end it without being a program.
    """
    whose = await tx.first(_WHOSE, secret_hash=hash_secret(secret))
    if whose is None:
        return True
    owner, person = whose
    if owner != (app.id if app is not None else 0):
        return False
    await tx.run(_REVOKE, secret_hash=hash_secret(secret))
    await tell_tokens_ended(tx, person)
    return True


async def prune_apps(tx: Write) -> None:
    """Forget codes, and programs that nobody uses."""
    now = clock.now()
    await tx.run(_PRUNE_CODES, before=now - CODE_KNOWN)
    await tx.run(_PRUNE_OWN_TOKENS, before=now - APP_UNUSED)
    await tx.run(_PRUNE_APPS, before=now - APP_UNUSED)
