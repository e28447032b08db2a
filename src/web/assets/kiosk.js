// The desk's screen, live. The page works without this file: forms post, and a refresh brings news.
// With it, the server's pictures arrive as events and are put in place part by part, so that the
// keyboard's focus and a screen reader keep their place.
"use strict";

(() => {
  const root = document.documentElement;
  const kiosk = document.getElementById("kiosk");
  const offline = document.querySelector("[data-offline]");
  if (!kiosk) return;
  root.classList.add("js");
  const russian = root.lang !== "en";

  // Sound. Rhythm tells the cues apart; pitch only helps.
  const SHORT = 0.08, LONG = 0.22, GAP = 0.07;
  const CUES = {
    lent: [[SHORT, 660], [LONG, 880]],
    returned: [[LONG, 880], [SHORT, 660]],
    attention: [[SHORT, 740], [SHORT, 740], [SHORT, 740]],
    refused: [[LONG, 220], [LONG, 220]],
  };
  const Audio = window.AudioContext || window.webkitAudioContext;
  let audio = null;
  try { audio = Audio ? new Audio() : null; } catch { audio = null; }

  // Browsers keep silent until somebody has touched the page; the button says so.
  const offerSound = () => {
    const button = kiosk.querySelector("[data-sound]");
    if (button) button.hidden = !audio || audio.state === "running";
  };
  const wakeSound = () => {
    if (audio && audio.state !== "running") audio.resume().then(offerSound, () => {});
  };
  addEventListener("pointerdown", wakeSound);
  addEventListener("keydown", wakeSound);

  const play = (cue) => {
    const beeps = CUES[cue];
    if (!beeps || !audio || audio.state !== "running") return;
    let at = audio.currentTime + 0.01;
    for (const [length, pitch] of beeps) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.type = "square";
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.25, at + 0.005);
      volume.gain.setValueAtTime(0.25, at + length - 0.01);
      volume.gain.linearRampToValueAtTime(0, at + length);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + length);
      at += length + GAP;
    }
  };

  // What one picture has set going; the next picture ends it.
  let timers = [];
  const later = (ms, what) => timers.push(setTimeout(what, ms));
  const every = (ms, what) => timers.push(setInterval(what, ms));

  const desk = () => kiosk.querySelector(".desk");

  // A success gives way to the neutral desk, which is on the page already.
  const rest = () => {
    const now = desk();
    const answer = now && now.querySelector("[data-part=answer]");
    const calm = now && now.querySelector("[data-part=rest]");
    if (!answer || !calm || !calm.hidden) return;
    now.classList.add("resting");
    now.dataset.verdict = "neutral";
    answer.hidden = true;
    calm.hidden = false;
    trim();
  };

  const ago = (seconds) => {
    const [n, ru, en] = seconds < 60 ? [seconds, "с назад", "s ago"]
      : seconds < 3600 ? [Math.floor(seconds / 60), "мин назад", "min ago"]
        : [Math.floor(seconds / 3600), "ч назад", "h ago"];
    return `${n}\u00a0${russian ? ru : en}`;
  };
  const two = (n) => String(n).padStart(2, "0");

  // Numbers that change by themselves, counted from the moment their picture arrived.
  const count = (since) => {
    const passed = Math.floor((performance.now() - since) / 1000);
    for (const place of kiosk.querySelectorAll("[data-left]")) {
      const left = Math.max(0, Number(place.dataset.left) - passed);
      if (place.tagName === "PROGRESS") place.value = left;
      else place.textContent = place.dataset.as === "m:ss" ? `${Math.floor(left / 60)}:${two(left % 60)}` : String(left);
    }
    for (const place of kiosk.querySelectorAll("[data-age]")) place.textContent = ago(Number(place.dataset.age) + passed);
    for (const place of kiosk.querySelectorAll("[data-clock]")) {
      const [, hours, minutes, seconds] = /(\d+):(\d+):(\d+)/.exec(place.dataset.clock) || [];
      if (hours === undefined) continue;
      const sum = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + passed;
      place.textContent = `${two(Math.floor(sum / 3600) % 24)}:${two(Math.floor(sum / 60) % 60)}`;
    }
  };

  // Lines never scroll: as many as fit, closer together if need be, and how many there are below.
  const trim = () => {
    const lines = kiosk.querySelector(".lines");
    const more = lines && lines.querySelector("[data-more]");
    if (!more) return;
    const all = [...lines.querySelectorAll("li")];
    const below = Number(more.dataset.more);
    for (const line of all) line.hidden = false;
    lines.classList.remove("tight");
    more.hidden = below === 0;
    more.textContent = `${more.dataset.text} ${below}`;
    if (getComputedStyle(desk()).display !== "grid") return;
    const overflows = () => lines.scrollHeight > lines.clientHeight + 1;
    if (overflows()) lines.classList.add("tight");
    for (let shown = all.length - 1; shown >= 1 && overflows(); shown -= 1) {
      all[shown].hidden = true;
      more.hidden = false;
      more.textContent = `${more.dataset.text} ${below + all.length - shown}`;
    }
  };
  addEventListener("resize", () => trim());

  const settle = (cue) => {
    for (const timer of timers) { clearTimeout(timer); clearInterval(timer); }
    timers = [];
    const now = desk();
    if (!now) return;
    const since = performance.now();
    trim();
    offerSound();
    count(since);
    every(1000, () => count(since));
    const { verdict, stay } = now.dataset;
    if (stay) later(Number(stay) * 1000, rest);
    if (!cue) return;
    play(cue);
    if (verdict === "stopped") every(5000, () => play(cue));
    else if (cue === "refused") later(4000, () => play(cue));
  };

  const copyAttributes = (from, to) => {
    for (const { name } of [...to.attributes]) if (!from.hasAttribute(name)) to.removeAttribute(name);
    for (const { name, value } of from.attributes) if (to.getAttribute(name) !== value) to.setAttribute(name, value);
  };
  const parts = (of) => [...of.querySelectorAll("[data-part]")];
  const shape = (of) => of.dataset.layout + !!of.querySelector(".by-hand") + parts(of).map((part) => part.dataset.part).join();
  const handle = (element) => {
    if (!element || !kiosk.contains(element)) return null;
    if (element.id) return `#${element.id}`;
    return element.name && element.value ? `[name="${element.name}"][value="${CSS.escape(element.value)}"]` : null;
  };

  /** The item that a field's form is about. */
  const subject = (element) => element?.form?.elements.namedItem("item")?.value;

  // A new picture in place of the old one: whole where the layout changed, else part by part.
  const show = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    const old = desk();
    if (!fresh) return;
    const known = new Set([...kiosk.querySelectorAll("[data-line]")].map((line) => line.dataset.line));
    const focus = document.activeElement;
    const key = handle(focus);
    const text = focus && focus.tagName === "INPUT" ? focus.value : null;
    const about = subject(focus);
    if (old && shape(old) === shape(fresh)) {
      copyAttributes(fresh, old);
      const next = parts(fresh);
      parts(old).forEach((part, index) => {
        if (part.outerHTML === next[index].outerHTML) return;
        copyAttributes(next[index], part);
        part.replaceChildren(...next[index].childNodes);
      });
      for (const [name, value] of [...fresh.querySelectorAll("input[type=hidden]")].map((i) => [i.name, i.value])) {
        for (const field of old.querySelectorAll(`input[type=hidden][name="${name}"]`)) field.value = value;
      }
    } else {
      kiosk.replaceChildren(fresh);
    }
    if (known.size) {
      for (const line of kiosk.querySelectorAll("[data-line]")) if (!known.has(line.dataset.line)) line.classList.add("fresh");
    }
    if (key && document.activeElement !== focus) {
      const again = kiosk.querySelector(key);
      if (again) {
        // A field behind a button stays open for whoever types in it.
        const behind = again.closest("details");
        if (behind) behind.open = true;
        again.focus({ preventScroll: true });
        // What was typed about one item is nothing for the next.
        if (text !== null && subject(again) === about) again.value = text;
      }
    }
  };

  // Buttons: the same posts as without a script, but the page stays; the answer comes down the stream.
  kiosk.addEventListener("submit", (event) => {
    const form = event.target;
    const body = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
    event.preventDefault();
    // Sent is sent: the screen that answers may be here before the answer, and must not find it again.
    const fields = ["typed", "count"].map((name) => form.elements[name]).filter(Boolean);
    const sent = fields.map((field) => field.value);
    for (const field of fields) field.value = "";
    fetch(form.action, { method: "POST", body, headers: { "Accept": "application/json" } })
      .catch(() => {
        offline.hidden = false;
        fields.forEach((field, index) => { if (!field.value) field.value = sent[index]; });
      });
  });
  kiosk.addEventListener("click", (event) => { if (event.target.closest("[data-sound]")) wakeSound(); });

  // The stream. It ends with the server and with the network; trying again never ends.
  let seen = Number(desk() && desk().dataset.seq) || 0;
  let pause = 500;
  let stream = null;
  let watchdog = 0;
  const alive = () => {
    offline.hidden = true;
    pause = 500;
    clearTimeout(watchdog);
    // The server breathes every ten seconds; three missed breaths are a broken line.
    watchdog = setTimeout(broken, 32000);
  };
  const broken = () => {
    if (stream) stream.close();
    stream = null;
    clearTimeout(watchdog);
    offline.hidden = false;
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 5000);
  };
  const connect = () => {
    stream = new EventSource(kiosk.dataset.stream);
    stream.onopen = alive;
    stream.onerror = broken;
    stream.addEventListener("breath", alive);
    stream.addEventListener("screen", (event) => {
      alive();
      const { seq, cue, html } = JSON.parse(event.data);
      // After a restart numbers begin again, so only the same number is an old picture.
      const isNew = seq !== seen;
      seen = seq;
      show(html);
      settle(isNew ? cue : null);
    });
  };

  settle(null);
  connect();
})();
