/** Pure: how the function connects to Mindset and to Secrets Manager over TLS. */

/** Options for both HTTPS agents. */
export const TLS_OPTIONS = {
  // Explicit: NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default, and the key would go to an impostor.
  rejectUnauthorized: true,
  // Node tries the addresses of a host one after another, and abandons each but the last after 250 ms by default. A host
  // with an unreachable IPv6 address would not be reached if connecting takes longer. A lost SYN alone costs 1 s.
  autoSelectFamilyAttemptTimeout: 1_250,
} as const;

/** Tells whether TLS failed in a way that may work the next time: a broken handshake, but not a rejected certificate. */
export function isBrokenTls(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return /^(EPROTO$|ERR_SSL_)/.test(String(code));
}
