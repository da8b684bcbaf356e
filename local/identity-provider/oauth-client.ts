/** Pure: the names that the identity provider, its client and the API share. */

/** The public client: no secret, authorization code with PKCE. */
export const CLIENT_ID = "local-app";

/** Redirect URI of the command line. Nothing listens there: the code is read from the redirect. */
export const COMMAND_LINE_CALLBACK = "http://127.0.0.1/callback";

/** The `aud` of the access tokens, and their resource indicator (RFC 8707). */
export const AUDIENCE = "https://token-endpoint.example.com";

/** The scope of the access tokens. */
export const SCOPE = "token:issue";
