"""How a coordinate is written: as short as it can be, and the same on every machine."""


def compact(value: float) -> str:
    """A coordinate with at most two decimals, without trailing zeros, and never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
