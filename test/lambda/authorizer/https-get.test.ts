import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { getText } from "../../../lambda/authorizer/https-get.ts";
import { isAllowedUrl } from "../../../lambda/authorizer/url.ts";
import { type LocalServer, type ServerOptions, startServer } from "../../../local/http/server.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";

const LIMITS = { timeoutMs: 2_000, maxBytes: 64 * 1024 };

const servers: LocalServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function serve(listener: ServerOptions["listener"], tls?: ServerOptions["tls"]): Promise<string> {
  const server = await startServer({ port: 0, listener, tls });
  servers.push(server);
  return server.url;
}

describe("which URLs are allowed", () => {
  test.each([
    "https://login.example.com/keys",
    "http://localhost:3001/keys",
    "http://127.0.0.1:3001",
    "http://[::1]:3001",
    "http://host.docker.internal:3001",
  ])("%s", (url) => expect(isAllowedUrl(url)).toBe(true));
  test.each([
    "http://login.example.com/",
    "http://localhost.attacker.example/",
    "file:///etc/passwd",
    "ftp://localhost/",
    "keys",
    "",
  ])("not %j", async (url) => {
    expect(isAllowedUrl(url)).toBe(false);
    await expect(getText({ url, ...LIMITS })).rejects.toThrow("not https");
  });
});

test("sends exactly the given headers", async () => {
  let received: string[] = [];
  const url = await serve(({ rawHeaders }, response) => {
    received = rawHeaders;
    response.end("{}");
  });
  expect(await getText({ url, headers: { accept: "application/json", cookie: "a=b" }, ...LIMITS })).toEqual({
    status: 200,
    text: "{}",
  });
  expect(received).toEqual([
    "accept",
    "application/json",
    "cookie",
    "a=b",
    "Host",
    new URL(url).host,
    "Connection",
    "close",
  ]);
});

test("follows no redirect", async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests += 1;
    response.writeHead(302, { location: "/elsewhere" }).end("gone");
  });
  expect(await getText({ url, ...LIMITS })).toEqual({ status: 302, text: "" });
  expect(requests).toBe(1);
});

test("does not wait for the body of any status but 200", async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_, response) => response.on("close", closed.resolve).writeHead(500).write("{"));
  expect(await getText({ url, ...LIMITS })).toEqual({ status: 500, text: "" });
  await closed.promise;
});

test("uses a connection for one request only, so that a late answer cannot reach the next caller", async () => {
  const ports = new Set<number | undefined>();
  const url = await serve(({ socket }, response) => {
    ports.add(socket.remotePort);
    response.end("{}");
  });
  for (let i = 0; i < 3; i += 1) await getText({ url, ...LIMITS });
  expect(ports.size).toBe(3);
});

test("accepts a trusted certificate, and no other, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
  const tls = await createCertificate();
  const url = await serve((_, response) => response.end("{}"), tls);
  // In a process of its own: Node reads the real environment, of which Jest gives tests a copy.
  const code = `import { getText } from ${JSON.stringify(new URL("../../../lambda/authorizer/https-get.ts", import.meta.url))};
    console.log(await getText(${JSON.stringify({ url, ...LIMITS })}).catch(({ code }) => code));`;
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { env });
  expect(stdout.trim()).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  trust(tls.cert);
  expect(await getText({ url, ...LIMITS })).toEqual({ status: 200, text: "{}" });
});

describe("fails", () => {
  test("when the answer is one byte larger than allowed", async () => {
    const url = await serve((_, response) => response.end("{}"));
    expect(await getText({ url, ...LIMITS, maxBytes: 2 })).toEqual({ status: 200, text: "{}" });
    await expect(getText({ url, ...LIMITS, maxBytes: 1 })).rejects.toThrow("too large");
  });

  test("when the answer is too large, after reading little more than allowed", async () => {
    let sent = 0;
    function* hugeBody() {
      for (; sent < 100_000_000; sent += 10_000) yield "x".repeat(10_000);
    }
    const ended = Promise.withResolvers<unknown>();
    const url = await serve((_, response) => pipeline(hugeBody, response).catch(ended.resolve));
    await expect(getText({ url, ...LIMITS })).rejects.toThrow("too large");
    await ended.promise;
    expect(sent).toBeLessThan(100_000_000);
  });

  test("when the answer does not arrive in time, however slowly it trickles", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    await expect(getText({ url, ...LIMITS, timeoutMs: 150 })).rejects.toThrow("no answer in time");
  });

  test("when the connection ends in the middle of the answer", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": 10 }).write("{", () => response.destroy());
    });
    await expect(getText({ url, ...LIMITS })).rejects.toThrow("the connection was closed");
  });

  test("when the headers are too large", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { filler: "x".repeat(20_000) }).end();
    });
    await expect(getText({ url, ...LIMITS })).rejects.toMatchObject({ code: "HPE_HEADER_OVERFLOW" });
  });

  test("when nothing listens", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    await expect(getText({ url: `http://127.0.0.1:${port}`, ...LIMITS })).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });
});
