"""What insights speak of, and the rules that need no arrays."""

from plausch.insights.model.findings import Finding, Measure, Point, Result, Scope, ScopeKind

__all__ = ["Finding", "Measure", "Point", "Result", "Scope", "ScopeKind"]
