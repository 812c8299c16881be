// The switch for news on this device. Its words stand in the page; where the browser cannot, the switch stays hidden.

const box = document.getElementById("push");
const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

if (box && can) start(box);

async function start(box) {
  const say = box.querySelector(".push-words");
  const button = box.querySelector("button");
  const words = box.dataset;

  const registration = () => navigator.serviceWorker.getRegistration(words.scope);
  const subscription = async () => (await registration())?.pushManager.getSubscription();

  async function show() {
    const isOn = Boolean(await subscription());
    button.querySelector("span").textContent = isOn ? words.off : words.on;
    button.setAttribute("aria-pressed", String(isOn));
    const denied = Notification.permission === "denied";
    button.hidden = denied && !isOn;
    say.textContent = isOn ? words.isOn : denied ? words.denied : words.isOff;
    box.hidden = false;
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const known = await subscription();
      await (known ? switchOff(known) : switchOn());
      await show();
    } catch (error) {
      await show();
      if (Notification.permission !== "denied") say.textContent = words.failed;
    } finally {
      button.disabled = false;
    }
  });

  async function switchOn() {
    if ((await Notification.requestPermission()) !== "granted") return;
    const registered = await navigator.serviceWorker.register(words.worker, { scope: words.scope });
    await active(registered);
    const made = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(words.key) });
    const answer = await tell(words.onUrl, made.toJSON());
    if (answer.ok) return;
    await made.unsubscribe();
    throw new Error(`the market answered ${answer.status}`);
  }

  async function switchOff(known) {
    await tell(words.offUrl, { endpoint: known.endpoint });
    await known.unsubscribe();
  }

  function tell(address, content) {
    return fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": words.token },
      body: JSON.stringify(content),
    });
  }

  await show();
}

/** A worker that is still being set up cannot subscribe. */
function active(registered) {
  const coming = registered.installing ?? registered.waiting;
  if (!coming || registered.active) return undefined;
  return new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done()));
}

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
