"use strict";
// Small helps for the article form, which works without them.

// The editor's library adds a style element with a few rules unless it finds one that it marked. The policy refuses
// such an element, so it finds another of that name, which is no style sheet; the rules are in admin.css.
const found = document.createElementNS(null, "style");
found.setAttribute("data-tiptap-style", "");
document.head.append(found);

const form = document.getElementById("article_form");
const time = document.getElementById("id_publish_at");
const label = form.elements.label_time;

document.getElementById("id_publisher_name")?.setAttribute("list", "publishers");
document.getElementById("errors")?.focus();

// A time that was changed is named by the server before it is acted on, so the button must not promise the old one.
time?.addEventListener("input", () => {
  label.value = "";
  for (const button of document.querySelectorAll("[data-schedules]")) {
    button.textContent = time.value ? `Schedule ${time.value.replace("T", " ")} ${form.dataset.zone ?? ""}`.trim() : "Schedule for the time above";
  }
});

document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-adds]");
  if (!name) return;
  const field = document.getElementById(name.dataset.adds);
  const names = field.value.split(",").map((part) => part.trim()).filter(Boolean);
  if (!names.includes(name.textContent)) names.push(name.textContent);
  field.value = names.join(", ");
  changed = true;
});

// Leaving with something unsaved is asked about once; there is no working copy to come back to.
let changed = Boolean(document.getElementById("errors"));
form.addEventListener("input", () => { changed = true; });
document.addEventListener("prose-editor:ready", (event) => {
  const { editor } = event.detail;
  editor.view.dom.setAttribute("aria-label", "Text");
  editor.view.dom.setAttribute("aria-multiline", "true");
  editor.on("update", () => { changed = true; });
});
form.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
