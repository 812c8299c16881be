// A changed quantity is sent by itself; the button for it is for browsers without script.

for (const form of document.querySelectorAll("[data-cart-line]")) {
  form.querySelector("[data-change]").hidden = true;
  let waiting;
  form.querySelector("input[type=number]").addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(form.querySelector("[data-change]")), 600);
  });
}
