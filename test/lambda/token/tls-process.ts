/** A process of its own that calls `mindset` or reads the `secret` at https://localhost:PORT. Prints "served" or the error's cause. */
import { createSecretReader } from "../../../lambda/token/api-key/secret.ts";
import { openMindsetConnection } from "../../../lambda/token/mindset/connection.ts";

const [port, ...upstreams] = process.argv.slice(2);
process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `https://localhost:${port}`;

function call(upstream: string): Promise<unknown> {
  if (upstream === "secret") return createSecretReader("key")();
  const connection = openMindsetConnection({ protocol: "https:", hostname: "localhost", port: Number(port) });
  const headers = { "x-api-key": "key-1" };
  return connection.exchange({ method: "POST", path: "/", headers, body: "" }, 2_000);
}

const outcomes = await Promise.allSettled(upstreams.map(call));
const codes = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.cause?.code : "served"));
process.stdout.write(JSON.stringify(codes), () => process.exit());
