// A list that follows its search form while one types. Without this the button of the form does the same.

const PAUSE = 350;

for (const form of document.querySelectorAll("form[data-search]:not([data-ready])")) follow(form);

function follow(form) {
  form.dataset.ready = "yes";
  const status = document.createElement("p");
  let timer = 0;
  let asked = null;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  form.append(status);

  // Only what was filled in, so that the address can be shared.
  function address() {
    const filled = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(filled).toString();
    return form.action + (query ? `?${query}` : "");
  }

  async function look() {
    asked?.abort();
    asked = new AbortController();
    const wanted = address();
    try {
      const answer = await fetch(wanted, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // The form stays as it is, and with it the focus and what is being typed.
      for (const part of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) part.replaceChildren(...fresh.childNodes);
      }
      status.textContent = document.querySelector("[data-said]")?.textContent ?? "";
      history.replaceState(null, "", wanted);
    } catch (error) {
      if (error.name !== "AbortError") asked = null; // The button still searches.
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    asked?.abort();
    timer = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); asked?.abort(); });
}
