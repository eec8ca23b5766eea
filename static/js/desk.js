"use strict";
// The desk's small helps: menus close, helpers that need a script appear, single keys press buttons that are there.

for (const helper of document.querySelectorAll(".needs-script")) helper.hidden = false;

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

function keysAreOn() {
  try {
    return localStorage.getItem("queue-keys") !== "off";
  } catch {
    return true; // storage is shut off; the keys still work
  }
}

function isTyping(target) {
  return Boolean(target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

// Single keys rest while one types and beside other keys. One that is held down repeats itself on page after page,
// each of which nobody has looked at: it counts once.
function keysRest(event) {
  if (!keysAreOn() || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return true;
  return isTyping(event.target) || Boolean(document.querySelector("dialog[open]"));
}

document.addEventListener("keydown", (event) => {
  if (keysRest(event)) return;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (pressed) {
    event.preventDefault();
    pressed.click();
  }
});

// Reasons are chosen by their digit wherever a rejection stands open.
document.addEventListener("keydown", (event) => {
  const card = event.target.closest(".item"); // of several, the one in hand
  const panel = (card || document).querySelector(".reject[open]");
  if (!panel || keysRest(event) || !/^[1-9]$/.test(event.key)) return;
  const choice = panel.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  panel.querySelector("button").focus();
});

for (const panel of document.querySelectorAll(".reject")) {
  panel.addEventListener("toggle", () => {
    const card = panel.closest(".item");
    if (!panel.open || (card && !card.contains(document.activeElement))) return; // somebody quick has gone on already
    panel.querySelector("input[type=radio]").focus({ preventScroll: true });
    panel.querySelector("form").scrollIntoView({ block: "nearest" });
  });
}

// One press at a time: the answer to a second one would be shown in the place of the first one's, with its Undo. The
// other half of a double click is none at all, also where the next page is there already.
let sending = null;
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("form[method=post] button")) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.getAttribute("method") === "dialog") return;
  if (sending) return event.preventDefault();
  sending = event.target;
  setTimeout(() => { sending = null; }, 10_000); // an answer that never came, or was stopped
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) sending = null; // back on a page that the browser kept as it was left
});

// What is half written is not lost by a press on something else: the browser asks before it leaves.
window.addEventListener("beforeunload", (event) => {
  const fields = document.querySelectorAll(":is(.comment-page, .card-page, .queue-page) textarea:not([readonly])");
  if (![...fields].some((field) => field.value !== field.defaultValue && field.form !== sending)) return;
  event.preventDefault();
  sending = null; // whoever stays may press again
});
