"""How properties are tried that need a database: each time the same, and said at once when they fail.

Making a failing example shorter (Phase.shrink) takes many minutes with a database; whoever wants that adds it.
"""

from hypothesis import HealthCheck, Phase, settings

USUAL = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    # Else it goes on looking for others after the first, and raises them as a group.
    report_multiple_bugs=False,
    phases=[Phase.generate],
)
