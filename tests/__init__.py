"""Tests mirror the rooms of the house; `tests.harness` holds the real parts they run against."""
