/** Edge (network): the route that sets a fault while the stand-in runs: GET, PUT (or POST) and DELETE `/__fault`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendReply } from "../../http/reply.ts";
import { readBody } from "../../http/request-body.ts";
import { FAULTS, type FaultSettings } from "./catalogue.ts";
import { FAULT_SETTINGS, NO_OBJECT, parseFaultSettings } from "./settings.ts";
import type { FaultSwitch } from "./switch.ts";

/** Whether a request is for the route, e.g. `/__fault` or `/__fault/`. It exists on the stand-in alone. */
export function isFaultControl({ url = "" }: IncomingMessage): boolean {
  return /^\/__fault\/?(\?|$)/.test(url);
}

/** Changes what is in force as the request says, and answers with it and with all there is to choose from. */
export async function answerFaultControl(
  faults: FaultSwitch,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method = "" } = request;
  if (!METHODS.includes(method)) {
    return sendReply(response, {
      status: 405,
      headers: { allow: METHODS.join(", ") },
      body: toText({ message: HINT }),
    });
  }
  try {
    if (method === "DELETE") faults.clear();
    if (method === "PUT" || method === "POST") faults.set(await readSettings(request));
    sendReply(response, { body: toText({ inForce: faults.current() ?? null, ...CHOICE }) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendReply(response, { status: 400, body: toText({ message: error.message, ...CHOICE }) });
  }
}

/** `curl -d` sends POST. */
const METHODS = ["GET", "PUT", "POST", "DELETE"];

const HINT =
  'GET shows the fault in force and all there is to set; PUT or POST sets one, e.g. {"fault":"status-503","times":2}; DELETE ends it';

async function readSettings(request: IncomingMessage): Promise<FaultSettings> {
  return parseFaultSettings(parseJson(await readBody(request, 4096)));
}

function parseJson(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new RangeError(NO_OBJECT);
  }
}

const CHOICE = {
  settings: Object.fromEntries(
    Object.entries(FAULT_SETTINGS).map(([name, { description, allowed }]) => [name, `${description}; ${allowed}`]),
  ),
  faults: Object.fromEntries(Object.entries(FAULTS).map(([name, { description }]) => [name, description])),
};

/** For people to read in a terminal. */
function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
