// Looks at the pages between a wallet and a credential: in Chromium, in both languages, on a desk and on a phone, by keyboard
// alone, and through axe. One line out for each page that is needed (`{"page"}`), one in with where the browser begins.
//
//     node citizens.mjs CHROMIUM [FOLDER for pictures]
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, pictures] = process.argv.slice(2);
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
    for (const name of ["confirm", "level", "nothing", "over"]) {
      const context = await browser.newContext({ locale, viewport: { width, height }, bypassCSP: true });
      const page = await context.newPage();
      const wrong = (what) => found.push(`${name} ${device} ${locale}: ${what}`);
      page.on("pageerror", (error) => wrong(error.message));
      say({ page: name });
      const at = (await lines.next()).value;
      await page.goto(at);
      seen += 1;
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${device}-${locale}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      for (const { id, nodes } of violations) wrong(`${id}: ${nodes.map((node) => node.html).join(" ")}`);
      const facts = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        headings: document.querySelectorAll("h1").length,
        bytes: document.documentElement.outerHTML.length,
      }));
      if (facts.lang !== locale) wrong(`lang ${facts.lang}`);
      if (facts.wide) wrong("wider than the window");
      if (facts.headings !== 1) wrong(`${facts.headings} headings`);
      if (facts.bytes > 50_000) wrong(`${facts.bytes} bytes`);
      // What a person does next can be reached and is seen to be reached.
      const wanted = { confirm: "button[value=no]", over: "header nav a" }[name] ?? "a.button";
      let reached = false;
      for (let step = 0; step < 12 && !reached; step += 1) {
        await page.keyboard.press("Tab");
        reached = await page.evaluate((selector) => document.activeElement?.matches(selector), wanted);
      }
      if (!reached) wrong(`${wanted} cannot be reached by keyboard`);
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      if (outline === "none") wrong(`${wanted} shows no focus`);
      // The switch shows the same page in the other language.
      const heading = await page.textContent("h1");
      await page.click("header nav a");
      const switched = await page.evaluate(() => document.documentElement.lang);
      if (switched === locale || (await page.textContent("h1")) === heading) wrong("the switch does not switch");
      await context.close();
    }
  }
}
await browser.close();
say({ seen, found });
process.exit(0);
