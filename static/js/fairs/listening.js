// Hearing what happens in a room: by the stream while it reaches us, else by asking. Whoever was away asks for what he
// missed by the number of the last event he knows, so that nothing is lost and nothing comes twice.

const ASK_EVERY = 3000;
const ASK_WHEN_QUIET = 10000;
const OPEN_WITHIN = 5000;
const SILENT_FOR = 60000;
const HIDDEN_FOR = 30000;

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

  function take(events) {
    for (const event of events) {
      if (event.id <= known) continue;
      known = event.id;
      listener.tell(event);
    }
  }

  async function ask() {
    const address = `${where.news}?sau=${known}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.status === 200) take(await answer.json());
    else if (answer.status !== 204) throw new Error(`${answer.status}`);
    return answer.status === 200;
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
      if (!document.hidden) keepAsking();
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
      if (opened.readyState !== EventSource.OPEN) fail();
    }, OPEN_WITHIN);
    opened.addEventListener("open", async () => {
      clearTimeout(patience);
      heardAt = Date.now();
      stopAsking();
      // Whatever holds the stream may have begun anew: what was missed is asked of the market itself.
      try {
        await ask();
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
    opened.addEventListener("anew", () => ask().catch(() => undefined));
    opened.addEventListener("error", () => {
      clearTimeout(patience);
      if (source === opened) fail();
    });
  }

  function fail() {
    failures += 1;
    close();
    listener.connection(false);
    if (failures >= 3) return keepAsking();
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
