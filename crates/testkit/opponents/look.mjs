// Looks at pages as people do: in Chromium, in both languages, on a desk and on a phone, by keyboard alone, and through axe.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { write } from "./lines.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

// Tells what a page's own policy (CSP) kept from it. The policy stays in force: what we look with comes by the debugger.
async function hearRefusals(page, wrong) {
  await page.exposeFunction("refusedByPolicy", (what) => wrong(page.url(), `Content-Security-Policy: ${what}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
      globalThis.refusedByPolicy(`${effectiveDirective} ${blockedURI} ${sample}`);
    });
  });
  page.on("console", (message) => {
    if (/content.security.policy/i.test(message.text())) wrong(page.url(), message.text());
  });
}

// Visits with each language and each device, then says how many pages were looked at and what is wrong with them.
//
// `visit` gets the page and: `look(name)` for what must hold on every page; `reach(name, selector)`, which presses Tab until
// the focus is there; `press()` for Enter and the page that it leads to; `wrong(where, what)`.
export async function lookAround({ executablePath, pictures, scripts = 0 }, visit) {
  const found = [];
  let seen = 0;
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  for (const locale of ["en-CA", "fr-CA"]) {
    for (const [device, width, height] of [["desk", 1200, 900], ["phone", 320, 640]]) {
      const context = await browser.newContext({ locale, viewport: { width, height } });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const wrong = (where, what) => found.push(`${where} ${device} ${locale}: ${what}`);
      page.on("pageerror", (error) => wrong(page.url(), error.message));
      await hearRefusals(page, wrong);

      // axe, reflow (WCAG 1.4.10), the page's language, one heading of the first level, the scripts that are ours to have,
      // and what a poor network can carry.
      const look = async (name) => {
        seen += 1;
        // To hide the caret, Playwright would put a style into the page.
        const path = `${pictures}/${name}-${device}-${locale}.png`;
        if (pictures) await page.screenshot({ path, fullPage: true, caret: "initial" });
        const facts = await page.evaluate(() => ({
          lang: document.documentElement.lang,
          wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          headings: document.querySelectorAll("h1").length,
          scripts: document.querySelectorAll("script").length,
          bytes: new TextEncoder().encode(document.documentElement.outerHTML).length,
        }));
        await page.evaluate(axe);
        const { violations } = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly }), RULES);
        for (const { id, nodes } of violations) wrong(name, `${id}: ${nodes.map((node) => node.html).join(" ")}`);
        if (facts.lang !== locale) wrong(name, `lang ${facts.lang}`);
        if (facts.wide) wrong(name, "wider than the window");
        if (facts.headings !== 1) wrong(name, `${facts.headings} headings`);
        if (facts.scripts > scripts) wrong(name, `${facts.scripts} scripts`);
        if (facts.bytes > 50_000) wrong(name, `${facts.bytes} bytes`);
      };
      const reach = async (name, selector) => {
        for (let step = 0; step < 60; step += 1) {
          await page.keyboard.press("Tab");
          if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
            const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
            if (outline === "none") wrong(name, `${selector} shows no focus`);
            return;
          }
        }
        wrong(name, `${selector} cannot be reached by keyboard`);
      };
      const press = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
      await visit({ page, locale, look, reach, press, wrong });
      await context.close();
    }
  }
  await browser.close();
  write({ seen, found });
  process.exit(0);
}
