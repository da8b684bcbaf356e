/** `npm run smoke -- --url URL`: asks a deployed endpoint the questions that show whether it is set up right. */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { smokeChecks } from "./smoke/checks.ts";

async function main(): Promise<number> {
  const { url, origin } = parseArgs({ options: { url: { type: "string" }, origin: { type: "string" } } }).values;
  if (!url || !isSafe(url)) throw new Error(USAGE);
  const jwt = process.env.JWT || (await readJwt());
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt))
    throw new Error("That is no JWT: it must have three parts, with dots between.");

  let failures = 0;
  for (const { title, run } of smokeChecks({ url, jwt, ...(origin && { origin }) })) {
    const problem = await run().catch((error: Error) => `${error.message} (${(error.cause as Error)?.message ?? ""})`);
    console.log(problem ? `FAILED  ${title}: ${problem}` : `ok      ${title}`);
    if (problem) failures += 1;
  }
  console.log(failures ? `\n${failures} to look at.` : "\nAll is well.");
  return failures ? 1 : 0;
}

/** The JWT is sent there. */
function isSafe(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === "https:" || /^http:\/\/localhost[:/]/.test(url));
}

/** From a pipe, or from the terminal; not from the command line, whose history and list of processes others see. */
async function readJwt(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  if (process.stdin.isTTY)
    process.stderr.write("Paste an access token (a JWT) of your identity provider, then Enter:\n");
  for await (const line of lines) return line.trim();
  return "";
}

const USAGE = `npm run smoke -- --url URL [--origin ORIGIN]

URL     the output TokenEndpointUrl of your deployment, e.g. https://abc.execute-api.eu-west-1.amazonaws.com/api/getusertoken
ORIGIN  one of your allowedOrigins, to try CORS too
An access token of a user is read from standard input, or from the variable JWT. That user signs in to Mindset.`;

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
