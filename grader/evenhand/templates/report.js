
"use strict";
const text = (cell) => cell.textContent.trim();
const key = (row, column) => {
  const cell = row.cells[column];
  const value = cell.dataset.value;
  if (value === undefined) return text(cell).toLowerCase();
  return value === "" ? "" : Number(value);
};
for (const table of document.querySelectorAll("table.sortable")) {
  table.querySelectorAll("thead th").forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      table.querySelectorAll("th[aria-sort]").forEach((one) => one.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      const order = new Map(rows.map((row, number) => [row, [key(row, column), number]]));
      rows.sort((a, b) => {
        const [one, first] = order.get(a), [other, second] = order.get(b);
        // What is empty comes last, whichever way round.
        if ((one === "") !== (other === "")) return one === "" ? 1 : -1;
        const sign = typeof one === "number" ? one - other : one.localeCompare(other);
        return down * sign || first - second;
      });
      table.tBodies[0].append(...rows);
    });
  });
}
const search = document.getElementById("search");
search.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const row of document.querySelectorAll("tr.student, li.student")) {
    row.hidden = !text(row).toLowerCase().includes(wanted);
  }
});
const hide = document.getElementById("hide");
hide.addEventListener("change", () => {
  for (const who of document.querySelectorAll(".who")) {
    who.dataset.name ??= who.textContent;
    who.textContent = hide.checked ? who.dataset.alias : who.dataset.name;
  }
  document.querySelectorAll("section.names").forEach((one) => { one.hidden = hide.checked; });
  document.querySelectorAll("td a").forEach((link) => {
    link.dataset.href ??= link.getAttribute("href");
    if (hide.checked) link.removeAttribute("href");
    else link.setAttribute("href", link.dataset.href);
  });
  search.dispatchEvent(new Event("input"));
});
document.getElementById("tools").hidden = false;
