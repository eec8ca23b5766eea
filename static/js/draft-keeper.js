/* Keeps a half-written comment through a reload or a step back, in this tab alone; gone once its receipt shows. */
(() => {
  const key = (address) => `newsblog.draft ${address}`;
  try {
    const done = document.querySelector("[data-posted-to]");
    if (done) sessionStorage.removeItem(key(done.dataset.postedTo));
    const field = document.getElementById("id_comment");
    if (!field || !field.form) return;
    const place = key(new URL(field.form.action).pathname);
    if (field.value) sessionStorage.setItem(place, field.value);
    else field.value = sessionStorage.getItem(place) || "";
    field.addEventListener("input", () => sessionStorage.setItem(place, field.value));
  } catch {
    // Storage is off or full in this browser: the page works as it is.
  }
})();
