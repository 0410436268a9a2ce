"""``python -m equibel`` is the command ``equibel``."""

from equibel.cli import main

main()
