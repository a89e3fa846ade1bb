const redacted = '[redacted]';
const longestText = 1000;
const longestStack = 4000;
const most = { depth: 5, items: 50, causes: 5 };

/** Names of details that hold secrets, whatever stands before them: `registryToken`, `set-cookie`. */
const secretName = /(?:password|passwd|secret|token|authorization|cookie|credentials?|api[-_]?key|private[-_]?key)$/i;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^/\s]*@/g, '$1…@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${redacted}`],
  // Of queries, all values go but those known to be harmless: signed URLs call their signature by many names.
  [/([?&](?!(?:scope|service|n|last|page|page_size|artifactType)=)[\w.~%-]+=)[^&\s"']+/g, `$1${redacted}`],
];

/** A copy of a line's details that is safe to write: secrets left out, everything short, errors with the chain of their causes. */
export function cleanDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return cleanGroup(details, 0);
}

/** A text without the credentials that URLs and headers carry, cut to 1,000 characters. */
export function cleanText(text: string, longest = longestText): string {
  // Cut first, so that endless texts cost little, but further on: a credential cut in half would not be recognised.
  const cut = text.slice(0, 4 * longest);
  const clean = secretTexts.reduce((left, [pattern, instead]) => left.replace(pattern, instead), cut);
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

function cleanGroup(group: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(group).slice(0, most.items);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      cleanText(name),
      secretName.test(name) && isTelling(value) ? redacted : clean(value, depth),
    ]),
  );
}

/** Numbers, such as how many tokens there are, tell nothing secret. */
function isTelling(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'object' && value !== null) return cleanObject(value, depth);
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
}

function cleanObject(value: object, depth: number): unknown {
  if (isError(value)) return cleanError(value, 0);
  if (value instanceof URL) return cleanText(value.href);
  if (value instanceof Date) return String(value.getTime());
  if (ArrayBuffer.isView(value)) return `${String(value.byteLength)} bytes`;
  if (depth >= most.depth) return '…';
  if (Array.isArray(value)) return value.slice(0, most.items).map((item) => clean(item, depth + 1));
  return hasJson(value) ? clean(value.toJSON(), depth + 1) : cleanGroup(value, depth + 1);
}

/** Errors of other realms, such as those of Node's own modules within a VM context, are no instances of ours. */
function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

function hasJson(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Only what every error has and a code: other properties may be whole requests with their headers. */
function cleanError(error: Error, causes: number): Record<string, unknown> {
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
  return {
    name: cleanText(error.name),
    message: cleanText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: cleanText(error.stack, longestStack) }),
    ...causeOf(error, causes + 1),
  };
}

function causeOf({ cause }: Error, causes: number): { readonly cause?: unknown } {
  if (cause === undefined) return {};
  if (causes >= most.causes) return { cause: '…' };
  return { cause: isError(cause) ? cleanError(cause, causes) : clean(cause, most.depth) };
}
