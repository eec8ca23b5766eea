/* Says how much of the room a comment takes; where it is too much, in the server's own words, before it is sent. */
(() => {
  const field = document.getElementById("id_comment");
  const told = document.getElementById("count");
  if (!field || !told) return;
  const { limit, long } = told.dataset;
  const spoken = told.nextElementSibling;
  const bytes = new TextEncoder();
  const kB = (size) => (size / 1000).toFixed(1);
  const count = () => {
    const size = bytes.encode(field.value.trim().replace(/\r\n?/g, "\n")).length;
    const problem = size > limit ? long.replace("{}", kB(size)) : "";
    told.hidden = !size;
    told.textContent = problem || `${[...field.value.trim()].length} characters${size < 1000 ? "" : `, ${kB(size)} of ${limit / 1000} kB`}`;
    field.setCustomValidity(problem);
    const near = problem || (size > limit * 0.9 ? "Nearly all of the room is used." : "");
    if (spoken.textContent !== near) spoken.textContent = near;
  };
  field.addEventListener("input", count);
  count();
})();
