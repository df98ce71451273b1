// The sheet of a period as fast as a spreadsheet: moving with the keyboard, pasting a block, and checking while one
// types. Without it every cell is an ordinary field; the server checks everything again in either case.

const SPACES = /[\s\u00a0\u2009\u202f']/g;
const PLAIN = /^-?\d{1,15}([.,]\d{1,10})?$/;
const GROUPED = /^-?\d{1,3}((\.\d{3})+(,\d+)?|(,\d{3})+(\.\d+)?)$/;
const TWO_WAYS = /^-?[1-9]\d{0,2}[.,]\d{3}$/;

for (const table of document.querySelectorAll("[data-sheet]")) {
  const form = table.closest("form");
  if (form) enhance(table, form);
}

// The number that a text says: null for nothing, or the name of the sentence that tells what is wrong.
function read(text) {
  const typed = text.replace(SPACES, "");
  if (!typed) return { value: null };
  if (TWO_WAYS.test(typed)) return { fault: "twoWays" };
  if (PLAIN.test(typed)) return { value: Number(typed.replace(",", ".")) };
  if (!GROUPED.test(typed)) return { fault: "noNumber" };
  const last = Math.max(typed.lastIndexOf("."), typed.lastIndexOf(","));
  const same = typed.slice(0, last).includes(typed[last]);
  const [whole, decimals] = same ? [typed, "0"] : [typed.slice(0, last), typed.slice(last + 1)];
  return { value: Number(`${whole.replace(/[.,]/g, "")}.${decimals}`) };
}

function enhance(table, form) {
  const rows = [...table.querySelectorAll("[data-row]")];
  const status = form.querySelector("[data-sheet-status]");
  const hint = form.querySelector("[data-sheet-hint]");
  if (hint) hint.hidden = false;
  const language = document.documentElement.lang;

  const controls = (row) => [...row.querySelectorAll("input[type=text], select")];
  const part = (row, name) => row.querySelector(`[data-col][data-part="${name}"]`);
  const state = (row) => row.querySelector("select");
  const changed = (row) => controls(row).some((c) => (c.tagName === "SELECT" ? !c.options[c.selectedIndex].defaultSelected : c.value.trim() !== c.defaultValue));

  // What is wrong in a row, as pairs of a control and the name of a sentence.
  function* faults(row) {
    const unit = row.dataset.unit;
    const measured = state(row).value === "value";
    const numbers = new Map();
    for (const input of row.querySelectorAll("input.number")) {
      const { value, fault } = read(input.value);
      if (fault) yield [input, fault];
      else if (value !== null && value < 0) yield [input, "negative"];
      else if (value !== null && !Number.isInteger(value) && (unit === "count" || unit === "percent")) yield [input, "whole"];
      else numbers.set(input, value);
    }
    const value = numbers.get(part(row, "value"));
    const numerator = numbers.get(part(row, "numerator"));
    const denominator = numbers.get(part(row, "denominator"));
    if (unit === "percent" && denominator === 0) yield [part(row, "denominator"), "zero"];
    if (unit === "percent" && denominator > 0 && numerator > denominator) yield [part(row, "numerator"), "part"];
    if (unit === "score" && value != null && (value < 1 || value > 5)) yield [part(row, "value"), "score"];
    const note = part(row, "note");
    if (!measured && !note.value.trim()) yield [note, "why"];
    const reason = part(row, "reason");
    if (reason && changed(row) && !reason.value.trim()) yield [reason, "reason"];
    if (unit !== "score" && unit !== "percent" && value != null) {
      for (const breakdown of row.querySelectorAll("[data-breakdown]")) {
        const cells = [...breakdown.querySelectorAll("[data-cell]")];
        const known = cells.map((cell) => numbers.get(cell) ?? 0);
        const sum = known.reduce((all, n) => all + n, 0);
        const large = cells.findIndex((_, index) => known[index] > value);
        if (large >= 0) yield [cells[large], "part"];
        else if (breakdown.dataset.breakdown === "partition" && sum > value) yield [cells[known.findIndex((n) => n)], "cells"];
      }
    }
  }

  function say(input, sentence) {
    let place = input.parentElement.querySelector(`[data-live="${input.id}"]`);
    if (!sentence) {
      place?.remove();
      if (input.dataset.live) { input.removeAttribute("aria-invalid"); delete input.dataset.live; }
      return;
    }
    if (!place) {
      place = document.createElement("p");
      place.className = "error small";
      place.dataset.live = input.id;
      place.id = `${input.id}-live`;
      input.after(place);
    }
    if (place.textContent !== sentence) place.textContent = sentence;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", place.id);
    input.dataset.live = "yes";
  }

  function share(row) {
    const output = row.querySelector("[data-share]");
    if (!output) return;
    const [n, of] = ["numerator", "denominator"].map((name) => read(part(row, name).value).value);
    const fits = n != null && of > 0 && n >= 0 && n <= of;
    output.textContent = fits ? `= ${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format((100 * n) / of)}%` : "";
  }

  function check(row) {
    const found = changed(row) ? new Map([...faults(row)].reverse()) : new Map();
    for (const input of row.querySelectorAll("input[type=text]")) say(input, found.has(input) ? table.dataset[found.get(input)] : "");
    const reason = row.querySelector("[data-reason-field]");
    if (reason) reason.hidden = !changed(row);
    row.classList.toggle("is-changed", changed(row));
    share(row);
  }

  function count() {
    const touched = rows.filter(changed).length;
    const wrong = table.querySelectorAll("[aria-invalid]").length;
    const words = touched ? [status.dataset.some.replace("#", touched)] : [status.dataset.none];
    if (wrong) words.push(status.dataset.faults.replace("#", wrong));
    status.textContent = words.join("; ");
  }

  // A figure that is typed was measured.
  function measuredAgain(row, input) {
    if (input.classList.contains("number") && input.dataset.col && input.value.trim()) state(row).value = "value";
  }

  table.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    measuredAgain(row, event.target);
    check(row);
    count();
  });

  const column = (col) => rows.map((row) => row.querySelector(`[data-col="${col}"]`)).filter((cell) => cell?.offsetParent);

  function move(from, step) {
    // Inside a breakdown one goes through its cells; elsewhere down or up the column.
    const inside = from.closest("[data-breakdown]");
    const cells = inside ? [...inside.querySelectorAll("[data-cell]")] : column(from.dataset.col);
    const next = cells[cells.indexOf(from) + step];
    if (!next) return false;
    next.focus();
    next.select?.();
    return true;
  }

  table.addEventListener("keydown", (event) => {
    const from = event.target;
    if (from.tagName !== "INPUT" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!move(from, event.shiftKey ? -1 : 1) && !event.shiftKey) form.querySelector(".save-bar button").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (move(from, event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    }
  });

  table.addEventListener("paste", (event) => {
    const from = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (from.tagName !== "INPUT" || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    if (from.dataset.col === undefined) pasteDown(from, lines);
    else pasteBlock(from, lines);
    count();
  });

  function put(cell, text) {
    const row = cell.closest("[data-row]");
    if (cell.tagName === "SELECT") {
      const wanted = text.trim().toLowerCase();
      const option = [...cell.options].find((o) => o.text.toLowerCase() === wanted || o.value === wanted);
      if (option) cell.value = option.value;
    } else {
      cell.value = text.trim();
      measuredAgain(row, cell);
    }
    check(row);
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // In a breakdown, a copied column or line fills its cells one after the other.
  function pasteDown(from, lines) {
    const cells = [...from.closest("[data-breakdown]").querySelectorAll("[data-cell]")];
    const first = cells.indexOf(from);
    lines.flat().forEach((text, index) => { if (cells[first + index]) put(cells[first + index], text); });
  }

  function pasteBlock(from, lines) {
    const first = rows.indexOf(from.closest("[data-row]"));
    const left = Number(from.dataset.col);
    lines.forEach((line, down) => {
      const row = rows[first + down];
      if (!row) return;
      line.forEach((text, right) => {
        const cell = row.querySelector(`[data-col="${left + right}"]`);
        if (cell && text.trim()) put(cell, text);
      });
    });
  }

  rows.forEach((row) => {
    const reason = row.querySelector("[data-reason-field]");
    if (reason) reason.hidden = !changed(row) && !reason.querySelector("[aria-invalid]") && !reason.querySelector("input").value;
  });
}
