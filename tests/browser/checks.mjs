// Named checks: each says what it looks at, a failing one also where it stands and what was seen instead.
// Knows: names and errors. Must not know: browsers.

import { basename } from "node:path";

/** Something that was not as it should be. */
export class Finding extends Error {}

const results = { passed: 0, failed: 0 };

/** Runs one check and tells of it; what goes wrong in it never stops the checks after it. */
export async function check(name, run) {
  const began = performance.now();
  try {
    await run();
    results.passed += 1;
    console.log(`ok    ${name} (${seconds(began)})`);
    return true;
  } catch (error) {
    results.failed += 1;
    console.log(`FAIL  ${name} (${seconds(began)})\n      at ${place(error)}`);
    for (const line of text(error).split("\n")) console.log(`      ${line}`);
    return false;
  }
}

/** The last line of a run; 0 if all is well. */
export function sum() {
  console.log(`browser: ${results.passed} passed, ${results.failed} failed`);
  return results.failed === 0 && results.passed > 0 ? 0 : 1;
}

export function holds(condition, what) {
  if (!condition) throw new Finding(what);
}

export function same(seen, expected, what) {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left !== right) throw new Finding(`${what}: ${left} instead of ${right}`);
}

/** Every one of `wanted` stands in `text`. */
export function says(text, wanted, what) {
  const missing = wanted.filter((words) => !text.includes(words));
  if (missing.length) throw new Finding(`${what}: no ${missing.map((words) => `«${words}»`).join(", ")} in «${text}»`);
}

/** A list of findings that must be empty. */
export function none(findings, what) {
  const at_most = 12;
  if (findings.length === 0) return;
  const more = findings.length > at_most ? [`and ${findings.length - at_most} more`] : [];
  throw new Finding([`${what}: ${findings.length}`, ...findings.slice(0, at_most), ...more].join("\n"));
}

/** Asks again until `holds_now` gives something true; `describe` tells what stood there instead. */
export async function until(holds_now, describe, ms = 15_000) {
  const end = performance.now() + ms;
  for (;;) {
    const got = await holds_now();
    if (got) return got;
    if (performance.now() > end) throw new Finding(typeof describe === "function" ? await describe() : describe);
    await pause(40);
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

function text(error) {
  return error instanceof Finding ? error.message : String(error?.message ?? error).split("Call log:")[0].trim();
}

/** The line of the check itself: the deepest line of our own files that is not a helper's. */
function place(error) {
  const lines = String(error?.stack ?? "").split("\n");
  const ours = lines.map((line) => /([^/(]+\.mjs):(\d+):\d+\)?$/.exec(line)).filter(Boolean);
  const inCheck = ours.find((hit) => basename(hit[1]).startsWith("check_")) ?? ours[0];
  return inCheck ? `tests/browser/${inCheck[1]}:${inCheck[2]}` : "an unknown place";
}
