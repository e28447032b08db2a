// What is wrong with a page as a person meets it: access, room, reach. Each function gives a list of findings.
// Knows: documents. Must not know: what the pages say.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe-core finds. Its script is put in past the page's own policy, which forbids foreign scripts. */
export async function access(page) {
  if (!await page.evaluate(() => "axe" in window)) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate((rules) => window.axe.run(document, {
    runOnly: { type: "tag", values: rules }, resultTypes: ["violations"],
  }), RULES);
  if (passes.length < 5) return ["axe-core looked at nothing"];
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => {
    const why = [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ");
    return `${id}: ${node.target.join(" ")}: ${why}`;
  }));
}

/** Every text in DejaVu Sans, the widest face of the stack. */
export async function widen(page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { font-family: 'DejaVu Sans' !important }");
    document.adoptedStyleSheets = [sheet];
    window.dispatchEvent(new Event("resize"));
  });
}

export async function narrow(page) {
  await page.evaluate(() => { document.adoptedStyleSheets = []; window.dispatchEvent(new Event("resize")); });
}

/** Gives a page another size and waits until it has settled. */
export async function resize(page, [width, height]) {
  await page.setViewportSize({ width, height });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/**
 * Texts and boxes that do not fit: wider than the page, outside their box, over one another.
 * `whole`: everything must stand on the screen at once, without scrolling.
 */
export async function room(page, whole = false) {
  return page.evaluate(roomHere, whole);
}

function roomHere(whole) {
  const findings = [];
  const [width, height] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
  const root = document.scrollingElement;
  if (root.scrollWidth > width + 1) findings.push(`the page is ${root.scrollWidth - width} px too wide`);
  if (whole && root.scrollHeight > height + 1) findings.push(`the page is ${root.scrollHeight - height} px too high`);

  const name = (element) => {
    const cls = typeof element.className === "string" && element.className ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.localName}${element.id ? `#${element.id}` : ""}${cls}`;
  };
  // Meant for ears only, or in a frame that scrolls by itself.
  const passedOver = (element) => element.closest(".unseen, .skip, .scroll, [hidden], svg, noscript, option, script, style, .lines[aria-hidden]");
  const BOXES = ".sheet, .button, button, .tile, .field, .stamp, .strip li, .step, .tab, .place, .notice, .state, .halves, .kit, td, th, .command-card";

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const said = node.data.replace(/\u00ad/g, "").trim();
    const element = node.parentElement;
    if (!said || !element || passedOver(element) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width > 1 && rect.height > 1) texts.push({ rect, element, said: said.slice(0, 40) });
    }
    if (/^\d+$/.test(said) && [...range.getClientRects()].some((rect) => rect.top > range.getClientRects()[0].bottom - 2)) {
      findings.push(`the number «${said}» is broken in two`);
    }
  }
  for (const element of document.querySelectorAll("svg.i")) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[hidden], .skip")) continue;
    const rect = element.getBoundingClientRect();
    if (rect.width > 1) texts.push({ rect, element, said: `a drawing in ${name(element.parentElement)}` });
  }
  const box = ({ rect }) => ({ left: rect.left, right: rect.right, top: rect.top + rect.height * 0.2, bottom: rect.bottom - rect.height * 0.2 });
  // Below a short page the ground goes on.
  if (getComputedStyle(document.documentElement).backgroundColor === "rgba(0, 0, 0, 0)" && document.body.offsetHeight < height) {
    findings.push("the page ends in the middle of the screen");
  }
  const seen = new Set();
  const find = (text) => { if (!seen.has(text)) { seen.add(text); findings.push(text); } };

  for (const one of texts) {
    const { left, right, top, bottom } = box(one);
    if (right > width + 1 || left < -1) find(`«${one.said}» runs over the side of the page`);
    if (whole && (bottom > height + 1 || top < -1)) find(`«${one.said}» is below the screen`);
    for (let around = one.element.closest(BOXES); around; around = around.parentElement?.closest(BOXES)) {
      const rect = around.getBoundingClientRect();
      if (right > rect.right + 1 || left < rect.left - 1 || bottom > rect.bottom + 1 || top < rect.top - 1) {
        find(`«${one.said}» sticks out of ${name(around)}`);
      }
    }
    const clip = one.element.closest(".lines");
    if (clip && getComputedStyle(clip).overflowY !== "visible" && bottom > clip.getBoundingClientRect().bottom + 2) find(`«${one.said}» is cut off`);
  }
  for (let a = 0; a < texts.length; a += 1) {
    for (let b = a + 1; b < texts.length; b += 1) {
      const [one, two] = [texts[a], texts[b]];
      if (one.element === two.element) continue;
      const [p, q] = [box(one), box(two)];
      const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (across > 2 && down > 2) find(`«${one.said}» lies over «${two.said}»`);
    }
  }
  return findings;
}

/** Controls that are lower than `least` px. Links inside a sentence have the line's height, as WCAG 2.5.8 lets them. */
export async function reachable(page, least, where = "body") {
  return page.evaluate(([least, where]) => {
    const findings = [];
    for (const element of document.querySelectorAll(`${where} :is(a[href], button, input:not([type=hidden]), select, textarea, summary)`)) {
      if (element.closest(".unseen, .skip") || !element.checkVisibility({ visibilityProperty: true })) continue;
      const label = ["radio", "checkbox"].includes(element.type) ? element.closest("label") : null;
      const rect = (label ?? element).getBoundingClientRect();
      const inText = element.localName === "a" && getComputedStyle(element).display === "inline";
      if (!inText && rect.height < least - 0.5) {
        findings.push(`${element.localName} «${(element.innerText || element.name || element.title).trim().slice(0, 30)}» is ${rect.height.toFixed(1)} px high`);
      }
    }
    return findings;
  }, [least, where]);
}

/** Walks the page by Tab: what is never reached, where the focus cannot be seen, what covers it. */
export async function walked(page) {
  const findings = [];
  const all = await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection()?.removeAllRanges();
    const groups = new Set();
    let n = 0;
    for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled) continue;
      const group = element.type === "radio" ? `${element.form?.action} ${element.name}` : null;
      if (group && groups.has(group)) continue;
      if (group) groups.add(group);
      element.dataset.tab = group ?? String(n += 1);
      if (group) for (const one of document.getElementsByName(element.name)) one.dataset.tab = group;
    }
    return [...new Set([...document.querySelectorAll("[data-tab]")].map((element) => element.dataset.tab))];
  });
  const met = new Set();
  await page.bringToFront();
  for (let step = 0, outside = 0; step < all.length + 8; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const rect = element.getBoundingClientRect();
      const top = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
      const inView = rect.bottom > 0 && rect.top < innerHeight && rect.right > 0 && rect.left < innerWidth;
      return {
        tab: element.dataset.tab ?? null,
        what: `${element.localName} «${(element.innerText || element.getAttribute("aria-label") || element.name || "").trim().slice(0, 30)}»`,
        visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        covered: !inView || (top && !element.contains(top) && !top.contains(element) && !top.closest("label")?.contains(element)),
      };
    });
    // Between the last control and the first the focus belongs to the browser.
    if (at === null) { outside += 1; if (outside > 2) break; continue; }
    if (at.tab === null) { findings.push(`${at.what} takes the focus and is no control`); continue; }
    if (met.has(at.tab) && met.size === all.length) break;
    met.add(at.tab);
    if (!at.visible) findings.push(`the focus cannot be seen on ${at.what}`);
    if (at.covered) findings.push(`${at.what} has the focus and is covered or outside the view`);
  }
  const missed = await page.evaluate((met) => [...document.querySelectorAll("[data-tab]")]
    .filter((element) => !met.includes(element.dataset.tab) && element.checkVisibility({ visibilityProperty: true }))
    .map((element) => `Tab never comes to ${element.localName} «${(element.innerText || element.name || "").trim().slice(0, 30)}»`), [...met]);
  await page.evaluate(() => { for (const element of document.querySelectorAll("[data-tab]")) delete element.dataset.tab; });
  return [...new Set([...findings, ...missed])];
}
