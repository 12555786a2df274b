// "Bring my work back", in the map of the course that runs in the browser: takes my-work.zip, and
// keeps its notebooks where JupyterLite keeps those that are written here.
(() => {
  const box = document.querySelector("#bring-back");
  const told = box.querySelector("output");
  const contents = () => window.jupyterapp.serviceManager.contents;

  // Name -> text of each file in a zip; browsers can inflate, but do not read zips.
  const unzipped = async (data) => {
    const view = new DataView(data), bytes = new Uint8Array(data), found = {};
    let end = data.byteLength - 22;
    while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
    if (end < 0) throw new Error("it is no zip file");
    let at = view.getUint32(end + 16, true);
    for (let k = view.getUint16(end + 10, true); k > 0; k -= 1) {
      const [method, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
      const [name, extra, note] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const head = view.getUint32(at + 42, true);
      const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
      const begin = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
      let file = new Blob([bytes.subarray(begin, begin + size)]);
      if (method === 8) {
        const inflated = file.stream().pipeThrough(new DecompressionStream("deflate-raw"));
        file = await new Response(inflated).blob();
      }
      found[path] = await file.text();
      at += 46 + name + extra + note;
    }
    return found;
  };

  const sources = (notebook) => JSON.stringify(
    notebook.cells.map(({ source }) => [source].flat().join("")));

  // What is kept here under a path, or null. Without `content`, JupyterLite leaves it out.
  const kept = (path, content) => contents().get(path, { content }).catch(() => null);

  const bring = async (file) => {
    const replaced = [], added = [];
    for (const [path, text] of Object.entries(await unzipped(await file.arrayBuffer()))) {
      if (!path.endsWith(".ipynb")) continue;
      const notebook = JSON.parse(text), here = await kept(path, true);
      const folder = path.split("/").slice(0, -1).join("/");
      if (!here && !await kept(folder, false)) throw new Error(`here is no folder ${folder}`);
      if (here && sources(here.content) === sources(notebook)) continue;
      (here ? replaced : added).push([path, notebook]);
    }
    const names = (some) => some.map(([path]) => path).join("\n");
    const question = `These notebooks are replaced by those in the file:\n${names(replaced)}`;
    if (replaced.length && !confirm(question)) return "Nothing was changed.";
    const all = [...replaced, ...added];
    if (!all.length) return "Your notebooks here are as they are in the file.";
    for (const [path, content] of all) {
      await contents().save(path, { type: "notebook", format: "json", content });
    }
    return `Brought back: ${names(all).replaceAll("\n", ", ")}. Reload those that are open.`;
  };

  box.querySelector("input").onchange = async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    try {
      told.textContent = await bring(file);
    } catch (error) {
      told.textContent = `${file.name} could not be read: ${error.message}. Choose the file that `
        + "was downloaded here.";
    }
  };
})();
