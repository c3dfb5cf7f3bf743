// Parts of pages. What a form or a link with data-swap is answered with takes the place of what data-swap names (the nearest
// around it, else the one on the page; itself, if it names nothing); data-pick says what of the answer. A link with
// data-into fills the nearest such element. Without this script the same forms and links lead to whole pages.
"use strict";
(() => {
  const around = (start, selector) => (selector ? start.closest(selector) ?? document.querySelector(selector) : start);
  const near = (start, selector) => {
    let up = start, found = null;
    while (up && !found) { found = up.querySelector(selector); up = up.parentElement; }
    return found;
  };

  const ask = async (path, options) => {
    // Not kept: the same address without the header is a whole page.
    const answer = await fetch(path, { headers: { "plausch-part": "1" }, cache: "no-store", ...options });
    const elsewhere = answer.headers.get("plausch-lead-to") ?? (answer.redirected && answer.url);
    if (elsewhere) { location.assign(elsewhere); return null; }
    if (!answer.ok) throw new Error(String(answer.status));
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  };
  const put = (place, parts, inside) => {
    // Whoever pressed one of its buttons goes on from there.
    const pressed = place.contains(document.activeElement) && document.activeElement.dataset.do;
    if (inside) place.replaceChildren(...parts);
    else place.replaceWith(...parts);
    for (const part of parts) {
      if (pressed) part.querySelector(`[data-do="${pressed}"]`)?.focus({ preventScroll: true });
      part.dispatchEvent(new Event("plausch:part", { bubbles: true }));
    }
    if (inside) place.querySelector("textarea")?.focus();
  };
  const complain = () => {
    const box = document.querySelector("#say");
    box.classList.remove("sr");
    box.textContent = box.dataset.failed;
    setTimeout(() => { box.classList.add("sr"); box.textContent = ""; }, 6000);
  };
  const swap = async (place, { pick, into }, path, options = {}) => {
    if (!place || place.ariaBusy === "true") return;
    place.ariaBusy = "true";
    try {
      const came = await ask(path, options);
      if (came) put(place, pick ? came.querySelectorAll(pick) : [...came.children], into);
    } catch {
      complain();
    }
    place.ariaBusy = null;
  };

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (!("swap" in form.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    const path = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const body = new URLSearchParams(new FormData(form, submitter));
    swap(around(form, form.dataset.swap), form.dataset, path, { method: "POST", body });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap], a[data-into]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { swap: where, into } = link.dataset;
    swap(into ? near(link, into) : around(link, where), link.dataset, link.href);
  });

  // When a page has loaded, Chromium looks for a form to fill in a password: whether one sees a button of it, of each. That
  // would style all the replies that nobody sees yet. So their buttons belong to their forms when somebody presses them.
  for (const button of document.querySelectorAll(".branches :is(.acts, .menu) button")) button.setAttribute("form", "");
  document.addEventListener("click", ({ target }) => target.closest("button[form='']")?.removeAttribute("form"), true);
})();
