// HLS where the browser does not play it by itself: the player (some 100 KB) is fetched only then, and only when somebody
// wants to see the picture.

const TYPE = "application/vnd.apple.mpegurl";

/** Let the videos inside play, whichever way this browser can. */
export function prepare(here) {
  for (const video of here.querySelectorAll("video[data-player]")) {
    if (video.canPlayType(TYPE)) continue;
    const address = video.getAttribute("src");
    video.removeAttribute("src");
    // Without a source the browser's own button is dead: a tap on the picture begins.
    video.addEventListener("click", () => attach(video, address), { once: true });
  }
}

async function attach(video, address) {
  const { default: Hls } = await import(video.dataset.player);
  if (!Hls.isSupported()) return;
  // Its worker would be made from a blob, which the page's policy does not let run.
  const player = new Hls({ enableWorker: false });
  player.loadSource(address);
  player.attachMedia(video);
  player.on(Hls.Events.MANIFEST_PARSED, () => video.play());
  const gone = new MutationObserver(() => {
    if (video.isConnected) return;
    player.destroy();
    gone.disconnect();
  });
  gone.observe(document.querySelector("#room"), { childList: true, subtree: true });
}
