"""Passwords, hashed with Argon2id off the event loop, never many at once: each takes memory and a core on purpose."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

import argon2

#: The RFC 9106 low-memory recommendation, with one lane: two cores serve the whole community.
_HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; where there is none it takes as long and says no."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password_hash, password)


@functools.cache
def _nobody() -> str:
    """Compared with when there is no such account, so that the answer takes as long."""
    return _HASHER.hash("nobody has this password")


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _nobody(), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return bool(password_hash)
