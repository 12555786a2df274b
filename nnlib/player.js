(() => {
  const stored = FRAMES;
  const labels = LABELS;
  const load = async (data) => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    return image;
  };
  const play = async (box) => {
    const image = box.querySelector("img");
    const frames = await Promise.all(stored.map(load));
    const canvas = document.createElement("canvas");
    canvas.width = frames[0].width;
    canvas.height = frames[0].height;
    canvas.style.cssText = image.style.cssText + "; width: " + image.width + "px";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", image.alt);
    const button = document.createElement("button");
    button.type = "button";
    button.style.cssText = "min-width: 6em; margin: 0.3em 0.8em 0.3em 0";
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 1, max: frames.length, step: 1, value: 1 });
    slider.setAttribute("aria-label", "Frame of the animation");
    slider.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys
    slider.style.cssText = "width: 50%; vertical-align: middle";
    const label = document.createElement("div");
    const row = document.createElement("div");
    row.append(button, slider, ...(labels.length ? [label] : []));
    const pen = canvas.getContext("2d");
    let drawn = 0;
    let timer = null;
    const last = () => Number(slider.value) === frames.length;
    const draw = () => {
      const wanted = Number(slider.value);
      if (wanted < drawn) drawn = 0;
      for (; drawn < wanted; drawn += 1) pen.drawImage(frames[drawn], 0, 0);
      label.textContent = labels[wanted - 1] || "";
      if (labels.length) slider.setAttribute("aria-valuetext", label.textContent);
    };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    };
    const start = () => {
      if (last()) slider.value = 1;
      draw();
      button.textContent = "Pause";
      timer = setInterval(() => {
        if (last() || !box.isConnected) return stop();
        slider.value = Number(slider.value) + 1;
        draw();
      }, labels.length ? 1500 : 300);
    };
    button.onclick = () => (timer === null ? start() : stop());
    slider.oninput = () => { stop(); draw(); };
    slider.value = labels.length ? 1 : frames.length;
    draw();
    stop();
    box.replaceChildren(canvas, row);
    const still = labels.length || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still) start();
  };
  document.querySelectorAll("div.NAME").forEach(play);
})();
