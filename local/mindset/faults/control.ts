/** Edge (network): GET, PUT (or POST) and DELETE `/__fault` of the fake Mindset API. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isFromForeignPage } from "../../http/caller.ts";
import { sendReply } from "../../http/reply.ts";
import { readBody } from "../../http/request-body.ts";
import { FAULTS, type FaultSettings } from "./catalogue.ts";
import { FAULT_SETTINGS, NO_OBJECT, parseFaultSettings } from "./settings.ts";
import type { FaultSwitch } from "./switch.ts";

/** Whether a request is for `/__fault`. The real Mindset API has no such path. */
export function isFaultControl({ url = "" }: IncomingMessage): boolean {
  return /^\/__fault\/?(\?|$)/.test(url);
}

/** Shows, sets or deletes the active fault. Refuses what a web page elsewhere can make a browser send. */
export async function answerFaultControl(
  faults: FaultSwitch,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method = "", headers } = request;
  if (isFromForeignPage(headers)) return sendReply(response, { status: 403, body: toText({ message: FOREIGN }) });
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
    sendReply(response, { body: toText({ active: faults.current() ?? null, ...CHOICE }) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendReply(response, { status: 400, body: toText({ message: error.message, ...CHOICE }) });
  }
}

/** `curl -d` sends POST. */
const METHODS = ["GET", "PUT", "POST", "DELETE"];

const HINT =
  'GET shows the active fault and all options; PUT or POST sets one, e.g. {"fault":"status-503","times":2}; DELETE ends it';

const FOREIGN =
  "A page of another origin cannot set faults. Use curl, without a content type of text/plain or multipart/form-data.";

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

/** Gives JSON that can be read in a terminal. */
function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
