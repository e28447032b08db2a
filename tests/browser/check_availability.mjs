// The first page, as everybody sees it who is no member of the staff.

import { follow, keep, window } from "./browser.mjs";
import { check, holds, none, same, says, until } from "./checks.mjs";

/** What the list says, row by row. */
const rows = (page) => page.evaluate(() => [...document.querySelectorAll(".kind")].filter((row) => row.querySelector(".count")).map((row) => ({
  name: row.querySelector("h2, h3").innerText.trim(),
  second: row.classList.contains("second"),
  counts: row.querySelector(".count").innerText.replace(/\s+/g, " ").match(/\d+/g).map(Number),
  back: row.querySelector(".back")?.innerText.replace(/\s+/g, " ").trim() ?? "",
  stamp: row.querySelector(".back .stamp b")?.innerText ?? null,
  href: row.querySelector("h2 a, h3 a")?.getAttribute("href") ?? null,
})));

export async function availability(browser, site) {
  const page = await window(browser);
  await page.goto(site.visitors);

  await check("availability: counts of every kind agree with the API", async () => {
    const { availability: told } = await site.json("/api/v1/availability");
    const shown = (await rows(page)).filter((row) => !row.second);
    for (const category of told) {
      const row = shown.find((one) => one.name === category.category);
      holds(row || category.total === 0, `${category.category} stands on the page`);
      if (row) same(row.counts, [category.free, category.total], category.category);
    }
    const sum = (key) => told.reduce((all, category) => all + category[key], 0);
    says(await page.innerText("h1"), [String(sum("free")), String(sum("total"))], "the heading");
  });

  await check("availability: a kind opened shows its kinds with the same counts, and stamps of next returns", async () => {
    const { availability: told } = await site.json("/api/v1/availability");
    const category = told.find((one) => one.next_return && one.kinds.length > 1);
    const row = (await rows(page)).find((one) => one.name === category.category);
    same(Number(row.stamp), Number(category.next_return.slice(8)), `next return of ${category.category}`);
    holds(/\p{L}{3}/u.test(row.back), `the stamp names its month: ${row.back}`);
    await follow(page, page.getByRole("link", { name: category.category, exact: true }).click());
    const kinds = (await rows(page)).filter((one) => one.second);
    same(kinds.length, category.kinds.filter((kind) => kind.total > 0).length, "kinds");
    for (const kind of category.kinds) {
      const one = kinds.find((row) => row.name === kind.name);
      if (kind.total > 0) same(one?.counts, [kind.free, kind.total], kind.name);
    }
    await follow(page, page.getByRole("link", { name: kinds[0].name }).first().click());
    says(await page.innerText("h1"), [kinds[0].name], "the kind's own page");
  });

  await check("availability: no school and no badge is named, on the list or on a kind's page", async () => {
    const { loans } = await site.json("/api/v1/loans");
    const address = encodeURIComponent(loans[0].item);
    for (const path of ["/", "/how", `/kinds/${address}`]) {
      const text = await (await fetch(site.visitors.replace("formular.test", "127.0.0.1") + path, { headers: { host: "formular.test", accept: "text/html" } })).text();
      holds(!/СОШ|ООШ|Гимназия|интернат|B-\d{4}|S\d\d\b/.test(text.replace(/placeholder="[^"]*"/g, "")), `${path} names a school or a badge`);
    }
  });

  await check("availability: a visitor sees no staff sections, and is told how to sign in elsewhere", async () => {
    await page.goto(site.visitors);
    const sections = (await page.innerText("nav")).split("\n").map((text) => text.trim());
    for (const closed of ["Предметы", "Выдачи", "Метки", "Считыватели"]) holds(!sections.includes(closed), `the visitor is offered ${closed}`);
    page.allowed.add(401);
    await page.goto(`${site.visitors}/items`);
    says(await page.innerText("main"), ["Войти"], "the closed page");
    await keep(page, "page-closed-to-visitors-1280");
  });

  await check("availability: «Приостановить обновление» stops it, and it starts again", async () => {
    const watched = await window(browser);
    await watched.addInitScript(() => {
      // A minute passes in a quarter of a second.
      const every = window.setInterval;
      window.setInterval = (what, ms, ...rest) => every(what, ms / 240, ...rest);
    });
    await watched.goto(site.visitors);
    let asked = 0;
    watched.on("request", (request) => { if (request.resourceType() === "fetch") asked += 1; });
    await until(() => asked >= 2, () => `the page refreshed itself ${asked} times`);
    await watched.getByRole("button", { name: "Приостановить обновление" }).click();
    await watched.waitForLoadState("networkidle");
    const before = asked;
    await watched.evaluate(() => new Promise((done) => setTimeout(done, 1_500)));
    same(asked, before, "refreshes while paused");
    await watched.reload();
    await watched.getByRole("button", { name: "Возобновить обновление" }).click();
    await until(() => asked > before, "it does not go on");
    same(watched.moves, 2, "navigations");
    none(watched.faults, "faults");
    await watched.context().close();
  });

  const plain = await window(browser, { scripts: false });
  await check("availability without scripts: the same counts, kinds, dates and a form that answers", async () => {
    await plain.goto(site.visitors);
    const whole = await rows(plain);
    holds(whole.length >= 8, `${whole.length} kinds`);
    same(await plain.locator("[data-pause]:visible").count(), 0, "a button that would do nothing");
    await plain.getByLabel("Нужно с").fill("07.09.2026");
    await plain.getByLabel("по", { exact: true }).fill("11.09.2026");
    await follow(plain, plain.getByRole("button", { name: "Показать свободное" }).click());
    says(await plain.innerText("h1"), ["7", "11"], "the answer");
    await plain.getByLabel("Нужно с").fill("завтра");
    await follow(plain, plain.getByRole("button", { name: "Показать свободное" }).click());
    says(await plain.innerText("main"), ["Напишите дату так"], "the error");
    await keep(plain, "page-availability-wrong-date-1280");
  });

  await check("the view form: theme, size and language are kept without scripts; the kiosk follows", async () => {
    await plain.goto(`${site.address}/view`);
    await plain.getByLabel("белым по чёрному").check();
    await plain.getByLabel("150").check();
    await plain.getByLabel("English").check();
    await follow(plain, plain.getByRole("button", { name: "Показывать так" }).click());
    await plain.goto(`${site.address}/kiosk`);
    same(await plain.evaluate(() => ({ ...document.documentElement.dataset })), { theme: "white-on-black", size: "150" }, "the kiosk's look");
    await plain.goto(site.address);
    same(await plain.getAttribute("html", "lang"), "en", "lang");
  });

  await check("availability in English: words, months and plurals are English", async () => {
    const english = await window(browser, { look: "en" });
    await english.goto(site.visitors);
    same(await english.getAttribute("html", "lang"), "en", "lang");
    says(await english.innerText("body"), ["free", "Next return", "How to borrow", "Needed from"], "the page");
    const russian = await english.evaluate(() => {
      const texts = [...document.querySelectorAll("h1, .small, .back, .legend, nav, label, button, .day")].map((element) => element.innerText);
      return texts.filter((text) => /[а-яё]{3}/i.test(text));
    });
    none(russian, "Russian words");
    await keep(english, "page-availability-english-1280", true);
    none(english.faults, "faults");
  });

  await check("availability: no faults", async () => none([...page.faults, ...plain.faults], "faults"));
}
