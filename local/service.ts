/** Edge (network, environment): the whole service on this machine: the function behind stand-ins for everything else. */
import { TOKEN_PATH } from "../lambda/contract.ts";
import { type AccessLogEntry, type ApiGatewayOptions, startApiGateway } from "./api-gateway/server.ts";
import { createThrottle } from "./api-gateway/throttle.ts";
import { API_KEY_SECRET_NAME, applyFunctionEnvironment } from "./function-environment.ts";
import type { ListeningHost, LocalServer } from "./http/server.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider/server.ts";
import type { FakeMindset } from "./mindset/server.ts";
import { startUpstream, type Upstream } from "./mindset/upstream.ts";
import type { RealSdk } from "./page/sdk-settings.ts";
import { type PageServer, startPage } from "./page/server.ts";
import { toPageSettings } from "./page/settings.ts";
import { type FakeSecretsManager, startSecretsManager } from "./secrets-manager/server.ts";
import type { RealMindset } from "./settings.ts";

/** What {@link startLocalService} may be told. */
export interface LocalServiceOptions extends Pick<ApiGatewayOptions, "onFunctionError"> {
  /** The API's port; provider, Mindset, Secrets Manager and page take the next four. 0: five free ones. @default 0 */
  firstPort?: number;
  /** Where the stand-ins for Mindset and Secrets Manager listen, which a container calls. @default "127.0.0.1" */
  host?: ListeningHost;
  /** Called instead of the stand-in. @default - the stand-in */
  realMindset?: RealMindset;
  /** Shown by the page instead of the stand-in. @default - the stand-in */
  realSdk?: RealSdk;
  /** Pages elsewhere, by URL, to which a sign-in may lead and whose origin may call the API. @default - none */
  pages?: readonly string[];
  /** Told of every call of the stand-in for Mindset. @default - nobody */
  log?: (line: string) => void;
}

/** The service while it runs. */
export interface LocalService {
  /** The main route's URL, e.g. `http://localhost:3000/api/getusertoken`. */
  endpoint: string;
  apiGateway: LocalServer;
  identityProvider: IdentityProvider;
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
  secretsManager: FakeSecretsManager;
  /** The page that shows it all; the API's root leads there. */
  page: PageServer;
  /** Stops everything at once. */
  close(): Promise<void>;
}

/**
 * Starts everything. The function reads its environment when it is imported, so that a process can do this once;
 * `process.env` is changed for that.
 *
 * @throws PortTakenError, with nothing left running.
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
  const { firstPort = 0, host = "127.0.0.1", realSdk, pages = [], onFunctionError } = options;
  function port(offset: number) {
    return firstPort === 0 ? 0 : firstPort + offset;
  }

  const identityProvider = keep(await startIdentityProvider({ port: port(1) }));
  const upstream = await startUpstream({ ...options, host, port: port(2) });
  if (upstream.mindset) keep(upstream.mindset);
  const secrets = { [API_KEY_SECRET_NAME]: upstream.apiKey };
  const secretsManager = keep(await startSecretsManager({ host, port: port(3), secrets }));
  const page = keep(await startPage({ port: port(4) }));

  const allPages = [`${page.url}/`, ...pages];
  await identityProvider.allowRedirects(allPages);
  const throttle = createThrottle();
  const requests: AccessLogEntry[] = [];
  const apiGateway = keep(
    await startApiGateway({
      port: port(0),
      handler: await importFunction(upstream, secretsManager),
      authorizer: { issuer: identityProvider.issuer, audience: [identityProvider.audience] },
      allowedOrigins: allPages.map((url) => new URL(url).origin),
      throttle,
      landingPage: `${page.url}/`,
      onAccess: (entry) => requests.push(entry),
      ...(onFunctionError && { onFunctionError }),
    }),
  );
  const endpoint = `${apiGateway.url}${TOKEN_PATH}`;
  const settings = toPageSettings({ endpoint, identityProvider, ...upstream, ...(realSdk && { realSdk }) });
  page.show({ settings, parts: { throttle, identityProvider, ...upstream }, requests });

  const { mindset } = upstream;
  return { endpoint, apiGateway, identityProvider, secretsManager, page, ...(mindset && { mindset }) };
}

/** The function reads its environment when it is imported. */
async function importFunction({ apiHost, appUid }: Upstream, secretsManager: LocalServer) {
  applyFunctionEnvironment(process.env, { mindsetApiHost: apiHost, appUid, secretsManagerUrl: secretsManager.url });
  return (await import("../lambda/token/index.ts")).handler;
}
