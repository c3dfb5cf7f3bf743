// What the page for writing articles has beyond the composer: pictures go into the text where one writes, the preview
// follows, and the link appears with the first draft.
"use strict";
(() => {
  const form = document.querySelector("form.writing");
  if (!form) return;
  const text = form.querySelector("[name=text]"), look = form.querySelector("[data-preview]"), toggle = form.querySelector("[data-look]");
  const draft = form.querySelector("[name=scheduled]"), link = document.querySelector("[data-link]");

  const insert = (words) => {
    const at = text.selectionEnd, before = text.value.slice(0, at), after = text.value.slice(at);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    text.focus();
    text.setRangeText(`${gap}${words}${after.startsWith("\n") ? "" : "\n\n"}`, at, at, "end");
    // Between the brackets stand the words for those who cannot see it.
    const start = at + gap.length + 2;
    text.setSelectionRange(start, start);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  let last = document.activeElement;
  form.addEventListener("focusin", ({ target }) => { if (target.type !== "file") last = target; });
  form.addEventListener("plausch:uploaded", (event) => {
    if (last !== text) return;
    event.preventDefault();
    insert(event.target.querySelector("[data-insert]").dataset.insert);
  });
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-insert]");
    if (button) insert(button.dataset.insert);
  });

  // The preview: beside the text where there is room, else in its place; asked for after a pause.
  let shown = false, waiting = 0, asked = 0;
  const show = async () => {
    const turn = ++asked, data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(form.dataset.previewAt, { method: "POST", body: data, headers: { "plausch-part": "1" }, credentials: "same-origin" });
      if (turn !== asked || !(answer.ok || answer.status === 422)) return;
      const top = look.scrollTop;
      look.innerHTML = await answer.text();
      look.scrollTop = top;
    } catch { /* without a connection it stays as it was */ }
  };
  const set = (on) => {
    shown = on;
    look.hidden = !on;
    form.classList.toggle("looking", on);
    toggle.setAttribute("aria-pressed", String(on));
    if (on) show();
  };
  toggle.addEventListener("click", () => set(!shown));
  form.addEventListener("input", () => { if (shown) { clearTimeout(waiting); waiting = setTimeout(show, 700); } });
  form.addEventListener("change", () => { if (shown) show(); });
  if (!look.hidden) set(true);

  // With the first draft there is an address to come back to, and a link to be had.
  new MutationObserver(() => {
    if (!draft.value || !link || !link.hidden) return;
    const make = link.querySelector("form");
    make.action = make.action.replace(/\/write\/\d+\//, `/write/${draft.value}/`);
    link.hidden = false;
    history.replaceState(null, "", `/write?draft=${draft.value}`);
  }).observe(form.querySelector("[data-kept]"), { childList: true, characterData: true, subtree: true });
})();
