"""The ground floor: time, ids, errors, paging and child processes.

Every room may import it; it imports nothing of Plausch.
"""
