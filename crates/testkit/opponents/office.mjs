// Looks at the operator's and the applicant's pages as people do: in Chromium, in both languages, on a desk and on a phone,
// by keyboard alone, and through axe.
//
//     node office.mjs BASE_URL OPEN_OFFER REFUSED_APPLICATION CHROMIUM [FOLDER for pictures]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [base, open, refused, executablePath, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
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
    page.setDefaultTimeout(20_000);
    const wrong = (where, what) => found.push(`${where} ${device} ${locale}: ${what}`);
    page.on("pageerror", (error) => wrong(page.url(), error.message));
    page.on("response", (response) => response.status() >= 500 && wrong(response.url(), `status ${response.status()}`));

    // axe, reflow (WCAG 1.4.10), the page's language, one heading of the first level, no script of ours.
    const look = async (name) => {
      seen += 1;
      if (pictures) await page.screenshot({ path: `${pictures}/office-${name}-${device}-${locale}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
      for (const { id, nodes } of violations) wrong(name, `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      const facts = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        headings: document.querySelectorAll("h1").length,
        scripts: document.querySelectorAll("script").length,
      }));
      if (facts.lang !== locale) wrong(name, `lang ${facts.lang}`);
      if (facts.wide) wrong(name, "wider than the window");
      if (facts.headings !== 1) wrong(name, `${facts.headings} headings`);
      if (facts.scripts !== 0) wrong(name, "a script");
    };
    // Presses Tab until the focus is on what is wanted.
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
    const press = (key = "Enter") => Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
    const go = async (path, name) => {
      await page.goto(path.startsWith("http") ? path : `${base}${path}`);
      if (name) await look(name);
    };

    // In, through the page before the sign-in.
    await go("/operator/types", "sign-in");
    await reach("sign-in", "a.button");
    await press();
    if (!page.url().endsWith("/operator/types")) wrong("sign-in", `led to ${page.url()}`);
    await look("types");
    await go("/operator/types/ontario-person", "type");
    await go("/operator", "home");
    await reach("home", "a.skip");

    // An offer: with a mistake first.
    await go("/operator/offers", "offers");
    await go("/operator/offers/ontario-person", "offer");
    const values = { givenName: "Zoé", familyName: "Bélanger", birthDate: "hier", cardNumber: "0000-0001-037",
      streetAddress: "197 Imaginary Crescent", addressLocality: "Larchville", postalCode: "K9Z 0A1" };
    for (const [name, value] of Object.entries(values)) await page.fill(`#claim-${name}`, value);
    await page.selectOption("#claim-addressRegion", "ON");
    await reach("offer", "form.form button");
    await press();
    await look("offer-error");
    const heard = await page.evaluate(() => document.activeElement?.getAttribute("role"));
    if (heard !== "alert") wrong("offer-error", `the focus is on ${heard}`);
    await page.fill("#claim-birthDate", "2002-04-21");
    await reach("offer-error", "form.form button");
    await press();
    await look("made");

    // The queue: examined, refused without a reason, approved.
    await go("/operator/requests", "queue");
    await reach("queue", ".rows a");
    await press();
    await look("request");
    await page.selectOption("#category", "unreadable");
    await page.fill("#reason", "   ");
    await reach("request", "button.danger");
    await press();
    await look("request-error");
    await reach("request-error", "form[action$='/approve'] button");
    await press();
    await look("queue-done");
    await go("/operator/requests?state=all", "queue-all");

    // Credentials: suspended and reinstated.
    await go("/operator/credentials", "credentials");
    await reach("credentials", ".rows a");
    await press();
    await look("credential");
    await reach("credential", "a[href$='/suspend']");
    await press();
    await look("change");
    await page.selectOption("#reason", "lost");
    await reach("change", "form.form button");
    await press();
    await look("changed");
    await reach("changed", "a[href$='/reinstate']");
    await press();
    await page.selectOption("#reason", "other");
    await reach("reinstate", "form.form button");
    await press();

    // The log.
    await go("/operator/log", "log");
    await go("/operator/log/check", "check");
    await go("/operator/log/check?until=x", "check-error");
    await go("/operator/nothing", "problem");

    // The applicant.
    await go(open, "applicant");
    await page.setInputFiles("#file", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no photo") });
    await reach("applicant", "form.form button");
    await press();
    await look("applicant-error");
    await go(refused, "applicant-refused");
    await context.close();
  }
}
await browser.close();
process.stdout.write(`${JSON.stringify({ seen, found })}\n`);
process.exit(0);
