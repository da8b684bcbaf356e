/** Edge (network): Mindset's SDK Users API, with every published limit; it also fails on demand. */
import type { IncomingMessage } from "node:http";
import { type Reply, sendReply } from "../http/reply.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, type ServerOptions, startServer } from "../http/server.ts";
import { answerFaultControl, isFaultControl } from "./faults/control.ts";
import { answerWithFault, createFaultSwitch, type FaultSwitch } from "./faults/switch.ts";
import { type RecordedRequest, toRecord } from "./records.ts";
import { checkApiKey, checkHead, MindsetRefusal, parseSdkUser, type SdkUser } from "./rules.ts";
import { createMindsetUsers, toLogLine } from "./users.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** What {@link startMindset} needs. */
export interface MindsetOptions extends Pick<ServerOptions, "host" | "port" | "tls"> {
  /** The application whose users sign in, e.g. `local-app`. */
  appUid: string;
  /** The keys that open the API. */
  apiKeys: readonly string[];
  /** The application's agents; without any, the list is answered with 404. @default - one */
  agents?: readonly { uid: string; name: string }[];
  /** Told of every request, one readable line each. @default - nobody */
  log?: (line: string) => void;
}

/** A stand-in for Mindset that is running. */
export interface FakeMindset extends LocalServer {
  /** Everybody who ever signed in, by `externalId` or e-mail. */
  users: Map<string, SdkUser>;
  /** Whose every token is: token to `externalId` or e-mail. */
  tokens: Map<string, string>;
  /** Every request so far, served or not; `requests.length = 0` forgets them. */
  requests: RecordedRequest[];
  /** What goes wrong, and how often. */
  faults: FaultSwitch;
  /** Replaces the keys that open the API. */
  setApiKeys(apiKeys: readonly string[]): void;
}

/** Starts the stand-in. */
export async function startMindset(options: MindsetOptions): Promise<FakeMindset> {
  const { host, port, tls, appUid, log = () => {} } = options;
  const { users, tokens, signIn } = createMindsetUsers();
  const requests: RecordedRequest[] = [];
  const faults = createFaultSwitch();
  const { agents = [{ uid: "local-agent", name: "Local agent" }] } = options;
  let { apiKeys } = options;

  function serve(request: IncomingMessage, body: Buffer | undefined): Reply {
    try {
      if (request.method === "GET" && request.url === `/api/v2/appuid/${appUid}/agents`) {
        checkApiKey(request.headers, apiKeys);
        return agents.length > 0 ? { status: 200, body: { agents } } : { status: 404, body: [] };
      }
      checkHead(request, { appUid, apiKeys });
      if (!body) throw new MindsetRefusal(413, `the body must have at most ${MAX_BODY_BYTES} bytes`);
      const signedIn = signIn(parseSdkUser(body));
      log(toLogLine(signedIn));
      return { status: signedIn.isNew ? 201 : 200, body: { authToken: signedIn.authToken } };
    } catch (error) {
      if (!(error instanceof MindsetRefusal)) throw error;
      log(`refused a request (${error.status}): ${error.message}`);
      return { status: error.status, body: { message: error.message } };
    }
  }

  const server = await startServer({
    ...(host && { host }),
    port,
    ...(tls && { tls }),
    listener: async (request, response) => {
      if (isFaultControl(request)) return answerFaultControl(faults, { request, response });

      const body = await readBody(request, MAX_BODY_BYTES);
      const record = toRecord({ request, response, body });
      requests.push(record);
      function reply() {
        const served = serve(request, body);
        record.answer.body = served.body;
        return served;
      }
      const fault = faults.take();
      if (!fault) return sendReply(response, reply());

      log(`failing on demand (${fault.fault})`);
      record.answer.fault = fault.fault;
      return answerWithFault(fault, { response, reply });
    },
  });
  function setApiKeys(keys: readonly string[]) {
    apiKeys = keys;
  }
  return { ...server, users, tokens, requests, faults, setApiKeys };
}
