"""Every page there is, as addresses in the small town; and which addresses are none, with the reason."""

from urllib.parse import urlencode

from plausch.http.routing import Router
from plausch.people.model import SHOWN_CODE
from plausch.web import DOOR
from plausch.web.views import sitemap, syndication
from tests.journeys.small_town import Town

_SETTINGS = [
    *("", "/display", "/notifications", "/reading", "/privacy"),
    *("/account", "/security", "/sessions", "/archive", "/leave"),
]
_ADMIN = [
    "",
    *("/community", "/looks", "/rules", "/joining", "/announcements", "/emoji", "/legal", "/legal/imprint"),
    *("/legal/privacy", "/legal/terms", "/health", "/jobs", "/storage", "/people/waiting", "/barred"),
    *("/servers", "/mails", "/reports", "/reports?show=appeals", "/people", "/log"),
]


def pages_of(town: Town) -> list[str]:
    """Every page somebody signed in can open."""
    conversation, own = f"/conversations/{town.conversation}", f"/posts/{town.own}"
    return [
        "/",
        "/local",
        conversation,
        "/compose",
        f"/compose?reply_to={town.own}",
        f"/compose?quote={town.own}",
        "/compose/help",
        "/drafts",
        "/@ines",
        "/@ines/replies",
        "/@anna",
        "/@anna/pictures",
        *(f"/@anna/blog/{town.article}", "/@anna/blog", "/@anna/blog?series=der-garten", "/@ines/blog", "/write"),
        "/@pia",
        "/@karl",
        "/@anna/connections",
        "/@anna/following",
        "/@mehmet/followers",
        "/people",
        "/requests",
        "/introductions",
        "/notifications",
        "/notifications?show=aside",
        "/catch-up?since=1",
        "/search",
        "/search?q=garten",
        "/search?q=von:anna&by=relevance",
        "/search?q=anna",
        "/search?q=nichtsdergleichen",
        *("/insights/adviser", "/insights", "/insights?of=rathaus", "/insights?of=beetgruppe"),
        *(f"/insights/{place}" for place in ("people", "communities", "health", "unanswered", "greeting", "loyalty")),
        *(f"/insights/{place}?of=nachtwache" for place in ("communities", "unanswered", "greeting", "loyalty")),
        *(f"/insights/{place}?of=rathaus" for place in ("people", "letters", "strategy", "awareness", "export")),
        *(f"/insights/letters/{town.weekly}", "/insights/letters", "/insights/strategy", "/compose?to=anna&say=thanks"),
        *("/bookmarks", "/likes", "/lists", "/muted"),
        "/@anna/lists",
        "/people/all",
        "/tags/garten",
        *(f"{own}/{place}" for place in ("edit", "remove", "likes", "shares", "spread")),
        f"/posts/{town.edited}/history",
        f"/posts/{town.quoting}/unquote",
        *("/forum", "/forum/rund-um-den-garten", "/forum/rund-um-den-garten?order=unanswered"),
        *("/groups/beetgruppe/forum", "/groups/beetgruppe/forum/beete"),
        *(f"/conversations/{town.topic}", f"/conversations/{town.topic}?view=linear"),
        *(f"/conversations/{town.topic}?view=tree", f"/conversations/{town.topic}/topic"),
        *("/boards/new", f"/boards/{town.board}/edit", f"/compose?board={town.board}"),
        f"/conversations/{town.note}/promote",
        *("/pages", "/pages/new", "/@rathaus", "/@rathaus/imprint", "/notifications?for=rathaus"),
        *(f"/pages/rathaus/{place}" for place in ("settings", "team", "log", "erase")),
        *("/approvals", f"/approvals/{town.waiting}", "/approvals/log/rathaus"),
        *("/groups", "/groups?q=beet", "/groups?tag=nacht", "/groups/new", "/groups/beetgruppe", "/groups/nachtwache"),
        *(f"/groups/nachtwache/{place}" for place in ("about", "members", "requests", "invitations")),
        *(f"/groups/nachtwache/{place}" for place in ("settings", "bans", "log", f"members/{town.member}")),
        *(f"/groups/links/{town.entry}", f"/posts/{town.tended}/tend", f"/conversations/{town.tended}"),
        "/compose?group=nachtwache",
        *("/packs", "/packs/new", "/packs/neu-hier", "/packs/neu-hier/edit"),
        "/welcome",
        "/invitations",
        "/about",
        *("/handbook", "/handbook/owners"),
        "/legal/imprint",
        "/legal/imprint?version=1",
        "/offline",
        f"/lists/{town.list_}",
        f"/lists/{town.list_}/edit",
        f"/settings/reading/filters/{town.filter_}",
        *("/?feed=lively", "/?feed=bridging", "/?feed=waiting", "/?feed=quiet", f"/?feed={town.recipe}"),
        *("/feeds", "/feeds/new", f"/feeds/{town.recipe}"),
        *_by_secret(town),
        *(f"/report?post={town.reported}", "/report?person=anna", "/reports"),
        *(f"/admin/reports/{town.report}", f"/admin/posts/{town.reported}", f"/admin/appeals/{town.appeal}"),
        f"/admin/people/{town.warned}",
        *(f"/admin{place}" for place in _ADMIN),
        *(f"/settings{place}" for place in _SETTINGS),
    ]


def visitors_pages(town: Town) -> list[str]:
    """Those that look different, or are there at all, for somebody who is not signed in."""
    return [
        "/",
        "/local",
        f"/conversations/{town.conversation}",
        "/search",
        "/search?q=garten",
        "/tags/garten",
        "/sign-in",
        "/sign-in/forgotten",
        "/sign-up",
        "/sign-up/waiting",
        f"/begin?reply_to={town.conversation}",
        "/goodbye",
        *("/forum", "/forum/rund-um-den-garten", f"/conversations/{town.topic}"),
        "/about",
        "/legal/imprint",
        "/@anna",
        *("/pages", "/@rathaus"),
        *("/groups", "/groups/beetgruppe", "/groups/beetgruppe/about", "/groups/nachtwache"),
        *(f"/@anna/blog/{town.article}", "/@anna/blog", f"/preview/{town.preview}"),
        *_by_secret(town),
    ]


def _by_secret(town: Town) -> list[str]:
    appeal = f"/appeal/{town.appeal}?key={town.appeal_key}"
    asked = {"client_id": town.app, "redirect_uri": SHOWN_CODE, "response_type": "code", "scope": "read write:media"}
    authorize = [f"/oauth/authorize?{urlencode(asked)}", "/oauth/authorize/native?code=abc"]
    return [f"/join/{town.invitation}", f"/letter/{town.letter}", f"/stop/{town.stop}", appeal, *authorize]


_DATA = "no page: what pages or programs load"
_PART = "no page: a part that a script puts into one that is walked"
_LEADS = "no page: leads to one that is walked"
_STEP = "no page: a step of signing in that needs the one before; test_ways_in.py walks it"
#: Addresses that answer to GET and are not walked.
NO_PAGES = {
    **dict.fromkeys(("/posts/{id}/spread.csv", "/posts/{id}/spread.json", "/insights/export/{file}"), _DATA),
    **dict.fromkeys(("/assets/{name}", "/theme.css", "/sw.js", "/logo/{size}", "/emoji.json"), _DATA),
    **dict.fromkeys(("/handbook/pictures/{name}", "/emoji/{shortcode}", "/manifest.webmanifest", "/robots.txt"), _DATA),
    **dict.fromkeys(("/pictures/{id}/{variant}", "/previews/{id}/{variant}", "/preview/{code}/{id}/{variant}"), _DATA),
    **dict.fromkeys(("/faces/{id}/{size}", "/headers/{id}/{size}", "/settings/archive/{id}"), _DATA),
    **dict.fromkeys(("/live/home", "/live/notices", "/live/local", "/live/conversations/{id}"), _DATA),
    **dict.fromkeys(("/drafts/here", "/compose/audience", "/compose/complete"), _PART),
    **dict.fromkeys(("/sign-in/code", "/sign-in/return", "/sign-in/with", "/sign-in/with/back"), _STEP),
    **dict.fromkeys(("/sign-up/linked", "/settings/security/codes", "/settings/security/codes.svg"), _STEP),
    **dict.fromkeys((route.path for route in (*syndication.ROUTES, *sitemap.ROUTES)), _DATA),
    **dict.fromkeys(("/unread", "/conversations/{id}/unread", "/posts/{id}", "/notifications/{id}"), _LEADS),
    **dict.fromkeys(("/oauth/authorize/deny", "/.well-known/change-password"), _LEADS),
}


def left_out() -> set[str]:
    """Addresses that are neither walked nor known to be no pages, and names of addresses that are not there."""
    town = Town._make(1 for _ in Town._fields)
    router = Router(DOOR.routes)
    walked = set()
    for path in (*pages_of(town), *visitors_pages(town)):
        match = router.match("GET", path.partition("?")[0])
        walked.add(match.route.path if match else path)
    there = {route.path for route in DOOR.routes if route.method == "GET"}
    return there ^ (walked | set(NO_PAGES))
