// Files that are too large are named beside their field before anything is sent; the server holds to the limits as well.

for (const input of document.querySelectorAll("input[type=file][data-each]:not([data-ready])")) watch(input);

function watch(input) {
  input.dataset.ready = "yes";
  const hint = document.getElementById(`${input.id}-hint`);
  const warning = document.createElement("p");
  warning.className = "error";
  warning.id = `${input.id}-size`;
  warning.setAttribute("role", "alert");
  warning.hidden = true;
  (hint ?? input).after(warning);

  function fault() {
    const files = [...input.files];
    const large = files.find((file) => file.size > Number(input.dataset.each));
    if (large) return input.dataset.tooLarge.replace("#", large.name);
    const all = files.reduce((sum, file) => sum + file.size, 0);
    return all > Number(input.dataset.together) ? input.dataset.tooMuch : "";
  }

  function say() {
    const words = fault();
    warning.textContent = words;
    warning.hidden = !words;
    input.closest(".field")?.classList.toggle("wrong", Boolean(words));
    input.toggleAttribute("aria-invalid", false);
    if (words) input.setAttribute("aria-invalid", "true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== warning.id);
    input.setAttribute("aria-describedby", (words ? [...described, warning.id] : described).join(" "));
    return words;
  }

  input.addEventListener("change", say);
  // Before the form counts as sent.
  input.form?.addEventListener("submit", (event) => {
    if (!say()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const folded = input.closest("details");
    if (folded) folded.open = true;
    input.focus();
  }, { capture: true });
}
