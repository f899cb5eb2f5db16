// Keeps a page true while somebody looks. `data-live` on its main part names the stream of changes, and what can ask for
// itself again is marked `data-renew`, with the least milliseconds between two times. While the stream is closed these
// parts ask every ten seconds instead, so that a page never stands still in silence.
import { announce } from "./ready.js";
import { children, parse, renew, steadily } from "./renew.js";

const POLL = 10_000;
const AGAIN = 5_000;
const root = document.querySelector("[data-live]");

/** Asks when told: at once, then at most every so often, never twice at a time, and the last telling is never lost. */
class Renewal {
  #element;
  #every;
  #wanted = false;
  #timer = 0;
  #last = 0;

  constructor(element) {
    this.#element = element;
    this.#every = Number(element.dataset.renew);
  }

  /** @param {boolean} now whether a person waits for it */
  ask(now = false) {
    this.#wanted = true;
    if (now) this.#last = 0;
    if (now && this.#timer) this.#timer = clearTimeout(this.#timer) ?? 0;
    this.go();
  }

  go() {
    if (!this.#wanted || asking > 0 || this.#timer) return;
    const wait = this.#last + this.#every - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => { this.#timer = 0; this.go(); }, wait);
      return;
    }
    this.#wanted = false;
    this.#last = Date.now();
    htmx.trigger(this.#element, "afinador:renew");
  }
}

let asking = 0;
let failed = false;
let unreadable;
let source = null;
const renewals = [...document.querySelectorAll("[data-renew]")].map((element) => new Renewal(element));
const isOpen = () => source?.readyState === EventSource.OPEN;
const askAll = () => renewals.forEach((renewal) => renewal.ask());

function show() {
  const word = isOpen() ? "on" : failed || !navigator.onLine ? "off" : "poll";
  for (const place of document.querySelectorAll("[data-live-state]")) place.dataset.live = word;
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(root.dataset.live);
  source.onopen = () => {
    show();
    askAll(); // what changed while it was closed, or between the page and its stream
  };
  source.onerror = () => {
    show();
    if (source?.readyState === EventSource.CLOSED) { // refused: the browser does not try again by itself
      close();
      setTimeout(open, AGAIN);
    }
  };
  source.addEventListener("job", (event) => {
    const row = parse(event.data).firstElementChild;
    const old = document.getElementById(row.id);
    if (old) steadily(old, () => renew(old, row));
    if (root.dataset.job === row.id) askAll();
  });
  source.addEventListener("sync", (event) => {
    const fresh = parse(event.data);
    const lost = root.dataset.provider && fresh.querySelector(`.stale a[href="${root.dataset.provider}"]`) !== null;
    if (lost !== unreadable) { // whether the provider of the job can be read is told on its page
      unreadable = lost;
      askAll();
    }
    const place = document.getElementById("sync-line");
    if (place) steadily(place, () => children(place, fresh));
  });
  for (const name of ["jobs", "resync"]) {
    source.addEventListener(name, () => { if (name === "resync" || !root.dataset.job) askAll(); });
  }
}

function close() {
  source?.close();
  source = null;
}

/** Requests for parts that can ask for themselves: those wait for their turn. */
const counts = (event) => event.target.closest?.("[hx-sync]") != null;

if (root) {
  document.addEventListener("htmx:beforeRequest", (event) => { if (counts(event)) asking++; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (counts(event)) asking = Math.max(0, asking - 1);
    const status = event.detail.xhr?.status ?? 0;
    if (event.target.dataset?.renew) {
      failed = status === 0;
      show();
      if (status === 404) location.reload(); // somebody has removed what was shown here: say so
    }
    const done = event.target.dataset?.refresh;
    if (done !== undefined) {
      if (status === 204) announce(done); // not everybody answered: the list says who
      renewals.forEach((renewal) => renewal.ask(true));
    }
    queueMicrotask(() => renewals.forEach((renewal) => renewal.go())); // once htmx is through with this one
  });
  document.addEventListener("afinador:renewed", show);

  // Browsers keep few connections to one server open: a page in the background has no stream, it polls.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else open();
    show();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  addEventListener("online", () => { open(); askAll(); });
  addEventListener("offline", show);

  open();
  setTimeout(show, 1500);
  setInterval(() => {
    if (!isOpen() && root.dataset.over === undefined) askAll();
    show();
  }, POLL);
}
