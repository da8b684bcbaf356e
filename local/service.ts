/** Edge (network, environment): the whole service on this machine: the function behind stand-ins for everything else. */
import { TOKEN_PATH } from "../lambda/contract.ts";
import { type ApiGatewayOptions, startApiGateway } from "./api-gateway.ts";
import { API_KEY_SECRET_NAME, applyFunctionEnvironment } from "./function-environment.ts";
import type { ListeningHost, LocalServer } from "./http-server.ts";
import { type IdentityProvider, startIdentityProvider } from "./identity-provider.ts";
import type { RealMindset } from "./local-settings.ts";
import { type MindsetStandIn, startMindset } from "./mindset.ts";
import { type SecretsManagerStandIn, startSecretsManager } from "./secrets-manager.ts";

/** The application of the stand-in for Mindset. */
export const LOCAL_APP_UID = "local-app";

/** The API key of the stand-in for Mindset; it opens nothing else. */
export const LOCAL_API_KEY = "local-key-that-opens-nothing-real";

/** What {@link startLocalService} may be told. */
export interface LocalServiceOptions extends Pick<ApiGatewayOptions, "onFunctionError"> {
  /** The API's port; the provider, Mindset and Secrets Manager take the next three. 0: four free ones. @default 0 */
  firstPort?: number;
  /** Where the stand-ins for Mindset and Secrets Manager listen, which a container calls. @default "127.0.0.1" */
  host?: ListeningHost;
  /** Called instead of the stand-in. @default - the stand-in */
  realMindset?: RealMindset;
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
  mindset?: MindsetStandIn;
  secretsManager: SecretsManagerStandIn;
  /** Stops everything at once. */
  close(): Promise<void>;
}

/**
 * Starts everything. The function reads its environment when it is imported, so that a process can do this once;
 * `process.env` is changed for that.
 *
 * @throws PortTakenError, with nothing left running.
 */
export const startLocalService = async (options: LocalServiceOptions = {}): Promise<LocalService> => {
  const servers: LocalServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
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
};

type Keep = <S extends LocalServer>(server: S) => S;

const startAll = async (options: LocalServiceOptions, keep: Keep) => {
  const { firstPort = 0, host = "127.0.0.1", pages = [], onFunctionError } = options;
  const port = (offset: number) => (firstPort === 0 ? 0 : firstPort + offset);

  const identityProvider = keep(await startIdentityProvider({ port: port(1) }));
  const { apiHost, appUid, apiKey, mindset } = await startUpstream({ ...options, port: port(2) }, keep);
  const secrets = { [API_KEY_SECRET_NAME]: apiKey };
  const secretsManager = keep(await startSecretsManager({ host, port: port(3), secrets }));

  applyFunctionEnvironment(process.env, { mindsetApiHost: apiHost, appUid, secretsManagerUrl: secretsManager.url });
  const { handler } = await import("../lambda/index.ts");
  const apiGateway = keep(
    await startApiGateway({
      port: port(0),
      handler,
      authorizer: { issuer: identityProvider.issuer, audience: [identityProvider.audience] },
      allowedOrigins: pages.map((page) => new URL(page).origin),
      ...(onFunctionError && { onFunctionError }),
    }),
  );
  await identityProvider.allowRedirects([`${apiGateway.url}/`, `${apiGateway.url}/callback.html`, ...pages]);
  const endpoint = `${apiGateway.url}${TOKEN_PATH}`;
  return { endpoint, apiGateway, identityProvider, secretsManager, ...(mindset && { mindset }) };
};

/** The real Mindset when there is one, else the stand-in. */
const startUpstream = async (
  { host = "127.0.0.1", port, realMindset, log }: LocalServiceOptions & { port: number },
  keep: Keep,
): Promise<RealMindset & { mindset?: MindsetStandIn }> => {
  if (realMindset) return realMindset;
  const apiKeys = [LOCAL_API_KEY];
  const mindset = keep(await startMindset({ host, port, appUid: LOCAL_APP_UID, apiKeys, ...(log && { log }) }));
  return { apiHost: mindset.url, appUid: LOCAL_APP_UID, apiKey: LOCAL_API_KEY, mindset };
};
