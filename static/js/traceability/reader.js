// Reads codes with the camera or from a photo, for the page that looks one up and the one that packs a parcel.
// The browser's own detector where there is one, else the vendored decoder.

const LONGEST_SIDE = 1024;
const AGAIN_AFTER = 150;

/** Wakes the box up; `take(text)` says whether that was what the page was waiting for, and then the camera rests. */
export function openReader(box, take) {
  const view = box.querySelector("[data-view]");
  const video = view.querySelector("video");
  const words = box.querySelector("[data-say]");
  const start = box.querySelector("[data-start]");
  const canvas = document.createElement("canvas");
  let reader;
  let stream;

  function say(text) {
    words.textContent = text;
    words.hidden = !text;
  }

  /** The text of the code in a picture of some size, or nothing. */
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
      if (text && (await take(text))) return stop();
    }
    setTimeout(look, AGAIN_AFTER);
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
    if (!text || !(await take(text))) event.target.value = "";
    if (!text) say(box.dataset.none);
  });

  addEventListener("pagehide", stop);
  box.hidden = false;
  return { say };
}
