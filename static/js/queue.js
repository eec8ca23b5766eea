"use strict";
// Keys and selection in the moderation queue. Every act is a press on a button that is there without this script.

const items = [...document.querySelectorAll(".item")];
const picks = [...document.querySelectorAll("input[name=_selected_action]")];
const bulk = document.getElementById("changelist-form");
const keysSwitch = document.getElementById("keys-on");
let at = -1; // none is in hand at first, so a stray key decides nothing

keysSwitch.checked = keysAreOn();
keysSwitch.addEventListener("change", () => {
  try {
    localStorage.setItem("queue-keys", keysSwitch.checked ? "on" : "off");
  } catch {
    // storage is shut off; the switch holds until the page is left
  }
});

function take(index) {
  at = Math.max(0, Math.min(items.length - 1, index));
  items[at]?.focus({ preventScroll: true });
  items[at]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const index = items.indexOf(event.target.closest(".item"));
  if (index >= 0) at = index;
});

// After an act the address names the next comment.
const following = items.findIndex((item) => `#${item.id}` === location.hash);
if (following >= 0) take(following);

if (bulk) {
  const all = document.getElementById("all");
  const across = bulk.querySelector("[name=select_across]");
  const said = bulk.querySelector(".bulk__n");
  const count = () => {
    const chosen = picks.filter((pick) => pick.checked).length;
    const whole = chosen === picks.length && chosen > 0;
    if (across) {
      across.closest("label").hidden = !whole;
      if (!whole) across.checked = false;
    }
    said.textContent = across?.checked ? "All selected" : chosen ? `${chosen} selected` : "";
    bulk.classList.toggle("bulk--on", chosen > 0);
    for (const pick of picks) pick.closest(".item").classList.toggle("item--picked", pick.checked);
    all.checked = whole;
    all.indeterminate = chosen > 0 && !whole;
  };
  document.addEventListener("change", (event) => {
    if (event.target === all) for (const pick of picks) pick.checked = all.checked;
    count();
  });
  document.getElementById("none").addEventListener("click", () => {
    for (const pick of picks) pick.checked = false;
    count();
  });
  count();
}

const ACTS = {
  j: () => take(at + 1),
  k: () => take(at - 1),
  a: (item) => item?.querySelector("button[value^=approve], button[value^=keep]")?.click(),
  s: (item) => item?.querySelector("button[value^=spam]")?.click(),
  e: (item) => item?.querySelector(".score summary")?.click(),
  x: (item) => item?.querySelector("input[type=checkbox]").click(),
  w: (item) => {
    const reply = item?.querySelector("a[href$='#reply']");
    if (reply) location.href = reply.href;
  },
  r: (item) => {
    const panel = item?.querySelector(".reject");
    if (panel) panel.open = true;
  },
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (keysRest(event)) return;
  const item = items[at];
  if (event.key === "Enter" && item && event.target === item) location.href = item.dataset.open;
  else if (Object.hasOwn(ACTS, event.key)) {
    event.preventDefault();
    ACTS[event.key](item);
  }
});
