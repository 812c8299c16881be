// Drag a part of the running order to another place. The buttons do the same without script; a drop sends their form.
const list = document.querySelector("[data-slots]");
const rows = () => [...list.querySelectorAll("[data-slot]")];
let dragged = null;

function clear() {
  for (const row of rows()) row.classList.remove("is-dragged", "is-target");
}

for (const row of rows()) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.slot);
  });
  row.addEventListener("dragover", (event) => {
    if (!dragged || dragged === row) return;
    event.preventDefault();
    for (const other of rows()) other.classList.toggle("is-target", other === row);
  });
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!dragged || dragged === row) return;
    const form = dragged.querySelector(".slot-moves form");
    form.elements.place.value = String(rows().indexOf(row));
    form.requestSubmit();
  });
  row.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });
}
