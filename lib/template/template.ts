/** CDK context -> the text of a CloudFormation template that needs no CDK. Writes temporary folders. */
import { rmSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { stackNameOf } from "../config/context.ts";
import type { Parameters } from "./parameter.ts";
import { toTemplateSettings } from "./settings.ts";
import { TemplateStack } from "./stack.ts";

/** A template, and what to say about it. */
export interface Template {
  /** JSON, in ASCII. */
  text: string;
  /** The name under which `cdk deploy` deploys the same. */
  stackName: string;
  /** Its parameters by name; a deployment must give those without a default. */
  parameters: Parameters;
  /** What `cdk synth` warns about. */
  warnings: string[];
}

/**
 * Creates the template.
 *
 * @param context the context of an app: `context` in `cdk.json`, with `-c` options added.
 * @throws DeploymentConfigError with every problem of the settings.
 */
export function createTemplate(context: Record<string, unknown>): Template {
  const settings = toTemplateSettings(context);
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false, // warns of empty defaults, whose conditions it does not see
    context: {
      ...context,
      "aws:cdk:bundling-stacks": [], // no assets: the stack sets the functions' code
      "@aws-cdk/core:annotationsInValidationReport": false, // prints warnings, which the command prints itself
    },
  });
  const stack = new TemplateStack(app, stackNameOf(context), settings);
  const assembly = app.synth();
  const { template, messages } = assembly.getStackByName(stack.stackName);
  rmSync(assembly.directory, { recursive: true });
  return {
    stackName: stack.stackName,
    text: `${JSON.stringify(template, null, 1)}\n`,
    parameters: settings.parameters,
    warnings: messages
      .filter(({ level }) => level === "warning")
      .map(({ entry }) => String(entry.data).replace(/ \[ack: .*\]$/, "")),
  };
}
