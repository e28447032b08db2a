// Headless Chromium as the system packages it, and windows that note down everything that goes wrong in them.
// Knows: Chromium. Must not know: what the pages are for.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const build = fileURLToPath(new URL("../../build/", import.meta.url));
const pictures = join(build, "screenshots");
mkdirSync(pictures, { recursive: true });

/** Themes by the name of their choice; the first is what everybody gets who chose nothing. */
export const THEMES = ["light", "dark", "black-on-white", "white-on-black", "blue"];

/** A new browser with a new profile. */
export function open() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
      "--host-resolver-rules=MAP formular.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/**
 * A window of its own: own cookies, Russian, and a notebook of faults.
 * `look` is the choice of `/view` (`dark.150`), `frozen` keeps the picture that came first.
 */
export async function window(browser, { look, size = [1280, 900], scripts = true, frozen = false, lang = "ru-RU", ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] }, locale: lang, timezoneId: "Europe/Kirov", javaScriptEnabled: scripts, ...more,
  });
  context.setDefaultTimeout(20_000);
  if (look !== undefined) {
    const cookie = (domain) => ({ name: "formular_look", value: look, domain, path: "/" });
    await context.addCookies([cookie("127.0.0.1"), cookie("formular.test")]);
  }
  if (frozen) await context.addInitScript(freeze);
  const page = await context.newPage();
  page.faults = [];
  page.allowed = new Set();
  page.moves = 0;
  const note = (text) => page.faults.push(text);
  page.on("console", (said) => {
    if (said.type() === "error" && ![...page.allowed].some((status) => said.text().includes(`status of ${status}`))) note(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => note(`script: ${error.message}`));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (!["127.0.0.1", "formular.test"].includes(hostname) && protocol !== "data:") note(`request leaves the machine: ${request.url()}`);
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400 && !page.allowed.has(answer.status())) note(`${answer.status()} ${answer.url()}`);
  });
  page.on("framenavigated", () => { page.moves += 1; });
  return page;
}

/** Presses something that leads to another page, and waits for that page. */
export async function follow(page, press) {
  await Promise.all([page.waitForEvent("domcontentloaded"), press]);
}

/** Keeps a picture of the page as build output. */
export async function keep(page, name, whole = false) {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole, animations: "disabled" });
}

/** Runs before the page's own scripts: the first picture stays, so that it can be looked at as long as need be. */
function freeze() {
  const later = window.setTimeout;
  window.setTimeout = (what, ms, ...rest) => later(() => { if (!window.isFrozen || !(ms >= 1000)) what(...rest); }, ms);
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, what, ...rest) {
    return listen.call(this, name, (event) => { if (!window.isFrozen) what(event); }, ...rest);
  };
  addEventListener("DOMContentLoaded", () => { window.isFrozen = true; });
}
