/** Edge (document): makes and finds the elements of the page. */

/** Makes an element, e.g. `createElement("p", { className: "note" }, "Hello")`; text stays text. */
export function createElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Finds the first element that matches the selector. */
export function querySelectorOrThrow<Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`The page has no element for ${selector}`);
  return found;
}
