/** Edge (document): creates and finds elements of the page. */

/** Creates an element, e.g. `createElement("p", { className: "note" }, "Hello")`; strings become text, never HTML. */
export function createElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Finds the first element that matches the selector. */
export function querySelectorOrThrow<Kind extends HTMLElement>(selector: string): Kind {
  const element = document.querySelector<Kind>(selector);
  if (!element) throw new Error(`The page has no element for ${selector}`);
  return element;
}
