// The desk's screen: what stands on it in words, and copies of one picture in every theme and size.
// Knows: the kiosk page. Must not know: what should be shown.

import { THEMES, keep, window } from "./browser.mjs";
import { Finding, none, until } from "./checks.mjs";
import { access, narrow, resize, room, widen } from "./judge.mjs";

/** What a person can read on the screen now; nothing while another page is on its way. */
export function read(page) {
  return page.evaluate(readHere).catch((error) => {
    if (/navigation|context was destroyed/.test(error.message)) return {};
    throw error;
  });
}

function readHere() {
  const clean = (text) => text.replace(/\u00ad/g, "").replace(/[\s\u00a0\u202f]+/g, " ").trim();
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const text = (selector) => clean(shown(selector).map((element) => element.innerText).join(" "));
  const desk = document.querySelector(".desk");
  if (!desk) return {};
  const lines = shown(".lines li");
  return {
    verdict: desk.dataset.verdict, layout: desk.dataset.layout, seq: desk.dataset.seq, cue: desk.dataset.cue,
    ground: getComputedStyle(desk).backgroundColor,
    word: text(".word"), code: text(".code"), headline: text(".headline"), said: text("main"),
    stamp: text("main .stamp"), tab: text(".tab"), head: text("[data-part=head]"),
    lines: lines.map((line) => clean(line.innerText)),
    now: lines.findIndex((line) => line.classList.contains("now")),
    struck: lines.filter((line) => line.classList.contains("undone")).map((line) => clean(line.innerText)),
    acts: shown("[data-part=acts] .button").map((button) => clean(button.innerText)),
    strip: shown(".strip li").map((cell) => clean(cell.innerText)),
    gone: shown(".strip .gone").length,
  };
}

/** Waits until the screen shows what is wanted: texts must stand in the named place, a function decides for itself. */
export async function shows(page, wanted, ms) {
  let seen = {};
  const fits = ([key, value]) => {
    const there = seen[key];
    if (there === undefined) return false;
    if (typeof value === "function") return value(there, seen);
    if (Array.isArray(value)) return value.every((words) => String(there).includes(words));
    return there === value;
  };
  return until(async () => {
    seen = await read(page);
    return Object.entries(wanted).every(fits) && seen;
  }, () => {
    const wrong = Object.entries(wanted).filter((entry) => !fits(entry)).map(([key, value]) => {
      const want = typeof value === "function" ? "something else" : JSON.stringify(value);
      return `${key} is ${JSON.stringify(seen[key])} instead of ${want}`;
    });
    return `the screen does not show it: ${wrong.join("; ")}\n(verdict ${seen.verdict}, «${seen.word}» ${seen.code}: ${seen.said})`;
  }, ms);
}

/** Width and height, and whether the whole desk must stand on the screen there. */
const SIZES = [[[1920, 1080], true], [[1366, 768], true], [[1024, 768], false], [[960, 540], false]];

/** The same picture in every theme, frozen, to be looked at in peace. */
export class Gallery {
  static async open(browser, site) {
    const gallery = new Gallery();
    gallery.site = site;
    gallery.rooms = await Promise.all(THEMES.map(async (theme) => ({
      theme, page: await window(browser, { look: theme, size: [1366, 768], frozen: true }),
    })));
    return gallery;
  }

  get light() {
    return this.rooms[0].page;
  }

  get faults() {
    return this.rooms.flatMap(({ theme, page }) => page.faults.map((fault) => `${theme}: ${fault}`));
  }

  /** Hangs what the desk shows now into every room. */
  async hang(verdict) {
    await Promise.all(this.rooms.map(async ({ theme, page }) => {
      await page.goto(`${this.site.address}/kiosk`);
      // A success fades after four seconds, which a busy machine may need to open the page: it is laid back under it.
      await page.evaluate((verdict) => {
        const desk = document.querySelector(".desk");
        if (desk.dataset.verdict === "neutral" && ["lent", "returned"].includes(verdict)) desk.dataset.verdict = verdict;
      }, verdict);
      const seen = await page.evaluate(() => [document.querySelector(".desk").dataset.verdict, document.documentElement.dataset.theme]);
      if (seen[0] !== verdict || seen[1] !== theme) throw new Finding(`a fresh page shows ${seen.join(" in ")} instead of ${verdict} in ${theme}`);
    }));
  }

  /** axe-core in every theme, each with its picture. */
  async judge(name) {
    const findings = await Promise.all(this.rooms.map(async ({ theme, page }) => {
      await keep(page, `kiosk-${name}-${theme}`);
      return (await access(page)).map((finding) => `${theme}: ${finding}`);
    }));
    none(findings.flat(), "axe-core");
  }

  /** The light one in every size and in the widest face. */
  async measure(name) {
    const { page } = this.rooms[0];
    const findings = [];
    for (const [size, whole] of SIZES) {
      await resize(page, size);
      for (const face of ["", " in DejaVu Sans"]) {
        await (face ? widen(page) : narrow(page));
        await resize(page, size);
        findings.push(...(await room(page, whole)).map((finding) => `${size.join("×")}${face}: ${finding}`));
        if (size[0] !== 1366 || face) await keep(page, `kiosk-${name}-${size.join("x")}${face ? "-dejavu" : ""}`, !whole);
      }
      await narrow(page);
    }
    await resize(page, [1366, 768]);
    none(findings, "no room");
  }
}
