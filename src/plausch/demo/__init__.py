"""The demo community: a small town called Lindenau, its people and what they talk about."""
