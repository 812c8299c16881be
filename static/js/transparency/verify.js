// Checks in the browser every file that the page offers: a proof (c2sp.org/tlog-proof@v1), all that was told of a lot, a
// signed root and the key. Nothing is sent anywhere.

class Wrong extends Error {}

const words = new TextEncoder();

function decode(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Wrong("damaged");
  }
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));

// RFC 9162 §2.1.3.2. Sizes outgrow 32 bits, so no bit operators. Missing and surplus hashes are refused.
async function rootOf(index, size, leaf, path) {
  if (index >= size) throw new Wrong("outside");
  let first = index;
  let last = size - 1;
  let digest = await sha256(join(Uint8Array.of(0), leaf));
  const up = () => {
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  };
  for (const other of path) {
    if (last === 0) throw new Wrong("outside");
    if (first % 2 === 1 || first === last) {
      digest = await node(other, digest);
      while (first % 2 === 0 && first !== 0) up();
    } else {
      digest = await node(digest, other);
    }
    up();
  }
  if (last !== 0) throw new Wrong("outside");
  return digest;
}

async function openCheckpoint(note, keys) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const lines = text.split("\n");
  if (end < 0 || lines.length < 4 || !/^[1-9][0-9]{0,14}$/.test(lines[1])) throw new Wrong("damaged");
  for (const key of keys) {
    const [name, hash, encoded] = key.split("+", 2).concat(key.split("+").slice(2).join("+"));
    const start = `— ${name} `;
    for (const line of note.slice(end + 2).split("\n")) {
      if (!line.startsWith(start) || lines[0] !== name) continue;
      const signature = decode(line.slice(start.length));
      const hex = [...signature.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      if (hex !== hash) continue;
      const imported = await crypto.subtle.importKey("raw", decode(encoded).slice(1), { name: "Ed25519" }, false, ["verify"]);
      const isRight = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature.slice(4), words.encode(text));
      if (isRight) return { size: Number(lines[1]), root: decode(lines[2]) };
    }
  }
  throw new Wrong("unsigned");
}

// The entry's record, and whether `sealed`, a document as it was sealed, is the one that the entry vouches for.
async function check(text, keys, sealed, subject) {
  const found = /^c2sp\.org\/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{0,14})\n((?:[A-Za-z0-9+/=]+\n)*)\n([^]*)$/.exec(text);
  if (!found) throw new Wrong("damaged");
  let leaf;
  let record;
  let salt;
  try {
    ({ leaf, salt } = JSON.parse(new TextDecoder().decode(decode(found[1]))));
    record = JSON.parse(leaf);
  } catch {
    throw new Wrong("damaged");
  }
  const path = found[3].split("\n").filter(Boolean).map(decode);
  if (path.some((hash) => hash.length !== 32)) throw new Wrong("damaged");
  const { size, root } = await openCheckpoint(found[4], keys);
  if (!same(await rootOf(Number(found[2]), size, words.encode(leaf), path), root)) throw new Wrong("outside");
  if (subject !== undefined && record.item !== subject) throw new Wrong("outside");
  if (sealed !== undefined) {
    if (typeof salt !== "string") throw new Wrong("damaged");
    const commitment = await sha256(join(decode(salt), words.encode(sealed)));
    if (!same(commitment, decode(record.commitment))) throw new Wrong("changed");
  }
  return record;
}

// The same value written down in the same way, whatever the order in which members stand.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

// EPCIS adds when an event was recorded, and later perhaps that it was declared wrong.
function asSealed(event) {
  const { recordTime, errorDeclaration, ...rest } = event;
  return canonical(rest);
}

async function checkLot(data, keys) {
  const sealed = new Map();
  for (const one of data.proofs) {
    await check(one.proof, keys, one.document, one.subject);
    sealed.set(one.subject, one.document);
  }
  const events = data.epcisDocument.epcisBody.eventList;
  for (const event of events) {
    const document = sealed.get(`event:${event.eventID}`);
    if (document === undefined || asSealed(event) !== asSealed(JSON.parse(document))) throw new Wrong("changed");
  }
  const diary = data.diary ?? [];
  for (const one of diary) await check(one.proof, keys, one.document, one.subject);
  return { events: events.length, entries: diary.length };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// What to say of a file: the name of the sentence, and what stands in its gaps.
async function verdict(text, keys) {
  if (text.startsWith("c2sp.org/tlog-proof@v1\n")) return ["right", await check(text, keys)];
  if (/^[^\n]+\n(0|[1-9][0-9]*)\n[A-Za-z0-9+/=]+\n(?:[^\n]+\n)*\n— /.test(text)) {
    return ["root", { size: (await openCheckpoint(text, keys)).size }];
  }
  const lines = text.trim().split(/\s+/);
  if (lines.every((line) => /^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(line))) {
    return [lines.every((line) => keys.includes(line)) ? "sameKey" : "otherKey", {}];
  }
  const data = parsed(text);
  if (Array.isArray(data?.proofs) && data.epcisDocument) {
    try {
      return ["lot", await checkLot(data, keys)];
    } catch (error) {
      throw error instanceof Wrong ? error : new Wrong("damaged");
    }
  }
  return [data?.epcisBody ? "unproven" : "foreign", {}];
}

async function knowsEd25519() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

const LARGEST = 30_000_000;
const when = (time) => (time ? new Date(time).toLocaleString(document.documentElement.lang || "vi") : "");

// The hash in an entry's name is long; its end is enough to compare it by eye.
const shortened = (item) => (item ?? "").replace(/ni:\/\/\/sha-256;([0-9a-f]{64}).*/, (_, hash) => `…${hash.slice(-8)}`);

async function start(place) {
  const input = place.querySelector("[data-file]");
  const line = place.querySelector("[data-say]");
  const keys = place.dataset.key.split(" ");
  const say = (text, kind) => {
    line.textContent = text;
    line.className = `notice notice-${kind}`;
    line.hidden = false;
  };
  if (!globalThis.crypto?.subtle || !(await knowsEd25519())) {
    say(place.dataset.unable, "warning");
    return;
  }
  const read = async (file) => {
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new Wrong("foreign");
      const [sentence, facts] = await verdict(await file.text(), keys);
      const gaps = { ...facts, item: shortened(facts.item), time: when(facts.time) };
      const kind = { right: "success", root: "success", lot: "success", sameKey: "success", otherKey: "error" };
      say(place.dataset[sentence].replace(/\{(\w+)\}/g, (_, name) => gaps[name]), kind[sentence] ?? "warning");
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      say(place.dataset[error.message], error.message === "foreign" ? "warning" : "error");
    }
  };
  place.querySelector("[data-drop]").hidden = false;
  input.addEventListener("change", () => read(input.files[0]));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop") read(event.dataTransfer.files[0]);
    });
  }
}

for (const place of document.querySelectorAll("[data-verify]")) start(place);
