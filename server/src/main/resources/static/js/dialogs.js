// Asks before a form that cannot be taken back is sent, and opens the richer form of an action where there is one.
// Without this module the forms are sent as they are.
const confirmed = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !confirmed.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form, event.submitter);
    return;
  }
  if (form.dataset.dialog) {
    const dialog = document.querySelector(form.dataset.dialog);
    if (!dialog) return;
    event.preventDefault();
    const rich = dialog.querySelector("form");
    for (const input of form.querySelectorAll("input[type=hidden]")) {
      if (input.name !== "_csrf" && rich.elements[input.name]) rich.elements[input.name].value = input.value;
    }
    dialog.showModal();
    rich.querySelector("[name=reason]")?.focus();
  }
}, true);

function ask(form, submitter) {
  const dialog = document.getElementById("confirm");
  const title = dialog.querySelector("[data-confirm-title]");
  const yes = dialog.querySelector("[data-confirm-yes]");
  title.textContent = form.dataset.confirmTitle ?? title.textContent;
  dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
  yes.textContent = form.dataset.confirmYes ?? yes.textContent;
  yes.onclick = () => {
    dialog.close();
    confirmed.add(form);
    if (!form.isConnected) { // news of the job has renewed its place while the person was thinking
      form.hidden = true;
      document.body.append(form);
    }
    form.requestSubmit(submitter ?? undefined);
  };
  dialog.querySelector("[data-confirm-no]").onclick = () => dialog.close();
  dialog.showModal();
  dialog.querySelector("[data-confirm-no]").focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.querySelector(opener.dataset.open)?.showModal();
  event.target.closest("[data-close]")?.closest("dialog")?.close();
  if (event.target.matches?.("dialog")) event.target.close(); // the backdrop
});
