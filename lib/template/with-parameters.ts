/** Pure: the settings of a template, with parameters where they have values. */
import { Fn, Token } from "aws-cdk-lib";
import type { DeploymentConfig } from "../config/deployment-config.ts";
import type { Parameter } from "./parameter.ts";
import type { ParameterValues } from "./parameter-values.ts";
import type { TemplateSettings } from "./settings.ts";

/** Replaces every setting that is a parameter, except numbers, because a token for one is no valid number. */
export function withParameters({ config, parameters }: TemplateSettings, values: ParameterValues): DeploymentConfig {
  const replaced = Object.entries(parameters)
    .filter(([, { type }]) => type !== "Number")
    .reduce<unknown>(
      (all, [name, parameter]) => replaceAt(all, parameter.path, tokenFor(name, parameter, values)),
      config,
    );
  // The pattern of ApiHost checks the host.
  return { ...(replaced as DeploymentConfig), allowAnyApiHost: true };
}

function tokenFor(name: string, { type, separator }: Parameter, values: ParameterValues) {
  if (type !== "CommaDelimitedList" && type !== "OptionalList") return values.text(name);
  const list = values.list(name);
  if (separator) return [Fn.join(separator, list)];
  return type === "OptionalList" ? Token.asList(values.unlessEmpty(name, list)) : list;
}

function replaceAt(settings: unknown, [key, ...rest]: PropertyKey[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = replaceAt(Object(settings)[key], rest, value);
  return Array.isArray(settings) ? settings.with(Number(key), inner) : { ...Object(settings), [key]: inner };
}
