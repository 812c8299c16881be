// Sends what waits, strictly one after the other. The market knows each entry by its key, so sending twice is harmless.

import { entries, keep } from "./queue.js";

const JSON_PLEASE = { Accept: "application/json" };
const ANSWERED = [400, 404, 409, 413, 422]; // a verdict on the entry; anything else is the network's or the market's trouble

async function ask(address, given = {}) {
  return fetch(address, { redirect: "manual", cache: "no-store", headers: JSON_PLEASE, signal: AbortSignal.timeout?.(90_000), ...given });
}

function bodyOf(entry, token) {
  const body = new FormData();
  body.set("csrf_token", token);
  body.set("client_id", entry.id);
  body.set("season", entry.season);
  body.set("kind", entry.kind);
  body.set("happened_on", entry.day);
  if (entry.corrects) body.set("corrects", entry.corrects);
  for (const [name, value] of entry.fields) body.set(name, value);
  for (const photo of entry.photos) body.append("photos", photo.blob, photo.name);
  return body;
}

/** Gives why it stopped: "" when nothing waits any more, "offline", "signed_out", "server" or "other_person". */
export async function sendAll(desk, addresses, changed) {
  const work = () => sendInOrder(desk, addresses, changed);
  // Two tabs would send the same entries side by side and out of order.
  return navigator.locks ? navigator.locks.request(`diary-${desk}`, work) : work();
}

async function sendInOrder(desk, addresses, changed) {
  const waiting = (await entries(desk)).filter((entry) => entry.state === "waiting" || entry.state === "sending");
  if (!waiting.length) return "";
  let known;
  try {
    const answer = await ask(addresses.token);
    if (answer.type === "opaqueredirect") return "signed_out";
    if (!answer.ok) return "server";
    known = await answer.json();
  } catch {
    return "offline";
  }
  let stopped = "";
  for (const entry of waiting) {
    if (entry.person !== known.person_id) {
      stopped = "other_person";
      continue;
    }
    await keep({ ...entry, state: "sending" });
    await changed();
    let answer;
    try {
      answer = await ask(addresses.send, { method: "POST", body: bodyOf(entry, known.token) });
      if (answer.ok) {
        const { url } = await answer.json();
        await keep({ ...entry, state: "done", url, photos: [], why: "", doneAt: Date.now() });
      } else if (ANSWERED.includes(answer.status)) {
        const { detail = "", problems = [] } = await answer.json().catch(() => ({}));
        await keep({ ...entry, state: "refused", why: detail, problems });
      }
    } catch {
      answer = undefined; // It may have arrived; the same key goes out again.
    }
    const decided = answer && (answer.ok || ANSWERED.includes(answer.status));
    if (!decided) await keep({ ...entry, state: "waiting" });
    await changed();
    if (!decided) return !answer ? "offline" : answer.type === "opaqueredirect" ? "signed_out" : "server";
  }
  return stopped;
}
