// The desk when nobody does anything, and the desk without scripts.

import { keep, window } from "./browser.mjs";
import { check, holds, none, same, says } from "./checks.mjs";
import { shows } from "./desk.mjs";
import { access, room } from "./judge.mjs";

const SCHOOL = "СОШ п. Лесоучасток";

export async function idle(browser, site) {
  const page = await window(browser, { size: [1366, 768] });

  await check("kiosk: after 45 s without a scan a countdown is seen, and it counts", async () => {
    await page.goto(`${site.address}/kiosk`);
    await site.badge("B-0801");
    await shows(page, { head: [SCHOOL] });
    await page.locator(".countdown").waitFor({ timeout: 75_000 });
    const left = async () => Number(await page.locator(".countdown b").innerText());
    const first = await left();
    holds(first > 0 && first <= 15, `the countdown begins at ${first}`);
    await page.waitForFunction((before) => Number(document.querySelector(".countdown b")?.innerText ?? 0) < before - 1, first);
    none([...await room(page, true), ...await access(page)], "the countdown");
    await keep(page, "kiosk-countdown-1366x768");
  });
  await check("kiosk: then the session ends by itself", async () => {
    await shows(page, { head: (head) => !head.includes(SCHOOL), headline: ["Приложите бейдж"] }, 40_000);
  });

  const plain = await window(browser, { size: [1366, 768], scripts: false });
  await check("kiosk without scripts: shows the desk, refreshes itself, takes a number, lends, ends", async () => {
    await plain.goto(`${site.address}/kiosk`);
    says(await plain.innerText("main"), ["Приложите бейдж"], "the desk");
    same(await plain.locator("noscript, meta[http-equiv=refresh]").count() > 0, true, "a refresh");
    const type = async (number) => {
      await plain.locator(".by-hand summary").click();
      await plain.locator(".by-hand input[name=typed]").fill(number);
      await plain.locator(".by-hand button").click();
    };
    await type("B-0801");
    await shows(plain, { head: [SCHOOL] });
    await type("ТР-0026");
    await shows(plain, { verdict: "lent", word: "Выдано", said: ["Смартфон для съёмки 360°"] });
    await keep(plain, "kiosk-without-scripts-1366x768", true);
    await plain.locator("[data-part=acts] .button", { hasText: "Отменить" }).click();
    await shows(plain, { word: "Отменено" });
    await plain.locator("[data-part=acts] .button", { hasText: "Готово" }).click();
    await shows(plain, { head: (head) => !head.includes(SCHOOL) });
  });
  await check("kiosk without scripts: a kit's panel works by its forms", async () => {
    await site.item("ТР-0097");
    await plain.goto(`${site.address}/kiosk`);
    await shows(plain, { layout: "kit" });
    await plain.locator(".tile .hit").first().click();
    await plain.locator(".tile.here").first().waitFor();
    await plain.locator("[data-part=acts] .button", { hasText: "Всё на месте" }).click();
    await shows(plain, { layout: "desk" });
  });

  await check("kiosk in English: every word of the desk", async () => {
    const english = await window(browser, { look: "en", size: [1366, 768] });
    await english.goto(`${site.address}/kiosk`);
    await site.badge("B-0801");
    await shows(english, { head: [SCHOOL] });
    await site.item("ТР-0026");
    const seen = await shows(english, { verdict: "lent", word: "Lent" });
    const own = `${seen.acts} ${seen.word} ${seen.strip.map((cell) => cell.split("·").at(-1))}`;
    holds(!/[а-яё]{3}/i.test(seen.acts.join()), `Russian buttons: ${own}`);
    same(await english.getAttribute("html", "lang"), "en", "lang");
    none([...await access(english), ...await room(english, true)], "the English desk");
    await keep(english, "kiosk-lent-english-1366x768");
    await site.act({ act: "undo" });
    await site.act({ act: "done" });
  });

  await check("kiosk: forced colours keep the frames, reduced motion keeps still", async () => {
    const forced = await window(browser, { size: [1366, 768], forcedColors: "active", reducedMotion: "reduce", frozen: true });
    await site.badge("B-0701");
    await site.item("ТР-0107", "desk-bar");
    await shows(page, { verdict: "refused" });
    await forced.goto(`${site.address}/kiosk`);
    const seen = await forced.evaluate(() => {
      const field = getComputedStyle(document.querySelector(".field"));
      return { frame: parseFloat(field.borderTopWidth), style: field.borderTopStyle };
    });
    holds(seen.frame >= 3 && seen.style === "solid", `the frame of a refusal is ${seen.frame} px ${seen.style}`);
    none([...await access(forced), ...await room(forced, true)], "forced colours");
    await keep(forced, "kiosk-refused-forced-colours-1366x768");
    const still = await window(browser, { size: [1366, 768], reducedMotion: "reduce" });
    await still.goto(`${site.address}/kiosk`);
    await still.evaluate(() => {
      window.moved = [];
      for (const name of ["animationstart", "transitionrun"]) addEventListener(name, (event) => window.moved.push(`${name} ${event.animationName ?? event.propertyName}`), true);
    });
    await site.badge("B-0801");
    await site.item("ТР-0025");
    await shows(still, { verdict: "lent" });
    await shows(still, { verdict: "neutral" });
    none(await still.evaluate(() => window.moved), "movement");
    await site.act({ act: "undo" });
    await site.act({ act: "done" });
    none([...forced.faults, ...still.faults], "faults");
  });

  await check("kiosk, idle and without scripts: no faults", async () => none([...page.faults, ...plain.faults], "faults"));
}
