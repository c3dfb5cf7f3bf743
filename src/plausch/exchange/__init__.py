"""Archives in and out: what people bring from elsewhere, and what they take with them.

A room of its own above the feature rooms: it reads and writes by their queries and actions, and remembers only what
it has brought in and which errands are under way.
"""
