(() => {
  const { points, reach, colours, areas, start } = SETTINGS;
  const size = 400;
  const across = (x) => size / 2 * (1 + x / reach);
  const up = (y) => size / 2 * (1 - y / reach);
  const draw = (parent, name, attributes, text = "") => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.textContent = text;
    parent.append(node);
    return node;
  };
  const run = (box) => {
    const svg = draw(box, "svg", {
      viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": box.querySelector("img").alt,
      style: `display: block; width: ${size}px; max-width: 100%; background: ${areas[0]}`,
    });
    const area = draw(svg, "polygon", { fill: areas[1] });
    const line = draw(svg, "line", { stroke: "black", "stroke-width": 2 });
    for (const [x, y, kind] of points) {
      const [cx, cy] = [across(x), up(y)];
      const look = { fill: colours[kind], stroke: "black", "stroke-width": 0.6 };
      const corners = `${cx},${cy - 4} ${cx - 4},${cy + 3} ${cx + 4},${cy + 3}`;
      if (kind) draw(svg, "polygon", { ...look, points: corners });
      else draw(svg, "circle", { ...look, cx, cy, r: 3.5 });
    }
    const label = { "font-size": 15, "font-style": "italic", fill: "black" };
    draw(svg, "text", { ...label, x: size - 24, y: size - 8 }, "x₁");
    draw(svg, "text", { ...label, x: 8, y: 20 }, "x₂");

    const told = document.createElement("output");
    told.style.cssText = "display: block; margin: 0.5em 0; font-variant-numeric: tabular-nums";
    const sliders = ["w₁, weight of x₁", "w₂, weight of x₂", "b, bias"].map((name, k) => {
      const slider = document.createElement("input");
      Object.assign(slider, { type: "range", min: -5, max: 5, step: 0.1, value: start[k] });
      slider.style.cssText = "width: 240px; max-width: 50%; vertical-align: middle";
      slider.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
      slider.oninput = () => show();
      const row = document.createElement("label");
      const words = document.createElement("span");
      row.style.cssText = "display: block; margin: 0.3em 0";
      words.style.cssText = "display: inline-block; width: 10em";
      words.textContent = name;
      row.append(words, slider);
      return { slider, row };
    });

    const show = () => {
      const [w1, w2, b] = sliders.map(({ slider }) => Number(slider.value));
      const sum = ([x, y]) => w1 * x + w2 * y + b;
      // The part of the square in which the sum is above 0, corner by corner.
      const square = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map((p) => p.map((v) => v * reach));
      const inside = [], border = [];
      square.forEach((p, k) => {
        const q = square[(k + 1) % 4], [a, c] = [sum(p), sum(q)];
        if (a > 0) inside.push(p);
        if (a > 0 !== c > 0) {
          border.push([0, 1].map((i) => p[i] + (q[i] - p[i]) * a / (a - c)));
          inside.push(border.at(-1));
        }
      });
      area.setAttribute("points", inside.map(([x, y]) => `${across(x)},${up(y)}`).join(" "));
      const [p, q] = border.length ? border : [[0, 0], [0, 0]];
      const ends = { x1: across(p[0]), y1: up(p[1]), x2: across(q[0]), y2: up(q[1]) };
      for (const [key, value] of Object.entries(ends)) line.setAttribute(key, value);
      let cost = 0, right = 0;
      for (const point of points) {
        const z = sum(point), kind = point[2];
        cost += (Math.max(z, 0) - z * kind + Math.log1p(Math.exp(-Math.abs(z)))) / points.length;
        right += (z > 0) === (kind === 1);
      }
      const signed = (v) => (v < 0 ? "− " : "+ ") + Math.abs(v).toFixed(1);
      told.textContent = `z = ${signed(w1).replace("+ ", "")} · x₁ ${signed(w2)} · x₂ ${signed(b)}. `
        + `Cost J = ${cost.toFixed(3)}; ${right} of ${points.length} points are on their side.`;
    };
    show();
    box.replaceChildren(svg, told, ...sliders.map(({ row }) => row));
  };
  document.querySelectorAll("div.NAME").forEach(run);
})();
