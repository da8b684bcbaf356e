/** Pure: finds the route of a request, in API Gateway's notation `/path/{parameter}`. */

/** A route of the HTTP API, e.g. `{ method: "GET", path: "/users/{id}" }`. */
export interface Route {
  method: string;
  path: string;
}

/** A route, and the values of its path parameters. */
export interface RouteMatch {
  route: Route;
  /** Decoded values by name, e.g. `{ id: "auth0|1" }` for `/users/auth0%7C1`. */
  pathParameters: Record<string, string>;
}

/**
 * Finds the route for a request.
 *
 * @param request the method, and the URL as it arrived, e.g. `/users/auth0%7C1?x=1`.
 * @returns `undefined` if no route matches or the path cannot be decoded.
 */
export function findRoute(
  routes: readonly Route[],
  { method, url = "/" }: { method?: string; url?: string },
): RouteMatch | undefined {
  const segments = splitPath(url);
  for (const route of routes) {
    const pathParameters = route.method === method && segments && matchSegments(route.path.split("/"), segments);
    if (pathParameters) return { route, pathParameters };
  }
  return undefined;
}

/** Splits before it decodes, so that an encoded slash stays inside its segment. */
function splitPath(url: string): string[] | undefined {
  try {
    const [path = ""] = url.split("?");
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function matchSegments(names: string[], values: string[]): Record<string, string> | undefined {
  if (names.length !== values.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? "";
    const parameter = /^\{(.+)\}$/.exec(name)?.[1];
    if (parameter && value) parameters[parameter] = value;
    else if (name !== value) return undefined;
  }
  return parameters;
}
