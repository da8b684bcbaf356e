import { describe, expect, test } from "@jest/globals";
import { assertUserToken } from "../../../../lambda/token/caller/users-only.ts";

const NOT_A_USER = expect.objectContaining({ code: "NOT_A_USER_TOKEN", status: 403 });
const ID_TOKEN = expect.objectContaining({ code: "NOT_A_USER_TOKEN", message: expect.stringContaining("ID token") });

type Claims = Record<string, unknown>;

/** Claims as API Gateway passes them. */
const applications: [string, Claims][] = [
  ["Auth0", { sub: "AbC@clients", gty: "client-credentials", azp: "AbC" }],
  ["Auth0, by its grant type alone", { sub: "AbC", gty: "client-credentials" }],
  ["Auth0, by its subject alone", { sub: "AbC@clients" }],
  ["Entra ID", { sub: "sp1", oid: "sp1", idtyp: "app" }],
  ["Entra ID, by its type alone", { sub: "s1", idtyp: "app", scp: "access" }],
  ["Entra ID without the optional claim idtyp", { sub: "sp1", oid: "sp1", roles: "[Read]" }],
  ["Cognito", { sub: "id1", client_id: "id1", token_use: "access" }],
  ["Okta", { sub: "0oa1", cid: "0oa1" }],
  ["a provider that writes azp", { sub: "batch", azp: "batch" }],
  ["a provider that writes appid", { sub: "batch", appid: "batch" }],
  [
    "Keycloak 26",
    {
      iss: "https://id.example/realms/shop",
      aud: "account",
      sub: "11c527b3-5ab8-4f3c-a8e6-60d9a53e3bd6",
      typ: "Bearer",
      azp: "batch",
      client_id: "batch",
      clientHost: "192.0.2.1",
      preferred_username: "service-account-batch",
      email_verified: "false",
    },
  ],
];

const idTokens: [string, Claims][] = [
  ["Cognito", { sub: "u1", token_use: "id" }],
  ["Keycloak", { sub: "u1", typ: "ID", azp: "web", at_hash: "nZAe" }],
  ["Keycloak, without an access token", { sub: "u1", typ: "ID" }],
  ["Okta", { sub: "u1", at_hash: "nZAe" }],
  ["the hybrid flow", { sub: "u1", c_hash: "nZAe" }],
];

const users: [string, Claims][] = [
  ["Auth0", { sub: "auth0|1", azp: "web", gty: "password", scope: "openid" }],
  ["Entra ID", { sub: "s1", oid: "o1", azp: "web", scp: "access", idtyp: "user" }],
  ["an Entra ID tenant that issues equal sub and oid", { sub: "o1", oid: "o1", scp: "access" }],
  ["Cognito", { sub: "u1", client_id: "web", token_use: "access", username: "ada" }],
  ["Okta", { sub: "ada@example.com", cid: "0oa1", uid: "00u1" }],
  ["Keycloak", { sub: "u1", typ: "Bearer", azp: "web", preferred_username: "ada" }],
  ["a provider that only writes sub", { sub: "u1" }],
  ["a provider without sub", { oid: "o1" }],
  ["a provider with neither sub nor oid", { uid: "u1" }],
];

describe("a token that an application got for itself", () => {
  test.each(applications)("fails with NOT_A_USER_TOKEN (403): %s", (_, claims) => {
    expect(() => assertUserToken(claims, claims.sub)).toThrow(NOT_A_USER);
    expect(() => assertUserToken(claims, claims.sub, { acceptIdTokens: true })).toThrow(NOT_A_USER);
  });

  test("fails with NOT_A_USER_TOKEN (403) by the identity claim, if that is not sub", () => {
    expect(() => assertUserToken({ sub: "u1", id: "AbC@clients" }, "AbC@clients")).toThrow(NOT_A_USER);
  });
});

describe("an ID token", () => {
  test.each(idTokens)("fails with NOT_A_USER_TOKEN (403) unless ID tokens are accepted: %s", (_, claims) => {
    expect(() => assertUserToken(claims, claims.sub)).toThrow(ID_TOKEN);
    expect(() => assertUserToken(claims, claims.sub, { acceptIdTokens: true })).not.toThrow();
  });
});

test.each(users)("a user's access token is accepted: %s", (_, claims) => {
  expect(() => assertUserToken(claims, claims.sub)).not.toThrow();
});
