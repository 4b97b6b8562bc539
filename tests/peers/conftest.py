"""The reviews that are exported."""

from tests.support.exchange import data, exported

__all__ = ["data", "exported"]
