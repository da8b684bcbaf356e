/** Pure (imports nothing): finds a claim by name or path, in the same way in both functions. */

/**
 * Finds a claim by its exact name at the top level, otherwise by path. A claim with the exact name hides the path, even if it is null.
 *
 * @param name e.g. `"sub"`, `"https://example.com/roles"` or `"realm_access.roles"`.
 * @returns undefined if there is no such claim.
 */
export function findClaim(claims: object, name: string): unknown {
  return ownProperty(claims, ...(Object.hasOwn(claims, name) ? [name] : name.split(".")));
}

/** @returns the value at the path, e.g. `"requestContext", "authorizer"`; undefined when absent or inherited. */
export function ownProperty(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((parent, name) => {
    const isOwn = typeof parent === "object" && parent !== null && Object.hasOwn(parent, name);
    return isOwn ? (parent as Record<string, unknown>)[name] : undefined;
  }, value);
}
