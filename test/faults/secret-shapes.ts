/** Experiment: the secret holds all sorts of things; what does the caller read, what the operator, and is a mended one found? */
import { API_KEY_PLACEHOLDER } from "../../lambda/contract.ts";
import { type Surroundings, startSurroundings } from "../support/function.ts";
import { type Ask, createAsk } from "./call.ts";
import { type ClockedFunction, startClocked } from "./clocked-function.ts";
import type { Findings, Scale } from "./findings.ts";
import { watchLog } from "./log-watch.ts";
import { KEY } from "./world.ts";

const MENDED_WITHIN_MS = 10_000;
const STEP_MS = 100;

const NOT_SET = "CONFIG_API_KEY_NOT_SET";
const INVALID = "CONFIG_API_KEY_INVALID";
const LONGEST = "sentinel-".padEnd(512, "k");

interface Shape {
  shape: string;
  /** Undefined where Secrets Manager finds no value. */
  value: string | Uint8Array | undefined;
  /** Absent where the value is a key. */
  logCode?: string;
}

const SHAPES: Shape[] = [
  { shape: "the stack's placeholder", value: API_KEY_PLACEHOLDER, logCode: NOT_SET },
  { shape: "the placeholder in JSON", value: JSON.stringify({ apiKey: API_KEY_PLACEHOLDER }), logCode: NOT_SET },
  { shape: "empty", value: "", logCode: INVALID },
  { shape: "a newline", value: "\n", logCode: INVALID },
  { shape: "JSON with another field", value: '{"key":"sentinel"}', logCode: INVALID },
  { shape: "JSON with a number", value: '{"apiKey":42}', logCode: INVALID },
  { shape: "JSON that breaks off", value: '{"apiKey":"sentinel', logCode: INVALID },
  { shape: "binary", value: Buffer.from("sentinel\xff", "latin1"), logCode: INVALID },
  { shape: "non-ASCII", value: "sentinel-schlüssel", logCode: INVALID },
  { shape: "two lines", value: "sentinel-1\r\nsentinel-2", logCode: INVALID },
  { shape: "513 characters", value: `${LONGEST}k`, logCode: INVALID },
  { shape: "no value at all", value: undefined, logCode: "CONFIG_SECRET_NOT_FOUND" },
  { shape: "512 characters", value: LONGEST },
  { shape: "the key and a newline", value: `${KEY}\n` },
  { shape: "the key after a byte order mark", value: `\uFEFF${KEY}` },
  { shape: "JSON after a byte order mark", value: `\uFEFF${JSON.stringify({ apiKey: KEY })}` },
  { shape: "JSON with the key", value: JSON.stringify({ apiKey: KEY }) },
];

/** A cold start for every shape, one request, and requests every 0.1 s once the secret is mended. */
export async function run(_scale: Scale): Promise<Findings> {
  const around = await startSurroundings({ apiKey: KEY });
  around.mindset.setApiKeys([KEY, LONGEST]);
  const watch = watchLog();
  const ask = createAsk(watch);
  const rows: string[][] = [];
  const misses: string[] = [];
  for (const { shape, value, logCode } of SHAPES) {
    store(around, value);
    around.mindset.requests.length = 0;
    const instance = startClocked(around);
    const { status, body, line } = await ask(instance.invoke);
    const seen = [status, body.code, line?.code, line?.level, around.mindset.requests.length];
    const wanted = logCode
      ? [500, "SERVICE_MISCONFIGURED", logCode, "ERROR", 0]
      : [200, undefined, undefined, "INFO", 1];
    if (seen.join() !== wanted.join()) misses.push(`${shape}: ${seen.join(", ")}`);

    const mendedMs = logCode ? await mend({ around, ask, instance }) : 0;
    if (!(mendedMs <= MENDED_WITHIN_MS)) misses.push(`${shape}: once mended, it is found after ${mendedMs} ms`);
    rows.push([
      shape,
      body.code ? `${status} \`${body.code}\`` : `${status}`,
      line?.code ? `\`${line.code}\`` : "",
      line?.reason ? `${line.reason}` : "",
      logCode ? `${mendedMs / 1_000} s` : "",
    ]);
  }
  watch.stop();
  await around.close();
  return { title: "The secret holds all sorts of things", head: HEAD, rows, misses: [...misses, ...watch.leaks] };
}

const HEAD = ["the secret holds", "answer", "in the log", "its reason there", "mended, it is found within"];

function store({ secretsManager, secretName }: Surroundings, value: Shape["value"]): void {
  secretsManager.recover();
  if (value === undefined) secretsManager.fail({ error: "ResourceNotFoundException" });
  else if (typeof value === "string") secretsManager.setSecretString(secretName, value);
  else secretsManager.setSecretBinary(secretName, value);
}

/** @returns milliseconds from storing the right key to the first token. */
async function mend(scene: { around: Surroundings; ask: Ask; instance: ClockedFunction }): Promise<number> {
  const { around, ask, instance } = scene;
  const began = instance.nowMs;
  store(around, KEY);
  while ((await ask(instance.invoke)).status !== 200 && instance.nowMs - began <= MENDED_WITHIN_MS) {
    instance.nowMs += STEP_MS;
  }
  return instance.nowMs - began;
}
