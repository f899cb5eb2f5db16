// Sends large files in pieces by the tus protocol (https://tus.io), so that a broken connection, a closed laptop or a restart of
// the server costs nothing: the server is asked how much it has, and the rest follows. Small ones go with the form itself.
import { announce, onElements } from "./ready.js";

const SMALL = 8_000_000; // as one piece it would be over before a bar could be seen
const PIECE = 8 * 1024 * 1024; // as often as the server writes down what it has
const LONGEST_WAIT = 30_000;
const VERSION = { "tus-resumable": "1.0.0" };

const key = (file) => `afinador:upload:${file.name}:${file.size}:${file.lastModified}`;

/** What is known of an earlier try of the same file in this browser; private windows may not keep anything. */
const memory = {
  get(file) { try { return localStorage.getItem(key(file)); } catch { return null; } },
  set(file, url) { try { localStorage.setItem(key(file), url); } catch { /* then the server's own list remembers */ } },
  forget(file) { try { localStorage.removeItem(key(file)); } catch { /* nothing was kept */ } },
};

function base64(text) {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}

class Upload {
  #file; #form; #row; #words; #url; #offset = 0; #request = null; #paused = false; #stopped = false; #tries = 0; #shown = -1; #wake = null;

  constructor(file, form, row, url) {
    this.#file = file;
    this.#form = form;
    this.#row = row;
    this.#words = document.getElementById("uploads").dataset;
    this.#url = url ?? memory.get(file);
    row.querySelector("[data-name]").textContent = file.name;
    this.#on("[data-pause]", () => this.#pause());
    this.#on("[data-go]", () => this.#resume());
    this.#on("[data-stop]", () => this.#stop());
  }

  #on(selector, act) { this.#row.querySelector(selector)?.addEventListener("click", act); }

  #headers(more = {}) {
    return { ...VERSION, accept: "application/json", [this.#form.dataset.csrfHeader]: this.#form.elements._csrf.value, ...more };
  }

  /** @returns the address of the dataset, or null when it was stopped or refused */
  async run() {
    while (!this.#stopped) {
      try {
        await this.#unpaused();
        if (this.#stopped) return null;
        if (!this.#url) await this.#announce();
        else await this.#ask();
        while (this.#offset < this.#file.size && !this.#paused && !this.#stopped) await this.#send();
        if (this.#offset < this.#file.size) continue;
        return await this.#outcome();
      } catch (failure) {
        if (this.#stopped) return null;
        if (failure instanceof Refused) return this.#fail(failure.message);
        if (this.#paused) continue;
        this.#say(this.#words.again);
        await this.#wait(Math.min(LONGEST_WAIT, 500 * 2 ** this.#tries++));
      }
    }
    return null;
  }

  async #announce() {
    const answer = await fetch(this.#form.dataset.api, {
      method: "POST",
      headers: this.#headers({ "upload-length": this.#file.size, "upload-metadata": `filename ${base64(this.#file.name)}` }),
    });
    if (!answer.ok) await refuse(answer);
    this.#url = new URL(answer.headers.get("location"), location.href).pathname;
    this.#offset = 0;
    memory.set(this.#file, this.#url);
  }

  async #ask() {
    const answer = await fetch(this.#url, { method: "HEAD", headers: this.#headers() });
    if (answer.status === 404 || answer.status === 410) { // it expired, or somebody cancelled it
      this.#url = null;
      memory.forget(this.#file);
      await this.#announce();
      return;
    }
    if (!answer.ok) await refuse(answer);
    if (Number(answer.headers.get("upload-length")) !== this.#file.size) throw new Refused(this.#words.other);
    this.#offset = Number(answer.headers.get("upload-offset"));
    this.#bar(this.#offset);
  }

  #send() {
    const start = this.#offset;
    const piece = this.#file.slice(start, start + PIECE);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how much has left
      this.#request = request;
      request.open("PATCH", this.#url);
      for (const [name, value] of Object.entries(this.#headers({ "content-type": "application/offset+octet-stream", "upload-offset": start }))) {
        request.setRequestHeader(name, value);
      }
      request.upload.onprogress = (event) => this.#bar(start + Math.min(event.loaded, piece.size));
      request.onload = () => {
        if (request.status === 204) {
          this.#offset = Number(request.getResponseHeader("upload-offset"));
          this.#tries = 0;
          this.#bar(this.#offset);
          resolve();
        } else if (request.status === 413 || request.status === 404 || request.status === 403) {
          reject(new Refused(words(request.responseText)));
        } else {
          reject(new Error(`answered ${request.status}`));
        }
      };
      request.onerror = () => reject(new Error("the connection broke"));
      request.onabort = () => reject(new Error("stopped"));
      request.send(piece);
    }).finally(() => { this.#request = null; });
  }

  /** All bytes are there; the server makes a dataset of them. */
  async #outcome() {
    this.#say(this.#words.taking);
    this.#row.querySelector("[data-pause]").hidden = true;
    this.#row.querySelector("[data-stop]").hidden = true;
    while (true) {
      const answer = await fetch(this.#url, { headers: this.#headers() });
      if (!answer.ok) await refuse(answer);
      const upload = await answer.json();
      if (upload.state === "done") {
        memory.forget(this.#file);
        this.#row.querySelector("[data-bar]").classList.add("succeeded");
        this.#say(this.#words.done);
        return `/datasets/${upload.dataset_id}`;
      }
      if (upload.state === "failed") {
        memory.forget(this.#file);
        return this.#fail(this.#words.failed);
      }
      await this.#wait(250);
    }
  }

  #bar(sent) {
    const bar = this.#row.querySelector("[data-bar]");
    const percent = Math.floor((sent / this.#file.size) * 100);
    bar.value = percent;
    if (percent !== this.#shown && !this.#paused) {
      this.#shown = percent;
      this.#say(this.#words.sent.replace("{0}", percent));
    }
  }

  #say(text) { this.#row.querySelector("[data-state]").textContent = text; }

  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  #unpaused() {
    return this.#paused ? new Promise((resolve) => { this.#wake = resolve; }) : undefined;
  }

  #show(paused) {
    this.#paused = paused;
    const pause = this.#row.querySelector("[data-pause]");
    const go = this.#row.querySelector("[data-go]");
    pause.hidden = paused;
    go.hidden = !paused;
    (paused ? go : pause).focus();
    this.#row.querySelector("[data-bar]").classList.toggle("paused", paused);
  }

  #pause() {
    this.#show(true);
    this.#request?.abort();
    this.#say(this.#words.paused);
  }

  #resume() {
    this.#show(false);
    this.#wake?.();
  }

  async #stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#wake?.();
    memory.forget(this.#file);
    if (this.#url) await fetch(this.#url, { method: "DELETE", headers: this.#headers() }).catch(() => {});
    this.#row.remove();
  }

  #fail(text) {
    const bar = this.#row.querySelector("[data-bar]");
    bar.classList.add("failed");
    for (const button of this.#row.querySelectorAll("[data-pause], [data-go]")) button.hidden = true;
    this.#say(text);
    announce(`${this.#file.name}: ${text}`);
    return null;
  }
}

class Refused extends Error {}

async function refuse(answer) {
  if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
  throw new Refused(words(await answer.text()) || `${answer.status}`);
}

function words(problem) {
  try {
    const { title, detail } = JSON.parse(problem);
    return detail ? `${title}: ${detail}` : title;
  } catch {
    return "";
  }
}

onElements("form[data-upload]", (form) => {
  const input = form.querySelector("input[type=file]");
  const list = document.querySelector("[data-uploads]");
  const template = document.getElementById("upload-row");
  const going = new Set();
  input.multiple = true;

  function clear() {
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true })); // the zone shows again that it waits for one
  }

  const newRow = () => {
    const row = template.content.firstElementChild.cloneNode(true);
    list.prepend(row);
    return row;
  };

  async function send(files, url, row) {
    const all = [...files].map(async (file) => {
      const place = row ?? newRow();
      const known = url ?? knownTo(file);
      const upload = new Upload(file, form, place, known);
      going.add(upload);
      const href = await upload.run().finally(() => going.delete(upload));
      if (href) link(place, href);
      return href;
    });
    const made = await Promise.all(all);
    if (made.length === 1 && made[0] && going.size === 0) location.assign(`${made[0]}?said=dataset-added`);
  }

  /** A row of the server's own list that this browser began: the same file goes on there. */
  function knownTo(file) {
    const url = memory.get(file);
    const old = url && list.querySelector(`[data-known="${CSS.escape(url)}"]`);
    old?.remove();
    return url;
  }

  function link(row, href) {
    const open = document.createElement("a");
    open.className = "btn small";
    open.href = href;
    open.textContent = document.getElementById("uploads").dataset.open;
    row.querySelector(".actions").replaceChildren(open);
  }

  input.addEventListener("change", () => {
    const files = [...input.files];
    if (files.length === 0) return;
    const words = document.getElementById("uploads").dataset;
    const large = files.find((file) => file.size > Number(form.dataset.max));
    if (large) {
      const row = newRow();
      row.querySelector("[data-name]").textContent = large.name;
      row.querySelector("[data-state]").textContent = words.large;
      row.querySelector("[data-bar]").classList.add("failed");
      for (const button of row.querySelectorAll("[data-pause], [data-stop]")) button.hidden = true;
      announce(`${large.name}: ${words.large}`);
      clear();
      return;
    }
    if (files.length === 1 && files[0].size <= SMALL) {
      form.requestSubmit();
      return;
    }
    clear();
    send(files);
  });

  list.addEventListener("change", (event) => {
    if (!event.target.matches("[data-go-on]")) return;
    const row = event.target.closest("[data-known]");
    const file = event.target.files[0];
    if (!file) return;
    if (file.name !== row.dataset.filename || file.size !== Number(row.dataset.length)) {
      row.querySelector("[data-state]").textContent = document.getElementById("uploads").dataset.other;
      event.target.value = "";
      return;
    }
    const fresh = newRow();
    row.replaceWith(fresh);
    send([file], row.dataset.known, fresh);
  });

  addEventListener("beforeunload", (event) => { if (going.size > 0) event.preventDefault(); });
});

// On pages with this mark a file can be dropped anywhere.
onElements("[data-drop-anywhere]", (place) => {
  const input = place.querySelector("form[data-upload] input[type=file]");
  let depth = 0;
  const files = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragenter", (event) => { if (files(event)) { depth++; place.toggleAttribute("data-over", true); } });
  addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (depth === 0) place.toggleAttribute("data-over", false); });
  addEventListener("drop", (event) => {
    depth = 0;
    place.toggleAttribute("data-over", false);
    if (!files(event) || event.target.closest?.("[data-drop]")) return; // the field takes that one itself
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
