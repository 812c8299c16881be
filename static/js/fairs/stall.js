// A cooperative's phone while its fair is on: it looks again when something happens that is about its stall.

import { follow } from "./panels.js";

const stall = document.querySelector("#stall");
const about = {
  slot: () => true,
  pin: () => true,
  state: () => true,
  note: () => true,
  question: () => true,
  chat_gone: () => true,
  chat: (body) => body.is_question,
  price: (body) => stall.querySelector(`[data-item="${body.item_id}"]`) !== null,
  // Whoever took packs may have ordered them.
  stock: (body) => stall.querySelector(`[data-item="${body.item_id}"]`) !== null,
};

follow(stall, ({ kind, body }) => about[kind]?.(body) ?? false);
