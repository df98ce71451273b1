// A list that opens while one types the name of an organisation (the ARIA combobox with a listbox). The text field works
// without it: the server reads the text.

const WAIT = 180;

for (const root of document.querySelectorAll("[data-combobox]:not([data-ready])")) enhance(root);

function enhance(root) {
  root.dataset.ready = "yes";
  const input = root.querySelector("input[type=text]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let picked = root.querySelector("[data-picked]");
  let options = [];
  let active = -1;
  let timer = 0;
  let asked = null;

  list.id = `${input.id}-list`;
  list.className = "combobox-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", root.querySelector("label").textContent.trim());
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function move(to) {
    active = options.length ? (to + options.length) % options.length : -1;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function forget() {
    picked?.remove();
    picked = null;
  }

  function pick(option) {
    forget();
    picked = document.createElement("input");
    picked.type = "hidden";
    picked.name = input.name;
    picked.value = `id:${option.dataset.id}`;
    input.after(picked);
    input.value = option.dataset.name;
    // What the server offered to a text that is no longer there.
    root.querySelector("[data-matches]")?.remove();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  }

  function draw(items) {
    options = items.map((item, index) => {
      const option = document.createElement("li");
      const name = document.createElement("b");
      const words = document.createElement("span");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.id = item.id;
      option.dataset.name = item.name;
      name.textContent = item.name;
      words.textContent = item.words;
      option.append(name, words);
      // Before the field loses the focus, which would close the list.
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(option); });
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = options.length ? root.dataset.some.replace("#", options.length) : root.dataset.none;
  }

  async function look() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${root.dataset.source}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok && input.value.trim() === text) draw((await answer.json()).items);
    } catch (error) {
      if (error.name !== "AbortError") close(); // Without an answer the field is a plain text field.
    }
  }

  // Whoever adds the organisation that is missing takes the typed name along.
  const add = root.querySelector("[data-add]");
  function takeAlong() {
    const address = new URL(add.href);
    address.searchParams.set("name", input.value.trim());
    add.href = address.pathname + address.search;
  }

  input.addEventListener("input", () => {
    forget();
    if (add) takeAlong();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look();
      else move(active < 0 && event.key === "ArrowUp" ? -1 : active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      pick(options[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
}
