// Shows the new price while weights are typed. What it shows is sent along: the server saves only what somebody has seen.

const form = document.querySelector("[data-scales]");
const result = form.querySelector("[data-result]");
const shown = form.elements.shown;
const button = form.querySelector("[data-save]");
const dong = (amount) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0\u20ab`;

/** Grams, as fulfilment/rules.py reads them; null when it is no likely weight of such a pack. */
function grams(text, content) {
  const found = /^\s*([0-9]+(?:[.,][0-9]+)?|[0-9]{1,3}(?:[. ][0-9]{3})+)\s*(kg|g)?\s*$/i.exec(text);
  if (!found) return null;
  const isGrouped = /^[0-9]{1,3}(?:[. ][0-9]{3})+$/.test(found[1]);
  const number = Number(isGrouped ? found[1].replace(/[. ]/g, "") : found[1].replace(",", "."));
  for (const factor of { kg: [1000], g: [1] }[found[2]?.toLowerCase()] ?? [1000, 1]) {
    const weight = Math.round(number * factor * 1000) / 1000;
    if (Number.isInteger(weight) && content < 2 * weight && weight < 2 * content) return weight;
  }
  return null;
}

function show() {
  let goods = Number(form.dataset.other);
  for (const line of form.querySelectorAll("[data-line]")) {
    const { content, quantity, kilogram, tolerance } = Object.fromEntries(
      Object.entries(line.dataset).map(([name, value]) => [name, Number(value)]),
    );
    const weights = [...line.querySelectorAll("[data-weight]")].map((input) => grams(input.value, content));
    if (weights.includes(null)) {
      result.hidden = true;
      shown.value = "";
      return;
    }
    const most = Math.floor((content * quantity * (100 + tolerance)) / 100);
    const weight = Math.min(most, weights.reduce((sum, one) => sum + one, 0));
    goods += Math.floor((kilogram * weight + 500) / 1000);
  }
  const change = goods - Number(form.dataset.before);
  result.querySelector("[data-goods]").textContent = dong(goods);
  for (const [name, is] of [["less", change < 0], ["more", change > 0], ["same", change === 0]]) {
    const words = result.querySelector(`[data-${name}]`);
    words.hidden = !is;
    if (is && change) words.querySelector("[data-amount]").textContent = dong(Math.abs(change));
  }
  result.hidden = false;
  shown.value = String(goods);
}

button.lastChild.textContent = button.dataset.save;
form.addEventListener("input", show);
show();
