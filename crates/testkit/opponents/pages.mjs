// Looks at the verifier's pages. One line out for each request that a wallet is to answer, and one in (`answered`).
//
//     node pages.mjs BASE_URL ASK CHROMIUM [FOLDER for pictures]

import { lines, write } from "./lines.mjs";
import { lookAround } from "./look.mjs";

const [base, ask, executablePath, pictures] = process.argv.slice(2);

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
});
