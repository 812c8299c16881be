// Says, while somebody types what went in, how much can come out at most. The server decides; this only spares a round.
const hint = document.getElementById("ceiling");
const FACTORS = { "": 1, g: 1, kg: 1000, "yến": 10000, "tạ": 100000, "tấn": 1000000, ml: 1, l: 1000, "lít": 1000 };

function amount(text, unit) {
  const found = text.trim().toLowerCase().match(/^([\d.,]+)\s*(\p{L}*)$/u);
  if (!found) return 0;
  const plain = found[1].replace(/\.(?=\d{3}(\D|$))/g, "").replace(",", ".");
  const factor = unit === "piece" ? 1 : FACTORS[found[2]];
  return factor ? Number(plain) * factor || 0 : 0;
}

function shown(quantity, unit) {
  if (unit === "piece" || quantity < 1000) return `${Math.floor(quantity)} ${{ gram: "g", millilitre: "ml" }[unit] ?? ""}`.trim();
  return `${(quantity / 1000).toLocaleString("vi-VN", { maximumFractionDigits: 3 })} ${unit === "gram" ? "kg" : "L"}`;
}

function permille() {
  if (!("measured" in hint.dataset)) return Number(hint.dataset.main);
  const [before, after] = ["moisture_before", "moisture_after"].map((id) =>
    Number((document.getElementById(id)?.value ?? "").replace(",", ".")),
  );
  return before > after && before < 100 && after > 0 ? Math.floor(((100 - before) / (100 - after)) * 1000) : 0;
}

function tell() {
  let all = 0;
  let unit = "gram";
  for (const field of document.querySelectorAll("[data-in]")) {
    const typed = amount(field.value, field.dataset.in);
    if (typed) unit = field.dataset.in;
    all += typed;
  }
  const share = permille();
  if (all && share) hint.textContent = hint.dataset.words.replace("{}", shown(Math.floor((all * share) / 1000), unit));
}

if (hint) {
  hint.closest("form").addEventListener("input", tell);
  tell();
}
