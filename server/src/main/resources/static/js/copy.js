// Copies what a button names, the text of what it points at, or what its address answers with, to the clipboard, and says so to eyes and to screen readers.
import { announce } from "./ready.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-of], [data-copy-from]");
  if (!button) return;
  event.preventDefault();
  const { copy, copyOf, copyFrom } = button.dataset;
  const text = copy ?? (copyOf ? document.querySelector(copyOf).textContent : fetched(copyFrom));
  try {
    await toClipboard(text);
  } catch {
    return; // the address did not answer: nothing was copied, nothing is said
  }
  const use = button.querySelector("use");
  const title = button.title;
  button.dataset.copied = "";
  button.title = button.dataset.done;
  use?.setAttribute("href", "#i-check");
  announce(button.dataset.done);
  setTimeout(() => {
    delete button.dataset.copied;
    button.title = title;
    use?.setAttribute("href", "#i-copy");
  }, 1600);
});

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.text();
}

/** @param text the text, or a promise of it: the permission to write is that of the click, however long the answer takes */
async function toClipboard(text) {
  if (navigator.clipboard) {
    if (typeof text === "string") return navigator.clipboard.writeText(text);
    const blob = text.then((plain) => new Blob([plain], { type: "text/plain" }));
    return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  }
  const area = document.createElement("textarea"); // no clipboard outside secure pages
  area.value = await text;
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  focused?.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
