// Tries a call of the API from its description: the form's fields go where the description says, the answer is shown below.
import { onElements } from "./ready.js";

onElements("form[data-call]", (form) => {
  const place = form.querySelector("[data-answer]");
  const stop = form.querySelector("[data-stop]");
  let going = null;

  stop.addEventListener("click", () => going?.abort());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const field of form.querySelectorAll("[required]")) field.setAttribute("aria-invalid", field.value === "");
    const missing = form.querySelector("[aria-invalid=true]");
    if (missing) {
      missing.focus();
      return;
    }
    going?.abort();
    going = new AbortController();
    const { url, options } = request(form, going.signal);
    place.hidden = false;
    const begun = performance.now();
    try {
      const answer = await fetch(url, options);
      const out = show(place, `${answer.status} ${answer.statusText}`, begun, answer.headers.get("content-type") ?? "");
      stop.hidden = false;
      await read(answer, out);
    } catch (failure) {
      if (failure.name !== "AbortError") show(place, place.dataset.failed, begun, "");
    } finally {
      stop.hidden = true;
    }
  });
});

function request(form, signal) {
  let path = new URL(form.action).pathname;
  const query = new URLSearchParams();
  const headers = { accept: "application/json, text/markdown;q=0.8, text/event-stream;q=0.8, */*;q=0.5" };
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.dataset.in === "path") path = path.replaceAll(`%7B${field.name}%7D`, encodeURIComponent(field.value));
    else if (field.value !== "" && field.dataset.in === "query") query.set(field.name, field.value);
    else if (field.value !== "") headers[field.name] = field.value;
  }
  const options = { method: form.dataset.method.toUpperCase(), headers, signal };
  if (options.method !== "GET") headers[form.dataset.csrfHeader] = form.elements._csrf.value;
  const body = form.querySelector("[data-body]");
  if (body?.dataset.body === "file") {
    options.body = new FormData();
    if (body.files[0]) options.body.set(body.name, body.files[0]);
  } else if (body) {
    options.body = body.value;
    headers["content-type"] = "application/json";
  }
  return { url: path + (query.size > 0 ? `?${query}` : ""), options };
}

function show(place, status, begun, type) {
  const line = document.createElement("p");
  line.className = "small";
  const word = document.createElement("b");
  word.textContent = status;
  line.append(word, ` · ${Math.round(performance.now() - begun)} ms${type ? ` · ${type}` : ""}`);
  const out = document.createElement("pre");
  out.className = "raw";
  out.tabIndex = 0;
  place.replaceChildren(line, out);
  return out;
}

/** Streams are shown as they come; JSON is laid out when it is all there. */
async function read(answer, out) {
  const json = /json/.test(answer.headers.get("content-type") ?? "");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  for (let part = await reader.read(); !part.done; part = await reader.read()) out.append(part.value);
  if (json && out.textContent !== "") out.textContent = JSON.stringify(JSON.parse(out.textContent), null, 2);
  if (out.textContent === "") out.remove();
}
