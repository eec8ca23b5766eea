/* The box "Save my name, email, and website in this browser": shown by this script, kept by this browser alone.
   Nothing of it is ever sent: the box has no name, and no cookie is set. Unticked, what was kept is gone at once. */
(() => {
  const KEY = "newsblog.writer";
  const FIELDS = ["name", "email", "website"];
  const box = document.getElementById("id_remember");
  const form = box && box.form;
  if (!form) return;

  const forget = () => localStorage.removeItem(KEY);
  const keep = () =>
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]))));
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY));
  } catch {
    try { forget(); } catch { return; } // storage is off in this browser: the box stays hidden
  }

  box.closest("[hidden]").hidden = false;
  if (kept) {
    box.checked = true;
    for (const name of FIELDS) {
      const field = form.elements[name];
      if (!field.value && typeof kept[name] === "string") field.value = kept[name];
    }
  }
  box.addEventListener("change", () => { if (!box.checked) forget(); });
  form.addEventListener("submit", () => (box.checked ? keep() : forget()));
})();
