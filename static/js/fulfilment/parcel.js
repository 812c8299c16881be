// Puts each pack that the camera sees into the parcel, through the page's own form; the camera stays on in between.

import { openReader } from "../traceability/reader.js";

const box = document.querySelector("[data-reader]");
const { say } = openReader(box, putIn);
let last = "";

/** Sends the code and shows the page that comes back. The same code held before the camera is sent once. */
async function putIn(text) {
  if (text === last) return false;
  last = text;
  const form = document.querySelector("[data-parcel] form input[name=code]")?.form;
  if (!form) return true;
  const sent = new FormData(form);
  sent.set("code", text);
  let page;
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    last = "";
    say(box.dataset.offline);
    return false;
  }
  const parcel = page.querySelector("[data-parcel]");
  if (!parcel) return location.reload(), true; // signed out meanwhile
  document.querySelector("[data-parcel]").replaceWith(parcel);
  const wrong = parcel.querySelector(".error-text");
  navigator.vibrate?.(wrong ? [80, 60, 80] : 60);
  say(wrong ? wrong.textContent.trim() : (page.querySelector(".flashes")?.textContent.trim() ?? ""));
  return !parcel.querySelector("input[name=code]");
}
