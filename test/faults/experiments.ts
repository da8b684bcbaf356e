/** Every experiment, in the order of the report. */
import * as coldOutage from "./cold-outage.ts";
import * as deadConnections from "./dead-connections.ts";
import * as eventFuzz from "./event-fuzz.ts";
import type { Findings, Scale } from "./findings.ts";
import * as frozenRenewal from "./frozen-renewal.ts";
import * as isolation from "./isolation.ts";
import * as keyCacheModel from "./key-cache-model.ts";
import * as keyRotation from "./key-rotation.ts";
import * as lateKey from "./late-key.ts";
import * as load from "./load.ts";
import * as oversizedAnswers from "./oversized-answers.ts";
import * as refusedKey from "./refused-key.ts";
import * as retryAmplification from "./retry-amplification.ts";
import * as secretShapes from "./secret-shapes.ts";
import * as upstreamMatrix from "./upstream-matrix.ts";
import * as warmOutage from "./warm-outage.ts";

type Experiments = Readonly<Record<string, { run(scale: Scale): Promise<Findings> }>>;

/** Mindset fails. */
export const UPSTREAM: Experiments = { upstreamMatrix, oversizedAnswers, deadConnections, retryAmplification };

/** The key, the secret that holds it, and the service that holds the secret. */
export const KEY: Experiments = {
  keyRotation,
  frozenRenewal,
  lateKey,
  refusedKey,
  warmOutage,
  coldOutage,
  secretShapes,
  keyCacheModel,
};

/** Much at once, and everything that is no request. */
export const LOAD: Experiments = { load, isolation, eventFuzz };
