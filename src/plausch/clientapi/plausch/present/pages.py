"""Pages of organisations and their teams."""

from plausch.clientapi.plausch import answers
from plausch.clientapi.plausch.present.posts import actor_fields, present_actor
from plausch.http.site import Site
from plausch.language.formats import iso
from plausch.people.model import Actor, PageAbout, Profile, TeamMember


def present_page(
    site: Site, profile: Profile, about: PageAbout, member: TeamMember | None, *, verified: bool
) -> answers.Page:
    return answers.Page(
        **actor_fields(site, profile),
        about_html=site.absolute_html(profile.about_html),
        language=profile.language or None,
        followers=profile.followers,
        page_kind=about.kind,
        website=about.website,
        website_verified=verified,
        address=about.address,
        email=about.email,
        phone=about.phone,
        hours=about.hours.split("\n") if about.hours else [],
        imprint=about.imprint,
        signature=about.signature,
        role=member.role if member is not None else None,
    )


def own_page_of(site: Site, member: TeamMember, page: Actor) -> answers.OwnPage:
    return answers.OwnPage(page=present_actor(site, page), role=member.role, asked=member.invited_by is not None)


def team_member_of(site: Site, member: TeamMember, person: Actor) -> answers.TeamMember:
    return answers.TeamMember(
        person=present_actor(site, person),
        role=member.role,
        since=iso(member.at),
        asked=member.invited_by is not None,
    )
