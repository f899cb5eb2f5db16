// A few words with a model. The conversation lives in this page and nowhere else.
import { announce, onElements } from "./ready.js";

onElements("[data-chat]", (panel) => {
  const form = panel.querySelector("form");
  const talk = panel.querySelector("[data-talk]");
  const say = form.elements.say;
  const stop = panel.querySelector("[data-stop]");
  const send = panel.querySelector("[data-send]");
  const clear = panel.querySelector("[data-clear]");
  const compare = panel.querySelector("[data-compare]");
  const remember = panel.querySelector("[data-remember]");
  const words = panel.dataset;
  const said = { tuned: [], base: [] }; // what each of the two has heard and answered
  let running = null;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const question = say.value.trim();
    if (running || !question) return;
    say.value = "";
    const here = new AbortController();
    running = here;
    busy(true);
    put("said", words.you).text.textContent = question;
    const row = document.createElement("li");
    row.className = "answers";
    talk.append(row);
    const who = compare?.checked ? ["tuned", "base"] : ["tuned"];
    await Promise.all(who.map((which) => answer(which, question, bubble(row, "div", "answer", which === "tuned" ? words.model : words.baseName), here.signal)));
    if (running !== here) return; // cleared meanwhile
    running = null;
    busy(false);
  });

  say.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  stop.addEventListener("click", () => running?.abort());
  clear.addEventListener("click", () => {
    running?.abort();
    running = null;
    said.tuned = [];
    said.base = [];
    talk.replaceChildren();
    busy(false);
    say.focus();
  });

  function busy(yes) {
    const focused = document.activeElement;
    stop.hidden = !yes;
    send.disabled = yes;
    talk.hidden = talk.childElementCount === 0;
    clear.disabled = talk.hidden;
    if (focused === send || focused === stop) (yes ? stop : say).focus();
  }

  async function answer(which, question, place, signal) {
    const conversation = said[which];
    const message = { role: "user", content: question };
    const body = new URLSearchParams({ _csrf: form.elements._csrf.value, base: String(which === "base"), messages: JSON.stringify(remember.checked ? [...conversation, message] : [message]) });
    place.bubble.setAttribute("aria-busy", "true");
    let note = "";
    let failed = false;
    try {
      const reply = await fetch(form.action, { method: "POST", body, signal, headers: { accept: "application/x-ndjson, application/json" } });
      if (!reply.ok || !reply.headers.get("content-type")?.includes("ndjson")) throw new Error(String(reply.status));
      let ended = false;
      for await (const line of lines(reply.body)) {
        if (line.text) {
          place.text.textContent += line.text;
          follow();
        } else if (line.problem) {
          failed = ended = true;
          note = `${line.problem}: ${line.what} ${line.todo}`;
        } else if (line.end) {
          ended = true;
          if (line.end === "length") note = words.cut;
          else if (!place.text.textContent) note = words.nothing;
        }
      }
      if (!ended) throw new Error("no end");
    } catch {
      failed = !signal.aborted;
      note = signal.aborted ? words.stopped : `${words.broken}. ${words.brokenTodo}`;
    }
    place.bubble.removeAttribute("aria-busy");
    if (note) {
      const line = document.createElement("p");
      line.className = failed ? "note error" : "note";
      line.textContent = note;
      place.bubble.append(line);
    }
    if (!failed && place.text.textContent) conversation.push(message, { role: "assistant", content: place.text.textContent });
    if (place.bubble.isConnected) announce(`${place.name}: ${place.text.textContent} ${note}`);
    follow();
  }

  function put(css, name) {
    const made = bubble(talk, "li", css, name);
    talk.hidden = false;
    follow();
    return made;
  }

  function bubble(parent, tag, css, name) {
    const made = document.createElement(tag);
    made.className = css;
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = name;
    const text = document.createElement("div");
    text.className = "text";
    text.dir = "auto";
    made.append(who, text);
    parent.append(made);
    return { bubble: made, text, name };
  }

  /** Keeps the newest words in sight. */
  function follow() {
    talk.scrollTop = talk.scrollHeight;
  }
});

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
  }
}
