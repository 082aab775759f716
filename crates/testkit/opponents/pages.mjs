// Looks at the verifier's pages. One line out for each request that a wallet is to answer, and one in (`answered`).
//
//     node pages.mjs BASE_URL ASK CHROMIUM [FOLDER for pictures]

import { lines, write } from "./lines.mjs";
import { lookAround } from "./look.mjs";

const [base, ask, executablePath, pictures] = process.argv.slice(2);
const consent = "consent";
const signIn = "me";

// A browser that knows a wallet: it gives what the page asks for to whoever drives this script, and what comes back to the page.
async function browserWithWallet(page) {
  await page.exposeFunction("askOutside", async (requests) => {
    write({ digital: requests });
    return JSON.parse((await lines.next()).value);
  });
  await page.addInitScript(() => {
    globalThis.DigitalCredential = class {
      static userAgentAllowsProtocol = (protocol) => protocol === "openid4vp-v1-signed";
    };
    navigator.credentials.get = async ({ digital }) => {
      const given = await globalThis.askOutside(digital.requests);
      if (given === null) throw new DOMException("", "NotAllowedError");
      return given;
    };
  });
}

// The live update is the one script.
await lookAround({ executablePath, pictures, scripts: 1 }, async ({ page, look, reach, wrong }) => {
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
    write({ outcome, wallet: link.replace("%2Fhere", "") });
    await lines.next();
    // The live update brings the result, and the focus goes to it, so that it is read out.
    await page.waitForSelector(".verdict");
    const heard = await page.evaluate(() => document.activeElement?.tagName);
    if (heard !== "H1") wrong(outcome, `the focus is on ${heard}`);
    await look(outcome);
  }

  // An identifier of one's own.
  await page.goto(`${base}/ask/${signIn}`);
  await look("sign-in-start");
  await reach("sign-in-start", "form button");
  await Promise.all([page.waitForURL(/\/r\//), page.keyboard.press("Enter")]);
  await look("sign-in-wait");
  write({ outcome: "accept", wallet: (await page.getAttribute("a.button", "href")).replace("%2Fhere", "") });
  await lines.next();
  await page.waitForSelector(".verdict");
  await look("sign-in-result");

  // Something to agree to, in a browser that knows a wallet.
  await browserWithWallet(page);
  await page.goto(`${base}/ask/${consent}`);
  await look("consent-start");
  await reach("consent-start", "form button");
  await Promise.all([page.waitForURL(/\/r\//), page.keyboard.press("Enter")]);
  await page.waitForSelector("[data-digital]:not([hidden])");
  await look("consent-wait");
  await reach("consent-wait", "[data-digital] button");
  // The person chooses no wallet: the page says so, and goes on.
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-digital] [role=status]").textContent !== "");
  await look("consent-none");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".verdict");
  await look("consent-result");
});
