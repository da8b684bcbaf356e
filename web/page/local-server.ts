/** Edge (network): the server on this machine: the page's settings, what goes wrong, and what has happened. */
import type { Controls, Observations, PageSettings, TokenOwner } from "./local-protocol.ts";

/** Reads where everything is. */
export async function readSettings(): Promise<PageSettings> {
  return (await ask("GET", "/settings.json")).json();
}

/** Says what goes wrong from now on; everything that is not named goes well. */
export async function changeControls(controls: Controls): Promise<void> {
  await ask("PUT", "/controls", controls);
}

/** Reads what has happened. */
export async function readObservations(): Promise<Observations> {
  return (await ask("GET", "/observations")).json();
}

/** Forgets what has happened. */
export async function forgetObservations(): Promise<void> {
  await ask("DELETE", "/observations");
}

/** Asks whose a token is; Mindset's own SDK learns that from Mindset. */
export async function readTokenOwner(authToken: string): Promise<TokenOwner> {
  return (await ask("POST", "/token-owner", { authToken })).json();
}

async function ask(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(path, { method, headers: JSON_TYPE, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: is "npm start" still running?`);
  return response;
}

const JSON_TYPE = { "content-type": "application/json" };
