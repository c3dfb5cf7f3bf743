"""What tests and the benchmark run against: real databases, real servers, a real browser, and no network."""
