/** Starts the fake Secrets Manager and Mindset in a process of their own, and provides each variant's environment and users. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { OidcSignIn } from "../../lambda/sign-in-settings.ts";
import { BenchError, inTime } from "../run.ts";
import type { Variant } from "../variants/build.ts";
import type { Deployment } from "../variants/deployment.ts";
import { authorizerEvent, tokenEvent } from "./event.ts";
import { AUDIENCE, createSigner } from "./signer.ts";
import { type Asked, findGaps, type Given } from "./traffic.ts";

export const API_KEY = "bench-key-of-no-worth";
export const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:bench-AbCdEf";

/** Credentials for every variant; only the access key id differs between them. */
export const CREDENTIALS = {
  region: "eu-west-1",
  service: "secretsmanager",
  secretAccessKey: "not-a-secret",
  sessionToken: "not-a-token",
};

/** First message from the process of the fakes. */
export interface FakesReady {
  secretsManagerUrl: string;
  mindsetHost: string;
  issuer: string;
  /** The issuer's signing key. */
  privateJwk: object;
}

/** Its answer to every later message. */
export interface FakesReport {
  /** What was wrong with requests so far. */
  refusals: string[];
  /** By the number of the variant. */
  given: Record<string, Given>;
}

const LIMIT = { limitMs: 15_000, orElse: "no message from the fakes" };

/** Starts the fakes. Their certificate goes into `folder`, which is also the variants' home directory, so that they find no AWS profile. */
export async function startFakes(folder: string, deployment: Deployment) {
  const certificateFile = join(folder, "certificate.pem");
  const fakes = await startFakeProcess(certificateFile);
  const { secretsManagerUrl, mindsetHost, issuer, privateJwk } = fakes.ready;
  const sign = createSigner(issuer, privateJwk);
  const asked = new Map<string, Asked>();
  let users = 0;

  function askedOf({ name, work }: Variant): Asked {
    const entry = asked.get(name) ?? { name, work, number: asked.size, instances: 0, events: 0 };
    asked.set(name, entry);
    return entry;
  }

  return {
    /** The variables of a new instance. */
    environmentOf: (variant: Variant): Record<string, string> => {
      const entry = askedOf(variant);
      entry.instances += 1;
      return {
        ...deployment.environment,
        PATH: process.env.PATH ?? "",
        HOME: folder,
        NODE_EXTRA_CA_CERTS: certificateFile,
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployment.memoryMb),
        AWS_REGION: CREDENTIALS.region,
        AWS_ACCESS_KEY_ID: `ASIABENCH${entry.number}`,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManagerUrl,
        MINDSET_API_HOST: mindsetHost,
        MINDSET_APP_UID: `bench-app-${entry.number}`,
        MINDSET_API_KEY_SECRET_ARN: SECRET_ARN,
        ...(variant.work === "authorizer" && authorizerEnvironment(issuer, entry.number)),
      };
    },
    eventOf: ({ work }: Variant, user: string) =>
      work === "authorizer" ? authorizerEvent(sign(user)) : tokenEvent(user),
    /** Reserves `count` unused user numbers, one for each event. @returns the first of them. */
    newUsers: (variant: Variant, count: number): number => {
      askedOf(variant).events += count;
      users += count;
      return users - count + 1;
    },
    /** Sets how long the fake Mindset takes for a reply. */
    setUpstreamDelay: (delayMs: number) => fakes.tell({ delayMs }),
    /**
     * Checks that every request was valid, and that each instance read the secret once and called Mindset once for each event.
     *
     * @param readsPerInstance more than 1 for a long-lived instance.
     * @throws BenchError
     */
    assertConsistent: async (readsPerInstance = 1): Promise<void> => {
      const { refusals, given } = await fakes.tell({});
      const wrong = [...refusals, ...findGaps({ asked: [...asked.values()], given, readsPerInstance })];
      if (wrong.length > 0)
        throw new BenchError(`the requests that were measured are not consistent:\n${wrong.join("\n")}`);
    },
    stop: fakes.stop,
  };
}

export type Fakes = Awaited<ReturnType<typeof startFakes>>;

/** For our authorizer, and for the hand-written one. */
function authorizerEnvironment(issuer: string, number: number): Record<string, string> {
  const jwksUri = `${issuer}/keys-${number}`;
  const issuers = [{ issuer, audience: [AUDIENCE], jwksUri }];
  const signIn: OidcSignIn = { type: "oidc", issuers, token: { header: "authorization" }, handOn: ["sub", "name"] };
  return { SIGN_IN: JSON.stringify(signIn), ISSUER: issuer, AUDIENCE, JWKS_URI: jwksUri };
}

async function startFakeProcess(certificateFile: string) {
  const child = fork(join(import.meta.dirname, "server.ts"), [certificateFile], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let isStopping = false;
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new BenchError(`the fakes of Secrets Manager and Mindset ended (${signal ?? `exit code ${code}`})`);
  });
  // The cause of whatever fails next.
  gone.catch(({ message }) => isStopping || console.error(message));
  async function hear() {
    return (await inTime(Promise.race([once(child, "message"), gone]), LIMIT))[0];
  }
  async function stop(): Promise<void> {
    isStopping = true;
    child.kill();
    await gone.catch(() => {});
  }

  try {
    const ready: FakesReady = await hear();
    function tell(order: { delayMs?: number }): Promise<FakesReport> {
      child.send(order, () => {}); // if the process has ended, `hear` rejects
      return hear();
    }
    return { ready, tell, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
