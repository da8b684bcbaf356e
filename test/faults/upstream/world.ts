/** Edge (network): the function's environment over HTTP or HTTPS, and the other servers that a fault needs. */
import { startServer } from "../../../local/http/server.ts";
import { startTestEnvironment, type TestEnvironment } from "../../support/function.ts";
import { createCertificate, trust } from "../../support/servers/tls.ts";
import { type Front, startFront } from "../front.ts";
import { KEY } from "../scenario.ts";

/** An environment in which a fault can be set and taken back. */
export interface World extends TestEnvironment {
  scheme: "http" | "https";
  /** Host and port of a server that must never get a request. */
  elsewhere: string;
  /** Hosts and ports that answer with a certificate that must be refused. */
  badCertificates: { untrusted: string; expired: string; misnamed: string };
  /** In front of Mindset. */
  front: Front;
  /** How many requests arrived where none should. */
  strays(): number;
  /** Takes everything back to the start. */
  reset(): void;
}

/** Starts the environment; over HTTPS this process trusts Mindset's certificate from then on. */
export async function startWorld(scheme: World["scheme"]): Promise<World> {
  const tls = scheme === "https" ? await createTrusted() : undefined;
  const environment = await startTestEnvironment({ apiKey: KEY, tls });
  let strays = 0;
  function startStray(tls?: { key: string; cert: string }) {
    return startServer({
      port: 0,
      tls,
      listener: (_request, response) => {
        strays += 1;
        response.end('{"authToken":"sentinel"}');
      },
    });
  }
  const elsewhere = await startStray();
  const untrusted = await startStray(await createCertificate());
  const expired = await startStray(await createTrusted({ expired: true }));
  const misnamed = await startStray(await createTrusted({ name: "other.example" }));

  const { mindset, secretsManager, secretName } = environment;
  const front = await startFront(mindset.port);
  return {
    ...environment,
    scheme,
    front,
    elsewhere: `127.0.0.1:${elsewhere.port}`,
    badCertificates: {
      untrusted: `127.0.0.1:${untrusted.port}`,
      expired: `127.0.0.1:${expired.port}`,
      misnamed: `127.0.0.1:${misnamed.port}`,
    },
    strays: () => strays,
    reset: () => {
      front.breakHandshakes(0);
      mindset.faults.clear();
      mindset.setApiKeys([KEY]);
      mindset.requests.length = 0;
      secretsManager.recover();
      secretsManager.setSecretString(secretName, KEY);
    },
    close: async () => {
      await Promise.all([environment, front, elsewhere, untrusted, expired, misnamed].map((server) => server.close()));
    },
  };
}

async function createTrusted(flaws?: Parameters<typeof createCertificate>[0]) {
  const certificate = await createCertificate(flaws);
  trust(certificate.cert);
  return certificate;
}
