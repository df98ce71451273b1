// The box above the municipalities narrows the list while one types; without it the typed names go to the server.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

for (const root of document.querySelectorAll("[data-municipalities]:not([data-ready])")) {
  root.dataset.ready = "yes";
  const input = root.querySelector("input[type=text]");
  const status = root.querySelector("[data-status]");
  const groups = [...root.querySelectorAll("details")].map((details) => ({
    details,
    wasOpen: details.open,
    boxes: [...details.querySelectorAll(".check")].map((row) => ({
      row,
      box: row.querySelector("input"),
      name: plain(row.querySelector("label").firstChild.textContent),
    })),
  }));
  let found = [];

  // Only what stands after the last comma is being looked for: what stands before it is complete.
  const wanted = () => plain(input.value.split(/[,;]/).pop());

  function narrow() {
    const text = wanted();
    found = [];
    for (const group of groups) {
      let some = false;
      for (const { row, box, name } of group.boxes) {
        const fits = !text || name.includes(text);
        row.hidden = !fits;
        some ||= fits;
        if (text && fits) found.push({ box, name });
      }
      group.details.hidden = !some;
      group.details.open = text ? some : group.wasOpen || group.boxes.some(({ box }) => box.checked);
    }
    status.textContent = text && !found.length ? root.dataset.none : "";
  }

  function clear() {
    input.value = "";
    narrow();
  }

  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !wanted()) return;
    const exact = found.filter(({ name }) => name === wanted());
    const one = exact.length ? exact : found;
    if (one.length !== 1) return;
    event.preventDefault();
    one[0].box.checked = true;
    one[0].box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  root.addEventListener("change", (event) => {
    // What was looked for is found; a text that stayed would be read as one more name.
    if (event.target.type === "checkbox" && wanted() && !/[,;]/.test(input.value)) clear();
  });
}
