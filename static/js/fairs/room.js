// The room on air. The page stands as the server made it; this keeps it right: figures in place, and the scene asked for
// again when another slot or item is on. The countdown is drawn here, the price is decided by the server alone.

import { listen } from "./listening.js";
import { playStage, prepareVideos } from "./stage.js";

const room = document.querySelector("#room");
const words = room.dataset;
// What the server's clock is ahead of this phone's.
let ahead = Date.parse(words.now) - Date.now();

const parts = (itemId) => room.querySelectorAll(`[data-item="${itemId}"]`);

function showFree(itemId, free) {
  for (const part of parts(itemId)) {
    const place = part.querySelector("[data-free]");
    if (place) place.textContent = free > 0 ? words.left.replace("{n}", free) : words.soldOut;
    const bar = part.querySelector("[data-free-bar]");
    if (bar) bar.value = free;
    const buy = part.querySelector("[data-buy]");
    if (buy) buy.toggleAttribute("hidden", free <= 0);
  }
}

/** A frame begins anew when it is moved, so a stage that plays the same video stays and all else takes its new place. */
function putPart(here, fresh) {
  const stage = here.querySelector(".stage");
  const next = fresh.querySelector(".stage");
  if (!stage?.querySelector("iframe, video") || !next || stage.dataset.video !== next.dataset.video) {
    here.replaceChildren(...fresh.childNodes);
    return;
  }
  next.remove();
  for (const part of [...here.children]) if (part !== stage) part.remove();
  here.append(...fresh.childNodes);
}

let sceneTimer = 0;
function askForScene(eventId) {
  clearTimeout(sceneTimer);
  // Everybody hears of it at the same moment; they do not all ask at the same moment.
  sceneTimer = setTimeout(async () => {
    const answer = await fetch(`${words.scene}?v=${eventId}`);
    if (!answer.ok) return;
    const focused = document.activeElement;
    const focusedItem = focused?.closest("[data-item]")?.dataset.item;
    const scene = document.createElement("div");
    // A second screen asks for its own page and takes its pieces out of it.
    scene.append(...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-scene-here]"));
    for (const fresh of scene.querySelectorAll("[data-scene-here]")) {
      const here = room.querySelector(`[data-scene-here="${fresh.dataset.sceneHere}"]`);
      if (here) putPart(here, fresh);
    }
    if (focusedItem) parts(focusedItem)[0]?.querySelector("a, button")?.focus();
    else if (focused?.id && !focused.isConnected) document.getElementById(focused.id)?.focus();
    prepareVideos(room);
    drawClocks();
  }, Math.random() * 400);
}

const reactions = {
  // Not all at the same moment.
  state: () => setTimeout(() => location.reload(), Math.random() * 2000),
  slot: (_body, id) => askForScene(id),
  pin: (_body, id) => askForScene(id),
  card: (_body, id) => askForScene(id),
  price: (body, id) => {
    ahead = Date.parse(body.now) - Date.now();
    askForScene(id);
  },
  stock: (body) => showFree(body.item_id, body.free),
  notice: (body) => {
    const place = room.querySelector("[data-notice]");
    place.hidden = !body.text;
    place.querySelector("span").textContent = body.text;
  },
  viewers: (body) => {
    const place = room.querySelector("[data-viewers]");
    if (!place) return;
    place.hidden = !body.count;
    place.querySelector("[data-count]").textContent = body.count;
  },
};

function drawClocks() {
  for (const place of room.querySelectorAll("[data-closes]")) {
    const left = Math.max(0, Math.ceil((Date.parse(place.dataset.closes) - Date.now() - ahead) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    place.textContent = words.ends.replace("{t}", time);
    if (left === 0 && !place.dataset.over) {
      place.dataset.over = "1";
      askForScene(`end-${place.dataset.closes}`);
    }
  }
}

listen(
  { stream: words.stream, news: words.news, after: Number(words.event) },
  {
    tell: (event) => {
      reactions[event.kind]?.(event.body, event.id);
      document.dispatchEvent(new CustomEvent("room-news", { detail: event }));
    },
    connection: (isUp) => {
      const place = room.querySelector("[data-connection]");
      place.hidden = isUp;
      place.textContent = isUp ? "" : words.lost;
    },
  },
);
playStage(room);
drawClocks();
setInterval(drawClocks, 1000);
