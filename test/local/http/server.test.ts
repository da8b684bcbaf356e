import { Agent, get } from "node:http";
import { createServer } from "node:net";
import { expect, jest, test } from "@jest/globals";
import { PortTakenError, startServer } from "../../../local/http/server.ts";
import { createCertificate } from "../../support/servers/tls.ts";

function hello(_request: unknown, response: { end(text: string): void }) {
  return response.end("hello");
}

test("uses a free port for port 0, and reports its URL", async () => {
  const server = await startServer({ port: 0, listener: hello });

  expect(server.url).toBe(`http://localhost:${server.port}`);
  expect(await (await fetch(server.url)).text()).toBe("hello");
  await server.close();
});

test.each(["127.0.0.1", "::1", "0.0.0.0"])(
  "fails with the port if another program listens there on %s",
  async (host) => {
    const other = createServer((socket) => socket.destroy());
    const listening = await new Promise<boolean>((resolve) => {
      other.once("error", () => resolve(false)); // this machine has no IPv6
      other.listen(0, host, () => resolve(true));
    });
    if (!listening) return;
    const { port } = other.address() as { port: number };

    await expect(startServer({ port, listener: hello })).rejects.toThrow(new PortTakenError(port));
    other.close();
  },
);

test.each([
  ["the loopback address by default", undefined, false],
  ["every address with 0.0.0.0", "0.0.0.0", true],
] as const)("listens on %s", async (_, host, reachable) => {
  const server = await startServer({ port: 0, listener: hello, host });

  expect((await fetch(server.url)).status).toBe(200);
  const elsewhere = fetch(`http://127.0.0.2:${server.port}`).then(() => true);
  expect(await elsewhere.catch(() => false)).toBe(reachable);
  await server.close();
});

test("closes immediately although one connection is idle and another waits for its response", async () => {
  const waiting = Promise.withResolvers<void>();
  const server = await startServer({
    port: 0,
    listener: ({ url }, response) => (url === "/" ? response.end("hello") : waiting.resolve()),
  });
  const agent = new Agent({ keepAlive: true });
  await new Promise((resolve) => get(server.url, { agent }, (response) => response.resume().on("end", resolve)));
  const failure = new Promise((resolve) => get(`${server.url}/wait`).on("error", resolve));

  await waiting.promise;
  const before = performance.now();
  await server.close();
  expect(performance.now() - before).toBeLessThan(4_000); // Node closes an idle connection after 5 s
  expect(await failure).toMatchObject({ code: "ECONNRESET" });
  agent.destroy();
});

test("refuses a request for another host, as a page that rebinds its DNS name sends it", async () => {
  const server = await startServer({ port: 0, listener: hello });
  const status = await new Promise((resolve) => {
    get(server.url, { headers: { host: `attacker.example:${server.port}` } }, (response) =>
      resolve(response.resume().statusCode),
    );
  });

  expect(status).toBe(403);
  await server.close();
});

test("refuses connections after close(), and listens on the same port after reopen()", async () => {
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
  await expect(fetch(server.url)).rejects.toThrow(); // the certificate is not trusted
  await server.close();
});

test("reports the error of a listener, and keeps running", async () => {
  const report = jest.spyOn(console, "error").mockImplementation(() => {});
  const server = await startServer({ port: 0, listener: () => Promise.reject(new Error("a bug")) });

  await expect(fetch(server.url)).rejects.toThrow();
  await expect(fetch(server.url)).rejects.toThrow();
  expect(report).toHaveBeenCalledWith(new Error("a bug"));
  report.mockRestore();
  await server.close();
});
