"""What holds for every operator, on the samples that torch tests itself with."""

from functools import cache

from explorer.catalog.signature import Catalogue


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of the torch that tests run with, built once for all of them."""
    from explorer.engine.catalogue.builder import build

    return build()
