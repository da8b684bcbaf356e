/** Edge (network): calls the local server that serves the page. */
import type { Controls, Observations, PageSettings, TokenOwner } from "./local-protocol.ts";

/** Reads where everything is. */
export async function readSettings(): Promise<PageSettings> {
  return (await call("GET", "/settings.json")).json();
}

/** Sets the faults of a trial, and ends all others. */
export async function changeControls(controls: Controls): Promise<void> {
  await call("PUT", "/controls", controls);
}

/** Reads what has happened. */
export async function readObservations(): Promise<Observations> {
  return (await call("GET", "/observations")).json();
}

/** Clears the requests. */
export async function clearObservations(): Promise<void> {
  await call("DELETE", "/observations");
}

/** Reads who owns a token. Mindset's own SDK asks Mindset. */
export async function readTokenOwner(authToken: string): Promise<TokenOwner> {
  return (await call("POST", "/token-owner", { authToken })).json();
}

async function call(method: string, path: string, body?: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} failed with ${response.status}. Is npm start still running?`);
  return response;
}
