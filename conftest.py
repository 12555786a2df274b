"""For pytest: to look for garbage while it imports everything would take half of that time."""

import gc

gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()  # what was imported stays
