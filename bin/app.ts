/** `cdk deploy`: reads the configuration from CDK's context, makes the stack, has it checked. */
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { DeploymentConfigError, parseDeploymentConfig } from "../lib/deployment-config.ts";
import { settingsFromContext } from "../lib/deployment-context.ts";
import { TokenEndpointStack } from "../lib/token-endpoint-stack.ts";

const app = new App();
try {
  const config = parseDeploymentConfig(settingsFromContext(app.node.getAllContext()));
  new TokenEndpointStack(app, "MindsetTokenEndpoint", config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof DeploymentConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
