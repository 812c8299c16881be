// The diary's page: swaps the fields of the kinds, keeps entries on the phone, shows how each of them stands.

import { drop, entries, keep, newKey } from "./queue.js";
import { sendAll } from "./sending.js";

const root = document.getElementById("diary");
const form = document.getElementById("entry");
const words = JSON.parse(root.dataset.words);
const desk = Number(root.dataset.desk);
const person = Number(root.dataset.person);
const addresses = { send: root.dataset.send, token: root.dataset.token };
const AGAIN_AFTER = 30_000;
const SHOWN_FOR = 24 * 3600 * 1000;
let edited = null; // the refused entry that stands in the form

// Which fields are shown

const templates = new Map([...document.querySelectorAll("template[data-fields]")].map((one) => [one.dataset.fields, one]));

// The kept page may be of last week; the day on the phone's clock is what the farmer means.
const today = () => new Date().toLocaleDateString("en-GB", { timeZone: "Asia/Ho_Chi_Minh" });

function show(kind) {
  const template = templates.get(kind);
  if (!form) return;
  form.hidden = !template;
  document.getElementById("kinds").hidden = Boolean(template);
  if (!template) return;
  if (!edited) form.elements.happened_on.value = today();
  if (form.dataset.shown === kind) return;
  form.dataset.shown = form.elements.kind.value = kind;
  document.getElementById("kind-words").textContent = template.dataset.words;
  document.getElementById("kind-fields").replaceChildren(template.content.cloneNode(true));
  form.querySelector(".error-summary")?.remove();
}

function showAddress() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("sua")) {
    // Only the market knows what the entry says; the kept page has no values of it.
    if (form && !form.elements.corrects) tell(words.online_only);
    return;
  }
  if (form?.elements.corrects || form?.querySelector(".error-summary")) return;
  edited = null;
  show(asked.get("loai") ?? "");
  const season = asked.get("vu");
  if (season && form?.elements.season.querySelector(`option[value="${CSS.escape(season)}"]`)) form.elements.season.value = season;
}

addEventListener("popstate", showAddress);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.kind, #other-kind");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const season = form.elements.season.value;
  history.pushState(null, "", link.href);
  showAddress();
  form.elements.season.value = season;
  scrollTo(0, 0);
});

// Writing down

function missing() {
  return [...form.querySelectorAll("[data-required]")].filter((box) => {
    const control = box.querySelector("input, textarea");
    return control.type === "radio" ? !box.querySelector(":checked") : !control.value.trim();
  });
}

function blame(boxes) {
  form.querySelectorAll(".error-text").forEach((one) => one.remove());
  form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  for (const [box, why] of boxes) {
    const note = document.createElement("p");
    note.className = "error-text";
    note.id = `why-${box.dataset.field}`;
    note.textContent = why;
    const control = box.querySelector("input, textarea");
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", note.id);
    (box.querySelector("legend") ?? box.querySelector("label")).after(note);
  }
  boxes[0]?.[0].querySelector("input, textarea").focus();
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const lacking = missing();
  blame(lacking.map((box) => [box, form.dataset.needed]));
  if (!lacking.length) writeDown().catch(() => form.submit());
});

async function writeDown() {
  const typed = new FormData(form);
  const ours = ["csrf_token", "client_id", "season", "kind", "happened_on", "corrects", "photos"];
  const chosen = typed.getAll("photos").filter((photo) => photo.size);
  const entry = {
    id: edited?.id ?? newKey(),
    desk,
    person,
    kind: typed.get("kind"),
    kindWords: document.getElementById("kind-words").textContent,
    season: typed.get("season"),
    seasonWords: form.elements.season.selectedOptions[0].textContent,
    day: typed.get("happened_on"),
    corrects: typed.get("corrects") ?? edited?.corrects ?? "",
    fields: [...typed.entries()].filter(([name]) => !ours.includes(name)),
    photos: chosen.length ? chosen.map((photo) => ({ name: photo.name, blob: photo })) : (edited?.photos ?? []),
    state: "waiting",
    why: "",
  };
  if (edited) entry.order = edited.order;
  await keep(entry);
  navigator.storage?.persist?.(); // asks the browser not to clear what waits when the phone is full
  edited = null;
  form.elements.photos.value = "";
  form.querySelector(".previews").replaceChildren();
  form.dataset.shown = "";
  form.elements.corrects?.remove();
  history.replaceState(null, "", root.dataset.page);
  show("");
  await draw();
  document.getElementById("queue").scrollIntoView({ block: "nearest" });
  send();
}

function mend(entry) {
  form.dataset.shown = "";
  show(entry.kind);
  edited = entry;
  form.elements.season.value = entry.season;
  form.elements.happened_on.value = entry.day;
  for (const [name, value] of entry.fields) {
    const control = form.elements[name];
    if (control) control.value = value;
  }
  const boxes = (entry.problems ?? []).map(({ field, message }) => [form.querySelector(`[data-field="${field}"]`), message]);
  blame(boxes.filter(([box]) => box));
  form.scrollIntoView();
}

// How each entry stands

function tell(text) {
  const state = document.getElementById("queue-state");
  state.textContent = text;
  state.hidden = !text;
  if (text) document.getElementById("queue").hidden = false;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text, deed) {
  const made = element("button", "button button-secondary", text);
  made.type = "button";
  made.addEventListener("click", deed);
  return made;
}

const TONES = { waiting: "wait", sending: "news", done: "good", refused: "bad" };

function line(entry) {
  const item = element("li", "queue-item");
  item.dataset.state = entry.state;
  const head = element("p", "queue-head");
  head.append(element("strong", "", entry.kindWords), element("span", `tag tag-${TONES[entry.state]}`, words[entry.state]));
  const photos = entry.photos.length ? ` · ${entry.photos.length} ${words.photos}` : "";
  item.append(head, element("p", "soft", `${entry.day} · ${entry.seasonWords}${photos}`));
  if (entry.state === "waiting" && entry.person !== person) item.append(element("p", "queue-why", words.other_person));
  if (entry.state !== "refused") return item;
  const why = (entry.problems ?? []).map(({ label, message }) => `${label}: ${message}`).join(" ") || entry.why;
  const buttons = element("div", "queue-buttons");
  buttons.append(
    button(words.edit, () => mend(entry)),
    button(words.drop, async () => {
      if (!confirm(words.really_drop)) return;
      await drop(entry.order);
      draw();
    }),
  );
  item.append(element("p", "queue-why", why), buttons);
  return item;
}

async function draw() {
  const all = await entries(desk);
  const old = all.filter((entry) => entry.state === "done" && Date.now() - entry.doneAt > SHOWN_FOR);
  await Promise.all(old.map((entry) => drop(entry.order)));
  const shown = all.filter((entry) => !old.includes(entry));
  document.getElementById("queue-list").replaceChildren(...shown.map(line));
  document.getElementById("queue").hidden = !shown.length && document.getElementById("queue-state").hidden;
  const left = shown.some((entry) => entry.state === "waiting" || entry.state === "sending");
  document.getElementById("send-now").hidden = !left;
  return left;
}

let running = null;

/** One run at a time; asked again meanwhile, it runs once more for what came in. */
async function send() {
  if (running) {
    running.again = true;
    return;
  }
  const run = (running = { again: false });
  try {
    const stopped = await sendAll(desk, addresses, draw);
    tell(stopped ? words[stopped] : "");
    document.getElementById("queue-sign-in").hidden = stopped !== "signed_out";
    await draw();
  } finally {
    running = null;
  }
  if (run.again) send();
}

addEventListener("online", send);
document.getElementById("send-now").addEventListener("click", send);
setInterval(async () => {
  if (navigator.onLine && (await draw())) send();
}, AGAIN_AFTER);

// The page itself stays on the phone

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.page });
  const cache = await caches.open("diary");
  const fresh = await fetch(root.dataset.page, { redirect: "manual" });
  if (fresh.ok) await cache.put(root.dataset.page, fresh);
  const files = performance
    .getEntriesByType("resource")
    .map((entry) => new URL(entry.name))
    .filter((address) => address.origin === location.origin && address.pathname.startsWith("/static/"));
  for (const address of files) {
    address.hash = "";
    if (await cache.match(address.href)) continue;
    await cache.delete(address.href, { ignoreSearch: true }); // what stood there before a new version
    await cache.add(address.href);
  }
  document.getElementById("kept").hidden = false;
}

showAddress();
draw().then(send, () => tell(words.no_storage));
// After the load, so that fonts and icons are among what is kept.
if (document.readyState === "complete") keepPage().catch(() => {});
else addEventListener("load", () => keepPage().catch(() => {}));
