/** Edge (network): the route that sets a fault while the stand-in runs: GET, PUT and DELETE `/__fault`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendReply } from "./json-reply.ts";
import type { FaultSwitch } from "./mindset-fault-switch.ts";
import { FAULTS, type FaultSettings } from "./mindset-faults.ts";
import { readBody } from "./request-body.ts";

/** The route. It exists on the stand-in alone. */
export const FAULT_CONTROL_PATH = "/__fault";

/** Changes what is in force as the request says, and answers with it and with all there is to choose from. */
export const answerFaultControl = async (
  faults: FaultSwitch,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> => {
  try {
    if (request.method === "DELETE") faults.clear();
    if (request.method === "PUT") faults.set(parseFaultSettings(await readBody(request, 4096)));
    sendReply(response, { body: toText({ inForce: faults.current() ?? null, faults: descriptions() }) });
  } catch (error) {
    sendReply(response, { status: 400, body: toText({ message: (error as Error).message, faults: descriptions() }) });
  }
};

const parseFaultSettings = (body: Buffer | undefined): FaultSettings => {
  const settings: unknown = JSON.parse(String(body));
  const fault = Object(settings).fault;
  if (typeof fault !== "string") throw new TypeError('the body must look like {"fault":"status-503","times":2}');
  return { ...Object(settings), fault };
};

const descriptions = () =>
  Object.fromEntries(Object.entries(FAULTS).map(([name, { description }]) => [name, description]));

/** For people to read in a terminal. */
const toText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
