/** Pure: how the command connects: verified TLS, the proxy of the environment, both address families. */

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * Options of Node's HTTP and HTTPS agents. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` apply, but never to this machine.
 * A host whose IPv6 address does not answer is tried at its IPv4 address after one second.
 */
export function connectionOptions(environment = process.env) {
  const { no_proxy, NO_PROXY } = environment;
  const withoutProxy = [no_proxy || NO_PROXY, ...LOOPBACK].filter(Boolean).join(",");
  return {
    proxyEnv: { ...environment, no_proxy: withoutProxy },
    rejectUnauthorized: true,
    autoSelectFamilyAttemptTimeout: 1_000,
  };
}
