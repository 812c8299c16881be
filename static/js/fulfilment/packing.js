// Ticks are sent without leaving the place on the page. Where that fails the form is sent the usual way.

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-tick]")) return;
  event.preventDefault();
  const box = form.querySelector(".tick-box");
  if (box.getAttribute("aria-busy") === "true") return;
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    // A redirect is how the server says that it is done; anything else is shown by the usual way.
    if (answer.type !== "opaqueredirect") throw new Error("not ticked");
    show(form, box);
  } catch {
    form.submit();
  } finally {
    box.removeAttribute("aria-busy");
  }
});

function show(form, box) {
  const isTicked = box.getAttribute("aria-pressed") !== "true";
  box.setAttribute("aria-pressed", String(isTicked));
  form.closest(".tick-row").classList.toggle("is-ticked", isTicked);
  form.querySelector("[name=undo]")?.remove();
  if (isTicked) {
    const undo = Object.assign(document.createElement("input"), { type: "hidden", name: "undo", value: "1" });
    form.append(undo);
  }
  for (const tag of form.closest(".tick-row").querySelectorAll(".tag")) tag.hidden = true;
}
