// The host desk: every panel follows what happens, and the most used buttons have keys.

import { follow } from "./panels.js";

const desk = document.querySelector("#desk");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const button = [...desk.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key.toLowerCase());
  button?.click();
});

follow(desk, (event) => event.kind !== "stock");
