// Chat and questions. What others wrote is put in as text and never as markup; where a form fails the page's own way
// still works.

const talk = document.querySelector("[data-talk]");
const lines = talk.querySelector("[data-lines]");
const questions = talk.querySelector("[data-questions]");
const form = talk.querySelector("[data-say]");
const MOST = 200;
let known = 0; // the last event

const find = (id) => talk.querySelector(`[data-message="${id}"]`);

function element(name, text, className = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function add(message, waits = false) {
  if (find(message.message_id)) return;
  lines.querySelector("[data-nobody]")?.remove();
  const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80;
  const item = element("li", "", message.is_question ? "talk-question" : "talk-line");
  item.dataset.message = message.message_id;
  const words = element("p", "");
  words.append(element("strong", message.name), " ");
  if (message.is_crew) words.append(element("span", talk.dataset.crew, "tag tag-news"), " ");
  words.append(element("span", message.text));
  item.append(words);
  if (message.is_question) {
    const answer = element("p", "", "talk-answer");
    answer.dataset.answer = "";
    answer.hidden = true;
    answer.append(element("strong", talk.dataset.answerWord), " ", element("span", ""));
    item.append(answer);
  }
  if (waits) item.append(element("p", talk.dataset.waits, "small soft"));
  (message.is_question ? questions : lines).append(item);
  while (lines.children.length > MOST) lines.firstElementChild.remove();
  if (isAtEnd) lines.scrollTop = lines.scrollHeight;
}

/** Questions are those of the stall that is on, what the crew has pinned, and one's own: somebody waits for the answer. */
async function askForQuestions() {
  const answer = await fetch(`${talk.dataset.asked}?v=${known}`).catch(() => null);
  if (!answer?.ok) return;
  const asked = (await answer.json()).questions;
  const ids = new Set(asked.map((one) => String(one.message_id)));
  for (const item of [...questions.children]) {
    if (!ids.has(item.dataset.message) && !("own" in item.dataset)) item.remove();
  }
  for (const one of asked) {
    add(one);
    reactions.question(one);
  }
}

const reactions = {
  // Everybody hears of it at the same moment, and nobody waits for it.
  slot: () => setTimeout(askForQuestions, Math.random() * 8000),
  chat: (body) => {
    // What waited for the crew is seen by all now.
    find(body.message_id)?.remove();
    add(body);
  },
  chat_gone: (body) => find(body.message_id)?.remove(),
  chat_rules: () => location.reload(),
  question: (body) => {
    const item = find(body.message_id);
    if (!item) return;
    item.classList.toggle("is-pinned", body.is_pinned);
    if (body.is_pinned) questions.prepend(item);
    const answer = item.querySelector("[data-answer]");
    if (answer) {
      answer.hidden = !body.answer;
      answer.querySelector("span").textContent = body.answer;
    }
    const votes = item.querySelector("[data-votes]");
    if (votes) votes.textContent = body.votes;
  },
};

document.addEventListener("room-news", ({ detail }) => {
  known = detail.id;
  reactions[detail.kind]?.(detail.body);
});

form?.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const problem = form.querySelector("[data-say-error]");
  const data = new FormData(form);
  const asks = event.submitter?.name === "question";
  if (asks) data.set("question", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (said.to) return location.assign(said.to);
    problem.hidden = answer.ok;
    problem.textContent = said.error ?? "";
    if (!answer.ok) return;
    add({ message_id: said.message_id, name: said.name, text: said.text, is_question: asks }, said.waits);
    if (asks) {
      const mine = find(said.message_id);
      mine.dataset.own = "";
      mine.scrollIntoView({ block: "nearest" });
    }
    form.elements.text.value = "";
    form.elements.key.value = crypto.getRandomValues(new Uint32Array(4)).join("");
  } catch {
    problem.hidden = false;
    problem.textContent = talk.dataset.lost;
  }
});

lines.scrollTop = lines.scrollHeight;
