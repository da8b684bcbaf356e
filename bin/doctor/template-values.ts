/** Pure: what becomes of a template's parameters and conditions when CloudFormation deploys it. */

/** A template, or a part of one. */
// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes
type Json = any;

/** A template and the values of its parameters, where they are not the defaults. */
export interface DeployedTemplate {
  template: Json;
  /** As CloudFormation shows them: lists are separated by commas. */
  values: Record<string, string | undefined>;
}

/** The template with values instead of references to parameters; references to resources stay. */
export function withValues({ template, values }: DeployedTemplate): Json {
  const { Parameters = {}, Conditions = {} } = template;

  function parameterValue(name: string): Json {
    const { Type, Default } = Parameters[name];
    const value = values[name] ?? Default;
    return Type === "CommaDelimitedList" ? String(value).split(",") : value;
  }

  function evaluate(node: Json): Json {
    if (Array.isArray(node)) return node.map(evaluate).filter((item) => item !== undefined);
    if (typeof node !== "object" || node === null) return node;
    if (node.Ref === "AWS::NoValue") return undefined;
    if (Object.hasOwn(Parameters, node.Ref)) return parameterValue(node.Ref);
    if (node["Fn::If"]) {
      const [condition, then, otherwise] = node["Fn::If"];
      return evaluate(evaluate(Conditions[condition]) ? then : otherwise);
    }
    const evaluated = Object.fromEntries(Object.entries(node).map(([key, item]) => [key, evaluate(item)]));
    return call(evaluated);
  }
  return evaluate(template);
}

function call(node: Json): Json {
  if (node["Fn::Equals"]) return node["Fn::Equals"][0] === node["Fn::Equals"][1];
  if (node["Fn::Not"]) return !node["Fn::Not"][0];
  const [separator, parts] = node["Fn::Join"] ?? [];
  return parts?.every((part: Json) => typeof part === "string") ? parts.join(separator) : node;
}
