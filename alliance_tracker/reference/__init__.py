"""The reference data that ships with the application: regions, outlines, stappenplan and rollout."""

from pathlib import Path


def path(name: str) -> Path:
    """Where the reference file called `name` lies, e.g. `path("regions.csv")`."""
    return Path(__file__).with_name(name)
