/** Pure: what becomes of a template's parameters and conditions when CloudFormation deploys it. */

/** A template, or a part of one. */
// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
type Json = any;

/** A template and the values of its parameters, where they are not the defaults. */
export interface DeployedTemplate {
  template: Json;
  /** As CloudFormation shows them: lists are separated by commas. */
  values: Record<string, string | undefined>;
  /** The stack's ARN, which contains partition, region and account. @default - references to these stay */
  stackArn?: string;
}

/**
 * The template with values instead of references to parameters. What only CloudFormation knows stays as it is, such as
 * `{ Ref: RESOURCE }`, and `{ "Fn::If": ... }` if the condition is not known. Resources that may not exist are left out.
 */
export function resolveParameters({ template, values, stackArn }: DeployedTemplate): Json {
  const { Parameters = {}, Conditions = {}, Resources = {} } = template;
  const pseudoParameters = pseudoParametersOf(stackArn);

  function evaluate(node: Json): Json {
    if (Array.isArray(node)) return node.map(evaluate).filter((item) => item !== undefined);
    if (typeof node !== "object" || node === null) return node;
    if (node.Ref === "AWS::NoValue") return undefined;
    if (typeof node.Ref === "string") return lookUp(node.Ref) ?? node;
    if (node["Fn::If"]) {
      const [condition, then, otherwise] = node["Fn::If"];
      const isTrue = holds({ Condition: condition });
      return isTrue === undefined ? node : evaluate(isTrue ? then : otherwise);
    }
    return joinOrSplit(Object.fromEntries(Object.entries(node).map(([key, item]) => [key, evaluate(item)])));
  }

  function lookUp(name: string): Json {
    if (!Object.hasOwn(Parameters, name)) return pseudoParameters[name];
    const { Type, Default, NoEcho } = Parameters[name];
    const value = values[name] ?? Default;
    if (NoEcho || value === undefined) return undefined; // CloudFormation shows asterisks instead of a NoEcho value
    if (Type === "Number") return Number(value);
    return /(?:^|<)(?:CommaDelimitedList|List<)/.test(Type) ? toList(value) : value;
  }

  /** @returns undefined if it is not known. */
  function holds(condition: Json): boolean | undefined {
    const [name, argument] = Object.entries<Json>(Object(condition))[0] ?? [];
    if (name === "Condition") return holds(Conditions[argument]);
    if (name === "Fn::Equals") return areEqual(evaluate(argument));
    if (name === "Fn::Not") return not(holds(argument[0]));
    if (name === "Fn::And") return all(argument.map(holds));
    if (name === "Fn::Or") return not(all(argument.map((one: Json) => not(holds(one)))));
    return undefined;
  }

  const existing = Object.entries<Json>(Resources).filter(([, { Condition }]) => !Condition || holds({ Condition }));
  return evaluate({ ...template, Resources: Object.fromEntries(existing) });
}

/** From e.g. `arn:aws:cloudformation:eu-west-1:123456789012:stack/NAME/ID`. */
function pseudoParametersOf(stackArn = ""): Record<string, string | undefined> {
  const [, partition, , region, account] = stackArn.split(":");
  return { "AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": account };
}

function toList(value: string): string[] {
  return String(value)
    .split(",")
    .map((item) => item.trim());
}

function isScalar(value: Json): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function areEqual([left, right]: Json[]): boolean | undefined {
  return isScalar(left) && isScalar(right) ? String(left) === String(right) : undefined;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function all(values: (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function joinOrSplit(node: Json): Json {
  const [separator, parts] = node["Fn::Join"] ?? [];
  if (Array.isArray(parts) && parts.every(isScalar)) return parts.join(separator);
  const [delimiter, text] = node["Fn::Split"] ?? [];
  return typeof text === "string" ? text.split(delimiter) : node;
}
