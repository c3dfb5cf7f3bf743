// The map of communities: closer, further away, and moved about, by pointer, wheel and keyboard. Without this script it
// is a drawing, and the list below it says the same.
"use strict";
(() => {
  const CLOSEST = 8;
  for (const figure of document.querySelectorAll("[data-map]")) {
    const svg = figure.querySelector("svg");
    const whole = svg.viewBox.baseVal;
    const all = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...all };
    const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    const between = (value, least, most) => Math.min(Math.max(value, least), most);
    const move = (x, y) => {
      view.x = between(view.x + x, all.x, all.x + all.width - view.width);
      view.y = between(view.y + y, all.y, all.y + all.height - view.height);
      show();
    };
    // `at` is where it stays still, as shares of the drawing's width and height.
    const zoom = (factor, at = { x: 0.5, y: 0.5 }) => {
      const width = between(view.width * factor, all.width / CLOSEST, all.width);
      const height = all.height * width / all.width;
      const [x, y] = [(view.width - width) * at.x, (view.height - height) * at.y];
      view = { ...view, width, height };
      move(x, y);
    };
    const place = (event) => {
      const box = svg.getBoundingClientRect();
      return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    };
    const reset = () => {
      view = { ...all };
      show();
    };
    const near = () => view.width < all.width;
    const steps = {
      "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1 / 0.7), 0: reset,
      ArrowLeft: () => move(-view.width / 8, 0), ArrowRight: () => move(view.width / 8, 0),
      ArrowUp: () => move(0, -view.height / 8), ArrowDown: () => move(0, view.height / 8),
    };
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !steps[event.key]) return;
      // Arrows move the page while there is nothing to move on the map.
      if (event.key.startsWith("Arrow") && !near()) return;
      event.preventDefault();
      steps[event.key]();
    });
    figure.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
      ({ in: steps["+"], out: steps["-"], all: reset })[button.dataset.zoom]();
    }));
    // A page that is scrolled over the map goes on: only with a key held down the wheel is for the map.
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 0.85 : 1 / 0.85, place(event));
    }, { passive: false });
    let held = null;
    svg.addEventListener("pointerdown", (event) => {
      if (!near()) return;
      held = place(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!held) return;
      const now = place(event);
      move((held.x - now.x) * view.width, (held.y - now.y) * view.height);
      held = now;
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { held = null; });
    const touch = () => { svg.style.touchAction = near() ? "none" : "auto"; };
    new MutationObserver(touch).observe(svg, { attributes: true, attributeFilter: ["viewBox"] });
  }
})();
