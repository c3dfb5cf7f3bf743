// Huge conversations come in parts: swap.js puts one in the place of the link to it.
"use strict";
(() => {
  const one = (selector, within = document) => within.querySelector(selector);

  // An address may point to a post that is not on the page; the server shows it when it is told.
  const wanted = location.hash.match(/^#p-(\d+)$/)?.[1];
  const address = new URL(location.href);
  if (wanted && !one(`#p-${wanted}`) && address.searchParams.get("at") !== wanted) {
    address.searchParams.set("at", wanted);
    location.replace(address);
  }

  document.addEventListener("plausch:part", ({ target }) => {
    if (!target.matches(".branch")) return;
    // What arrived live without its place has its place now.
    for (const arrived of document.querySelectorAll(".arrived")) {
      const post = one("[data-post]", arrived);
      if (post && document.querySelectorAll(`[id="${post.id}"]`).length > 1) arrived.remove();
    }
    // The link had the focus, and is gone.
    if (document.activeElement === document.body) one("[data-post]", target)?.focus({ preventScroll: true });
  });
})();
