"""Composition only: mounts the doors, registers listeners and jobs, runs the server. No rule of the domain is here."""
