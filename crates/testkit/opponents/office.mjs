// Looks at the operator's and the applicant's pages.
//
//     node office.mjs BASE_URL OPEN_OFFER REFUSED_APPLICATION APPROVED_APPLICATION USED_OFFER CHROMIUM [FOLDER for pictures]

import { lookAround } from "./look.mjs";

const [base, open, refused, approved, used, executablePath, pictures] = process.argv.slice(2);

await lookAround({ executablePath, pictures }, async ({ page, look, reach, press, wrong }) => {
  page.on("response", (response) => response.status() >= 500 && wrong(response.url(), `status ${response.status()}`));
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
  await go(approved, "applicant-approved");
  await go(used, "applicant-used");
  const link = await page.$("main a.button");
  if (link !== null) wrong("applicant-used", "there is a way to a wallet");
});
