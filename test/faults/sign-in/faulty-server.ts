/** Edge (network): an HTTPS server that fails on demand, in the same ways as the fake Mindset. */

import { sendReply } from "../../../local/http/reply.ts";
import { type LocalServer, startServer } from "../../../local/http/server.ts";
import { answerWithFault, createFaultSwitch, type FaultSwitch } from "../../../local/mindset/faults/switch.ts";
import { type CertificateFlaws, createCertificate, trust } from "../../support/servers/tls.ts";

/** The server. */
export interface FaultyServer extends LocalServer {
  faults: FaultSwitch;
  /** The path of each request so far. */
  paths: string[];
}

/** What may be wrong with its certificate. */
export type Flaws = CertificateFlaws & { untrusted?: boolean };

/** Starts it. @param reply gives the JSON for a path; a text is sent as it is. */
export async function startFaultyServer(reply: (path: string) => object | string, flaws: Flaws = {}) {
  const tls = await createCertificate(flaws);
  if (!flaws.untrusted) trust(tls.cert);
  const faults = createFaultSwitch();
  const paths: string[] = [];
  const server = await startServer({
    port: 0,
    tls,
    listener: ({ url = "" }, response) => {
      paths.push(url);
      const exchange = { response, reply: () => ({ body: reply(url) }) };
      const fault = faults.take();
      return fault ? answerWithFault(fault, exchange) : sendReply(response, exchange.reply());
    },
  });
  return { ...server, faults, paths } satisfies FaultyServer;
}
