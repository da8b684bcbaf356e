import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { openMindsetConnection } from "../../../../lambda/token/mindset/connection.ts";

test("an idle connection is closed after 60 s, without another request", async () => {
  const closed = Promise.withResolvers<number>();
  const server = createServer({ keepAliveTimeout: 300_000 }, (_request, response) => response.end("{}"));
  server.on("connection", (socket) => socket.on("close", () => closed.resolve(performance.now())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connection = openMindsetConnection({ protocol: "http:", hostname: "127.0.0.1", port });
  await connection.exchange({ method: "POST", path: "/", headers: {}, body: "" }, 1_000);
  const usedAt = performance.now();
  const idleMs = (await closed.promise) - usedAt;
  server.close();
  expect(idleMs).toBeGreaterThan(55_000);
  expect(idleMs).toBeLessThan(61_500);
}, 70_000);
