/** The real function with fakes of Mindset and Secrets Manager, over HTTP and through the AWS SDK. */
import { API_KEY_SECRET_NAME, applyFunctionEnvironment } from "../../local/function-environment.ts";
import { type FakeMindset, startMindset } from "../../local/mindset/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "../../local/secrets-manager/server.ts";
import { captureOutput } from "./output.ts";

/** The function's response. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Invokes one instance of the function, as Lambda does. */
export type Invoke = (event: unknown, context?: object) => Promise<Answer>;

/** The function's environment while a test file runs. */
export interface TestEnvironment {
  mindset: FakeMindset;
  secretsManager: FakeSecretsManager;
  secretName: string;
  /** Puts the function's variables into `process.env`, with these changed; a value of undefined removes one. */
  applyEnvironment(changes?: Record<string, string | undefined>): void;
  /** A cold start: a new instance, with these variables changed. */
  coldStart(changes?: Record<string, string | undefined>): Promise<Invoke>;
  close(): Promise<void>;
}

/** Options of {@link startTestEnvironment}. */
export interface TestEnvironmentOptions {
  /** The key that Mindset accepts, stored in the secret. @default "test-key" */
  apiKey?: string;
  /** Mindset's TLS key and certificate, in PEM. @default - plain HTTP */
  tls?: { key: string; cert: string };
}

/** What Lambda's context holds unless a test says otherwise. */
const CONTEXT = {
  awsRequestId: "aws-request-1",
  functionName: "token-function",
  getRemainingTimeInMillis: () => 15_000,
};

let instances = 0;

/** Starts the fakes on free ports. `process.env` is changed until `close()`. */
export async function startTestEnvironment(options: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
  const { apiKey = "test-key", tls } = options;
  const before = { ...process.env };
  const mindset = await startMindset({ port: 0, appUid: "test-app", apiKeys: [apiKey], tls });
  const secretsManager = await startSecretsManager({ port: 0, secrets: { [API_KEY_SECRET_NAME]: apiKey } });
  const services = {
    mindsetApiHost: `${tls ? "" : "http://"}127.0.0.1:${mindset.port}`,
    appUid: "test-app",
    secretsManagerUrl: secretsManager.url,
  };
  const applyEnvironment: TestEnvironment["applyEnvironment"] = (changes = {}) => {
    applyFunctionEnvironment(process.env, services);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  return {
    mindset,
    secretsManager,
    secretName: API_KEY_SECRET_NAME,
    applyEnvironment,
    coldStart: async (changes) => {
      applyEnvironment(changes);
      instances += 1;
      // The query makes it a separate module, evaluated again: what Lambda does at a cold start.
      const { handler } = await import(`../../lambda/token/index.ts?instance=${instances}`);
      return (event, context) => handler(event, { ...CONTEXT, ...context });
    },
    close: async () => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      await Promise.all([mindset.close(), secretsManager.close()]);
    },
  };
}

/** Makes one request, and returns its response, log line and metrics. */
export async function observe(invoke: Invoke, event: unknown, context?: object) {
  const output = captureOutput();
  try {
    const answer = await invoke(event, context);
    const records = output.lines().map((line) => JSON.parse(line));
    return {
      answer,
      body: JSON.parse(answer.body),
      lines: records.filter((record) => !record._aws),
      metrics: records.filter((record) => record._aws),
    };
  } finally {
    output.restore();
  }
}
