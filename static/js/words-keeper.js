/* Keeps what is typed into an edit, an appeal or a report through a reload or a failed send, in this tab alone: their
   addresses are private, so nothing of them outlives it. What was sent and left behind does not come back, and neither
   does a draft of words that were changed elsewhere since. */
(() => {
  const field = document.querySelector("#id_statement, #id_text, #id_comment");
  if (!field) return;
  const place = `newsblog.words ${location.pathname}`;
  const version = field.form.elements.seen ? field.form.elements.seen.value : "";
  let store;
  try { store = window.sessionStorage; } catch { return; }
  const keep = (sent) => {
    try { store.setItem(place, JSON.stringify({ text: field.value, version, sent })); } catch { /* it is full */ }
  };
  let kept;
  try { kept = JSON.parse(store.getItem(place)); } catch { /* not ours */ }
  const [opened] = performance.getEntriesByType("navigation");
  const isBack = opened && opened.type !== "navigate";
  const isSame = kept && kept.text && kept.version === version;
  if (isSame && kept.text !== field.defaultValue && (!kept.sent || isBack)) {
    field.value = kept.text;
    field.dispatchEvent(new Event("input"));
  } else store.removeItem(place);
  field.addEventListener("input", () => keep(false));
  field.form.addEventListener("submit", () => keep(true));
})();
