/* Keeps a half-written comment in this browser, through a reload, a failed send, a closed tab; gone once its receipt
   shows, a week later, or when its writer discards it. Each tab keeps its own; a new one begins with the newest. */
(() => {
  const WEEK = 6048e5;
  const UNWANTED = /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g; // as in markup.py
  const key = (address, reply) => `newsblog.draft ${address} ${reply}`;
  const stores = [];
  for (const name of ["sessionStorage", "localStorage"]) {
    try { stores.push(window[name]); } catch { /* switched off in this browser */ }
  }
  const read = (place) => {
    for (const store of stores) {
      try {
        const kept = JSON.parse(store.getItem(place));
        if (kept && kept.text && Date.now() - kept.at < WEEK) return kept;
      } catch { /* not ours */ }
    }
  };
  const drop = (place) => stores.forEach((store) => store.removeItem(place));

  const done = document.querySelector("[data-posted-to]");
  if (done) {
    const place = key(done.dataset.postedTo, done.dataset.reply || "");
    const kept = read(place);
    // Another comment's receipt says nothing about this text; what the server leaves out of one counts for none.
    const sent = kept && kept.sent && kept.text.replace(UNWANTED, "").trim();
    if (sent && [...sent].length === Number(done.dataset.length)) drop(place);
  }

  const field = document.getElementById("id_comment");
  const form = field && field.form;
  if (!form || !form.elements.reply) return;
  const place = key(new URL(form.action).pathname, form.elements.reply.value);
  const keep = (sent) => {
    if (!field.value.trim()) return drop(place);
    for (const store of stores) {
      try { store.setItem(place, JSON.stringify({ text: field.value, at: Date.now(), sent })); } catch { /* it is full */ }
    }
  };
  const note = document.getElementById("draft");
  const kept = read(place);
  if (field.value) keep();
  else if (kept) {
    field.value = kept.text;
    note.hidden = false;
    note.querySelector("button").addEventListener("click", () => {
      drop(place);
      field.value = "";
      note.hidden = true;
      field.dispatchEvent(new Event("input"));
      field.focus();
    });
  }
  field.addEventListener("input", () => keep());
  form.addEventListener("submit", (event) => keep(!(event.submitter && event.submitter.name)));
})();
