// Every check in a real browser: two demos side by side, each with windows of its own.
// The last line is `browser: N passed, M failed`; the status is 0 if none failed.

import { join } from "node:path";
import { build, open } from "./browser.mjs";
import { check, sum } from "./checks.mjs";
import { desk } from "./check_desk.mjs";
import { idle } from "./check_idle.mjs";
import { availability } from "./check_availability.mjs";
import { pages } from "./check_pages.mjs";
import { Site } from "./site.mjs";

// `node run.mjs desk` runs that part alone.
const wanted = process.argv.slice(2);
const parts = [["desk", [desk]], ["pages", [idle, availability, pages]]].filter(([name]) => wanted.length === 0 || wanted.includes(name));

// A page that hangs must not hang the run: what is not done by then is a failure.
const AT_MOST_MS = 15 * 60_000;
setTimeout(() => check("the run comes to its end in time", () => { throw new Error("it does not"); })
  .then(() => process.exit(sum())), AT_MOST_MS).unref();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

let browser;
await check("Chromium starts", async () => {
  browser = await open();
  console.log(`      ${browser.version()}`);
});

/** The parts of one demo; those that need no hands on the desk run beside one another. */
async function part([name, runs]) {
  let site;
  await check(`a demo for ${name} starts in a new folder`, async () => { site = await Site.start(join(build, `demo-${name}.log`)); });
  if (!site) return;
  try {
    await Promise.all(runs.map((run) => check(`${run.name}: runs to its end`, () => run(browser, site))));
  } finally {
    await site.stop();
  }
}

if (browser) {
  await Promise.all(parts.map(part));
  await browser.close();
}
process.exitCode = sum();
