/** The parameters of a template, as CDK tokens. */
import { Aws, CfnCondition, CfnParameter, type CfnParameterProps, Fn, type IResolvable, type Stack } from "aws-cdk-lib";
import { MAX_RATE } from "../config/schema.ts";
import type { Parameter, Parameters } from "./parameter.ts";

/** Adds the parameters to a stack, and gives their values, which only CloudFormation knows. */
export class ParameterValues {
  private readonly stack: Stack;
  private readonly parameters: ReadonlyMap<string, CfnParameter>;

  constructor(stack: Stack, parameters: Parameters) {
    this.stack = stack;
    this.parameters = new Map(
      Object.entries(parameters).map(([name, parameter]) => [name, new CfnParameter(stack, name, toProps(parameter))]),
    );
    stack.templateOptions.metadata = { "AWS::CloudFormation::Interface": toForm(parameters) };
  }

  text(name: string): string {
    return this.parameter(name).valueAsString;
  }

  number(name: string): number {
    return this.parameter(name).valueAsNumber;
  }

  list(name: string): string[] {
    const parameter = this.parameter(name);
    return parameter.type === "String" ? Fn.split(",", parameter.valueAsString) : parameter.valueAsList;
  }

  /** The value, or nothing if the parameter is empty. */
  unlessEmpty(name: string, value: unknown): IResolvable {
    const isList = this.parameter(name).type === "CommaDelimitedList";
    const text = isList ? Fn.join("", this.list(name)) : this.text(name);
    const condition = `Has${name}`;
    if (!this.stack.node.tryFindChild(condition)) {
      new CfnCondition(this.stack, condition, { expression: Fn.conditionNot(Fn.conditionEquals(text, "")) });
    }
    return Fn.conditionIf(condition, value, Aws.NO_VALUE);
  }

  private parameter(name: string): CfnParameter {
    const parameter = this.parameters.get(name);
    if (!parameter) throw new Error(`no parameter ${name}`);
    return parameter;
  }
}

function toProps({ path: _, separator: __, type, default: value, ...props }: Parameter): CfnParameterProps {
  const range = type === "Number" ? { minValue: 1, maxValue: MAX_RATE } : undefined;
  return {
    ...props,
    ...range,
    type: type === "OptionalList" ? "String" : type,
    default: Array.isArray(value) ? value.join(",") : value,
  };
}

/** The order of the parameters in CloudFormation's console. */
function toForm(parameters: Parameters) {
  const names = Object.keys(parameters);
  const isOptional = (name: string) => parameters[name]?.default !== undefined;
  return {
    ParameterGroups: [
      { Label: { default: "Required" }, Parameters: names.filter((name) => !isOptional(name)) },
      { Label: { default: "Optional" }, Parameters: names.filter(isOptional) },
    ],
  };
}
