"""A namespace that was changed in any way is never taken for unchanged."""

import sys
import types

import pytest
from evenhand.patches import Patches
from evenhand.sandboxed.unchanged import _NUMBERED, Before


def module() -> types.ModuleType:
    one = types.ModuleType("one")
    exec(
        "def f(): pass\ndef g(): pass\nnumber = 1\ndef rebind(x):\n    global f\n    f = x",
        vars(one),
    )
    return one


CHANGES = {
    "attribute": lambda one: setattr(one, "f", print),
    "item": lambda one: vars(one).__setitem__("f", print),
    "update": lambda one: vars(one).update(f=print),
    "or": lambda one: vars(one).__ior__({"f": print}),
    "deletion": lambda one: delattr(one, "f"),
    "pop": lambda one: vars(one).pop("f"),
    "clear": lambda one: vars(one).clear(),
    "global": lambda one: one.rebind(print),
    "exec": lambda one: exec("def f(): pass", vars(one)),
}


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("functions", [True, False])
def test_each_way_to_change_a_name_is_seen(how, functions):
    one = module()
    before = Before(vars(one), functions)
    assert before.is_same()
    CHANGES[how](one)
    assert not before.is_same()
    assert not before.is_untouched()


def test_a_change_in_code_that_python_has_specialised_is_seen():
    one = module()

    def store(value):
        one.f = value

    for _ in range(100):
        store(one.f)
    before = Before(vars(one))
    store(print)
    assert not before.is_same()


def test_a_name_that_was_added_is_a_change_but_no_replacement():
    one = module()
    before = Before(vars(one))
    one.h = print
    assert before.is_same()
    assert not before.is_untouched()


def test_what_stands_for_the_same_again_is_the_same():
    one = module()
    before, f = Before(vars(one)), one.f
    one.f = print
    one.f = f
    assert before.is_same()


def test_only_functions_matter_where_only_they_are_asked_for():
    one = module()
    before = Before(vars(one), functions=True)
    one.number = 2
    assert before.is_same()
    assert set(before.values) == {"f", "g", "rebind"}


def test_reading_is_no_change():
    one = module()
    before = Before(vars(one))
    assert one.f is vars(one)["f"]
    assert list(vars(one)) and one.rebind
    assert before.is_untouched() is _NUMBERED


def test_this_python_numbers_changes_if_it_is_of_those_that_do():
    assert (sys.version_info < (3, 13)) is _NUMBERED


def test_a_test_has_replaced_what_was_there_before_it(monkeypatch):
    one = module()
    monkeypatch.setitem(sys.modules, "one", one)
    patches = Patches(["one"])
    patches.begin()
    f, one.f = one.f, print
    assert patches.now() == [("one", "f", print)]
    one.f = f
    assert patches.now() == []
    one.f, one.h = print, abs
    patches.begin()
    assert patches.now() == []
    one.h = max
    assert patches.now() == [("one", "h", max)]
