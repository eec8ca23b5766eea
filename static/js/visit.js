/* Marks what was said since the last visit, which this browser alone remembers; opens what an address points into. */
(() => {
  const room = document.getElementById("comments");
  if (!room) return;
  const open = (place) => {
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };
  const find = () => {
    const place = location.hash.startsWith("#c-") && document.getElementById(location.hash.slice(1));
    if (!place || !place.closest("details:not([open])")) return;
    open(place);
    place.scrollIntoView();
  };
  find();
  addEventListener("hashchange", find);

  const KEY = "newsblog.visits";
  const SAME = 30; // minutes within which a page that is opened again is the same visit
  const now = Math.floor(Date.now() / 6e4);
  const { article } = room.dataset;
  let last;
  try {
    const visits = JSON.parse(localStorage.getItem(KEY)) || {};
    const [since, at] = visits[article] || [];
    last = now - at > SAME ? at : since;
    delete visits[article];
    localStorage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(Object.entries(visits).sort((a, b) => b[1][1] - a[1][1]).slice(0, 99)), [article]: [last ?? null, now] }));
  } catch { return; } // storage is off in this browser
  if (!last) return;
  const fresh = [...room.querySelectorAll("[data-at]")].filter((comment) => comment.dataset.at > last);
  for (const comment of fresh) {
    const mark = document.createElement("span");
    mark.className = "badge";
    mark.textContent = "New";
    comment.querySelector(".comment__name").after(mark);
  }
  const told = document.getElementById("new-since");
  if (!fresh.length || !told) return;
  const link = document.createElement("a");
  link.href = `#${fresh[0].id}`;
  link.textContent = `${fresh.length} new since your last visit`;
  link.addEventListener("click", () => open(fresh[0]));
  told.append(link);
  told.hidden = false;
})();
