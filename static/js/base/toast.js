// What just happened, said in passing.

/** A short message at the bottom of the screen, read out as well. */
export function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  document.querySelector(".toasts")?.append(note);
  setTimeout(() => note.remove(), 6000);
}
