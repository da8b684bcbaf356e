/** What `import ... from "mindset-token-endpoint"` gives. */
export type { DeploymentConfig } from "./config/deployment-config.ts";
export { DeploymentConfigError } from "./config/parse.ts";
export { TokenEndpoint } from "./token-endpoint.ts";
export { TokenEndpointStack } from "./token-endpoint-stack.ts";
