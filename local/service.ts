/** Edge (network, environment): starts the whole service on this machine: the function and fakes of what it needs. */
import { randomBytes } from "node:crypto";
import { TOKEN_PATH } from "../lambda/contract.ts";
import type { Grants } from "../lambda/grants-data.ts";
import type { PageSignIn } from "../web/page/local-protocol.ts";
import { type AccessLogEntry, type ApiGatewayOptions, startApiGateway } from "./api-gateway/server.ts";
import { API_KEY_SECRET_NAME, applyFunctionEnvironment, type FunctionEndpoints } from "./function-environment.ts";
import type { ListeningHost, LocalServer } from "./http/server.ts";
import type { IdentityProvider } from "./identity-provider/server.ts";
import type { FakeMindset } from "./mindset/server.ts";
import { startUpstream } from "./mindset/upstream.ts";
import type { SignInOptions } from "./options.ts";
import { isThrottled, toPageSettings } from "./page/data.ts";
import { type PageServer, startPage } from "./page/server.ts";
import type { RealMindset, RealSdk } from "./real-mindset.ts";
import { type FakeSecretsManager, startSecretsManager } from "./secrets-manager/server.ts";
import type { SessionServer } from "./session-server/server.ts";
import { withGrantsFile } from "./sign-in/grants.ts";
import { startSignIn } from "./sign-in/servers.ts";

/** Options of {@link startLocalService}. */
export interface LocalServiceOptions extends Pick<ApiGatewayOptions, "onFunctionError" | "onRefusal"> {
  /** The API's port; provider, Mindset, Secrets Manager, page and session server take the next five. 0: free ports. @default 0 */
  firstPort?: number;
  /** Where the fake Mindset API and Secrets Manager listen, which containers call. @default "127.0.0.1" */
  host?: ListeningHost;
  /** Called instead of the fake Mindset API. @default - the fake one */
  realMindset?: RealMindset;
  /** Shown by the page instead of the fake SDK. @default - the fake one */
  realSdk?: RealSdk;
  /** @default - access tokens of the local identity provider, verified by API Gateway */
  signIn?: SignInOptions;
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
  /** For the sign-in `userinfo` only. */
  sessionServer?: SessionServer;
  /** Absent when the real Mindset is called. */
  mindset?: FakeMindset;
  secretsManager: FakeSecretsManager;
  /** How the user of the page signs in. */
  signIn: PageSignIn;
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
  const page = keep(await startPage({ port: port(4) }));
  const ports = { identityProvider: port(1), sessionServer: port(5) };
  const signIn = await startSignIn({ signIn: options.signIn, ports, pageUrl: `${page.url}/`, pages, keep });
  const upstream = await startUpstream({ ...options, host, port: port(2) });
  const { mindset, apiHost, appUid, apiKey } = upstream;
  if (mindset) keep(mindset);
  const accessKeyId = realMindset && `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`;
  const secrets = { [API_KEY_SECRET_NAME]: apiKey };
  const secretsManager = keep(await startSecretsManager({ host, port: port(3), secrets, accessKeyId }));

  const endpoints = { mindsetApiHost: apiHost, appUid, secretsManagerUrl: secretsManager.url, accessKeyId };
  const grants = realMindset ? undefined : signIn.grants; // the real Mindset cannot revoke grants
  const throttle = { left: 0 };
  const requests: AccessLogEntry[] = [];
  const apiGateway = keep(
    await startApiGateway({
      port: port(0),
      handler: await importFunction({ ...endpoints, identitySource: signIn.identitySource }, grants),
      authorizer: signIn.authorizer,
      allowedOrigins: signIn.allowedOrigins,
      allowCredentials: signIn.cookies,
      isThrottled: () => isThrottled(throttle),
      landingPage: `${page.url}/`,
      onAccess: (entry) => requests.push(entry),
      onRefusal,
      onFunctionError,
    }),
  );
  const endpoint = `${apiGateway.url}${TOKEN_PATH}`;
  const { identityProvider, sessionServer } = signIn;
  const settings = toPageSettings({ endpoint, signIn: signIn.page, apiHost, appUid, mindset, realSdk });
  page.show({ settings, parts: { throttle, identityProvider, sessionServer, mindset, apiKey }, requests });
  return { endpoint, apiGateway, identityProvider, sessionServer, secretsManager, signIn: signIn.page, page, mindset };
}

/** The function reads its environment and its grants when it is imported. */
function importFunction(endpoints: FunctionEndpoints, grants: Grants | undefined) {
  return withGrantsFile(grants, async (taskRoot) => {
    applyFunctionEnvironment(process.env, { ...endpoints, taskRoot });
    return (await import("../lambda/token/index.ts")).handler;
  });
}
