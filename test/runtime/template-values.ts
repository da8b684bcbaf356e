/** Pure: what becomes of `Ref`, `Fn::GetAtt`, `Fn::Join` and `Fn::Sub` when CloudFormation deploys a template. */

/** The value of a resource: its `Ref`, or one of its attributes; pseudo parameters such as `AWS::Region` too. */
export type Lookup = (name: string, attribute?: string) => unknown;

/**
 * Replaces every reference in a part of a template.
 *
 * @throws Error for a function of CloudFormation that the stack does not use.
 */
export function resolveReferences(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, lookup));
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) return call(name, argument, lookup);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveReferences(item, lookup)]));
}

// biome-ignore lint/suspicious/noExplicitAny: the argument's shape depends on the function
function call(name: string, argument: any, lookup: Lookup): unknown {
  switch (name) {
    case "Ref":
      return lookup(argument);
    case "Fn::GetAtt":
      return lookup(argument[0], argument[1]);
    case "Fn::Join":
      return (resolveReferences(argument[1], lookup) as string[]).join(argument[0]);
    case "Fn::Sub":
      return argument.replace(/\$\{([^}]+)\}/g, (_: string, reference: string) => lookup(reference));
    default:
      throw new Error(`${name} is not known here`);
  }
}
