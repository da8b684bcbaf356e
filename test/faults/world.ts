/** Edge (network): one instance's surroundings, over HTTP or HTTPS, and the other servers that a fault may need. */
import { startServer } from "../../local/http/server.ts";
import { type Surroundings, startSurroundings } from "../support/function.ts";
import { createCertificate, trust } from "../support/tls.ts";

/** The key that Mindset takes and the secret holds, until a fault changes that. */
export const KEY = "sentinel-key-1";

/** Surroundings in which a fault can be put in force and taken back. */
export interface World extends Surroundings {
  scheme: "http" | "https";
  /** Host and port of a server that nothing should ever be sent to. */
  elsewhere: string;
  /** Hosts and ports that answer with a certificate nobody should accept. */
  badCertificates: { untrusted: string; expired: string; misnamed: string };
  /** Requests that arrived where none should. */
  strays(): number;
  /** Everything as it was at the start. */
  reset(): void;
}

/** Starts the surroundings; over HTTPS this process trusts Mindset's certificate from then on. */
export async function startWorld(scheme: World["scheme"]): Promise<World> {
  const tls = await trusted({});
  const around = await startSurroundings({ apiKey: KEY, ...(scheme === "https" && { tls }) });
  let strays = 0;
  function startStray(certificate?: { key: string; cert: string }) {
    return startServer({
      port: 0,
      ...(certificate && { tls: certificate }),
      listener: (_request, response) => {
        strays += 1;
        response.end('{"authToken":"sentinel"}');
      },
    });
  }
  const elsewhere = await startStray();
  const untrusted = await startStray(await createCertificate());
  const expired = await startStray(await trusted({ expired: true }));
  const misnamed = await startStray(await trusted({ name: "other.example" }));

  return {
    ...around,
    scheme,
    elsewhere: `127.0.0.1:${elsewhere.port}`,
    badCertificates: {
      untrusted: `127.0.0.1:${untrusted.port}`,
      expired: `127.0.0.1:${expired.port}`,
      misnamed: `127.0.0.1:${misnamed.port}`,
    },
    strays: () => strays,
    reset: () => {
      around.mindset.faults.clear();
      around.mindset.setApiKeys([KEY]);
      around.mindset.requests.length = 0;
      around.secretsManager.recover();
      around.secretsManager.setSecretString(around.secretName, KEY);
    },
    close: async () => {
      await Promise.all([around, elsewhere, untrusted, expired, misnamed].map((server) => server.close()));
    },
  };
}

async function trusted(flaws: Parameters<typeof createCertificate>[0]) {
  const certificate = await createCertificate(flaws);
  trust(certificate.cert);
  return certificate;
}
