/** Pure: CDK context -> the settings of the deployment whose key is stored; some may be missing or wrong. */
import { SetKeyError, type SetKeyOptions } from "./settings.ts";

/**
 * With `environments`, the settings of the one that `--env` picks. No environment is needed when the command line has host and application.
 *
 * @param context `context` of `cdk.json`.
 * @throws SetKeyError when `--env` is missing or names no environment.
 */
export async function deploymentOf(context: Record<string, unknown>, options: SetKeyOptions): Promise<unknown> {
  const { env, "api-host": apiHost, "app-uid": appUid } = options;
  const { environments } = Object(context.mindset);
  if (env === undefined && (environments === undefined || (apiHost && appUid))) return context.mindset;
  const { settingsFromContext } = await import("../../lib/config/context.ts"); // loads the CDK, which takes a second
  try {
    return settingsFromContext({ ...context, env });
  } catch (error) {
    const { problems } = error as { problems?: string[] };
    throw problems ? new SetKeyError(problems.join("\n")) : error;
  }
}
