/**
 * Edge (random): sends each request once. api-key/secret.ts decides what is sent again.
 *
 * Replaces `@smithy/core/retry` in the bundle (see README.md).
 */
import { randomUUID } from "node:crypto";

interface Step {
  request: { headers: Record<string, string> };
}

interface Stack {
  add(middleware: (next: (step: Step) => unknown) => (step: Step) => unknown, options: object): void;
}

/** Adds the headers that AWS logs about attempts. The SDK places the signing of the request after this step, by its name. */
export function getRetryPlugin() {
  return {
    applyToStack(stack: Stack): void {
      stack.add(
        (next) => (step) => {
          step.request.headers["amz-sdk-invocation-id"] = randomUUID();
          step.request.headers["amz-sdk-request"] = "attempt=1; max=1";
          return next(step);
        },
        { name: "retryMiddleware", step: "finalizeRequest", priority: "high" },
      );
    },
  };
}

/** There is nothing to resolve. */
export function resolveRetryConfig<T>(settings: T): T {
  return settings;
}

// Imported by the SDK, but not used in the bundle.
export const NODE_MAX_ATTEMPT_CONFIG_OPTIONS = {};
export const NODE_RETRY_MODE_CONFIG_OPTIONS = {};
export const RETRY_MODES = { STANDARD: "standard", ADAPTIVE: "adaptive" };
export const DEFAULT_RETRY_MODE = RETRY_MODES.STANDARD;
