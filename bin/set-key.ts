/** `npm run set-key`: asks for a new Mindset API key, tries it with Mindset, and only then stores it in the secret. */
import { readFileSync } from "node:fs";
import { parseApiKey } from "../lambda/token/api-key/value.ts";
import { SetKeyError } from "./set-key/error.ts";
import { readHidden } from "./set-key/hidden-input.ts";
import { assertMindsetTakes, PROBE_USER } from "./set-key/key-probe.ts";
import { parseSetKeySettings } from "./set-key/settings.ts";
import { readStoredKey } from "./set-key/stored-key.ts";

async function main() {
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const settings = parseSetKeySettings(process.argv.slice(2), context.mindset);
  const stored = await readStoredKey(settings.apiKeySecretId, console.log);
  console.log(`The key will be tried with ${settings.apiOrigin.hostname}, application ${settings.appUid}.`);
  const key = parseKey(await readHidden(process.stdin, "New Mindset API key (not shown): "));
  if (stored.isPresent(key)) throw new SetKeyError(SAME_KEY);
  console.log(`Trying the key with ${settings.apiOrigin.hostname} ...`);
  await assertMindsetTakes(key, settings);
  console.log(`Mindset takes the key: it issued a token for the user ${PROBE_USER}.`);
  await stored.replace(key);
  console.log(NEXT);
}

function parseKey(text: string): string {
  try {
    return parseApiKey(text);
  } catch {
    throw new SetKeyError(NO_KEY);
  }
}

const NO_KEY = "That is no API key: 1 to 512 printable ASCII characters, without spaces. Nothing was stored.";

const SAME_KEY = `The secret holds this key already. Nothing was stored; do not revoke it.
If an earlier run could not tell whether it had stored the key: it had. Wait 6 minutes, then revoke the old key at Mindset.`;

const NEXT = `Stored. Next:
1. Wait 6 minutes: until then some instances of the function may still use the old key.
2. Then revoke the old key at Mindset, if there was one.`;

main().catch((error: unknown) => {
  console.error(error instanceof SetKeyError ? error.message : error);
  process.exitCode = 1;
});
