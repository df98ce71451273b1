// What is typed is saved a moment later; without this the button saves it. The version goes along, so that two people
// who write in the same section never overwrite each other: the second is told, and compares.

const PAUSE = 1200;
// Each save is a line of the history with the words before and after: not one for every breath of the writer.
const APART = 10000;

for (const place of document.querySelectorAll("[data-typed]")) {
  const form = place.querySelector("form");
  const area = form?.querySelector("textarea");
  const status = place.querySelector("[data-typed-status]");
  if (!area || !status) continue;
  let waiting = null;
  let sending = null;
  let saved = area.value;
  let sentAt = -APART;

  async function save() {
    clearTimeout(waiting);
    if (sending || area.value === saved) return;
    const text = area.value;
    sentAt = performance.now();
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
      const answer = await fetch(place.dataset.typed, {
        method: "POST",
        body: facts,
        headers: { Accept: "application/json" },
        keepalive: text.length < 10000, // also when the page is left; browsers carry little
      });
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
    waiting = setTimeout(save, Math.max(PAUSE, sentAt + APART - performance.now()));
  }

  area.addEventListener("input", () => {
    if (!sending && status.textContent !== place.dataset.waiting) status.textContent = place.dataset.waiting;
    later();
  });
  area.addEventListener("change", save); // the field is left
  document.addEventListener("visibilitychange", () => document.hidden && save());
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
