"""What saves pytest time: an order of files, and no look for garbage while all is imported."""

import gc

# Handed to the workers first: else one of them would run alone in the end.
LONGEST = ("test_site.py", "test_runners_agree.py", "test_class_grading.py", "test_sizes.py")

gc.disable()  # it would take half of the time that collecting takes


def pytest_collection_modifyitems(items) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()  # what was imported stays
