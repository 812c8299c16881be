// Keeps the diary's page on the phone. It serves that one page and its files; entries are queued by the page itself.

const PAGE = new URL(self.registration.scope).pathname;
const PATIENCE = 6000; // a field's network that answers later than this counts as none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request, address));
});

/** From the network; the kept page, which fits every kind of entry, when there is none. */
async function page(request) {
  const kept = await caches.match(PAGE);
  const fresh = fetch(request);
  if (!kept) return fresh;
  const tooLate = new Promise((done) => setTimeout(() => done(kept), PATIENCE));
  try {
    const answer = await Promise.race([fresh, tooLate]);
    return answer.status >= 500 ? kept : answer;
  } catch {
    return kept;
  }
}

/** Addresses with a mark change with their content, so what is kept under one is never old. */
async function file(request, address) {
  const kept = await caches.match(request);
  if (kept && address.searchParams.has("v")) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
