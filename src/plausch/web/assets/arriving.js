// Puts the browser's own time zone into the form of somebody new, as long as nothing was chosen.
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const select of document.querySelectorAll("[data-guess-zone]")) {
    if ([...select.options].some((option) => option.value === zone)) select.value = zone;
  }
})();
