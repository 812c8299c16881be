// Photos are made smaller in the browser, so that a picture from the field needs 300 KB of a weak network, not 5 MB.

const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 400 * 1024;

/** The photo at most 1600 pixels wide or high as JPEG; the file itself where the browser cannot read or shrink it. */
async function shrunk(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!smaller || smaller.size >= file.size) return file;
    return new File([smaller], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function show(files, box) {
  if (!box) return;
  for (const picture of box.children) URL.revokeObjectURL(picture.src);
  box.replaceChildren(
    ...files.filter((file) => file.type.startsWith("image/")).map((file) => {
      const picture = new Image();
      picture.src = URL.createObjectURL(file);
      picture.alt = file.name;
      return picture;
    }),
  );
}

/** Puts the smaller photos in the place of those just chosen; the last choice wins when two overlap. */
export function shrinkBeforeSending(field) {
  let latest = 0;
  field.addEventListener("change", async () => {
    const turn = ++latest;
    const chosen = [...field.files];
    const smaller = await Promise.all(chosen.map(shrunk));
    if (turn !== latest) return;
    try {
      const holder = new DataTransfer();
      smaller.forEach((file) => holder.items.add(file));
      field.files = holder.files;
    } catch {
      // Old browsers keep what was chosen.
    }
    show(smaller, field.closest(".file-box")?.querySelector(".previews"));
  });
}
