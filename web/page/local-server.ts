/** Edge (network): the server on this machine: the page's settings, what goes wrong, and what has happened. */
import type { Controls, Observations, PageSettings, TokenOwner } from "./local-protocol.ts";

/** Reads where everything is. */
export const readSettings = async (): Promise<PageSettings> => (await ask("GET", "/settings.json")).json();

/** Says what goes wrong from now on; everything that is not named goes well. */
export const changeControls = async (controls: Controls): Promise<void> => {
  await ask("PUT", "/controls", controls);
};

/** Reads what has happened. */
export const readObservations = async (): Promise<Observations> => (await ask("GET", "/observations")).json();

/** Forgets what has happened. */
export const forgetObservations = async (): Promise<void> => {
  await ask("DELETE", "/observations");
};

/** Asks whose a token is; Mindset's own SDK learns that from Mindset. */
export const readTokenOwner = async (authToken: string): Promise<TokenOwner> =>
  (await ask("POST", "/token-owner", { authToken })).json();

const ask = async (method: string, path: string, body?: object): Promise<Response> => {
  const response = await fetch(path, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: is "npm start" still running?`);
  return response;
};
