"""How properties are tried that need a database: each time with the same examples, and said at once when they fail.

Whoever changes something is told of their own faults; `--hypothesis-seed=1` (or any other number) goes looking for old
ones. Making a failing example shorter (Phase.shrink) takes many minutes with a database; whoever wants that adds it.
"""

from hypothesis import HealthCheck, Phase, core, settings

USUAL = settings(
    deadline=None,
    derandomize=core.global_force_seed is None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    # Else it goes on looking for others after the first, and raises them as a group.
    report_multiple_bugs=False,
    phases=[Phase.generate],
)
