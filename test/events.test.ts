import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ROUTES } from "../lambda/contract.ts";
import { API_KEY_SECRET_NAME } from "../local/function-environment.ts";
import { LOCAL_APP_UID } from "../local/mindset/upstream.ts";
import { DEFAULT_FIRST_PORT } from "../local/settings.ts";

function readEvent(name: string) {
  return JSON.parse(readFileSync(`events/${name}`, "utf8"));
}

const EVENTS = readdirSync("events").filter((name) => !name.startsWith("env."));

describe("the events for sam local invoke", () => {
  test.each(EVENTS)("%s has payload format 2.0 and one of the routes", (name) => {
    const event = readEvent(name);
    const { http, routeKey } = event.requestContext;
    expect(event).toMatchObject({ version: "2.0", routeKey, rawPath: http.path, isBase64Encoded: false });
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`)).toContain(routeKey);
    expect(routeKey).toBe(`${http.method} ${http.path}`);
    expect(event.headers["content-length"]).toBe(event.body && String(event.body.length));
  });

  test.each(EVENTS)("%s has string claims, as API Gateway passes them on", (name) => {
    const { claims = {} } = readEvent(name).requestContext.authorizer?.jwt ?? {};
    for (const value of Object.values(claims)) expect(typeof value).toBe("string");
  });

  test("differ in the caller and the body", () => {
    expect(readEvent("signed-in.json").requestContext.authorizer.jwt.claims.sub).toBe("ada");
    expect(readEvent("no-authorizer.json").requestContext.authorizer).toBeUndefined();
    expect(readEvent("auth0-subject.json").requestContext.authorizer.jwt.claims.sub).toMatch(/^auth0\|/);
    expect(JSON.parse(readEvent("wrong-body.json").body)).toHaveProperty("externalId");
  });
});

describe("the example environment for sam local invoke", () => {
  test("points from a container to the fake services of npm start", () => {
    expect(readEvent("env.example.json")).toEqual({
      Parameters: {
        MINDSET_API_HOST: `http://host.docker.internal:${DEFAULT_FIRST_PORT + 2}`,
        MINDSET_APP_UID: LOCAL_APP_UID,
        MINDSET_API_KEY_SECRET_ARN: API_KEY_SECRET_NAME,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://host.docker.internal:${DEFAULT_FIRST_PORT + 3}`,
      },
    });
  });
});
