"""`python -m plausch.cli`."""

import sys

from plausch.cli import main

sys.exit(main())
