/** `npm run -s external-id -- 'auth0|5f7c8ec7'`: prints the Mindset `externalId` of subjects, or decodes it. */
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { ISSUER_ALIAS } from "../lambda/sign-in-settings.ts";
import { decodeExternalId, MAX_SUBJECT_LENGTH, toExternalId } from "../lambda/token/caller/external-id.ts";

interface Result {
  subject?: string;
  alias?: string;
  externalId?: string;
  problem?: string;
}

async function main(): Promise<void> {
  const { values, positionals } = parseOptions();
  if (values.help) return console.log(USAGE);
  if (values.alias !== undefined && !ISSUER_ALIAS.test(values.alias)) {
    throw new Error("--alias must be 1 to 16 lower-case letters and digits.");
  }
  const ids = positionals.length > 0 ? positionals : await readLines();
  for (const id of ids) {
    const result = values.decode ? decode(id) : encode(id, values.alias);
    print(result, values);
    if (result.problem) process.exitCode = 1;
  }
}

function parseOptions() {
  const options = {
    alias: { type: "string" },
    decode: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function readLines(): Promise<string[]> {
  if (process.stdin.isTTY) throw new Error(USAGE);
  return (await text(process.stdin)).split(/\r?\n/).filter((line) => line !== "");
}

function encode(subject: string, alias: string | undefined): Result {
  if (subject === "" || subject.length > MAX_SUBJECT_LENGTH || !subject.isWellFormed()) {
    return { subject, problem: "A subject must have 1 to 2,048 characters of well-formed Unicode." };
  }
  return { subject, alias, externalId: toExternalId(subject, alias) };
}

function decode(externalId: string): Result {
  const decoded = decodeExternalId(externalId);
  if (!decoded) return { externalId, problem: "No subject has this externalId." };
  const { issuerAlias: alias } = decoded;
  if (decoded.form === "hashed") return { externalId, alias, problem: IS_HASH };
  return { externalId, subject: decoded.subject, alias };
}

function print(result: Result, options: { decode?: boolean; json?: boolean }): void {
  const { subject = "", alias, externalId = "", problem } = result;
  if (options.json) console.log(JSON.stringify(result));
  else if (problem) console.error(`${printable(options.decode ? externalId : subject)}: ${problem}`);
  else if (options.decode) console.log(printable(subject) + (alias === undefined ? "" : `\t${alias}`));
  else console.log(externalId);
}

/** Control characters could change what the terminal shows. */
function printable(id: string): string {
  return /\p{Cc}/u.test(id) ? JSON.stringify(id) : id;
}

const IS_HASH = "This is a hash and cannot be decoded: compute the externalId of each candidate and compare.";

const USAGE = `Usage: npm run -s external-id -- [--alias ALIAS] [--json] [SUBJECT ...]
       npm run -s external-id -- --decode [--json] [EXTERNAL_ID ...]

Prints the Mindset externalId of each subject (the id that your sign-in has for a user), or with --decode its subject.
Without ids, reads them from standard input, one a line.

  --alias ALIAS   of the issuer, where signIn has several
  --decode        the other way round; prints "SUBJECT", or "SUBJECT<tab>ALIAS"
  --json          one JSON object a line`;

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
