import { expect, test } from "@jest/globals";
import { ROUTES } from "../../../lambda/contract.ts";
import { findRoute } from "../../../local/api-gateway/routes.ts";

test.each([
  ["POST", "/api/getusertoken", 0, {}],
  ["GET", "/api/getusertoken?x=/y", 1, {}],
  ["GET", "/api/getusertoken/ada", 2, { currentUserId: "ada" }],
  ["GET", "/api/getusertoken/auth0%7Cgrace", 2, { currentUserId: "auth0|grace" }],
  ["GET", "/api/getusertoken/a%2Fb", 2, { currentUserId: "a/b" }],
])("%s %s has a route", (method, url, index, pathParameters) => {
  expect(findRoute(ROUTES, { method, url })).toEqual({ route: ROUTES[index], pathParameters });
});

test.each([
  ["PUT", "/api/getusertoken"],
  ["POST", "/api/getusertoken/ada"],
  ["GET", "/api/getusertoken/"],
  ["GET", "/api/getusertoken/ada/"],
  ["GET", "/api/getusertoken/%zz"],
  ["GET", "/API/getusertoken"],
  ["GET", "/"],
  ["GET", "//api/getusertoken"],
])("%s %s has none", (method, url) => {
  expect(findRoute(ROUTES, { method, url })).toBeUndefined();
});

test("any API's routes will do", () => {
  const routes = [{ method: "GET", path: "/users/{user}/posts/{post}" }];

  expect(findRoute(routes, { method: "GET", url: "/users/1/posts/2" })?.pathParameters).toEqual({
    user: "1",
    post: "2",
  });
});
