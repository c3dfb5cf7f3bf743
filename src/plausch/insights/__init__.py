"""Insights that help people find each other and keep conversations alive."""
