/** Edge (network, environment): starts the whole service on this machine: the function and fakes of what it needs. */
import { randomBytes } from "node:crypto";
import { TOKEN_PATH } from "../lambda/contract.ts";
import { type AccessLogEntry, type ApiGatewayOptions, startApiGateway } from "./api-gateway/server.ts";
import { API_KEY_SECRET_NAME, applyFunctionEnvironment, type FunctionEndpoints } from "./function-environment.ts";
import type { ListeningHost, LocalServer } from "./http/server.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider/server.ts";
import type { FakeMindset } from "./mindset/server.ts";
import { startUpstream } from "./mindset/upstream.ts";
import { isThrottled, toPageSettings } from "./page/data.ts";
import { type PageServer, startPage } from "./page/server.ts";
import { type FakeSecretsManager, startSecretsManager } from "./secrets-manager/server.ts";
import type { RealMindset, RealSdk } from "./settings.ts";

/** Options of {@link startLocalService}. */
export interface LocalServiceOptions extends Pick<ApiGatewayOptions, "onFunctionError" | "onRefusal"> {
  /** The API's port; provider, Mindset, Secrets Manager and page take the next four. 0: five free ports. @default 0 */
  firstPort?: number;
  /** Where the fake Mindset API and Secrets Manager listen, which containers call. @default "127.0.0.1" */
  host?: ListeningHost;
  /** Called instead of the fake Mindset API. @default - the fake one */
  realMindset?: RealMindset;
  /** Shown by the page instead of the fake SDK. @default - the fake one */
  realSdk?: RealSdk;
  /** URLs of other pages that may be redirected to after a sign-in; their origins may call the API. @default - none */
  pages?: readonly string[];
  /** Called with a line for each request to the fake Mindset API. @default - no callback */
  log?: (line: string) => void;
}

/** The running service. */
export interface LocalService {
  /** The URL of the main route, e.g. `http://localhost:3000/api/getusertoken`. */
  endpoint: string;
  apiGateway: LocalServer;
  identityProvider: IdentityProvider;
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
  secretsManager: FakeSecretsManager;
  /** The page; `GET /` of the API redirects to it. */
  page: PageServer;
  /** Stops everything. */
  close(): Promise<void>;
}

/**
 * Starts the service. It changes `process.env`, which the function reads when it is imported: a process can start the
 * service once.
 *
 * @throws PortTakenError; nothing is left running then.
 */
export async function startLocalService(options: LocalServiceOptions = {}): Promise<LocalService> {
  const servers: LocalServer[] = [];
  async function close() {
    await Promise.all(servers.map((server) => server.close()));
  }
  const keep: Keep = (server) => {
    servers.push(server);
    return server;
  };
  try {
    return { ...(await startAll(options, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Keep = <S extends LocalServer>(server: S) => S;

async function startAll(options: LocalServiceOptions, keep: Keep) {
  const { firstPort = 0, host = "127.0.0.1", realMindset, realSdk, pages = [], onFunctionError, onRefusal } = options;
  function port(offset: number) {
    return firstPort === 0 ? 0 : firstPort + offset;
  }

  const identityProvider = keep(await startIdentityProvider({ port: port(1) }));
  const upstream = await startUpstream({ ...options, host, port: port(2) });
  const { mindset, apiHost, appUid, apiKey } = upstream;
  if (mindset) keep(mindset);
  const accessKeyId = realMindset && `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`;
  const secrets = { [API_KEY_SECRET_NAME]: apiKey };
  const secretsManager = keep(await startSecretsManager({ host, port: port(3), secrets, accessKeyId }));
  const page = keep(await startPage({ port: port(4) }));

  const allPages = [`${page.url}/`, ...pages];
  await identityProvider.allowRedirects(allPages);
  const throttle = { left: 0 };
  const requests: AccessLogEntry[] = [];
  const secretsManagerUrl = secretsManager.url;
  const apiGateway = keep(
    await startApiGateway({
      port: port(0),
      handler: await importFunction({ mindsetApiHost: apiHost, appUid, secretsManagerUrl, accessKeyId }),
      authorizer: { issuer: identityProvider.issuer, audience: [identityProvider.audience] },
      allowedOrigins: allPages.map((url) => new URL(url).origin),
      isThrottled: () => isThrottled(throttle),
      landingPage: `${page.url}/`,
      onAccess: (entry) => requests.push(entry),
      onRefusal,
      onFunctionError,
    }),
  );
  const endpoint = `${apiGateway.url}${TOKEN_PATH}`;
  const settings = toPageSettings({ endpoint, identityProvider, apiHost, appUid, mindset, realSdk });
  page.show({ settings, parts: { throttle, identityProvider, mindset, apiKey }, requests });
  return { endpoint, apiGateway, identityProvider, secretsManager, page, mindset };
}

/** The function reads its environment when it is imported. */
async function importFunction(endpoints: FunctionEndpoints) {
  applyFunctionEnvironment(process.env, endpoints);
  return (await import("../lambda/token/index.ts")).handler;
}
