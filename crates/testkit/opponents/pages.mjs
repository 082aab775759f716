// Looks at the verifier's pages. One line out for each request that a wallet is to answer, and one in (`answered`).
//
//     node pages.mjs BASE_URL ASK CHROMIUM [FOLDER for pictures]

import { lines, write } from "./lines.mjs";
import { lookAround } from "./look.mjs";

const [base, ask, executablePath, pictures] = process.argv.slice(2);
const consent = "consent";
const signIn = "me";
const counter = "name";
const status = "[data-events]";

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
  // The link of the page that waits, as a wallet on another device gets it.
  const wallet = async () => (await page.getAttribute("a.button", "href")).replace("%2Fhere", "");
  const asked = async (question) => {
    write(question);
    return (await lines.next()).value;
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
    if (outcome === "accept") {
      // What a wallet does elsewhere is said in the place that is read out, which stays the same element: only a change of its
      // text is announced.
      const region = await page.waitForSelector(`${status}[role=status]`);
      const [before, after] = [await region.textContent(), await region.getAttribute("data-opened")];
      await asked({ opens: await wallet() });
      await page.waitForFunction(({ textContent, dataset }) => textContent === dataset.opened, region).catch(() => {});
      const said = await region.textContent();
      if (before === after || said !== after) wrong("wait", `“${before}” became “${said}” and not “${after}”`);
      if (!(await region.evaluate((node) => node.isConnected))) wrong("wait", "the status was put in anew");
      await look("opened");
    }
    await asked({ outcome, wallet: await wallet() });
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
  await asked({ outcome: "accept", wallet: await wallet() });
  await page.waitForSelector(".verdict");
  await look("sign-in-result");

  // A counter: what was shown is there once.
  await page.goto(`${base}/ask/${counter}`);
  await reach("counter-start", "form button");
  await Promise.all([page.waitForURL(/\/r\//), page.keyboard.press("Enter")]);
  await asked({ outcome: "accept", wallet: await wallet() });
  await page.waitForSelector(".verdict");
  await look("counter-result");
  const claims = await page.textContent("main");
  await page.reload();
  await look("counter-again");
  if ((await page.textContent("main")) === claims) wrong("counter-again", "the claims are there once more");

  // Too late, and in another browser than the one that began.
  await page.goto(await asked({ page: "expired" }));
  await look("expired");
  await reach("expired", "a.button");
  await page.goto(await asked({ page: "elsewhere" }));
  await look("elsewhere");

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
