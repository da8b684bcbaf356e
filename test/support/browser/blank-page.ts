/** Opens an empty page with a script, on its own origin. I/O: network, browser. */
import type { Browser, BrowserContext } from "playwright-core";
import { startServer } from "../../../local/http/server.ts";

/** Opens the page; its host can be 127.0.0.1, which is another site than localhost. */
export async function openBlankPage(browser: Browser | BrowserContext, script: string, host = "localhost") {
  const server = await startServer({
    port: 0,
    listener: (_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Blank</title>"),
  });
  const origin = `http://${host}:${server.port}`;
  const page = await browser.newPage();
  await page.goto(origin);
  await page.addScriptTag({ content: script });
  return {
    origin,
    page,
    close: async () => {
      await page.close();
      await server.close();
    },
  };
}
