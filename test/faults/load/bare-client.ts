/** Edge (network): the same call of Mindset by a plain Node.js HTTP client, to compare the function with. */
import http from "node:http";
import https from "node:https";

/** One call; resolves with the milliseconds until the whole answer was there. */
export type BareCall = () => Promise<number>;

/** Makes a client with kept-alive connections. */
export function createBareClient(options: { scheme: "http" | "https"; port: number; apiKey: string }): BareCall {
  const { scheme, port, apiKey } = options;
  const { request, Agent } = scheme === "https" ? https : http;
  const body = JSON.stringify({ externalId: "bare", name: "Sentinel Name" });
  const target = {
    host: "127.0.0.1",
    port,
    path: "/api/v1/appuid/test-app/sdkusers/auth",
    method: "POST",
    agent: new Agent({ keepAlive: true }),
    headers: { "content-type": "application/json", "content-length": body.length, "x-api-key": apiKey },
  };
  return () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const call = request(target, (response) => {
        response.on("end", () => resolve(performance.now() - began)).resume();
      });
      call.on("error", reject).end(body);
    });
}
