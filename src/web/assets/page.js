// Pages that refresh themselves: quietly, without moving focus or scroll, and only until somebody says stop.
"use strict";

(() => {
  const box = document.querySelector("[data-refresh]");
  if (!box) return;
  document.documentElement.classList.add("js");
  const button = box.querySelector("[data-pause]");
  const seconds = Number(box.dataset.refresh) || 60;
  const stale = document.querySelector("[data-stale]");
  const KEY = "formular-paused";
  let paused = false;
  try { paused = sessionStorage.getItem(KEY) === "yes"; } catch { paused = false; }

  const label = () => {
    if (!button) return;
    button.hidden = false;
    for (const face of button.querySelectorAll("[data-face]")) face.hidden = (face.dataset.face === "resume") !== paused;
  };
  if (button) {
    button.addEventListener("click", () => {
      paused = !paused;
      try { sessionStorage.setItem(KEY, paused ? "yes" : "no"); } catch { /* the choice lasts for this page only */ }
      label();
      if (!paused) refresh();
    });
  }
  label();

  const busy = () => {
    const at = document.activeElement;
    return document.hidden || (at && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName));
  };

  // The live parts are replaced one by one; a part that holds the focus waits for its next turn.
  const refresh = () => {
    if (paused || busy()) return;
    fetch(location.href, { headers: { "Accept": "text/html" } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => {
        const fresh = new DOMParser().parseFromString(text, "text/html");
        for (const old of document.querySelectorAll("[data-live]")) {
          const next = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
          if (next && !old.contains(document.activeElement) && old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
        }
        if (stale) stale.hidden = true;
      })
      .catch(() => { if (stale) stale.hidden = false; });
  };
  setInterval(refresh, seconds * 1000);
})();
