"""The benchmark: `./run bench`. It measures a real server beside a bare one, and prints a table."""
