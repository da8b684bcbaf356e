/** Edge (processes): the stand-ins, and the environment and events that every variant gets. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Deployment } from "./deployment.ts";
import { BenchError } from "./errors.ts";
import { inTime } from "./in-time.ts";
import { type Asked, findGaps, type Given } from "./traffic.ts";
import type { Variant } from "./variants.ts";

export const API_KEY = "bench-key-of-no-worth";
export const SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:bench-AbCdEf";

/** What every variant signs with; the id of the access key tells them apart. */
export const CREDENTIALS = {
  region: "eu-west-1",
  service: "secretsmanager",
  secretAccessKey: "not-a-secret",
  sessionToken: "not-a-token",
};

/** What the process of the stand-ins says first. */
export interface StandInsReady {
  secretsManagerUrl: string;
  mindsetHost: string;
}

/** What it says when asked. */
export interface StandInsReport {
  /** What was not quite right in any request so far. */
  refusals: string[];
  /** By the number of the variant. */
  given: Record<string, Given>;
}

const LIMIT = { limitMs: 15_000, orElse: "nothing from the stand-ins" };

/** Starts the stand-ins; `folder` gets their certificate, and is the home of whoever looks for a developer's settings. */
export async function startSurroundings(folder: string, deployment: Deployment) {
  const certificateFile = join(folder, "certificate.pem");
  const standIns = await startStandIns(certificateFile);
  const { secretsManagerUrl, mindsetHost } = standIns.ready;
  const asked = new Map<string, Asked>();
  let users = 0;

  function askedOf({ name, isEmpty = false }: Variant): Asked {
    const entry = asked.get(name) ?? { name, isEmpty, number: asked.size, instances: 0, events: 0 };
    asked.set(name, entry);
    return entry;
  }

  return {
    /** For a new instance of a variant. */
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
      };
    },
    /** @returns the number of the first of so many users that nobody has asked for yet, for as many events. */
    newUsers: (variant: Variant, count: number): number => {
      askedOf(variant).events += count;
      users += count;
      return users - count + 1;
    },
    /** How long Mindset takes from now on. */
    setUpstreamDelay: (delayMs: number) => standIns.tell({ delayMs }),
    /**
     * That everything so far was right: each request, one read of the secret by each instance, one call of Mindset for each event.
     *
     * @param readsPerInstance more for an instance that lives long.
     * @throws BenchError
     */
    assertAllRight: async (readsPerInstance = 1): Promise<void> => {
      const { refusals, given } = await standIns.tell({});
      const wrong = [...refusals, ...findGaps({ asked: [...asked.values()], given, readsPerInstance })];
      if (wrong.length > 0) throw new BenchError(`what was measured is not what it should be:\n${wrong.join("\n")}`);
    },
    stop: standIns.stop,
  };
}

export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

async function startStandIns(certificateFile: string) {
  const child = fork(join(import.meta.dirname, "stand-ins.ts"), [certificateFile], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let isStopping = false;
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new BenchError(`the stand-ins for Secrets Manager and Mindset ended (${signal ?? `exit code ${code}`})`);
  });
  // Whatever fails next may be because of it.
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
    const ready: StandInsReady = await hear();
    function tell(order: { delayMs?: number }): Promise<StandInsReport> {
      child.send(order, () => {}); // when it is gone, `hear` says so
      return hear();
    }
    return { ready, tell, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
