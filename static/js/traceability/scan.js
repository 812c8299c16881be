// Reads a label with the camera or from a photo. The browser's own detector where there is one, else the vendored decoder.

const box = document.querySelector("[data-scan]");
const view = box.querySelector("[data-view]");
const video = view.querySelector("video");
const words = box.querySelector("[data-say]");
const start = box.querySelector("[data-start]");
const canvas = document.createElement("canvas");
const LONGEST_SIDE = 1024;
box.hidden = false;

function say(text) {
  words.textContent = text;
  words.hidden = !text;
}

let reader;

/** A function from a picture source and its size to the text of its code, or to nothing. */
async function readCode(source, width, height) {
  reader ??= makeReader();
  return (await reader)(source, width, height);
}

async function makeReader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await detector.detect(source))[0]?.rawValue;
  }
  const { decodeQR } = await import(new URL(box.dataset.decoder, location).href);
  return async (source, width, height) => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // no code in this picture
    }
  };
}

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

let stream;

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
  view.hidden = true;
  start.hidden = false;
}

async function look() {
  if (!stream) return;
  if (video.readyState >= 2) {
    const text = await readCode(video, video.videoWidth, video.videoHeight).catch(() => undefined);
    if (text && follow(text)) return stop();
  }
  setTimeout(look, 150);
}

start.addEventListener("click", async () => {
  if (!navigator.mediaDevices?.getUserMedia) return say(box.dataset.missing);
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (problem) {
    return say(problem.name === "NotAllowedError" ? box.dataset.refused : box.dataset.missing);
  }
  video.srcObject = stream;
  await video.play();
  view.hidden = false;
  start.hidden = true;
  say(box.dataset.looking);
  look();
});

box.querySelector("[data-photo]").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  const picture = await createImageBitmap(file).catch(() => undefined);
  const text = picture && (await readCode(picture, picture.width, picture.height).catch(() => undefined));
  if (!text || !follow(text)) event.target.value = "";
  if (!text) say(box.dataset.none);
});

addEventListener("pagehide", stop);
