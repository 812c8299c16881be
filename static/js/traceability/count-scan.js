// Tells once that a person opened a code. Whatever goes wrong, the reader is not bothered with it.

const AGAIN_AFTER = 30 * 60 * 1000;

/** From a page of ours the reader follows a link and scans nothing, except from the page with the camera. */
function followedALink() {
  if (!document.referrer) return false;
  const from = new URL(document.referrer);
  return from.origin === location.origin && from.pathname !== "/quet";
}

/** The time of the last telling in this tab; a browser may refuse to keep anything. */
function lastTold(key) {
  try {
    return Number(sessionStorage.getItem(key) ?? 0);
  } catch {
    return 0;
  }
}

async function tell(mark) {
  const address = mark.dataset.countScan;
  if (followedALink() || Date.now() - lastTold(address) < AGAIN_AFTER) return;
  const body = new URLSearchParams(mark.dataset.gtin ? { gtin: mark.dataset.gtin } : {});
  try {
    const answer = await fetch(address, { method: "POST", body, keepalive: true });
    if (answer.ok) sessionStorage.setItem(address, String(Date.now()));
  } catch {
    // No network, or no storage: the next opening tells it.
  }
}

const mark = document.querySelector("[data-count-scan]");
// A page that is made ready before anybody looks at it is not opened yet.
if (document.prerendering) document.addEventListener("prerenderingchange", () => tell(mark), { once: true });
else tell(mark);
