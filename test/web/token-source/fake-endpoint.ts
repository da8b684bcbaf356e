/** Plays scripted answers to the global `fetch` in fake time, without a network. */
import { jest } from "@jest/globals";
import type { ScriptedAnswer, SeenRequest } from "../../support/servers/scripted-endpoint.ts";

/** Replaces the global `fetch` until `close()`; the counterpart of `startScriptedEndpoint` for tests with fake timers. */
export function installFakeEndpoint() {
  const seen: SeenRequest[] = [];
  let script: ScriptedAnswer[] = [];
  const spy = jest.spyOn(globalThis, "fetch").mockImplementation(async (_url, init = {}) => {
    if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
    const record = { atMs: performance.now(), method: init.method ?? "GET", body: String(init.body), canceled: false };
    seen.push({ ...record, headers: Object.fromEntries(new Headers(init.headers)) });
    return answer(script[Math.min(seen.length, script.length) - 1] ?? {}, init.signal);
  });
  return {
    endpoint: "https://api.example.com/api/getusertoken",
    seen,
    /** Starts over with other answers. */
    play: (answers: ScriptedAnswer[]) => {
      script = answers;
      seen.length = 0;
    },
    close: () => spy.mockRestore(),
  };
}

/**
 * Runs `act` with fake timers, and moves the time on whenever nothing else is left to do.
 *
 * @throws when `act` waits for something that is neither a timer nor a promise.
 */
export async function inFakeTime<T>(act: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ doNotFake: ["setImmediate"] });
  try {
    let isDone = false;
    const outcome = act();
    outcome.then(done, done);
    function done() {
      isDone = true;
    }
    for (let turns = 0; !isDone && turns < 1000; turns++) {
      await new Promise(setImmediate);
      if (!isDone) jest.advanceTimersToNextTimer();
    }
    if (!isDone) throw new Error("still waiting after 1,000 timers");
    return await outcome;
  } finally {
    jest.useRealTimers();
  }
}

function answer(scripted: ScriptedAnswer, signal?: AbortSignal | null): Promise<Response> {
  const { status = 200, headers = {}, body = "", delayMs = 0, fault, cors = true } = scripted;
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    if (fault === "silence") return;
    setTimeout(() => {
      if (fault === "hang-up" || !cors) return reject(new TypeError("fetch failed"));
      const text = typeof body === "string" ? body : JSON.stringify(body);
      resolve({
        ok: status >= 200 && status < 300,
        status,
        headers: new Headers(
          Object.entries(headers).map(([name, value]) => [name, String(typeof value === "function" ? value() : value)]),
        ),
        text: async () => (fault === "broken-off" ? Promise.reject(new TypeError("terminated")) : text),
      } as Response);
    }, delayMs);
  });
}
