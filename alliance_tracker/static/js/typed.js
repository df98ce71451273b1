// What is typed is saved a moment later; without this the button saves it. The version goes along, so that two people
// who write in the same section never overwrite each other: the second is told, and compares.

const PAUSE = 1200;

for (const place of document.querySelectorAll("[data-typed]")) {
  const form = place.querySelector("form");
  const area = form?.querySelector("textarea");
  const status = place.querySelector("[data-typed-status]");
  if (!area || !status) continue;
  let waiting = null;
  let sending = null;
  let saved = area.value;

  async function save() {
    waiting = null;
    if (sending || area.value === saved) return;
    const text = area.value;
    sending = send(text);
    await sending;
    sending = null;
    if (area.value !== text) later();
  }

  async function send(text) {
    status.textContent = place.dataset.saving;
    const facts = new FormData(form);
    facts.delete("submission_key"); // each save is one of its own
    try {
      const answer = await fetch(place.dataset.typed, { method: "POST", body: facts, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.ok) {
        form.querySelector("[name=version]").value = said.version;
        saved = text;
        status.textContent = place.dataset.saved;
      } else {
        status.textContent = said.refused;
      }
    } catch {
      status.textContent = place.dataset.failed;
    }
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  }

  area.addEventListener("input", later);
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    if (!sending) return;
    // What is under way changes the version that the form must name.
    event.preventDefault();
    await sending;
    clearTimeout(waiting);
    delete form.dataset.sent; // it was not sent yet
    form.requestSubmit(event.submitter);
  });
}
