/** Pure: how the command connects: verified TLS, the proxy of the environment, both address families. */
import { TLS_OPTIONS } from "../../lambda/token/tls.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * Options of Node's HTTP and HTTPS agents. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` apply, but never to this machine.
 */
export function connectionOptions(environment = process.env) {
  const { no_proxy, NO_PROXY } = environment;
  const withoutProxy = [no_proxy || NO_PROXY, ...LOOPBACK].filter(Boolean).join(",");
  return { ...TLS_OPTIONS, proxyEnv: { ...environment, no_proxy: withoutProxy } };
}
