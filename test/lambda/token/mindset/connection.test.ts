import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { type MindsetConnection, openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";
import type { MindsetRequest } from "../../../../lambda/token/mindset/protocol.ts";
import { type FakeMindset, startMindset } from "../../../../local/mindset/server.ts";
import { until } from "../../../support/until.ts";

const body = '{"externalId":"ada"}';
const request: MindsetRequest = {
  method: "POST",
  path: "/api/v1/appuid/app-1/sdkusers/auth",
  headers: { "content-type": "application/json", "content-length": body.length, "x-api-key": "key-1" },
  body,
};

let mindset: FakeMindset;
let connection: MindsetConnection;
beforeAll(async () => {
  mindset = await startMindset({ port: 0, appUid: "app-1", apiKeys: ["key-1"] });
});
afterAll(() => mindset.close());
beforeEach(() => {
  mindset.requests.length = 0;
  connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port: mindset.port });
});
afterEach(() => {
  mindset.faults.clear();
  connection.dropIdle();
});

/** Starts a server for one test. */
async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  function close() {
    return new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
  return { port: (server.address() as AddressInfo).port, close };
}
function connectTo(port: number) {
  return openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port });
}

function fail(fault: string, more = {}) {
  return mindset.faults.set({ fault, ...more });
}
function status(fault: string) {
  fail(fault);
  return connection.exchange(request, 1_000);
}

describe("one exchange", () => {
  test("sends the request unchanged and returns the reply", async () => {
    const reply = await connection.exchange(request, 1_000);
    expect(reply.status).toBe(201);
    expect(JSON.parse(reply.body.toString())).toEqual({ authToken: expect.any(String) });
    const [{ method, path, headers, body: sent } = {}] = mindset.requests;
    expect({ method, path, body: String(sent) }).toEqual({ method: "POST", path: request.path, body });
    expect(headers).toEqual({
      "content-type": "application/json",
      "content-length": "20",
      "x-api-key": "key-1",
      host: `127.0.0.1:${mindset.port}`,
      connection: "keep-alive",
    });
  });

  test("returns an error status without waiting for its body", async () => {
    fail("status-503", { retryAfter: "7" });
    expect(await connection.exchange(request, 1_000)).toMatchObject({ status: 503, retryAfter: "7" });
    expect((await status("redirect-302")).status).toBe(302);

    const { port, close } = await listen((_request, response) => {
      response.writeHead(503, { "content-length": 64 }).flushHeaders();
    });
    expect(await connectTo(port).exchange(request, 1_000)).toMatchObject({ status: 503 });
    await close();
  });

  test.each([
    [65_536, "accepted"],
    [65_537, "is too large"],
  ])("a body of %d bytes: %s", async (length, fate) => {
    const { port, close } = await listen((_request, response) => response.end(Buffer.alloc(length)));
    const outcome = await connectTo(port)
      .exchange(request, 1_000)
      .then(
        ({ body }) => `${body.length === length && "accepted"}`,
        ({ message }: Error) => message,
      );
    expect(outcome).toContain(fate);
    await close();
  });

  test.each([["reset"], ["hang-up"]])("fails with UPSTREAM_UNREACHABLE on %s", async (fault) => {
    await expect(status(fault)).rejects.toMatchObject({
      code: "UPSTREAM_UNREACHABLE",
      message: "Mindset cannot be reached.",
      cause: { code: "ECONNRESET" },
    });
  });

  test("fails with UPSTREAM_UNREACHABLE when the connection is refused", async () => {
    const unused = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port: 1 });
    await expect(unused.exchange(request, 1_000)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("fails with UPSTREAM_UNREACHABLE when the name does not exist", async () => {
    const unknown = openMindsetConnection({ protocol: "https:", hostname: "nowhere.invalid", port: 443 });
    await expect(unknown.exchange(request, 10_000)).rejects.toMatchObject({
      code: "UPSTREAM_UNREACHABLE",
      cause: { code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) },
    });
  }, 15_000);

  test.each([["silence"], ["headers-then-silence"], ["drip"]])("fails with UPSTREAM_TIMEOUT on %s", async (fault) => {
    fail(fault);
    const start = performance.now();
    await expect(connection.exchange(request, 300)).rejects.toMatchObject({
      code: "UPSTREAM_TIMEOUT",
      status: 504,
      message: "Mindset did not answer in time.",
    });
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  test.each<[string, object]>([
    [
      "reset-in-body",
      { message: "Mindset's response ended early.", upstreamStatus: 200, cause: { code: "ECONNRESET" } },
    ],
    ["end-in-body", { message: "Mindset's response ended early.", upstreamStatus: 200 }],
    ["huge-body", { message: "Mindset's response is too large.", upstreamStatus: 200 }],
    ["huge-headers", { message: "Mindset's response is not valid HTTP.", cause: { code: "HPE_HEADER_OVERFLOW" } }],
  ])("fails with UPSTREAM_BAD_RESPONSE on %s", async (fault, why) => {
    await expect(status(fault)).rejects.toMatchObject({ code: "UPSTREAM_BAD_RESPONSE", status: 502, ...why });
  });

  test.each([["silence"], ["drip"], ["huge-body"]])("closes the connection when it gives up on %s", async (fault) => {
    const closed = Promise.withResolvers<void>();
    const { port, close } = await listen((_request, response) => {
      response.once("close", closed.resolve);
      if (fault === "silence") return;
      function more() {
        return response.write("t".repeat(fault === "drip" ? 1 : 100_000)) && setTimeout(more, 20);
      }
      more();
    });
    await expect(connectTo(port).exchange(request, 200)).rejects.toBeInstanceOf(Error);
    await closed.promise;
    await close();
  });

  test("clears its timers", async () => {
    function timers() {
      return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    }
    await connection.exchange(request, 1_000);
    const before = timers();
    await Promise.all([connection.exchange(request, 60_000), connection.exchange(request, 60_000)]);
    await until(() => timers() <= before);
  });

  test("fails with UPSTREAM_BAD_RESPONSE when Mindset switches to another protocol", async () => {
    const ended: Promise<unknown>[] = [];
    const server = createServer().on("connection", (socket) => {
      ended.push(new Promise((resolve) => socket.on("close", resolve)));
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const odd = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port });
    const outcome = await odd.exchange(request, 2_000).catch((error) => error);
    await Promise.all(ended); // closed by the client
    server.close();
    const message = "Mindset's response is not valid HTTP.";
    expect(outcome).toMatchObject({ code: "UPSTREAM_BAD_RESPONSE", upstreamStatus: 101, message });
  });

  test("does not decompress a body", async () => {
    fail("gzip-bomb");
    await expect(connection.exchange(request, 5_000)).rejects.toMatchObject({ code: "UPSTREAM_BAD_RESPONSE" });
  });
});

describe("kept-alive connections", () => {
  async function connectionsMadeBy(work: () => Promise<unknown>): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((_request, response) =>
      response.writeHead(response.req.url === "/500" ? 500 : 200).end("{}"),
    );
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    connection = openMindsetConnection({
      protocol: "http:",
      hostname: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
    });
    await work();
    server.closeAllConnections();
    server.close();
    return sockets.size;
  }

  test("are not reused after an unsolicited response", async () => {
    const server = createTcpServer((socket) => {
      let served = 0;
      socket.on("data", () => {
        served += 1;
        const token = `{"authToken":"${sockets.indexOf(socket)}-${served}"}`;
        const answer = `HTTP/1.1 200 OK\r\ncontent-length: ${token.length}\r\n\r\n${token}`;
        socket.write(answer);
        setTimeout(() => socket.write(answer), 10);
      });
      sockets.push(socket);
    });
    const sockets: Socket[] = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const worker = new Worker(new URL("./frozen-client.ts", import.meta.url), {
      workerData: { port, request },
    });
    const tokens = await new Promise((resolve) => worker.once("message", resolve));
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(tokens).toEqual(["0-1", "1-1"]);
  });

  test("are reused, also after an error status", async () => {
    const made = await connectionsMadeBy(async () => {
      await connection.exchange(request, 1_000);
      await connection.exchange({ ...request, path: "/500" }, 1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await connection.exchange(request, 1_000);
    });
    expect(made).toBe(1);
  });

  test("fail with ConnectionDiedError when they closed while idle", async () => {
    async function failure(fault: string) {
      return (await status(fault).catch((error) => error)).constructor.name;
    }
    expect(await failure("reset")).toBe("UpstreamUnreachableError");
    mindset.faults.clear();
    await connection.exchange(request, 1_000);
    expect(await failure("reset")).toBe("ConnectionDiedError");
  });

  test.each([
    [59, 1],
    [61, 2],
    [-61, 2],
  ])("are reused only within 60 s by the wall clock (after %d s: %d connections)", async (seconds, connections) => {
    const made = await connectionsMadeBy(async () => {
      await connection.exchange(request, 1_000);
      const thawedAt = Date.now() + seconds * 1_000;
      const clock = jest.spyOn(Date, "now").mockReturnValue(thawedAt);
      await connection.exchange(request, 1_000).finally(() => clock.mockRestore());
    });
    expect(made).toBe(connections);
  });

  test("are not reused after dropIdle", async () => {
    const made = await connectionsMadeBy(async () => {
      await connection.exchange(request, 1_000);
      connection.dropIdle();
      await connection.exchange(request, 1_000);
    });
    expect(made).toBe(2);
  });
});
