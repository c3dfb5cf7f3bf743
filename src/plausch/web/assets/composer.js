// What makes the composer live: drafts, pictures, suggestions, preview, the sheet on phones. plausch.js brings it when
// somebody turns to a composer. All of it is extra: the form works without; words come from the page.
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const FORM = "[data-compose]";
  const LIVE = { "plausch-part": "1" };
  const person = document.body.dataset.drafts;
  // What this browser keeps: texts that have not reached the server, and where the server has a draft.
  const store = {
    get: (key) => { try { return localStorage.getItem(`${key}:${person}`) ?? ""; } catch { return ""; } },
    set: (key, value) => { try { value ? localStorage.setItem(`${key}:${person}`, value) : localStorage.removeItem(`${key}:${person}`); } catch { /* private windows may refuse */ } },
  };
  const fragment = (html) => { const template = document.createElement("template"); template.innerHTML = html.trim(); return template.content.firstElementChild; };
  const ask = async (path, options = {}) => {
    const answer = await fetch(path, { headers: LIVE, credentials: "same-origin", ...options });
    if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { answer });
    return answer;
  };
  const text = (form) => one("textarea[name=text]", form);
  // A form without the files that wait in it: those are uploaded apart.
  const fields = (form) => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };

  const grow = (area) => {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };

  // Drafts: saved after a pause; what has not been saved stays in this browser.
  const waiting = new Map();
  const status = (form, word) => { const place = one("[data-kept]", form); if (place && place.textContent !== word) place.textContent = word; };
  const keeps = (form) => form.dataset.place && !("scheduled" in form.dataset);
  const saving = new Map();
  const save = (form, last = false) => {
    // One after the other: the first of an article tells the id of its draft.
    const done = (saving.get(form)?.then(() => send(form, last)) ?? send(form, last)).finally(() => { if (saving.get(form) === done) saving.delete(form); });
    saving.set(form, done);
    return done;
  };
  const send = async (form, last) => {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    const written = text(form).value;
    try {
      const answer = await ask(form.dataset.save ?? "/drafts", { method: "POST", body: fields(form), keepalive: last });
      const kept = answer.headers.get("plausch-draft");
      if (form.dataset.sent) return;
      if (kept && form.dataset.save) one("[name=scheduled]", form).value = kept;
      store.set(`kept:${form.dataset.place}`, kept);
      if (text(form).value === written) store.set(`draft:${form.dataset.place}`, "");
      status(form, kept ? form.dataset.saved : "");
    } catch {
      status(form, form.dataset.unsaved);
    }
  };
  const changed = (form) => {
    if (!keeps(form) || form.dataset.sent) return;
    store.set(`draft:${form.dataset.place}`, text(form).value);
    status(form, "");
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(save, 1200, form));
  };
  const flush = () => [...waiting.keys()].forEach((form) => save(form, true));
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("pagehide", flush);

  // A page that did not look for a draft does so when somebody turns to its composer.
  const look = async (form) => {
    const path = form.dataset.look;
    if (!path) return;
    delete form.dataset.look;
    let html = "";
    try {
      const answer = await ask(path);
      if (answer.status === 200) html = await answer.text();
      else store.set(`kept:${form.dataset.place}`, "");
    } catch { return; }
    const fresh = html && fragment(html);
    if (!fresh) return;
    const typed = text(form).value, had = form.contains(document.activeElement);
    form.replaceWith(fresh);
    // What was typed meanwhile goes on after what there was: nothing is lost.
    if (typed.trim() && typed !== text(fresh).value) text(fresh).value += `\n\n${typed}`;
    ready(fresh);
    if (typed.trim()) changed(fresh);
    if (had) { const area = text(fresh); area.focus(); area.setSelectionRange(area.value.length, area.value.length); }
  };

  // Pictures: chosen, pasted or dropped; uploaded at once, described, put in order, taken out.
  const mostOf = (form) => Number(form.dataset.most ?? 4);
  const slots = (form) => all("[data-slot]", form);
  const settle = (form) => {
    const filled = slots(form).length;
    all("[data-empty]", form).forEach((slot, place) => {
      slot.hidden = filled >= mostOf(form) || place > 0;
      const label = one("label", slot);
      label.textContent = label.textContent.replace(/\d+/, filled + place + 1);
    });
    slots(form).forEach((slot, place, list) => {
      one("[data-move='-1']", slot).hidden = place === 0;
      one("[data-move='1']", slot).hidden = place === list.length - 1;
    });
    changed(form);
  };
  // What the page of an error says.
  const reason = async (answer) => one("main .empty p", new DOMParser().parseFromString(await answer.text(), "text/html"))?.textContent.trim() ?? "";
  const upload = async (form, files, input) => {
    const details = one("[data-pictures]", form);
    if (!details) return;
    const refused = one("[data-refused]", details);
    details.open = true;
    refused.textContent = "";
    const room = mostOf(form) - slots(form).length;
    for (const file of files.slice(0, room)) {
      const data = new FormData();
      data.set("file", file);
      form.setAttribute("aria-busy", "true");
      try {
        const slot = fragment(await (await ask(form.dataset.upload ?? "/pictures", { method: "POST", body: data })).text());
        one("[data-empty]", form).before(slot);
        if (input) input.value = "";
        aim(slot);
        // Where a picture goes into the text one goes on writing there.
        if (slot.dispatchEvent(new CustomEvent("plausch:uploaded", { bubbles: true, cancelable: true }))) one("[name^=alt_]", slot).focus();
      } catch ({ answer }) {
        // Without a connection it stays in its field and is sent with the form; what was refused would be again.
        refused.textContent = answer ? await reason(answer) : form.dataset.unsaved;
        if (answer && input) input.value = "";
        break;
      } finally {
        form.removeAttribute("aria-busy");
      }
    }
    if (files.length > room && !refused.textContent) refused.textContent = refused.dataset.many;
    settle(form);
  };
  const images = (list) => [...(list ?? [])].filter((file) => file.type.startsWith("image/"));
  const aim = (slot) => {
    const [x, y] = one("[name^=focus_]", slot).value.split(" ");
    const dot = one("[data-aim] i", slot);
    dot.hidden = false;
    dot.style.left = `${x}%`;
    dot.style.top = `${y}%`;
  };
  const aimAt = (slot, event) => {
    const box = one("img", slot).getBoundingClientRect();
    const percent = (at, start, size) => Math.round(Math.min(1, Math.max(0, (at - start) / size)) * 100);
    const value = `${percent(event.clientX, box.left, box.width)} ${percent(event.clientY, box.top, box.height)}`;
    const select = one("[name^=focus_]", slot);
    const own = [...select.options].find((option) => option.value === value) ?? select.appendChild(new Option(select.dataset.own, value));
    select.value = own.value;
    aim(slot);
    changed(slot.closest(FORM));
  };

  // Whom it reaches, in words.
  const reach = async (form) => {
    const place = one("[data-reach]", form);
    if (!place) return;
    const query = new URLSearchParams();
    for (const name of ["audience", "local_only", "participants", "reply_to", "place"]) {
      const value = new FormData(form).get(name);
      if (value) query.set(name, value);
    }
    try { place.innerHTML = await (await ask(`/compose/audience?${query}`)).text(); } catch { /* the words stay as they were */ }
  };

  // Suggestions for @ and #: a list box below the text, moved through with the arrows (ARIA: combobox).
  const WORD = /(?:^|[\s(])([@#][\p{L}\p{N}_.-]{1,40})$/u;
  let list = null, asked = 0;
  const close = () => {
    if (!list) return;
    const area = list.previousElementSibling;
    for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete", "aria-haspopup"]) area.removeAttribute(name);
    list.remove();
    list = null;
  };
  const choose = (option) => {
    all("[role=option]", list).forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    list.previousElementSibling.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const area = list.previousElementSibling, end = area.selectionStart;
    const start = end - (WORD.exec(area.value.slice(0, end))?.[1].length ?? 0);
    area.setRangeText(`${option.dataset.word} `, start, end, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const suggest = async (area) => {
    const word = area.selectionStart === area.selectionEnd && WORD.exec(area.value.slice(0, area.selectionStart))?.[1];
    const turn = ++asked;
    if (!word) return close();
    let html = "";
    try { html = (await (await ask(`/compose/complete?${new URLSearchParams({ q: word })}`)).text()).trim(); } catch { /* none then */ }
    if (turn !== asked || document.activeElement !== area) return;
    close();
    if (!html) return;
    list = document.createElement("ul");
    list.id = "suggestions";
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.dataset.suggestions);
    list.innerHTML = html;
    area.after(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.setAttribute("aria-controls", list.id);
    choose(list.firstElementChild);
    const say = one("#say");
    if (say) say.textContent = area.dataset.found.replace("{}", list.children.length);
  };
  const listKeys = (event) => {
    const options = all("[role=option]", list);
    const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(options[(here + step + options.length) % options.length]);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(options[here]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const preview = async (form) => {
    const place = one("[data-preview]", form);
    place.innerHTML = await (await ask(form.dataset.previewAt ?? "/compose/preview", { method: "POST", body: fields(form) })).text();
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
  };

  // On a phone the composer becomes a sheet as soon as one writes; closing it leaves the draft.
  const phone = matchMedia("(max-width: 640px)");
  const lift = (form) => {
    if (!phone.matches || form.closest("dialog") || !form.matches(".short")) return;
    const sheet = document.createElement("dialog"), gap = document.createElement("div"), bar = document.createElement("div");
    sheet.className = "sheet-up";
    sheet.setAttribute("aria-label", form.dataset.sheet);
    bar.className = "sheet-bar";
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "act";
    shut.textContent = one("#keys button")?.textContent ?? "×";
    shut.addEventListener("click", () => sheet.close());
    bar.append(shut);
    form.before(gap);
    gap.style.height = `${form.offsetHeight}px`;
    sheet.append(bar, form);
    document.body.append(sheet);
    sheet.addEventListener("close", () => { close(); const shown = one(FORM, sheet); lifting = true; if (shown) gap.replaceWith(shown); else gap.remove(); sheet.remove(); document.activeElement?.blur(); lifting = false; });
    lifting = true;
    sheet.showModal();
    text(form).focus();
    lifting = false;
  };
  let lifting = false;

  const ready = (form) => {
    if (form.dataset.ready) return;
    form.dataset.ready = "1";
    const area = text(form);
    if (!area) return;
    grow(area);
    if (form.dataset.adviser && !one("script[src*='/adviser.js']")) document.head.append(Object.assign(document.createElement("script"), { src: form.dataset.adviser }));
    if (!form.dataset.place) { slots(form).forEach(aim); return; }
    all("[data-empty] [type=file]", form).forEach((input) => {
      input.multiple = true;
      // Chosen before this script was there.
      if (input.files.length) upload(form, images(input.files), input);
    });
    slots(form).forEach(aim);
    const unsaved = keeps(form) && store.get(`draft:${form.dataset.place}`);
    if (unsaved && !area.value) { area.value = unsaved; grow(area); changed(form); }
    else if (unsaved) store.set(`draft:${form.dataset.place}`, "");
    if (slots(form).length) {
      const before = waiting.has(form);
      settle(form);
      if (!before) { clearTimeout(waiting.get(form)); waiting.delete(form); }
    }
    if (form.dataset.look && (form.contains(document.activeElement) || store.get(`kept:${form.dataset.place}`))) look(form);
  };

  document.addEventListener("focusin", ({ target }) => {
    const form = target.closest(FORM);
    if (!form || lifting) return;
    ready(form);
    if (target.matches("textarea")) lift(form);
    look(form);
  });
  document.addEventListener("focusout", ({ target }) => { if (target.matches("textarea")) setTimeout(() => { if (list && document.activeElement !== target) close(); }, 150); });
  document.addEventListener("input", ({ target }) => {
    const form = target.closest(FORM);
    if (!form) return;
    if (target.matches("textarea")) { grow(target); if (target.name === "text") suggest(target); }
    changed(form);
  });
  document.addEventListener("change", ({ target }) => {
    const form = target.closest(FORM);
    if (!form) return;
    if (target.type === "file" && target.closest("[data-empty]")) return void upload(form, images(target.files), target);
    if (target.name?.startsWith("focus_")) aim(target.closest("[data-slot]"));
    if (["audience", "local_only", "participants"].includes(target.name)) reach(form);
    changed(form);
  });
  document.addEventListener("keydown", (event) => { if (list && event.target === list.previousElementSibling) listKeys(event); }, true);
  document.addEventListener("click", (event) => {
    const { target } = event, form = target.closest(FORM);
    const option = target.closest("#suggestions [role=option]");
    if (option) return take(option);
    if (!form) return;
    const slot = target.closest("[data-slot]"), move = target.closest("[data-move]");
    if (target.closest("[data-show-preview]")) { event.preventDefault(); preview(form); }
    if (slot && target.closest("[data-aim]")) aimAt(slot, event);
    if (slot && move) {
      const other = move.dataset.move === "1" ? slot.nextElementSibling : slot.previousElementSibling;
      if (other?.matches("[data-slot]")) move.dataset.move === "1" ? other.after(slot) : other.before(slot);
      settle(form);
      (move.hidden ? one("[data-move]:not([hidden])", slot) : move)?.focus();
    }
    if (slot && target.closest("[data-remove]")) { slot.remove(); settle(form); one("summary", one("[data-pictures]", form)).focus(); }
  });
  document.addEventListener("mousedown", (event) => { if (event.target.closest("#suggestions")) event.preventDefault(); });
  document.addEventListener("paste", (event) => {
    const form = event.target.closest?.(FORM), files = images(event.clipboardData?.files);
    if (!form || !files.length) return;
    event.preventDefault();
    upload(form, files);
  });
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest?.(FORM);
      if (!form || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") upload(form, images(event.dataTransfer.files));
    });
  }
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (!target.matches(FORM)) return;
    clearTimeout(waiting.get(target));
    waiting.delete(target);
    if (saving.has(target)) {
      // What is on its way must not arrive after the post, or its draft would come back.
      event.preventDefault();
      event.stopImmediatePropagation();
      saving.get(target).then(() => target.requestSubmit(submitter));
      return;
    }
    // From here on the server has it; a page that comes back with complaints has all of it, too.
    target.dataset.sent = "1";
    store.set(`draft:${target.dataset.place}`, "");
    store.set(`kept:${target.dataset.place}`, "1");
  }, true);
  addEventListener("pageshow", () => all(FORM).forEach((form) => { delete form.dataset.sent; }));

  if (!one("link[href*='composer.css']")) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = one(FORM)?.dataset.style ?? "";
    if (one(FORM)) document.head.append(style);
  }
  document.addEventListener("plausch:part", ({ target }) => all(FORM, target.parentElement ?? document).forEach(ready));
  all(FORM).forEach(ready);
  const here = document.activeElement?.closest?.(FORM);
  if (here && document.activeElement.matches("textarea")) lift(here);
})();
