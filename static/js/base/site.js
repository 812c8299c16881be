// Small comforts on every page. Each part works without: this file only makes it quicker or safer.

import { toast } from "./toast.js";

const body = document.body;

const dots = (text) => text.replace(/\D/g, "").replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ".");

/** Rewrites what stands in a field while the cursor stays behind the same digit. */
function reshape(field, shape) {
  const digitsBefore = field.value.slice(0, field.selectionStart).replace(/\D/g, "").length;
  const shaped = shape(field.value);
  if (shaped === field.value) return;
  field.value = shaped;
  let place = 0;
  for (let seen = 0; place < shaped.length && seen < digitsBefore; place++) if (/\d/.test(shaped[place])) seen++;
  field.setSelectionRange(place, place);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  // "45k" is left for the server to read.
  if (field.matches?.("[data-money]") && /^[\d.\s]*$/.test(field.value)) reshape(field, dots);
  if (field.matches?.("[data-day]") && !event.inputType?.startsWith("delete") && /^(\d{2}|\d{2}\/\d{2})$/.test(field.value)) {
    field.value += "/";
  }
});

for (const field of document.querySelectorAll("[data-day]")) field.inputMode = "numeric";

for (const button of document.querySelectorAll("[data-step]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const field = step.parentElement.querySelector("input");
    step.dataset.step > 0 ? field.stepUp() : field.stepDown();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = event.target.closest("[data-close]");
  const opened = closer?.closest("dialog[open]") ?? (event.target.matches("dialog[open]") ? event.target : null);
  if (opened) {
    event.preventDefault();
    opened.close();
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast(body.dataset.copied), () => {});
  }
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const resting = new Map();

/** Makes a sent form usable again. */
function wake(form) {
  delete form.dataset.sent;
  for (const [button, words] of resting) {
    if (button.form !== form) continue;
    button.removeAttribute("aria-disabled");
    button.classList.remove("is-busy");
    button.replaceChildren(...words);
    resting.delete(button);
  }
}

// A form is sent once: the second press does nothing. The server does not rely on it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button?.dataset.confirm;
  if (form.dataset.sent || (question && !confirm(question))) {
    event.preventDefault();
    return;
  }
  if (!("once" in form.dataset) || event.defaultPrevented) return;
  form.dataset.sent = "1";
  if (button) {
    resting.set(button, [...button.childNodes]);
    button.setAttribute("aria-disabled", "true");
    button.classList.add("is-busy");
    button.textContent = button.dataset.busy || body.dataset.sending;
  }
  // An answer that is a file leaves the page standing.
  setTimeout(() => wake(form), 15000);
});

// Coming back with the browser's back key finds forms usable and the cart counted.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach(wake);
  countCart();
});

for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
document.querySelector("[data-focus]")?.focus();

const photos = document.querySelectorAll("input[type=file][data-photos]");
if (photos.length) import(photos[0].dataset.photos).then((module) => photos.forEach(module.shrinkBeforeSending), () => {});

/** Asks how much lies in the cart; pages are the same for all strangers and cannot say. */
export async function countCart() {
  const places = document.querySelectorAll("[data-cart-count]");
  if (!places.length) return;
  try {
    const answer = await fetch("/gio-hang/so-luong", { headers: { Accept: "application/json" } });
    const { count } = answer.ok ? await answer.json() : {};
    for (const place of places) {
      place.textContent = count > 99 ? "99+" : count;
      place.hidden = !count;
    }
  } catch {
    // No network: the page stays as it is.
  }
}
"requestIdleCallback" in window ? requestIdleCallback(countCart) : setTimeout(countCart, 300);
