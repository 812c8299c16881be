// What moves on the stage, in the room and in its rehearsal.

/** Only rooms with a video of their own need what plays it. */
export async function prepareVideos(room) {
  if (room.querySelector("video[data-player]")) (await import("./video.js")).prepare(room);
}

/** Videos of the room play, and framed ones once somebody taps their poster: before, nothing is fetched from their host. */
export function playStage(room) {
  room.addEventListener("click", (event) => {
    const link = event.target.closest("[data-play]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = link.dataset.play;
    frame.className = "stage-video";
    frame.title = link.textContent;
    frame.allow = "autoplay; fullscreen; picture-in-picture";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    link.closest(".stage").replaceChildren(frame);
  });
  prepareVideos(room);
}
