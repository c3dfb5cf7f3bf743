"""What is wrong with a form: a reason code for each field, so that everything is said at once and kept in its place."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from plausch.http.reasons import explain
from plausch.kernel.errors import Conflict, Invalid

P = ParamSpec("P")
T = TypeVar("T")

#: What concerns the form as a whole.
WHOLE = ""


class Problems(dict[str, str]):
    """Reason codes by the name of the field."""

    def note(self, error: Invalid | Conflict, place: str | None = None) -> None:
        """Keep the first thing that is wrong with a field; `place` is where the form shows it."""
        self.setdefault(place if place is not None else error.field or WHOLE, error.reason)

    def check(self, rule: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Call a rule of the domain, and note what it objects to."""
        try:
            return rule(*args, **kwargs)
        except (Invalid, Conflict) as error:
            self.note(error)
            return None

    def in_words(self, language: str) -> list[tuple[str, str]]:
        """Fields with sentences, as the form macros take them."""
        return [(name, explain(language, reason)) for name, reason in self.items()]
