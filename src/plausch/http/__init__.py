"""What every door that speaks HTTP shares: who is asking, routing, limits, and errors as responses."""
