// Opens the origin page of the label that the camera, or a photo, shows.

import { openReader } from "./reader.js";

const box = document.querySelector("[data-scan]");
const { say } = openReader(box, follow);

/** Opens the origin page of a code of ours; says where a foreign one leads instead of going there. */
function follow(text) {
  const code = /^[0-9A-Za-z\s-]{8,20}$/.test(text) ? text : undefined;
  let address;
  try {
    address = new URL(text);
  } catch {
    address = undefined;
  }
  const path = address?.pathname.match(/^\/q\/([^/]+)\/?$/);
  // A GS1 Digital Link of ours: the resolver knows what to do with it, or says what is wrong.
  const link = address?.pathname.match(/^\/01\/[0-9]{14}(\/|$)/);
  if (address && !((path || link) && [location.host, box.dataset.host].includes(address.host))) {
    say(box.dataset.foreign.replace("{place}", address.host || text.slice(0, 60)));
    return false;
  }
  if (!path && !link && !code) {
    say(box.dataset.foreign.replace("{place}", text.slice(0, 60)));
    return false;
  }
  location.assign(link ? address.pathname + address.search : `/q/${encodeURIComponent(path ? path[1] : code)}`);
  return true;
}
