// Pages of several panels that follow a room: forms are sent without leaving the page, and panels are put in their places
// again when something happened. A panel in which somebody types is left alone until he is done.

import { toast } from "../base/toast.js";
import { listen } from "./listening.js";

const isTypedIn = (panel) =>
  (panel.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea")) ||
  [...panel.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=file]), textarea")].some((field) => field.value !== field.defaultValue) ||
  [...panel.querySelectorAll("input[type=file]")].some((field) => field.files.length > 0);

/**
 * @param {HTMLElement} root holds the panels and, as data, the page's own address, the stream and the words
 * @param {(event: {kind: string, body: object}) => boolean} matters whether the page has to be looked at again
 */
export function follow(root, matters) {
  const words = root.dataset;
  const ahead = Date.parse(words.now) - Date.now();

  function take(html, sent) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.querySelector(`#${root.id}`)) return location.reload();
    for (const panel of root.querySelectorAll("[data-panel]")) {
      if (panel !== sent && isTypedIn(panel)) continue;
      const next = fresh.querySelector(`[data-panel="${panel.dataset.panel}"]`);
      if (!next || (panel.dataset.panel === "flashes" && !sent)) continue;
      for (const box of panel.querySelectorAll("details[open]")) {
        const same = [...next.querySelectorAll("details")].find((one) => one.innerHTML === box.innerHTML);
        if (same) same.open = true;
      }
      panel.hidden = next.hidden;
      panel.className = next.className;
      if (panel.innerHTML !== next.innerHTML) panel.innerHTML = next.innerHTML;
    }
    drawClocks();
    return fresh;
  }

  let timer = 0;
  function refresh() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await fetch(words.page);
      if (answer.ok) take(await answer.text(), null);
    }, 300);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || !root.contains(form)) return;
    event.preventDefault();
    const panel = form.closest("[data-panel]");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const said = take(await answer.text(), panel)?.querySelector("main .notice, [data-panel=flashes] .notice");
      if (said) toast(said.textContent.trim());
    } catch {
      toast(words.lost);
      delete form.dataset.sent;
    }
  });

  function drawClocks() {
    for (const place of root.querySelectorAll("[data-closes]")) {
      const left = Math.max(0, Math.ceil((Date.parse(place.dataset.closes) - Date.now() - ahead) / 1000));
      place.textContent = words.ends.replace("{t}", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
    }
  }

  listen(
    { stream: words.stream, news: words.news, after: Number(words.event) },
    {
      tell: (event) => {
        const figure = event.kind === "stock" && root.querySelector(`[data-item="${event.body.item_id}"] [data-free-figure]`);
        if (figure) figure.textContent = event.body.free;
        if (matters(event)) refresh();
      },
      connection: (isUp) => {
        const place = root.querySelector("[data-connection]");
        place.hidden = isUp;
        place.textContent = isUp ? "" : words.lost;
      },
    },
  );
  drawClocks();
  setInterval(drawClocks, 1000);
}
