/** Pure: the sign-in page, which needs no script. */
import { createHash } from "node:crypto";
import { USERS } from "./users.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f4f8, #14151c); }
  main { box-sizing: border-box; width: min(24rem, 92vw); padding: 2rem; border-radius: 1rem;
    background: light-dark(#fff, #20222d); color: light-dark(#1c1d26, #ecedf4); box-shadow: 0 .5rem 2rem #0002; }
  h1 { margin: 0; font-size: 1.5rem; line-height: 1.2; }
  p { margin: .5rem 0 1.5rem; color: light-dark(#565a6e, #a9aec4); }
  form { display: grid; gap: .75rem; }
  button { font: inherit; text-align: start; padding: .75rem 1rem; border-radius: .625rem; cursor: pointer;
    border: 1px solid light-dark(#c3c7d8, #444859); background: transparent; color: inherit; }
  button:hover { border-color: light-dark(#4f5bd5, #9aa4ff); }
  button:focus-visible { outline: 3px solid light-dark(#4f5bd5, #9aa4ff); outline-offset: 2px; }
  b { display: block; }
  small { color: light-dark(#565a6e, #a9aec4); }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** The page: a form that posts `user` to its own URL. */
export const LOGIN_PAGE = page(
  "Sign in",
  `<p>This server runs on your machine. Choose a user.</p>
  <form method="post">${Object.entries(USERS).map(toButton).join("")}</form>`,
);

/**
 * Gives a page that shows an error.
 *
 * @param reason shown as text; HTML in it is escaped.
 */
export function toErrorPage(reason: string): string {
  return page("Sign-in failed", `<p>${escapeHtml(reason)}</p>`);
}

/**
 * Gives the `Content-Security-Policy` of these pages.
 *
 * @param formTargets origins that the form may redirect to, e.g. that of the page that asked for the sign-in.
 */
export function toContentSecurityPolicy(formTargets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} - local sign-in</title>
  <style>${STYLE}</style>
</head>
<body><main>
  <h1>${title}</h1>
  ${content}
</main></body>
</html>`;
}

function toButton([id, { name, email }]: [string, { name: string; email: string }]): string {
  return `
    <button name="user" value="${id}"><b>${name}</b><small>${email}</small></button>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
