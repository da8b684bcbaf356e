/** Opens an empty page with a script, on an origin of its own. I/O: network, browser. */
import type { Browser, Page } from "playwright-core";
import { startServer } from "../../local/http/server.ts";

/** Opens the page in its own browser context. */
export async function openBlankPage(browser: Browser, script: string) {
  const server = await startServer({
    port: 0,
    listener: (_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Blank</title>"),
  });
  const page: Page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  await page.addScriptTag({ content: script });
  return {
    origin: server.url,
    page,
    close: async () => {
      await page.context().close();
      await server.close();
    },
  };
}
