// The post adviser: asks for hints in a pause of writing and shows them below the text. composer.js brings it.
"use strict";
(() => {
  const FORM = "[data-adviser]";
  const PAUSE = 900;
  const key = `adviser:${document.body.dataset.drafts}`;
  const folded = () => { try { return localStorage.getItem(key) === "folded"; } catch { return false; } };
  const fold = (yes) => { try { yes ? localStorage.setItem(key, "folded") : localStorage.removeItem(key); } catch { /* private windows may refuse */ } };
  const waiting = new WeakMap(), asked = new WeakMap();

  const show = (form, html) => {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const fresh = template.content.firstElementChild, old = form.querySelector("[data-advice]");
    if (!fresh) return old?.remove();
    if (old) {
      // The line stays where it is, with the focus that may be on it: what it says is another.
      [...old.children].slice(1).forEach((part) => part.remove());
      old.append(...[...fresh.children].slice(1));
      return;
    }
    fresh.open = !folded();
    const text = form.querySelector("textarea[name=text]");
    (text.closest(".pen") ?? text).after(fresh);
  };
  const ask = async (form) => {
    asked.get(form)?.abort();
    const turn = new AbortController(), fields = new FormData(form);
    asked.set(form, turn);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch("/compose/advice", { method: "POST", body: fields, headers: { "plausch-part": "1" }, credentials: "same-origin", signal: turn.signal });
      if (answer.status === 200) show(form, await answer.text());
    } catch { /* what it said stays */ }
  };
  const soon = (form, pause = PAUSE) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(ask, pause, form));
  };
  const turn = ({ target }) => {
    const form = target.closest?.(FORM);
    // Whoever has folded it is left alone until they open it.
    if (form && !(folded() && form.querySelector("[data-advice]"))) soon(form);
  };
  for (const kind of ["input", "change", "plausch:uploaded"]) document.addEventListener(kind, turn);
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("[data-advice]") || target.open !== folded()) return;
    fold(!target.open);
    if (target.open) soon(target.closest(FORM), 0);
  }, true);
  const here = document.activeElement?.closest?.(FORM);
  if (here?.querySelector("textarea[name=text]")?.value.trim()) soon(here);
})();
