import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";
import { createCertificate, trust } from "../../../support/servers/tls.ts";
import { until } from "../../../support/until.ts";

const request = { method: "POST" as const, path: "/", headers: {}, body: "" };
const folder = mkdtempSync(join(tmpdir(), "preconnect-"));
const caFile = join(folder, "ca.pem");
let server: Server;
let connections = 0;
let requests = 0;
beforeAll(async () => {
  const certificate = await createCertificate();
  trust(certificate.cert);
  writeFileSync(caFile, certificate.cert);
  server = createServer(certificate, (_request, response) => {
    requests += 1;
    response.end('{"authToken":"t-1"}');
  });
  server.on("secureConnection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  connections = 0;
  requests = 0;
});
function origin() {
  return {
    protocol: "https:" as const,
    hostname: "localhost",
    port: (server.address() as AddressInfo).port,
  };
}

function openSockets() {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}

describe("the preconnected socket", () => {
  test("is open before the first request, which uses it", async () => {
    const connection = openMindsetConnection(origin());
    await until(() => connections === 1);
    expect(requests).toBe(0);
    expect((await connection.exchange(request, 2_000)).status).toBe(200);
    expect((await connection.exchange(request, 2_000)).status).toBe(200);
    expect({ connections, requests }).toEqual({ connections: 1, requests: 2 });
  });

  test("serves a first request that comes before it is open", async () => {
    expect((await openMindsetConnection(origin()).exchange(request, 2_000)).status).toBe(200);
    expect(connections).toBe(1);
  });

  test("is replaced when it closed before the first request", async () => {
    const connection = openMindsetConnection(origin());
    await until(() => connections === 1);
    const before = openSockets();
    server.closeAllConnections();
    await until(() => openSockets() <= before - 2); // the server's, and then the client's
    expect((await connection.exchange(request, 2_000)).status).toBe(200);
    expect(connections).toBe(2);
  });

  test("is replaced when the first request comes more than 60 s later, and closed", async () => {
    const closed = new Promise<void>((resolve) =>
      server.once("secureConnection", (socket) => socket.once("close", () => resolve())),
    );
    const connection = openMindsetConnection(origin());
    await until(() => connections === 1);
    const thawedAt = Date.now() + 61_000;
    const clock = jest.spyOn(Date, "now").mockReturnValue(thawedAt);
    const reply = await connection.exchange(request, 2_000).finally(() => clock.mockRestore());
    expect(reply.status).toBe(200);
    expect(connections).toBe(2);
    await closed;
  });

  test("does not crash when the preconnect fails", async () => {
    const unused = openMindsetConnection({ ...origin(), port: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(unused.exchange(request, 2_000)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("serves one of two concurrent requests", async () => {
    const connection = openMindsetConnection(origin());
    const replies = await Promise.all([connection.exchange(request, 2_000), connection.exchange(request, 2_000)]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(connections).toBe(2);
  });
});

describe("a process with a preconnected socket", () => {
  /** Ends when nothing keeps the process running any longer. */
  function run(...args: string[]) {
    const script = join(import.meta.dirname, "preconnect-process.ts");
    const child = spawn(process.execPath, [script, String(origin().port), ...args], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: 4_000,
    });
    return Promise.all([text(child.stdout), new Promise((resolve) => child.once("exit", (code) => resolve(code)))]);
  }

  test("ends although the socket is open, when it makes no request", async () => {
    expect(await run()).toEqual(["", 0]);
  });

  test("waits for the reply to a request on the socket", async () => {
    expect(await run("request")).toEqual(["200", 0]);
    expect(connections).toBe(1);
  });
});

describe("a certificate that is not trusted", () => {
  test.each([["127.0.0.2"], ["localhost"]])(
    "fails with UPSTREAM_UNREACHABLE before the key is sent (%s)",
    async (hostname) => {
      const certificate = await createCertificate();
      const impostor = createServer(certificate, (_request, response) => {
        requests += 1;
        response.end("{}");
      });
      await new Promise<void>((resolve) => impostor.listen(0, "0.0.0.0", resolve));
      const connection = openMindsetConnection({
        ...origin(),
        hostname,
        port: (impostor.address() as AddressInfo).port,
      });
      const outcome = await connection.exchange(request, 2_000).catch((error) => error);
      impostor.closeAllConnections();
      impostor.close();
      expect(outcome).toMatchObject({
        code: "UPSTREAM_UNREACHABLE",
        cause: { code: expect.stringMatching(/CERT|SIGNATURE/) },
      });
      expect(requests).toBe(0);
    },
  );

  test("fails with UPSTREAM_UNREACHABLE when the server does not speak TLS", async () => {
    const plain = createTcpServer((socket) => {
      socket.on("error", () => {}).resume(); // otherwise it never sees that the client has gone
      socket.end("HTTP/1.1 200 OK\r\n\r\n");
    });
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const connection = openMindsetConnection({ ...origin(), port: (plain.address() as AddressInfo).port });
    const outcome = await connection.exchange(request, 2_000).catch((error) => error);
    plain.close();
    expect(outcome).toMatchObject({ code: "UPSTREAM_UNREACHABLE" });
  });
});
