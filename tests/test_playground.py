"""The live playground: what its methods do, and that its buttons work in a real kernel."""

import re

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from authoring.source import SOLUTIONS

SETUP = """
import numpy as np
from authoring.source import SOLUTIONS
from nnlib import carrying, datasets
from nnlib.playground import Playground

names = carrying.namespace_of("2-hidden-layer/14_playground", SOLUTIONS)
forward, backward = names["forward_propagation"], names["backward_propagation"]
networks = {
    "tanh": (forward, backward),
    "other": (
        lambda X, parameters: forward(X + 1, parameters),
        lambda *given: {name: 2 * slope for name, slope in backward(*given).items()},
    ),
}
playground = Playground(
    {"blobs": datasets.load_blobs(40), **datasets.load_extra_datasets()},
    networks,
    *(names[name] for name in ("initialize_parameters", "update_parameters")),
    *(names[name] for name in ("l2_gradients", "penalised_cost")),
)
"""


@pytest.fixture
def made():
    names = {}
    exec(SETUP, names)
    return names


def test_a_step_is_forward_backward_update_of_the_learners_functions(made):
    playground, names = made["playground"], made["names"]
    playground.choose(
        data="noisy_moons", units=3, activation="other", learning_rate=0.5, reg_lambda=0.7, seed=4
    )
    X, Y = made["datasets"].load_extra_datasets()["noisy_moons"]
    forward, backward = made["networks"]["other"]
    np.random.seed(4)
    before = {name: 50 * value for name, value in names["initialize_parameters"](2, 3, 1).items()}
    assert all(np.array_equal(playground.parameters[name], before[name]) for name in before)
    A2, cache = forward(X, before)
    assert playground.costs == [pytest.approx(names["penalised_cost"](A2, Y, before, 0.7))]
    grads = backward(before, cache, X, Y)
    grads = names["l2_gradients"](grads, before, 0.7, X.shape[1])
    playground.backward()
    assert "dW1" in playground.told and len(playground.costs) == 1
    for name, slope in grads.items():
        assert np.allclose(playground.grads[name], slope)
    playground.update()
    for name, value in names["update_parameters"](before, grads, 0.5).items():
        assert np.allclose(playground.parameters[name], value)
    playground.forward()
    playground.forward()  # gives the same cost again
    assert len(playground.costs) == 2 and playground.settings["steps"] == 1
    assert f"{playground.costs[1]:.4f}" in playground.told
    assert 'alt="The border' in playground.picture()


def test_its_line_of_code_brings_a_state_back(made):
    playground = made["playground"]
    playground.choose(data="blobs", units=2, seed=3)
    for _ in range(3):
        playground.step(2)
    line, costs = playground.line, list(playground.costs)
    playground.choose()
    assert playground.costs != costs
    exec(line, {"playground": playground})
    assert playground.costs == costs and playground.line == line


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"data": "cats"}, "has no data 'cats'. It has blobs, noisy_circles"),
        ({"activation": "ReLU"}, "has no activation 'ReLU'. It has tanh, other."),
        ({"rate": 1}, "has no rate. It has data, units"),
    ],
)
def test_what_it_does_not_have_is_said(made, setting, said):
    before = made["playground"].line
    with pytest.raises(ValueError, match=re.escape(said)):
        made["playground"].choose(**setting)
    assert made["playground"].line == before


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(cwd=str(SOLUTIONS.parent))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code):
    """Run code in the kernel and return what it prints."""
    printed = []

    def take(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, output_hook=take, timeout=120)
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(printed).strip()


def send(client, name, data):
    """Tell a control what the browser tells it."""
    comm = run(client, f"print(playground.controls[{name!r}].model_id)")
    content = {"comm_id": comm, "data": data}
    client.shell_channel.send(client.session.msg("comm_msg", content))


def press(client, name):
    send(client, name, {"method": "custom", "content": {"event": "click"}})


def test_its_buttons_and_sliders_work_in_a_kernel(kernel):
    run(kernel, SETUP + "playground.show()")
    press(kernel, "1 step")
    press(kernel, "100 steps")
    assert run(kernel, "print(playground.settings['steps'], len(playground.costs))") == "101 102"
    press(kernel, "Backward")
    assert "Backward: the lengths" in run(kernel, "print(playground.told)")
    press(kernel, "Update")
    assert run(kernel, "print(playground.told[:11])") == "Update 102:"
    press(kernel, "Forward")
    assert run(kernel, "print(playground.told[:17])") == "Forward: the cost"
    for name, value in (("units", 7), ("data", 2), ("learning_rate", 2.0)):
        state = {"index" if name == "data" else "value": value}
        send(kernel, name, {"method": "update", "state": state, "buffer_paths": []})
    line = run(kernel, "print(playground.controls['line'].value)")
    assert "data='noisy_moons', units=7" in line and "learning_rate=2.0" in line
    assert "steps=0" in line, "other settings begin anew"
    run(kernel, "playground.choose(units=2, steps=5)")
    assert run(kernel, "print(playground.controls['units'].value)") == "2"
    assert run(kernel, "print(playground.line)").endswith("steps=5)"), "no control begins anew"
    press(kernel, "Begin anew")
    assert run(kernel, "print(playground.line)").endswith("steps=0)")


def test_an_error_in_a_learners_function_is_shown(kernel):
    broken = "lambda *given: print(1 / 0)"
    run(kernel, SETUP + f"playground.show()\nplayground._update = {broken}")
    told = "print(playground.controls['told'].value)"
    assert "Error" not in run(kernel, told)
    press(kernel, "1 step")
    assert "This stopped with ZeroDivisionError: division by zero" in run(kernel, told)
