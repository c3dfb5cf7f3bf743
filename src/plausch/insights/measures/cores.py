"""k-cores: the largest k such that somebody has k contacts who all have k such contacts themselves."""

import numpy as np

from plausch.insights.measures.graph import Contacts, Ints

VERSION = "k-core 1"


def cores(contacts: Contacts) -> Ints:
    """The k of everybody."""
    return np.asarray(contacts.as_igraph().coreness(), dtype=np.int32)
