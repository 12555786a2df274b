"""A live playground: train a network step by step with buttons, on the learner's own functions.

It needs ipywidgets and a running kernel. Whatever a button does is a method of `Playground`, so a
test or a cell can call it as well.
"""

from __future__ import annotations

import base64
import functools
import html
import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnlib import plotting
from nnlib.style import pyplot

#: ipywidgets leaves its sliders without a name for screen readers; they get that of their label.
_NAME_SLIDERS = """<script>
  (() => {
    const watch = new MutationObserver(() => {
      const rows = document.querySelectorAll(".nnlib-playground .widget-slider:has([role=slider])");
      for (const row of rows) {
        const name = row.querySelector("label").textContent;
        row.querySelector("[role=slider]").setAttribute("aria-label", name);
      }
      if (rows.length === 4) watch.disconnect();
    });
    watch.observe(document.body, { childList: true, subtree: true });
  })();
</script>"""


class Playground:
    """A network with one hidden layer, its data, and the buttons that train it.

    Parameters
    ----------
    data : mapping of str to (X, Y)
        Data sets of the plane: X of shape (2, m), Y of shape (1, m).
    networks : mapping of str to (forward_propagation, backward_propagation)
        For each activation of the hidden layer, the two functions of a network that uses it.
    initialize_parameters, update_parameters : functions
        As in part 2.
    l2_gradients : function
        Takes the gradients, the parameters, the strength and m; returns the gradients of the
        penalised cost.
    penalised_cost : function
        Takes A2, Y, the parameters and the strength; returns the cost with its penalty.
    """

    def __init__(
        self,
        data: Mapping[str, tuple[np.ndarray, np.ndarray]],
        networks: Mapping[str, tuple[Callable, Callable]],
        initialize_parameters: Callable,
        update_parameters: Callable,
        l2_gradients: Callable,
        penalised_cost: Callable,
    ) -> None:
        self._data, self._networks = data, networks
        self._initialize, self._update = initialize_parameters, update_parameters
        self._l2, self._cost = l2_gradients, penalised_cost
        self._view: Callable[[], None] = lambda: None
        self.choose()

    def choose(self, **settings: Any) -> None:
        """Start again with these settings, and the defaults for the others.

        They are those in `line`: `data`, `units`, `activation`, `learning_rate`, `reg_lambda`,
        `seed`, and `steps`, the number of steps to train right away.

        Raises
        ------
        ValueError
            If there is no such setting, data set or activation.
        """
        first = {
            "data": next(iter(self._data)),
            "units": 4,
            "activation": next(iter(self._networks)),
            "learning_rate": 0.6,
            "reg_lambda": 0.0,
            "seed": 0,
            "steps": 0,
        }
        choices = {"data": self._data, "activation": self._networks}
        for name, value in settings.items():
            if name not in first:
                raise ValueError(f"The playground has no {name}. It has {', '.join(first)}.")
            if value not in choices.get(name, (value,)):
                known = ", ".join(choices[name])
                raise ValueError(f"The playground has no {name} {value!r}. It has {known}.")
        self.settings = {**first, **settings}
        np.random.seed(self.settings["seed"])
        X, Y = self._data[self.settings["data"]]
        start = self._initialize(X.shape[0], self.settings["units"], Y.shape[0])
        # Larger initial weights, so that the units differ from the start.
        self.parameters = {name: 50 * value for name, value in start.items()}
        steps, self.settings["steps"] = self.settings["steps"], 0
        self.costs: list[float] = []
        self.A2 = self.cache = self.grads = None
        self.step(steps)

    def forward(self) -> None:
        """Go forward once: the outputs and the cost."""
        X, Y = self._data[self.settings["data"]]
        with np.errstate(over="ignore"):  # too high a learning rate is one of the things to try
            go, _ = self._networks[self.settings["activation"]]
            self.A2, self.cache = go(X, self.parameters)
            cost = self._cost(self.A2, Y, self.parameters, self.settings["reg_lambda"])
        self.costs[self.settings["steps"] :] = [float(cost)]
        self.grads = None
        self._view()

    def backward(self) -> None:
        """Go backward once: compute the gradients, after going forward if need be."""
        if self.cache is None:
            self.forward()
        X, Y = self._data[self.settings["data"]]
        _, back = self._networks[self.settings["activation"]]
        grads = back(self.parameters, self.cache, X, Y)
        self.grads = self._l2(grads, self.parameters, self.settings["reg_lambda"], X.shape[1])
        self._view()

    def update(self) -> None:
        """Change the parameters once, after going backward if need be."""
        if self.grads is None:
            self.backward()
        rate = self.settings["learning_rate"]
        self.parameters = self._update(self.parameters, self.grads, rate)
        self.settings["steps"] += 1
        self.A2 = self.cache = self.grads = None
        self._view()

    def step(self, count: int = 1) -> None:
        """Forward, backward, update, `count` times; then forward, so that the cost is shown."""
        view, self._view = self._view, lambda: None
        try:
            for _ in range(count):
                self.update()
            self.forward()
        finally:
            self._view = view
        self._view()

    @property
    def line(self) -> str:
        """The line of code that brings this state back."""
        said = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"playground.choose({said})"

    @property
    def told(self) -> str:
        """What the last step gave, in a sentence."""
        if self.grads is not None:
            sizes = (f"{name} {np.linalg.norm(slope):.4f}" for name, slope in self.grads.items())
            return f"Backward: the lengths of the slopes are {', '.join(sizes)}."
        if self.A2 is not None:
            return f"Forward: the cost is {self.costs[-1]:.4f}."
        return f"Update {self.settings['steps']}: the parameters are new. Go forward for the cost."

    def picture(self) -> str:
        """Return the border and the cost curve as an HTML image."""
        figure, (left, right) = plotting.subplots(1, 2, figsize=(8.4, 3.8))
        X, Y = self._data[self.settings["data"]]
        go, _ = self._networks[self.settings["activation"]]
        with np.errstate(over="ignore"):
            plotting.plot_decision_boundary(lambda Z: go(Z, self.parameters)[0], X, Y, ax=left)
        plotting.plot_cost(self.costs, ax=right)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        pyplot().close(figure)
        data = base64.b64encode(buffer.getvalue()).decode("ascii")
        alt = f"The border of the network and its cost curve. {self.told}"
        return f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}">'

    def show(self) -> None:
        """Show the playground below the cell.

        Raises
        ------
        ImportError
            If ipywidgets is missing; the message says how to install it.
        """
        try:
            import ipywidgets as widgets
        except ImportError:
            raise ImportError(
                "The playground needs ipywidgets: run `pip install ipywidgets` in the environment "
                "of this notebook, restart the kernel and reload the page."
            ) from None
        from IPython.display import display

        late = {"continuous_update": False}  # act when a slider is released, not while it moves
        choices = {
            "data": widgets.Dropdown(options=[*self._data]),
            "units": widgets.IntSlider(min=1, max=20, **late),
            "activation": widgets.Dropdown(options=[*self._networks]),
            "learning_rate": widgets.FloatLogSlider(min=-2, max=1.5, step=0.1, **late),
            "reg_lambda": widgets.FloatSlider(min=0, max=3, step=0.1, **late),
            "seed": widgets.IntSlider(min=0, max=20, **late),
        }
        image, told, line = widgets.HTML(), widgets.HTML(), widgets.Text(description="this state")
        line.layout.width = "95%"
        following = False  # whether the controls are being set, not used

        def attempt(action: Callable[[], None]) -> None:
            """Show an exception below the buttons: Jupyter would hide it."""
            try:
                action()
            except Exception as error:  # noqa: BLE001 - a learner's function may fail in any way
                said = f"This stopped with {type(error).__name__}: {error}"
                told.value = f"<strong>{html.escape(said)}</strong>"

        def anew(**setting: Any) -> None:
            attempt(lambda: self.choose(**{**self.settings, "steps": 0, **setting}))

        def changed(change: Any, name: str) -> None:
            if not following:
                anew(**{name: change["new"]})

        for name, control in choices.items():
            control.description = name.replace("_", " ")
            control.style = {"description_width": "100px"}  # the default cuts "learning rate"
            control.observe(functools.partial(changed, name=name), "value")
        actions = {
            "Forward": self.forward,
            "Backward": self.backward,
            "Update": self.update,
            "1 step": self.step,
            "100 steps": lambda: self.step(100),
            "Begin anew": anew,
        }
        self.controls: dict[str, Any] = {**choices, "told": told, "line": line}
        for name, action in actions.items():
            self.controls[name] = widgets.Button(description=name)
            self.controls[name].on_click(lambda _, action=action: attempt(action))

        def view() -> None:
            nonlocal following
            following = True
            for name, control in choices.items():
                control.value = self.settings[name]
            following = False
            image.value, told.value, line.value = self.picture(), html.escape(self.told), self.line

        self._view = view
        view()
        columns = [widgets.VBox(list(choices.values())[k : k + 3]) for k in (0, 3)]
        row = widgets.HBox([self.controls[name] for name in actions])
        whole = widgets.VBox([widgets.HBox(columns), row, told, image, line])
        whole.add_class("nnlib-playground")
        display({"text/html": _NAME_SLIDERS, "text/plain": ""}, raw=True)
        display(whole)
