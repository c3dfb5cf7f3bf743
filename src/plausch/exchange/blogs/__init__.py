"""Articles that others' programs hold, whichever they are: what is known of them, and how they come in."""
