"""What those see who look after the place, as the API's documentation has it (docs.joinmastodon.org/entities/Admin)."""

from typing import Any

import msgspec

from plausch.clientapi.mastodon.entities.reading import Tag
from plausch.clientapi.mastodon.entities.statuses import TrendsLink


class AdminAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses are for owners alone; where somebody comes from is not kept."""

    id: str
    username: str
    created_at: str
    email: str
    locale: str | None
    invite_request: str | None
    role: Any
    confirmed: bool
    approved: bool
    silenced: bool
    suspended: bool
    account: msgspec.Raw
    domain: str | None = None
    ip: str | None = None
    ips: list[Any] = []
    disabled: bool = False
    sensitized: bool = False
    created_by_application_id: str | None = None
    invited_by_account_id: str | None = None


class AdminReport(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody is assigned to a report here; who has decided is told nobody."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    created_at: str
    updated_at: str
    account: Any
    target_account: Any
    statuses: list[msgspec.Raw]
    rules: list[Any]
    forwarded: bool = False
    assigned_account: Any = None
    action_taken_by_account: Any = None


class AdminEmailDomainBlock(msgspec.Struct, frozen=True):
    """How often somebody tried to come in with it is not counted."""

    id: str
    domain: str
    created_at: str
    history: list[Any] = []


class AdminCanonicalEmailBlock(msgspec.Struct, frozen=True):
    id: str
    canonical_email_hash: str


class AdminIpBlock(msgspec.Struct, frozen=True):
    id: str
    ip: str
    severity: str
    comment: str
    created_at: str
    expires_at: str | None


class AdminDomainBlock(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    domain: str
    digest: str
    created_at: str
    severity: str
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool


class ExistingDomainBlock(msgspec.Struct, frozen=True):
    """Why a server is not blocked once more."""

    error: str
    existing_domain_block: AdminDomainBlock


class AdminDomainAllow(msgspec.Struct, frozen=True):
    id: str
    domain: str
    created_at: str


class AdminTag(Tag, frozen=True, kw_only=True, omit_defaults=False):
    """Tags wait for nobody's approval, and everybody may use and find each."""

    trendable: bool
    usable: bool = True
    listable: bool = True
    requires_review: bool = False


class AdminTrendsLink(TrendsLink, frozen=True, kw_only=True):
    id: str
    requires_review: bool = False


class Publisher(msgspec.Struct, frozen=True, kw_only=True):
    """Where links lead; its id is its name."""

    id: str
    domain: str
    trendable: bool
    reviewed_at: str | None = None
    requested_review_at: str | None = None
    requires_review: bool = False


class Datum(msgspec.Struct, frozen=True):
    date: str
    value: str


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    unit: str | None = None
    total: str
    human_value: str | msgspec.UnsetType = msgspec.UNSET
    #: Left out where it is not remembered.
    previous_total: str | msgspec.UnsetType = msgspec.UNSET
    data: list[Datum]


class CohortDatum(msgspec.Struct, frozen=True):
    """Of a month: the share of a cohort that did something in it, and how many that were."""

    date: str
    rate: float
    value: str


class AdminCohort(msgspec.Struct, frozen=True, kw_only=True):
    period: str
    frequency: str = "month"
    data: list[CohortDatum]


class Counted(msgspec.Struct, frozen=True, omit_defaults=True):
    key: str
    human_key: str
    value: str
    unit: str | None = None
    human_value: str | None = None


class Dimension(msgspec.Struct, frozen=True):
    key: str
    data: list[Counted]
