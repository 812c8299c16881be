// Hearing what happens in a room: by the stream while it reaches us, else by asking. Whoever was away asks for what he
// missed by the number of the last event he knows, so that nothing is lost and nothing comes twice.

const ASK_EVERY = 3000;
const ASK_WHEN_QUIET = 10000;
const OPEN_WITHIN = 5000;
const SILENT_FOR = 60000;
const STREAM_AGAIN = 60000;
const HIDDEN_FOR = 30000;
const MOST_AT_ONCE = 500; // events that the market tells at once

const jitter = (most) => Math.random() * most;

/**
 * @param {{stream: string, news: string, after: number}} where
 * @param {{tell: (event: {id: number, kind: string, body: object}) => void, connection: (isUp: boolean) => void}} listener
 */
export function listen(where, listener) {
  let known = where.after;
  let source = null;
  let failures = 0;
  let heardAt = Date.now();
  let askTimer = 0;
  let hideTimer = 0;
  let quiet = 0;
  let asking = null;
  let held = null;
  let streamAgainAt = 0;

  function take(events) {
    if (held) return void held.push(...events);
    for (const event of events) {
      if (event.id <= known) continue;
      known = event.id;
      listener.tell(event);
    }
  }

  /**
   * True when something had happened. Meanwhile what the stream tells waits: it is newer than what is missing. When a
   * stream begins, the answer must not be a second old either (`moi`): what happened in that second came by no stream.
   */
  async function ask(fresh = "") {
    if (asking) return asking;
    held = [];
    asking = askForAll(fresh);
    try {
      const told = await asking;
      const later = held;
      held = null;
      take(later);
      return told;
    } finally {
      held = asking = null;
    }
  }

  async function askForAll(fresh) {
    let told = false;
    for (;;) {
      const answer = await fetch(`${where.news}?sau=${known}${fresh}`, { headers: { Accept: "application/json" } });
      if (answer.status === 204) return told;
      if (answer.status !== 200) throw new Error(`${answer.status}`);
      const events = await answer.json();
      for (const event of events) {
        known = event.id;
        listener.tell(event);
      }
      told = true;
      if (events.length < MOST_AT_ONCE) return told;
    }
  }

  function keepAsking() {
    clearTimeout(askTimer);
    const every = quiet > 20 ? ASK_WHEN_QUIET : ASK_EVERY;
    askTimer = setTimeout(async () => {
      try {
        quiet = (await ask()) ? 0 : quiet + 1;
        listener.connection(true);
      } catch {
        listener.connection(false);
      }
      if (document.hidden) return;
      if (where.stream && window.EventSource && Date.now() > streamAgainAt) {
        failures = 2;
        open();
      } else keepAsking();
    }, every + jitter(1000));
  }

  function stopAsking() {
    clearTimeout(askTimer);
  }

  function open() {
    close();
    if (!where.stream || !window.EventSource || failures >= 3) return keepAsking();
    const opened = new EventSource(`${where.stream}&sau=${known}`);
    source = opened;
    const patience = setTimeout(() => {
      if (source === opened && opened.readyState !== EventSource.OPEN) fail();
    }, OPEN_WITHIN);
    opened.addEventListener("open", async () => {
      clearTimeout(patience);
      heardAt = Date.now();
      stopAsking();
      // Whatever holds the stream may have begun anew: what was missed is asked of the market itself.
      try {
        await ask("&moi=1");
        failures = 0;
        listener.connection(true);
      } catch {
        fail();
      }
    });
    opened.addEventListener("news", (event) => {
      heardAt = Date.now();
      take(JSON.parse(event.data));
    });
    // The stream does not remember so far back: the market is asked, and the stream goes on from there.
    opened.addEventListener("anew", async () => {
      close();
      try {
        await ask("&moi=1");
        if (!document.hidden) open();
      } catch {
        fail();
      }
    });
    opened.addEventListener("error", () => {
      clearTimeout(patience);
      if (source === opened) fail();
    });
  }

  function fail() {
    failures += 1;
    close();
    listener.connection(false);
    if (failures >= 3) {
      streamAgainAt = Date.now() + STREAM_AGAIN + jitter(STREAM_AGAIN);
      return keepAsking();
    }
    setTimeout(() => !document.hidden && open(), 500 + jitter(3000));
  }

  function close() {
    source?.close();
    source = null;
    stopAsking();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hideTimer);
    if (document.hidden) hideTimer = setTimeout(close, HIDDEN_FOR);
    else if (!source || Date.now() - heardAt > SILENT_FOR) open();
  });
  window.addEventListener("pageshow", (event) => event.persisted && open());
  window.addEventListener("online", open);
  open();
}
