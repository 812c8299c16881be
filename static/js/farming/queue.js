// Diary entries that wait on this phone, in the order in which they were written. Photos lie beside them as blobs.

const STORE = "entries";

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("diary", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function run(mode, work) {
  const database = await opened();
  try {
    return await new Promise((done, failed) => {
      const transaction = database.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      // Only the transaction's end says that it is on the disk.
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** The entries of one desk, the oldest first. */
export async function entries(desk) {
  return (await run("readonly", (store) => store.getAll())).filter((entry) => entry.desk === desk);
}

export const keep = (entry) => run("readwrite", (store) => store.put(entry));
export const drop = (order) => run("readwrite", (store) => store.delete(order));

/** A key that nobody else makes; the market writes what comes twice under one key only once. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
