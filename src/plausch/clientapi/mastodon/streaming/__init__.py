"""Streaming: what happens, as it happens, over WebSockets and as server-sent events.

A notice of the live bus only says that something happened. What is sent is read anew with the listener's own viewer
(`reading`), so a stream shows what its timeline would show at that moment; what several listeners of a process would
be given alike is joined once (`sharing`).
"""
