/** Edge (network): a fake Mindset API with every published limit, which fails on demand. */
import type { IncomingMessage } from "node:http";
import { type Reply, sendReply } from "../http/reply.ts";
import { readBody } from "../http/request-body.ts";
import { type LocalServer, type ServerOptions, startServer } from "../http/server.ts";
import { answerFaultControl, isFaultControl } from "./faults/control.ts";
import { answerWithFault, createFaultSwitch, type FaultSwitch } from "./faults/switch.ts";
import { type RecordedRequest, toRecord } from "./records.ts";
import { checkHead, MindsetRefusal, parseSdkUser } from "./rules.ts";
import { createMindsetUsers, type MindsetUser, toLogLine } from "./users.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Options of {@link startMindset}. */
export interface MindsetOptions extends Pick<ServerOptions, "host" | "port" | "tls"> {
  /** The application, e.g. `local-app`. */
  appUid: string;
  /** The valid API keys. */
  apiKeys: readonly string[];
  /** The agents of the application. @default - one */
  agents?: readonly { uid: string; name: string }[];
  /** Called with one readable line for each request. @default - no callback */
  log?: (line: string) => void;
}

/** A running fake Mindset API. */
export interface FakeMindset extends LocalServer {
  /** The users so far, by `externalId` or email. */
  users: Map<string, MindsetUser>;
  /** The owner (`externalId` or email) of each token. */
  tokens: Map<string, string>;
  /** The requests so far, served or not; `requests.length = 0` clears them. */
  requests: RecordedRequest[];
  /** The fault to fail with. */
  faults: FaultSwitch;
  /** Replaces the valid API keys. */
  setApiKeys(apiKeys: readonly string[]): void;
}

/** Starts the fake Mindset API. */
export async function startMindset(options: MindsetOptions): Promise<FakeMindset> {
  const { host, port, tls, appUid, agents = [{ uid: "local-agent", name: "Local agent" }], log = () => {} } = options;
  const { users, tokens, signIn } = createMindsetUsers();
  const requests: RecordedRequest[] = [];
  const faults = createFaultSwitch();
  let { apiKeys } = options;

  function serve(request: IncomingMessage, body: Buffer | undefined): Reply {
    try {
      const operation = checkHead(request, { appUid, apiKeys });
      if (operation === "listAgents") return agents.length > 0 ? { body: { agents } } : { status: 404, body: [] };
      if (!body) throw new MindsetRefusal(413, `the body must have at most ${MAX_BODY_BYTES} bytes`);
      const signedIn = signIn(parseSdkUser(body));
      log(toLogLine(signedIn));
      return { status: 201, body: { authToken: signedIn.authToken } };
    } catch (error) {
      if (!(error instanceof MindsetRefusal)) throw error;
      log(`refused a request (${error.status}): ${error.message}`);
      return { status: error.status };
    }
  }

  const server = await startServer({
    host,
    port,
    tls,
    listener: async (request, response) => {
      if (isFaultControl(request)) return answerFaultControl(faults, { request, response });

      const body = await readBody(request, MAX_BODY_BYTES);
      const record = toRecord({ request, response, body });
      requests.push(record);
      function reply() {
        const served = serve(request, body);
        record.answer.body = served.body ?? "";
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
