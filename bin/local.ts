/** `npm start`: the whole service on this machine, until Ctrl-C. Everything it starts is in local/. */
import { PortTakenError } from "../local/http/server.ts";
import { startLocalService } from "../local/service.ts";
import { LocalSettingsError, parseLocalSettings } from "../local/settings.ts";
import { onStop } from "../local/stop-signals.ts";
import { toWelcome } from "../local/welcome.ts";

async function main() {
  const { firstPort, host, realMindset, realSdk } = parseLocalSettings(process.env);
  const service = await startLocalService({
    firstPort,
    host,
    ...(realMindset && { realMindset }),
    ...(realSdk && { realSdk }),
    log: (line) => console.log(`Mindset stand-in: ${line}`),
    onFunctionError: (error) => console.error("The function failed:", error),
  });
  onStop(async () => {
    await service.close();
    process.exit(0); // the function would keep its connections open
  });
  if (host === "0.0.0.0") console.warn(OPEN_TO_THE_NETWORK);
  console.log(
    toWelcome({
      endpoint: service.endpoint,
      issuer: service.identityProvider.issuer,
      pageUrl: service.page.url,
      firstPort,
      ...(realMindset ? { realMindset } : { mindsetUrl: service.mindset?.url ?? "" }),
    }),
  );
}

const OPEN_TO_THE_NETWORK = `
Warning, HOST=0.0.0.0: containers reach the stand-ins for Mindset and Secrets Manager, and so does everybody else on
your network, until Ctrl-C. They hold nothing real.`;

/** Problems that the developer can mend are told without a stack trace. */
function explain(error: unknown): unknown {
  if (error instanceof PortTakenError) {
    const remedy = "Stop the program that has it, or choose others: PORT=4000 npm start takes 4000 to 4004.";
    return `Port ${error.port} is already in use. ${remedy}`;
  }
  return error instanceof LocalSettingsError ? error.message : error;
}

main().catch((error) => {
  console.error(explain(error));
  process.exit(1);
});
