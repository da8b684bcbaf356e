import { Agent, get } from "node:http";
import { createServer } from "node:net";
import { expect, jest, test } from "@jest/globals";
import { PortTakenError, startServer } from "../../../local/http/server.ts";
import { createCertificate } from "../../support/tls.ts";

function hello(_request: unknown, response: { end(text: string): void }) {
  return response.end("hello");
}

test("port 0 is any free port, and the URL says which", async () => {
  const server = await startServer({ port: 0, listener: hello });

  expect(server.url).toBe(`http://localhost:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.close();
});

test.each(["127.0.0.1", "::1", "0.0.0.0"])("fails with the port when another program has it on %s", async (host) => {
  const other = createServer((socket) => socket.destroy());
  const listening = await new Promise<boolean>((resolve) => {
    other.once("error", () => resolve(false)); // this machine has no IPv6
    other.listen(0, host, () => resolve(true));
  });
  if (!listening) return;
  const { port } = other.address() as { port: number };

  await expect(startServer({ port, listener: hello })).rejects.toThrow(new PortTakenError(port));
  other.close();
});

test.each([
  ["this machine's own address alone", undefined, false],
  ["every address, when told so", "0.0.0.0", true],
] as const)("listens on %s", async (_, host, reachable) => {
  const server = await startServer({ port: 0, listener: hello, ...(host && { host }) });

  expect((await fetch(server.url)).status).toBe(200);
  const elsewhere = fetch(`http://127.0.0.2:${server.port}`).then(({ ok }) => ok);
  expect(await elsewhere.catch(() => false)).toBe(reachable);
  await server.close();
});

test("closes at once, although one connection is kept alive and another waits for its answer", async () => {
  const server = await startServer({ port: 0, listener: ({ url }, response) => url === "/" && response.end("hello") });
  const agent = new Agent({ keepAlive: true });
  await new Promise((resolve) => get(server.url, { agent }, (response) => response.resume().on("end", resolve)));
  const waiting = new Promise((resolve) => get(`${server.url}/wait`).on("error", resolve));

  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.close();
  expect(Date.now() - before).toBeLessThan(1000);
  expect(await waiting).toMatchObject({ code: "ECONNRESET" });
  agent.destroy();
});

test("refuses connections when closed, and can be opened again on the same port", async () => {
  const server = await startServer({ port: 0, listener: hello });
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();

  await server.reopen();
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.close();
});

test("speaks HTTPS with a certificate", async () => {
  const server = await startServer({ port: 0, listener: hello, tls: await createCertificate() });

  expect(server.url).toMatch(/^https:/);
  await expect(fetch(server.url)).rejects.toThrow(); // nobody trusts that certificate
  await server.close();
});

test("survives a listener that fails, and reports it", async () => {
  const report = jest.spyOn(console, "error").mockImplementation(() => {});
  const server = await startServer({ port: 0, listener: () => Promise.reject(new Error("a bug")) });

  await expect(fetch(server.url)).rejects.toThrow();
  await expect(fetch(server.url)).rejects.toThrow();
  expect(report).toHaveBeenCalledWith(new Error("a bug"));
  report.mockRestore();
  await server.close();
});
