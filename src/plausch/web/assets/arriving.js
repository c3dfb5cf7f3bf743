// Puts the browser's own time zone into the form of somebody new, as long as nothing was chosen, and copies links.
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll("[data-guess-zone]")) {
    if ([...select.options].some((option) => option.value === zone)) select.value = zone;
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.said;
      } catch { /* it is marked, and can be copied by hand */ }
    });
  }
})();
