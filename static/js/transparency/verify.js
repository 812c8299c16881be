// Checks a .tlog-proof file (c2sp.org/tlog-proof@v1) in the browser; nothing is sent anywhere.

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

async function check(text, keys) {
  const found = /^c2sp\.org\/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{0,14})\n((?:[A-Za-z0-9+/=]+\n)*)\n([^]*)$/.exec(text);
  if (!found) throw new Wrong("damaged");
  let leaf;
  let record;
  try {
    leaf = JSON.parse(new TextDecoder().decode(decode(found[1]))).leaf;
    record = JSON.parse(leaf);
  } catch {
    throw new Wrong("damaged");
  }
  const path = found[3].split("\n").filter(Boolean).map(decode);
  if (path.some((hash) => hash.length !== 32)) throw new Wrong("damaged");
  const { size, root } = await openCheckpoint(found[4], keys);
  if (!same(await rootOf(Number(found[2]), size, words.encode(leaf), path), root)) throw new Wrong("outside");
  return record;
}

async function knowsEd25519() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

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
      if (file.size > 100_000) throw new Wrong("damaged");
      const record = await check(await file.text(), keys);
      const when = new Date(record.time).toLocaleString(document.documentElement.lang || "vi");
      say(place.dataset.right.replace("{item}", () => record.item).replace("{time}", () => when), "success");
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      say(place.dataset[error.message], "error");
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
