// Plays how a post spread: who comes later than the slider says is hidden. Without this script the whole tree is there.
"use strict";
for (const figure of document.querySelectorAll("[data-spread]")) {
  const [button, slider, output] = ["button", "input", "output"].map((name) => figure.querySelector(`.player ${name}`));
  const dots = [...figure.querySelectorAll("[data-turn]")];
  const last = dots.length - 1;
  // How long all of it takes, in ms, and the shortest and longest step.
  const [whole, shortest, longest] = [9000, 140, 1500];
  let timer = 0;

  const show = (turn) => {
    dots.forEach((dot, place) => {
      dot.classList.toggle("later", place > turn);
      dot.classList.toggle("now", place === turn && turn < last);
    });
    slider.value = turn;
    output.textContent = dots[turn].dataset.said;
    slider.setAttribute("aria-valuetext", dots[turn].dataset.said);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    button.textContent = button.dataset.play;
  };
  // In the picture's own time: a long pause there is a longer one here.
  const step = (turn) => {
    show(turn);
    if (turn === last) { stop(); return; }
    const span = dots[last].dataset.x - dots[0].dataset.x || 1;
    const wait = (whole * (dots[turn + 1].dataset.x - dots[turn].dataset.x)) / span;
    timer = setTimeout(step, Math.min(longest, Math.max(shortest, wait)), turn + 1);
  };

  button.addEventListener("click", () => {
    if (timer) { stop(); return; }
    button.textContent = button.dataset.pause;
    step(Number(slider.value) === last ? 0 : Number(slider.value));
  });
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  show(last);
}
