"""Rows of the domain as columns of numbers, for the measures. Heavy: only child processes and commands load it.

`gather.ledger` hands out posts and interactions of a scope, `gather.graph` its interaction graph; what is read once a
night is kept in the `Night`. Their docstrings say what is in a scope, and who is in none.
"""
