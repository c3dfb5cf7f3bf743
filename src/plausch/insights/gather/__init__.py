"""Rows of the domain as columns of numbers, for the measures. Heavy: only child processes and commands load it."""
