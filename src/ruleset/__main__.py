"""`python -m ruleset` is the command `ruleset`."""

import sys

from ruleset.cli import main

sys.exit(main())
