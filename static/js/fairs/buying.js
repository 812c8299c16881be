// "Buy" lays the buying page as a sheet over the room, so that the show goes on. Whatever fails leads to the page itself.

const room = document.querySelector("#room");
const sheet = document.querySelector("#buy-sheet");
const body = sheet.querySelector(".dialog-body");

room.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-buy]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const box = page.querySelector("[data-buy-box]");
    box.querySelector("h1").id = "buy-sheet-goods";
    box.setAttribute("aria-labelledby", "buy-sheet-goods");
    body.replaceChildren(document.adoptNode(box));
    for (const button of body.querySelectorAll("[data-step]")) button.hidden = false;
    sheet.showModal();
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
});
