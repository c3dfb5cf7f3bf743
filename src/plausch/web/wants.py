"""What a page of the web asks of its visitor."""

import enum


class Wants(enum.Enum):
    #: The same for everybody; nobody's session is even looked at.
    NOBODY = "nobody"
    #: Visitors are welcome; who is signed in sees more.
    ANYBODY = "anybody"
    #: Only for people who are signed in.
    PERSON = "person"
    #: Only for owners and moderators.
    STAFF = "staff"
    #: Only for owners.
    OWNER = "owner"
