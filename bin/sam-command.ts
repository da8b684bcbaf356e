/** Pure: how to start the SAM CLI, which on Windows is the batch file `sam.cmd` and needs a shell. */

/** Arguments of Node's `spawnSync`. */
export interface SamCommand {
  command: string;
  args: string[];
  shell: boolean;
}

/** @param args e.g. `["local", "invoke"]`; may hold spaces. */
export function toSamCommand(args: readonly string[], platform: NodeJS.Platform): SamCommand {
  if (platform !== "win32") return { command: "sam", args: [...args], shell: false };
  const quoted = args.map((arg) => `"${arg.replaceAll('"', '""')}"`);
  return { command: ["sam", ...quoted].join(" "), args: [], shell: true };
}
