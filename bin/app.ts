/** The CDK app: reads the configuration from CDK's context, creates the stack and checks it with cdk-nag. */
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { stackNameOf } from "../lib/config/context.ts";
import { DeploymentConfigError } from "../lib/config/parse.ts";
import { readDeploymentConfig } from "../lib/config/read.ts";
import { TokenEndpointStack } from "../lib/token-endpoint-stack.ts";

const app = new App();
try {
  const context = app.node.getAllContext();
  const config = readDeploymentConfig(context);
  new TokenEndpointStack(app, stackNameOf(context), config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof DeploymentConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
