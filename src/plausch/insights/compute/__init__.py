"""What is computed by night, one module an insight: it gathers, calls pure measures and keeps what they found.

Heavy: only `plausch.insights.nightly` and commands load it. A computation is an `async def compute(night: Night)` in a
module of its own, and named in `plausch.insights.nightly.COMPUTATIONS`; later ones may use what earlier ones kept.
"""
