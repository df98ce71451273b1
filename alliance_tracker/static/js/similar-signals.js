// While somebody types the title of a signal, the signals that sound alike stand below it. Without this they are shown
// when the form is sent.

const WAIT = 350;

for (const root of document.querySelectorAll("[data-similar]")) {
  const title = document.getElementById(root.dataset.for);
  const frame = document.getElementById("similar-words");
  let timer = 0;
  let asked = null;

  function draw(items) {
    root.replaceChildren();
    if (!items.length) return;
    const note = frame.content.cloneNode(true);
    const list = note.querySelector("ul");
    for (const item of items) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      const words = document.createElement("span");
      link.href = item.address;
      link.textContent = item.title;
      words.className = "small soft";
      words.textContent = `${item.words} · ${item.voices}`;
      line.append(link, " ", words);
      list.append(line);
    }
    root.append(note);
    // Whoever has seen them need not be asked again when the form is sent.
    const seen = document.createElement("input");
    seen.type = "hidden";
    seen.name = "is_another";
    seen.value = "y";
    root.append(seen);
  }

  async function look() {
    const text = title.value.trim();
    asked?.abort();
    if (text.length < 4) return draw([]);
    asked = new AbortController();
    try {
      const answer = await fetch(`${root.dataset.source}?title=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok && title.value.trim() === text) draw((await answer.json()).items);
    } catch (error) {
      if (error.name !== "AbortError") draw([]); // Without an answer the server shows them when the form is sent.
    }
  }

  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
}
