// Looks at the verifier's pages as people do: in Chromium, in both languages, on a desk and on a phone, by keyboard alone,
// and through axe. One line in (`answered`) and one out for each request that a wallet is to answer.
//
//     node pages.mjs BASE_URL ASK CHROMIUM [FOLDER for pictures]
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, ask, executablePath, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const found = [];
let seen = 0;

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

for (const locale of ["en-CA", "fr-CA"]) {
  for (const [device, width, height] of [["desk", 1200, 900], ["phone", 320, 640]]) {
    const context = await browser.newContext({ locale, viewport: { width, height }, bypassCSP: true });
    const page = await context.newPage();
    const wrong = (where, what) => found.push(`${where} ${device} ${locale}: ${what}`);
    page.on("pageerror", (error) => wrong(page.url(), error.message));

    // axe, reflow (WCAG 1.4.10), the page's language, one heading of the first level.
    const look = async (name) => {
      seen += 1;
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${device}-${locale}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      for (const { id, nodes } of violations) wrong(name, `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      const facts = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        headings: document.querySelectorAll("h1").length,
      }));
      if (facts.lang !== locale) wrong(name, `lang ${facts.lang}`);
      if (facts.wide) wrong(name, "wider than the window");
      if (facts.headings !== 1) wrong(name, `${facts.headings} headings`);
    };
    // Presses Tab until the focus is on what is wanted, and Enter there.
    const reach = async (name, selector) => {
      for (let step = 0; step < 12; step += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
          const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
          if (outline === "none") wrong(name, `${selector} shows no focus`);
          return;
        }
      }
      wrong(name, `${selector} cannot be reached by keyboard`);
    };

    await page.goto(`${base}/`);
    await look("home");
    await reach("home", "a.skip");
    await page.goto(`${base}/nothing`);
    await look("problem");
    for (const outcome of ["accept", "reject", "undetermined", "refused"]) {
      await page.goto(`${base}/ask/${ask}`);
      if (outcome === "accept") await look("start");
      await reach("start", "form button");
      await Promise.all([page.waitForURL(/\/r\//), page.keyboard.press("Enter")]);
      if (outcome === "accept") await look("wait");
      await reach("wait", "a.button");
      const link = await page.getAttribute("a.button", "href");
      say({ outcome, wallet: link.replace("%2Fhere", "") });
      await lines.next();
      // The live update brings the result, and the focus goes to it, so that it is read out.
      await page.waitForSelector(".verdict", { timeout: 20_000 });
      const heard = await page.evaluate(() => document.activeElement?.tagName);
      if (heard !== "H1") wrong(outcome, `the focus is on ${heard}`);
      await look(outcome);
    }
    await context.close();
  }
}
await browser.close();
say({ seen, found });
process.exit(0);
