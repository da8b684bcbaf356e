/** `npm run set-key`: asks for a Mindset API key, checks it with Mindset, and only then stores it in the secret. */
import { readFileSync } from "node:fs";
import { parseApiKey } from "../lambda/token/api-key/value.ts";
import { deploymentOf } from "./set-key/deployment.ts";
import { readHidden } from "./set-key/hidden-input.ts";
import { checkKey } from "./set-key/mindset-check.ts";
import { parseSetKeyOptions, SetKeyError, toSetKeySettings, USAGE } from "./set-key/settings.ts";
import { readStoredKey } from "./set-key/stored-key.ts";

async function main(args: string[]) {
  if (args.includes("--help") || args.includes("-h")) return console.log(USAGE);
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const options = parseSetKeyOptions(args, process.env);
  const settings = toSetKeySettings(options, await deploymentOf(context, options));
  const stored = await readStoredKey(settings, console.log);
  console.log(`The key will be checked with ${settings.apiOrigin.hostname}, application ${settings.appUid}.`);
  const key = parseKey(await readHidden(process.stdin, "New Mindset API key (not shown): "));
  if (stored.isPresent(key)) throw new SetKeyError(SAME_KEY);
  console.log(`Checking the key with ${settings.apiOrigin.hostname} ...`);
  console.log(await checkKey(key, settings));
  await stored.replace(key);
  console.log(NEXT);
}

function parseKey(text: string): string {
  try {
    return parseApiKey(text);
  } catch {
    throw new SetKeyError(INVALID_KEY);
  }
}

const INVALID_KEY =
  "Invalid API key: expected 1 to 512 printable ASCII characters, without spaces. Nothing was stored.";

const SAME_KEY = `The secret already holds this key. Nothing was stored; do not delete the key at Mindset.
If an earlier run could not tell whether it had stored the key: it had. Wait 6 minutes, then delete the old key at Mindset.`;

const NEXT = `Stored. Next:
1. Wait 6 minutes: until then some instances of the function may still use the old key.
2. Then delete the old key at Mindset, if there was one.`;

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof SetKeyError ? error.message : error);
  process.exitCode = 1;
});
