/** A new element with attributes and children. Text becomes text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button that does something. */
export function button(label: string, title: string, action: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', title }, label);
  made.addEventListener('click', action);
  return made;
}

/** The element of the page's skeleton with this id. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no part '${id}'.`);
  return found;
}
