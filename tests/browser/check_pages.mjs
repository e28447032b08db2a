// Every page in every theme and width.

import { THEMES, follow, keep, window } from "./browser.mjs";
import { check, none, same } from "./checks.mjs";
import { access, narrow, reachable, resize, room, walked, widen } from "./judge.mjs";

const WIDTHS = [320, 360, 640, 1280];

/**
 * Name of the picture, address, what else: `as` visitors, `status` other than 200.
 * `light`: the page stands in the list a second time, here only with more rows, which need no second look in every theme.
 */
function list(site, lent) {
  const item = encodeURIComponent;
  return [
    ["availability", "/", { light: true }],
    ["availability-visitors", "/", { as: "visitors" }],
    ["availability-open", `/?open=${item("Компьютерное оборудование")}`],
    ["availability-period", "/?from=07.09.2026&to=11.09.2026", { light: true }],
    ["kind", `/kinds/${item("ТР-0001")}`, { light: true }],
    ["kind-kit", `/kinds/${item("ТР-0046")}`],
    ["items", "/items", { light: true }],
    ["items-searched", `/items?q=${item("робот")}&state=on_loan`],
    ["items-none", `/items?q=${item("дирижабль")}`],
    ["item", `/items/${item("ТР-0001")}`, { light: true }],
    ["item-on-loan", `/items/${item(lent)}`],
    ["item-kit-short", `/items/${item("ТР-0053")}`],
    ["loans", "/loans"],
    ["loans-all", "/loans?state=all", { light: true }],
    ["overdue", "/overdue"],
    ["readers", "/readers"],
    ["health", "/health"],
    ["unknown", "/unknown"],
    ["cards", "/cards"],
    ["demo", "/demo"],
    ["demo-searched", `/demo?q=${item("Дальнеполье")}`, { light: true }],
    ["how", "/how", { as: "visitors" }],
    ["view", "/view"],
    ["sign-in", "/sign-in", { as: "visitors" }],
    ["school-link", "/s", { as: "visitors", light: true }],
    ["not-found", "/nowhere", { status: 404 }],
    ["item-not-found", "/items/XX-0000", { status: 404, light: true }],
  ].map(([name, path, { as, status = 200, light = false } = {}]) => ({ name, status, light, url: (as ? site.visitors : site.address) + path }));
}

export async function pages(browser, site) {
  const { loans } = await site.json("/api/v1/loans");
  const all = list(site, loans[0].item);
  const rooms = await Promise.all(THEMES.map(async (theme) => ({ theme, page: await window(browser, { look: theme }) })));
  const light = rooms[0].page;
  for (const { page } of rooms) page.allowed.add(404);

  const go = async (page, { url, status }) => {
    const answer = await page.goto(url);
    same(answer.status(), status, new URL(url).pathname);
  };

  for (const one of all) {
    await check(`page ${one.name}: axe-core finds nothing in ${one.light ? "the light theme" : "five themes"}`, async () => {
      const findings = [];
      for (const { theme, page } of one.light ? rooms.slice(0, 1) : rooms) {
        await go(page, one);
        same(await page.getAttribute("html", "data-theme"), theme, "the theme");
        findings.push(...(await access(page)).map((finding) => `${theme}: ${finding}`));
        if (theme !== "light") await keep(page, `page-${one.name}-1280-${theme}`);
      }
      none(findings, "axe-core");
    });
    await check(`page ${one.name}: at 320, 360, 640 and 1280 px nothing is pushed aside; what is pressed is 44 px high`, async () => {
      await go(light, one);
      const findings = [];
      for (const width of WIDTHS) {
        for (const face of ["", " in DejaVu Sans"]) {
          await (face ? widen(light) : narrow(light));
          await resize(light, [width, 900]);
          findings.push(...(await room(light)).map((finding) => `${width} px${face}: ${finding}`));
          if (face) continue;
          findings.push(...(await reachable(light, 44)).map((finding) => `${width} px: ${finding}`));
          await keep(light, `page-${one.name}-${width}`, true);
        }
      }
      await narrow(light);
      await resize(light, [1280, 900]);
      none(findings, "no room");
    });
  }

  for (const name of ["availability", "items-searched", "item-on-loan", "loans", "readers", "unknown", "demo", "view", "sign-in"]) {
    await check(`page ${name}: Tab reaches every control and the focus is seen`, async () => {
      await go(light, all.find((one) => one.name === name));
      none(await walked(light), "keyboard");
    });
  }

  for (const [said, look, widths] of [["twice as large", "light.200", [1280, 640]], ["widely spaced", "light.wide", [1280, 320]]]) {
    await check(`pages: text ${said} is not pushed aside at ${widths.join(" and ")} px`, async () => {
      const large = await window(browser, { look });
      large.allowed.add(404);
      const findings = [];
      for (const one of all) {
        await go(large, one);
        for (const width of widths) {
          await resize(large, [width, 900]);
          findings.push(...(await room(large)).map((finding) => `${one.name} ${width} px: ${finding}`));
          if (["availability", "item-on-loan", "loans"].includes(one.name)) await keep(large, `page-${one.name}-${width}-${look}`, true);
        }
      }
      none(findings, "no room");
      await large.context().close();
    });
  }

  await check("pages: forced colours lose no word and no border", async () => {
    const forced = await window(browser, { forcedColors: "active", reducedMotion: "reduce" });
    const findings = [];
    for (const name of ["availability", "item-on-loan", "loans", "readers"]) {
      await go(forced, all.find((one) => one.name === name));
      findings.push(...(await access(forced)).map((finding) => `${name}: ${finding}`));
      await keep(forced, `page-${name}-forced-colours`);
    }
    none([...findings, ...forced.faults], "forced colours");
  });

  await check("pages without scripts: every reading page says the same", async () => {
    const plain = await window(browser, { scripts: false, look: "light" });
    plain.allowed.add(404);
    const differing = [];
    const words = (page) => page.evaluate(() => document.querySelector("main").innerText.replace(/[\d\s\u00a0]+/g, " ")
      .replace(/Приостановить обновление|Возобновить обновление/g, "").replace(/\s+/g, " ").trim());
    for (const one of all) {
      await go(plain, one);
      await go(light, one);
      const [without, with_] = [await words(plain), await words(light)];
      if (without !== with_) differing.push(`${one.name}: ${without.length} letters instead of ${with_.length}`);
    }
    none(differing, "pages that need scripts");
  });

  await check("demo page: a badge and an item are presented by clicking, and lent", async () => {
    const visitor = await window(browser, { look: "light" });
    await visitor.goto(`${site.address}/demo?q=B-0901`);
    await follow(visitor, visitor.locator("button[value='badge:B-0901']").click());
    await visitor.locator(".notice.good").waitFor();
    await visitor.goto(`${site.address}/demo?q=${encodeURIComponent("ТР-0141")}&reader=desk-uhf`);
    await follow(visitor, visitor.locator("button[value='item:ТР-0141']").click());
    await visitor.locator(".notice.good").waitFor();
    const lent = async () => (await site.json("/api/v1/loans")).loans.some((loan) => loan.item === "ТР-0141");
    for (let tries = 0; tries < 50 && !await lent(); tries += 1) await visitor.waitForTimeout(100);
    same(await lent(), true, "the loan");
    await visitor.goto(`${site.address}/demo`);
    none(visitor.faults, "faults");
  });

  await check("a school's link: signs in, leaves no key in address and history, and signing out ends it", async () => {
    const school = await window(browser, { look: "light" });
    const key = site.token("school=S09");
    await school.goto(`${site.visitors}/s#${key}`);
    await school.waitForURL("**/loans");
    const asked = [];
    school.on("request", (request) => asked.push(request.url(), ...Object.values(request.headers())));
    await school.goBack().catch(() => null);
    same(school.url().includes(key), false, "the key in the address before");
    await school.goto(`${site.visitors}/loans`);
    const cookies = await school.context().cookies();
    const mine = cookies.find((cookie) => cookie.value === key);
    same([mine?.httpOnly, mine?.sameSite], [true, "Strict"], "the cookie");
    same(await school.evaluate(() => document.cookie.includes("fml_")), false, "what scripts see of it");
    same(asked.filter((said) => said.includes(key) && !said.startsWith("formular_")).length, 0, "the key in addresses and headers");
    await keep(school, "page-school-signed-in");
    await follow(school, school.locator("form[action='/sign-out'] button").click());
    same((await school.context().cookies()).some((cookie) => cookie.value === key), false, "the cookie after signing out");
    none(school.faults, "faults");
    await school.context().close();
  });

  await check("pages: no script error, no breach of the page's policy, nothing asked of other machines", async () => {
    none(rooms.flatMap(({ theme, page }) => page.faults.map((fault) => `${theme}: ${fault}`)), "faults");
  });
}
