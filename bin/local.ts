/** `npm start`: runs the whole service on this machine until Ctrl-C. */
import { parseApiKey } from "../lambda/token/api-key/value.ts";
import { PortTakenError } from "../local/http/server.ts";
import { startLocalService } from "../local/service.ts";
import { LocalSettingsError, parseLocalSettings } from "../local/settings.ts";
import { onStop } from "../local/stop-signals.ts";
import { toWelcome } from "../local/welcome.ts";
import { readHidden } from "./set-key/hidden-input.ts";

const USAGE = `Usage: npm start -- [options]

Runs the whole service on this machine until Ctrl-C: the function behind fakes of AWS, Mindset and an identity provider.

  --sign-in TYPE         jwt (default), oidc, userinfo or lambda
  --algorithm NAME       that signs access tokens, such as ES256
  --issuer URL           your own identity provider, with --audience NAME
  --origin URL           origin of your own page; may be repeated
  --allow-any-api-host   allow a MINDSET_API_HOST that is not Mindset's
  --help                 print this

PORT=4000 npm start uses ports 4000 to 4005. MINDSET_API_HOST and MINDSET_APP_UID call the real Mindset: the API key
is asked for. docs/development.md explains all of it.`;

async function main() {
  if (process.argv.includes("--help")) return console.log(USAGE);
  const { firstPort, host, realApp, realSdk, signIn, pages } = parseLocalSettings(process.env, process.argv.slice(2));
  const service = await startLocalService({
    firstPort,
    host,
    realMindset: realApp && { ...realApp, apiKey: await readApiKey(realApp.apiHost) },
    realSdk,
    signIn,
    pages,
    log: (line) => console.log(`Fake Mindset API: ${line}`),
    onRefusal: ({ method, status, authorizerError }) =>
      console.log(`API Gateway: ${method} ${status}, ${authorizerError}`),
    onFunctionError: (error) => console.error("The function failed:", error),
  });
  onStop(async () => {
    await service.close();
    process.exit(0); // the function keeps its connections open
  });
  if (host === "0.0.0.0") console.warn(OPEN_TO_THE_NETWORK);
  console.log(
    toWelcome({
      endpoint: service.endpoint,
      signIn: service.signIn,
      pageUrl: service.page.url,
      firstPort,
      mindsetUrl: service.mindset?.url,
      realApp,
    }),
  );
}

/** Asks for the key at a terminal, else reads it from standard input. */
async function readApiKey(apiHost: string): Promise<string> {
  const text = await readHidden(process.stdin, `Mindset API key for ${apiHost} (not shown): `).catch(() => "");
  try {
    return parseApiKey(text);
  } catch {
    throw new LocalSettingsError("Invalid API key: expected 1-512 printable ASCII characters without spaces.");
  }
}

const OPEN_TO_THE_NETWORK = `
Warning: with HOST=0.0.0.0, your network can reach the fake Mindset API and the fake Secrets Manager until you press
Ctrl-C. Containers need this. Nothing real is stored in them.`;

/** Shows problems that the developer can solve without a stack trace. */
function explain(error: unknown): unknown {
  if (error instanceof PortTakenError) {
    const remedy = "Stop the program that uses it, or choose other ports: PORT=4000 npm start uses 4000 to 4005.";
    return `Port ${error.port} is already in use. ${remedy}`;
  }
  return error instanceof LocalSettingsError ? error.message : error;
}

main().catch((error) => {
  console.error(explain(error));
  process.exit(1);
});
