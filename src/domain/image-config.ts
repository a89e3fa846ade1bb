import {
  field,
  isObject,
  list,
  optionalObject,
  optionalText,
  readJsonObject,
  textList,
  textMap,
  unexpected,
  type JsonObject,
} from './json.ts';
import type { Platform } from './platform.ts';
import { readPlatform } from './read-descriptor.ts';

/** What an image's configuration says (image-spec config.md; Docker's image configuration). Lists are empty where it says nothing. */
export interface ImageConfig {
  /** When the image was made, in milliseconds since the epoch; `undefined` where unknown. */
  readonly created: number | undefined;
  readonly author: string | undefined;
  readonly user: string | undefined;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDir: string | undefined;
  /** As `port/protocol`, sorted. */
  readonly exposedPorts: readonly string[];
  /** Paths, sorted. */
  readonly volumes: readonly string[];
  /** In the order of the document. */
  readonly labels: ReadonlyMap<string, string>;
  readonly stopSignal: string | undefined;
  /** The steps that made it, first to last. */
  readonly history: readonly HistoryEntry[];
  /** `undefined` where the configuration does not tell, as the empty one of artifacts does not. */
  readonly platform: Platform | undefined;
}

/** A step in the making of an image. */
interface HistoryEntry {
  /** Milliseconds since the epoch. */
  readonly created: number | undefined;
  readonly createdBy: string | undefined;
  readonly author: string | undefined;
  readonly comment: string | undefined;
  /** Whether the step made no layer. */
  readonly emptyLayer: boolean;
}

const what = 'image configuration';

/** Reads the bytes of an image's configuration; missing and null parts count as empty. Throws UPSTREAM_INVALID. */
export function readImageConfig(bytes: Uint8Array): ImageConfig {
  const document = readJsonObject(bytes, what);
  const run = optionalObject(document, 'config', what) ?? {};
  const at = `${what}.config`;
  return {
    created: readTime(document, what),
    author: nonEmptyText(document, 'author', what),
    user: nonEmptyText(run, 'User', at),
    env: textList(run, 'Env', at),
    entrypoint: readCommand(run, 'Entrypoint', at),
    command: readCommand(run, 'Cmd', at),
    workingDir: nonEmptyText(run, 'WorkingDir', at),
    exposedPorts: readSet(run, 'ExposedPorts', at),
    volumes: readSet(run, 'Volumes', at),
    labels: textMap(run, 'Labels', at),
    stopSignal: nonEmptyText(run, 'StopSignal', at),
    history: list(document, 'history', what).map(readHistoryEntry),
    platform: readPlatform(document, what),
  };
}

/**
 * The command that made each layer, lowest first. History and layers have nothing but their order in common, so where
 * their numbers differ nothing is known.
 */
export function layerCommands(config: ImageConfig, layerCount: number): readonly (string | undefined)[] {
  const steps = config.history.filter((entry) => !entry.emptyLayer);
  return Array.from({ length: layerCount }, (_, index) =>
    steps.length === layerCount ? steps[index]?.createdBy : undefined,
  );
}

function readHistoryEntry(value: unknown, index: number): HistoryEntry {
  const at = `${what}.history[${String(index)}]`;
  if (!isObject(value)) throw unexpected(at, 'an object', value);
  const emptyLayer = field(value, 'empty_layer') ?? false;
  if (typeof emptyLayer !== 'boolean') throw unexpected(`${at}.empty_layer`, 'true or false', emptyLayer);
  return {
    created: readTime(value, at),
    createdBy: nonEmptyText(value, 'created_by', at),
    author: nonEmptyText(value, 'author', at),
    comment: nonEmptyText(value, 'comment', at),
    emptyLayer,
  };
}

/** Docker also takes one text for a list of one (moby strslice). */
function readCommand(object: JsonObject, name: string, at: string): readonly string[] {
  const value = field(object, name);
  return typeof value === 'string' ? [value] : textList(object, name, at);
}

/** The names of a set, which Go writes as an object with empty values. */
function readSet(object: JsonObject, name: string, at: string): readonly string[] {
  return Object.keys(optionalObject(object, name, at) ?? {}).sort();
}

/** Docker writes empty text where nothing is set. */
function nonEmptyText(object: JsonObject, name: string, at: string): string | undefined {
  const text = optionalText(object, name, at);
  return text === '' ? undefined : text;
}

/** RFC 3339 §5.6, cut to milliseconds. */
const timePattern = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:\d\d)$/i;

/** A time in milliseconds; `undefined` where there is none, or Go's zero time, or text that is no time: an image is more than its date. */
function readTime(object: JsonObject, at: string): number | undefined {
  const match = timePattern.exec(optionalText(object, 'created', at) ?? '');
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', zone = ''] = match;
  const milliseconds = Date.parse(`${date}T${time}${fraction}${zone.toUpperCase()}`);
  return Number.isNaN(milliseconds) || date.startsWith('0001') ? undefined : milliseconds;
}
