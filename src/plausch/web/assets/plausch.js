// What makes the pages come alive. All of it is extra: every page works without it.
// Words come from the page (data attributes).
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { const box = one("#say"); if (box) box.textContent = text; };
  // Private windows may refuse storage: then nothing is remembered.
  const keep = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* see above */ } },
  };

  // Posts: moving among them, and the unread ones.
  const top = (element) => element.getBoundingClientRect().top;
  const show = (element) => {
    for (let up = element; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    // Far heights are guessed.
    const far = Math.abs(top(element)) > 2 * innerHeight || matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "nearest", behavior: far ? "auto" : "smooth" });
    element.focus({ preventScroll: true });
  };
  const move = (step) => {
    const posts = all("[data-post]").filter((post) => post.offsetParent);
    const here = posts.indexOf(document.activeElement?.closest("[data-post]"));
    const next = here >= 0 ? here + step : posts.findIndex((post) => top(post) > 0);
    if (posts[next]) show(posts[next]);
  };
  const nextUnread = () => {
    const unread = all(".post.new");
    const here = document.activeElement?.closest("[data-post]");
    const next = unread.find((post) => !here || here.compareDocumentPosition(post) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (next) show(next);
    else if (somebody) location.assign(`/unread?after=${location.pathname.match(/^\/conversations\/(\d+)/)?.[1] ?? ""}`);
  };
  const act = (name) => {
    const post = document.activeElement?.closest("[data-post]");
    const button = one(`[data-do="${name}"]`, post ?? document) ?? one(`[data-do="${name}"]`, post?.closest(".card") ?? document);
    button?.click();
  };

  // The composer's own script comes when somebody turns to a composer, or has left something in one.
  let composing = null;
  const compose = (form) => {
    if (composing || !form?.dataset.script || one("script[src*='/composer.js']")) return;
    composing = document.createElement("script");
    composing.src = form.dataset.script;
    document.head.append(composing);
  };
  const begun = ({ dataset }) => ["draft", "kept"].some((what) => keep.get(`${what}:${dataset.place}:${document.body.dataset.drafts}`));
  for (const turn of ["focusin", "dragenter"]) document.addEventListener(turn, ({ target }) => compose(target.closest?.("[data-compose]")));
  let sentAt = -Infinity;

  const colour = (image) => { if (image.dataset.colour) image.style.backgroundColor = image.dataset.colour; };
  const enliven = (within) => {
    compose(all("[data-compose]", within).find(begun));
    all("img[data-colour]", within).forEach(colour);
  };

  document.addEventListener("submit", (event) => {
    const { target } = event;
    if (!target.matches("[data-compose]")) {
      if (target.matches("[action$='/sign-out']")) try { localStorage.clear(); } catch { /* nothing kept */ }
      return;
    }
    // A second click while the first is on its way would post twice.
    if (event.timeStamp - sentAt < 5000) return event.preventDefault();
    sentAt = event.timeStamp;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.name === "theme") root.dataset.theme = target.value;
    if (target.id === "keys-on") keep.set("keys", target.checked ? "" : "off");
  });

  // Menus close when one turns to something else.
  const closeMenus = (but) => all("details.more[open]").forEach((menu) => { if (!menu.contains(but)) menu.open = false; });
  document.addEventListener("click", ({ target }) => {
    closeMenus(target);
    if (target.closest("[data-next]")) nextUnread();
    if (target.closest("[data-fresh]")) offer.take();
    const opener = target.closest("[data-open]");
    if (opener) openDialog(opener.dataset.open);
  });
  document.addEventListener("focusin", ({ target }) => closeMenus(target));
  const openDialog = (id) => {
    const dialog = one(`#${id}`);
    const box = one("#keys-on", dialog);
    if (box) box.checked = keep.get("keys") !== "off";
    dialog?.showModal();
  };

  // Single keys; they can be switched off in their help (WCAG 2.1.4).
  const go = { h: "/", l: "/local", n: "/notifications", b: "/bookmarks", d: "/drafts", s: "/settings" };
  const keys = {
    j: () => move(1), k: () => move(-1), u: nextUnread,
    r: () => act("reply"), f: () => act("like"), b: () => act("share"),
    n: () => { const area = one("#compose textarea"); area ? area.focus() : location.assign("/compose"); },
    "/": () => { const field = one("main [type=search]"); field ? field.focus() : location.assign("/search"); },
    "?": () => openDialog("keys"),
  };
  let went = 0;
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.matches("[data-compose]")) {
      // A field of one line would send the form once more by itself.
      event.preventDefault();
      target.form.requestSubmit();
    }
    if (key === "Escape" && target.closest("[data-compose]")) target.blur();
    if (key === "Escape") all("details.more[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable || target.closest("input, textarea, select, dialog")) return;
    if (keep.get("keys") === "off" && key !== "?") return;
    const going = event.timeStamp - went < 1000 && (key === "p" ? one(".me")?.href : go[key]);
    went = key === "g" ? event.timeStamp : 0;
    if (!going && !keys[key]) return;
    event.preventDefault();
    going ? location.assign(going) : keys[key]();
  });

  // Live pages: the server sends ready-made HTML; nothing moves under the reader's eyes.
  const still = (change) => {
    // What one is writing comes before what one reads.
    const anchor = document.activeElement?.closest(".compose") ?? all("[data-post]").find((post) => top(post) >= 0 && top(post) < innerHeight);
    const before = anchor && top(anchor);
    change();
    if (anchor?.isConnected && Math.abs(top(anchor) - before) > 1) scrollBy({ top: top(anchor) - before, behavior: "instant" });
  };
  const parse = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };
  const offer = {
    waiting: new Map(),
    count: 0,
    note() {
      const button = one("[data-fresh]");
      if (!button) return;
      button.hidden = !this.count;
      button.textContent = this.count === 1 ? button.dataset.one : button.dataset.many.replace("{}", this.count);
      if (this.count) say(button.textContent);
    },
    take() {
      if (this.waiting.size) {
        const cards = [...this.waiting.values()];
        one(".empty")?.remove();
        cards.forEach((card) => { one(`#${card.id}`)?.remove(); one(".feed").prepend(card); enliven(card); });
        this.waiting.clear();
        scrollTo({ top: 0, behavior: "instant" });
        one("[data-post]", cards.at(-1))?.focus();
      } else nextUnread();
      this.count = 0;
      this.note();
    },
  };
  const arrivals = {
    // A new conversation, or one that moved up: offered, not put in.
    card(html) {
      const card = parse(html);
      if (!card) return;
      offer.waiting.delete(card.id);
      offer.waiting.set(card.id, card);
      offer.count = offer.waiting.size;
      offer.note();
    },
    // A reply: under what it answers.
    reply(html) {
      const item = parse(html);
      const article = item && one("[data-post]", item);
      if (!article || one(`#${article.id}`)) return;
      const parent = one(`#p-${item.dataset.parent}`);
      const above = parent?.closest(".branch");
      const deep = above && all(".branches").length && depth(above) >= 6;
      const home = above && !deep ? above : above?.parentElement.closest(".branch, [data-tree]") ?? one("[data-tree]");
      if (!home) return;
      let list = all(".branches", home).find((found) => found.parentElement.closest(".branch, [data-tree]") === home);
      still(() => {
        if (!list) { list = document.createElement("ol"); list.className = "branches"; home.append(list); }
        item.classList.add("arrived");
        list.append(item);
        enliven(item);
      });
      offer.count += 1;
      offer.note();
    },
    // How something stands now.
    part(html) {
      const part = parse(html);
      const old = part && one(`#${part.id}`);
      if (old) still(() => old.replaceWith(part));
    },
    // A post that changed: edited, removed, or with new numbers.
    post(html) {
      const fresh = parse(html);
      const old = fresh && one(`#${fresh.id}`);
      // Who has come to it by its address stands on it; who writes or presses something in it is not disturbed.
      const here = old === document.activeElement;
      if (!old || (!here && old.contains(document.activeElement))) return;
      still(() => { old.replaceWith(fresh); enliven(fresh); });
      if (here) fresh.focus({ preventScroll: true });
    },
    // How many notifications are unread.
    notice(count) { all("[data-count]").forEach((place) => { place.hidden = count === "0"; const number = one("i", place); if (number) number.textContent = count > 99 ? "99+" : count; }); },
  };
  const depth = (branch) => { let found = 0; for (let up = branch; up; up = up.parentElement.closest(".branch")) found += 1; return found; };
  const listen = (address) => {
    let source = null;
    let last = "";
    let wait = 5000;
    let again = 0;
    const open = () => {
      clearTimeout(again);
      if (source || document.hidden) return;
      const url = new URL(address, location.origin);
      if (last) url.searchParams.set("after", last);
      source = new EventSource(url);
      source.addEventListener("open", () => { wait = 5000; });
      source.addEventListener("error", () => {
        // Lost connections come back by themselves; a refusal (too many pages, a server that restarts) would be for good.
        if (source?.readyState !== EventSource.CLOSED) return;
        close();
        again = setTimeout(open, wait * (1 + Math.random()) / 2);
        wait = Math.min(wait * 2, 300_000);
      });
      for (const kind of Object.keys(arrivals)) {
        source.addEventListener(kind, (event) => { last = event.lastEventId || last; arrivals[kind](event.data); });
      }
    };
    const close = () => { clearTimeout(again); source?.close(); source = null; };
    // A browser has few connections for a site: hidden pages give theirs back.
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    open();
  };

  document.addEventListener("plausch:part", ({ target }) => enliven(target));
  enliven(document);
  const live = one("[data-live]");
  const somebody = document.body.dataset.drafts !== "0";
  // Every page of somebody signed in hears at least how many notifications wait.
  if (live || somebody) listen(live?.dataset.live ?? "/live/notices");
  if (somebody) navigator.serviceWorker?.register("/sw.js").catch(() => { /* only needed without a network */ });
  // Rows of tabs go on beyond a narrow page.
  const reveal = (tab) => {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  };
  for (const here of all(".switch [aria-current]")) reveal(here);
  document.addEventListener("focusin", ({ target }) => target.matches(".switch a") && reveal(target));
  one("[data-errors]")?.focus();
})();
