// Small enhancements; every page works without them.

// After a refused form the summary of errors is where a person should be.
document.querySelector("[data-focus]")?.focus();

// A form is sent once, however often its button is pressed; the server holds to that as well.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}

// Back to a form that could not be sent: the browser's own way back keeps what was typed in it.
document.querySelector("[data-back]")?.addEventListener("click", (event) => {
  if (history.length < 2) return;
  event.preventDefault();
  history.back();
});

// Leaving a page with something typed in it asks first.
let typed = false;
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
}
addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

// On a narrow screen a long table is one line until somebody opens it.
const long = document.querySelectorAll("details.folds");
if (long.length) {
  const narrow = matchMedia("(max-width: 44rem)");
  const fold = () => { for (const each of long) each.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  addEventListener("beforeprint", () => { for (const each of long) each.open = true; });
  fold();
}
