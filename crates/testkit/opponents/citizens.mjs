// Looks at the pages between a wallet and a credential. One line out for each page that is needed (`{"page"}`), one in with
// where the browser begins.
//
//     node citizens.mjs CHROMIUM [FOLDER for pictures]

import { lines, write } from "./lines.mjs";
import { lookAround } from "./look.mjs";

const [executablePath, pictures] = process.argv.slice(2);

await lookAround({ executablePath, pictures }, async ({ page, locale, look, reach, wrong }) => {
  for (const name of ["confirm", "waits", "files", "level", "nothing", "over"]) {
    await page.context().clearCookies();
    write({ page: name });
    await page.goto((await lines.next()).value);
    // The applicant's page is behind the question whether to go on.
    if (name === "files") await page.click("section a");
    await look(name);
    // What a person does next can be reached and is seen to be reached.
    await reach(name, { confirm: "button[value=no]", waits: "section a", files: "input[type=file]", over: "header nav a" }[name] ?? "a.button");
    // The switch shows the same page in the other language.
    const heading = await page.textContent("h1");
    await page.click("header nav a");
    const switched = await page.evaluate(() => document.documentElement.lang);
    if (switched === locale || (await page.textContent("h1")) === heading) wrong(name, "the switch does not switch");
  }
});
