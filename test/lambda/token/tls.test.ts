import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTokenRequester } from "../../../lambda/token/mindset/attempts.ts";
import { openMindsetConnection } from "../../../lambda/token/mindset/connection.ts";
import { isBrokenTls } from "../../../lambda/token/tls.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";
import { until } from "../../support/until.ts";

const REPLY = JSON.stringify({ authToken: "t-1", SecretString: "key-1" });
const AWS_ENVIRONMENT = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

let certificate: { key: string; cert: string };
let server: Server;
let requests = 0;
const folder = mkdtempSync(join(tmpdir(), "tls-"));
const caFile = join(folder, "ca.pem");
beforeAll(async () => {
  certificate = await createCertificate();
  writeFileSync(caFile, certificate.cert);
  server = createServer(certificate, (_request, response) => {
    requests += 1;
    response.end(REPLY);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function openMindset(port: number) {
  return openMindsetConnection({ protocol: "https:", hostname: "localhost", port });
}

/** In a separate process: Node reads the variables at its start, and inside Jest the AWS SDK does not recognize errors. */
async function call(upstreams: string[], port: number, variables: Record<string, string>): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "tls-process.ts"), `${port}`, ...upstreams], {
    env: { ...process.env, ...AWS_ENVIRONMENT, ...variables },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 15_000,
  });
  return JSON.parse(await text(child.stdout));
}

test("an untrusted certificate is rejected before the request is sent, despite NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
  const { port } = server.address() as AddressInfo;
  const outcomes = await call(["mindset", "secret"], port, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
  expect(outcomes).toEqual(Array(2).fill("DEPTH_ZERO_SELF_SIGNED_CERT"));
  expect(requests).toBe(0);
}, 20_000);

test.each<[unknown, boolean]>([
  [{ code: "EPROTO" }, true],
  [{ code: "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR" }, true],
  [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, false],
  [{ code: "EPROTOTYPE" }, false],
  [{ code: "X_ERR_SSL_" }, false],
  [{}, false],
  [undefined, false],
])("that the error %j is a broken handshake is %s", (error, isBroken) => {
  expect(isBrokenTls(error)).toBe(isBroken);
});

describe("a TLS handshake that is interrupted", () => {
  /** Breaks the first handshakes, then passes connections on to the server. */
  async function withBrokenHandshakes(
    times: number,
    breakOff: (socket: Socket) => unknown,
    work: (port: number, broken: () => number) => Promise<unknown>,
  ) {
    trust(certificate.cert);
    let broken = 0;
    let closed = 0;
    const front = createTcpServer((socket) => {
      if (broken === times) return server.emit("connection", socket);
      broken += 1;
      socket.on("error", () => {}).on("close", () => (closed += 1));
      return socket.once("data", () => breakOff(socket));
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    try {
      await work((front.address() as AddressInfo).port, () => closed);
    } finally {
      server.closeAllConnections();
      front.close();
    }
  }

  const HANDSHAKE_FAILURE = Buffer.from("15030300020228", "hex"); // a fatal alert
  const ways: [string, (socket: Socket) => unknown][] = [
    ["reset", (socket) => socket.resetAndDestroy()],
    ["end of the connection", (socket) => socket.end()],
    ["alert", (socket) => socket.end(HANDSHAKE_FAILURE)],
    ["response that is not TLS", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ];

  test.each(ways)("is retried for Mindset (%s)", async (_, breakOff) => {
    await withBrokenHandshakes(2, breakOff, async (port, closed) => {
      const connection = openMindset(port);
      await until(() => closed() === 1); // the preconnected socket, so that the request needs another one
      const ask = createTokenRequester({
        appUid: "app-1",
        connection,
        refreshAfterRejection: async () => undefined,
        wait: async () => {},
      });
      const caller = { subject: "ada", mindsetUser: { externalId: "ada" }, name: undefined };
      const apiKey = { value: "key-1", ageMs: 0, problem: undefined };
      const context = { caller, tokenRequest: { name: undefined }, apiKey, remainingMs: 15_000 };
      expect(await ask(context)).toMatchObject({ authToken: "t-1", attempts: 2 });
    });
  });

  // The SDK itself retries a reset.
  test.each(ways.slice(2))(
    "is retried for Secrets Manager (%s)",
    async (_, breakOff) => {
      await withBrokenHandshakes(1, breakOff, async (port, closed) => {
        expect(await call(["secret"], port, { NODE_EXTRA_CA_CERTS: caFile })).toEqual(["served"]);
        expect(closed()).toBe(1);
      });
    },
    20_000,
  );
});
