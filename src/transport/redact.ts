/** Query parameters that never hold a secret and help whoever reads a log. All else may be a signature. */
const shown: ReadonlySet<string> = new Set(['scope', 'service', 'n', 'last', 'page', 'page_size', 'artifactType']);

/** A URL for logs and messages: without user information and fragment, and only with query parameters known to be harmless. */
export function redactUrl(url: URL): string {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => shown.has(name)));
  return url.origin + url.pathname + (query.size === 0 ? '' : `?${query.toString()}`);
}

/** Text from elsewhere for a message: one line, printable, short. */
export function redactText(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
