// Looks at the pages between a wallet and a credential. One line out for each page that is needed (`{"page"}`), one in with
// where the browser begins.
//
//     node citizens.mjs CHROMIUM [FOLDER for pictures]

import { lines, write } from "./lines.mjs";
import { lookAround } from "./look.mjs";

const [executablePath, pictures] = process.argv.slice(2);

await lookAround({ executablePath, pictures }, async ({ page, locale, look, reach, wrong }) => {
  for (const name of ["confirm", "waits", "files", "in-wallet", "level", "nothing", "over"]) {
    await page.context().clearCookies();
    write({ page: name });
    await page.goto((await lines.next()).value);
    // The applicant's page is behind the question whether to go on.
    if (name === "files") await page.click("section a");
    if (name === "in-wallet") {
      const place = new URL(await page.getAttribute("section a", "href"), page.url()).href;
      // The form is sent beside the page: a browser that is to open an application of the device asks the person first.
      const form = { csrf: await page.inputValue("input[name=csrf]"), decision: "yes" };
      const to = new URL(await page.getAttribute("form", "action"), page.url()).href;
      const { location } = (await page.request.post(to, { form, maxRedirects: 0 })).headers();
      if (!location?.startsWith("example.larch.app:/back")) wrong(name, `led to ${location}`);
      await page.goto(place);
    }
    await look(name);
    // What a person does next can be reached and is seen to be reached.
    await reach(name, { confirm: "button[value=no]", waits: "section a", files: "input[type=file]", over: "header nav a", "in-wallet": "input[type=file]" }[name] ?? "a.button");
    // The switch shows the same page in the other language.
    const heading = await page.textContent("h1");
    await page.click("header nav a");
    const switched = await page.evaluate(() => document.documentElement.lang);
    if (switched === locale || (await page.textContent("h1")) === heading) wrong(name, "the switch does not switch");
  }
});
