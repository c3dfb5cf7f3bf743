"""What the main process and its workers tell each other by signals."""

import signal

#: The end is near: streams that would stay open for ever close, so that nobody waits for them.
END_STREAMS = signal.SIGUSR1
