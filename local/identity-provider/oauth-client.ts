/** Pure: what the identity provider, those who sign in and the API agree on. */

/** The public client: no secret, authorization code with PKCE. */
export const CLIENT_ID = "local-app";

/** Where a sign-in from the command line leads; nothing listens there, as the code is read from the redirect. */
export const COMMAND_LINE_CALLBACK = "http://127.0.0.1/callback";

/** The `aud` of the access tokens, and the resource they are for (RFC 8707). */
export const AUDIENCE = "https://token-endpoint.example.com";

/** The scope of the access tokens, for an API that asks for one. */
export const SCOPE = "token:issue";
