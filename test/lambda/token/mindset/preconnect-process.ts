/** A process of its own: preconnects to localhost, and makes one request if asked to. `node preconnect-process.ts PORT [request]` */
import { get } from "node:https";
import { PreconnectingAgent } from "../../../../lambda/token/mindset/preconnecting-agent.ts";

const [port, request] = process.argv.slice(2);
const target = { hostname: "localhost", port: Number(port) };
const agent = new PreconnectingAgent({ protocol: "https:", ...target });
if (request)
  get({ ...target, agent }, ({ statusCode }) => process.stdout.write(String(statusCode), () => agent.destroy()));
