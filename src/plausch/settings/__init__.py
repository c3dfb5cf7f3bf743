"""Settings: typed, documented, and each with a known origin.

They come, the later winning, from the defaults, the file `plausch.toml` in the data folder, environment variables
`PLAUSCH_*`, and the command line. `docs/settings.md` is tested against this room.
"""

from plausch.settings.model import FIELDS, LogFormat, Settings, SignUpMode, Switch
from plausch.settings.reading import SETTINGS_FILE, SettingsError, Sourced, read_settings

__all__ = [
    "FIELDS",
    "SETTINGS_FILE",
    "LogFormat",
    "Settings",
    "SettingsError",
    "SignUpMode",
    "Sourced",
    "Switch",
    "read_settings",
]
