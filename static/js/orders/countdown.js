// Counts down how long goods are held, and takes the code to pay with away at the end. The server decides; without this
// file the page says the time of the end and is asked for anew then.

const place = document.querySelector("[data-countdown]");

const two = (number) => String(number).padStart(2, "0");

if (place) {
  // Counted from the page's own clock, which a wrongly set phone does not disturb.
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  const show = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const hours = Math.floor(left / 3600);
    place.textContent = `${hours ? `${hours}:` : ""}${two(Math.floor((left % 3600) / 60))}:${two(left % 60)}`;
    if (left) return setTimeout(show, 1000);
    for (const gone of document.querySelectorAll("[data-until-over]")) gone.hidden = true;
    for (const shown of document.querySelectorAll("[data-when-over]")) shown.hidden = false;
    place.closest(".countdown").hidden = true;
  };
  show();
}
