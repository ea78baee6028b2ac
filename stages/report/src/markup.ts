/** Text that is safe to put into a page as it stands. */
export interface Markup {
  readonly markup: string;
}

type Insert = string | number | null | Markup | readonly Markup[];

/**
 * A piece of a page. Every text and number put into it is escaped; only other
 * markup goes in as it stands. Null puts in nothing.
 */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return { markup: parts.reduce((page, part, index) => page + render(inserts[index - 1] ?? null) + part) };
}

/** Markup made by a library that does its own escaping (the figures). */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Escapes for element content and for attributes in either kind of quotes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'string' || typeof insert === 'number') return escapeText(String(insert));
  return [insert]
    .flat()
    .map((entry) => entry.markup)
    .join('');
}
