import type { Access, Viewer } from '../access/access.ts';
import { GatewayError } from '../domain/errors.ts';
import type { ImageStreamSource } from '../domain/image-stream-source.ts';
import { quote } from '../domain/quote.ts';

/** The configured sources of image streams, as far as one viewer may know of them. */
export interface VisibleSources {
  /** The source of a name, or the only one; `undefined` where there is none. Throws SOURCE_AMBIGUOUS where several are meant. */
  readonly find: (name: string | undefined) => Promise<ImageStreamSource | undefined>;
  /** As `find`; throws NOT_FOUND where there is none. */
  readonly demand: (name: string | undefined) => Promise<ImageStreamSource>;
}

export function createVisibleSources(
  sources: readonly ImageStreamSource[],
  access: Access,
  viewer: Viewer,
): VisibleSources {
  async function visible(): Promise<readonly ImageStreamSource[]> {
    const may = await Promise.all(sources.map(async ({ name }) => access.may(viewer, 'list', { source: name })));
    return sources.filter((_, index) => may[index] === true);
  }

  async function find(name: string | undefined): Promise<ImageStreamSource | undefined> {
    const known = await visible();
    if (name !== undefined) return known.find((source) => source.name === name);
    if (known.length < 2) return known[0];
    throw new GatewayError(
      'SOURCE_AMBIGUOUS',
      `there are several sources of image streams: say with \`source\` which of them is meant, ${namesOf(known)}`,
      { argument: 'source' },
    );
  }

  return {
    find,
    demand: async (name) => {
      const found = await find(name);
      if (found !== undefined) return found;
      const known = await visible();
      const message =
        known.length === 0
          ? 'no source of image streams is configured; one under `streams` in the configuration makes them possible'
          : `no source of image streams is called ${quote(name ?? '')}: there is ${namesOf(known)}`;
      throw new GatewayError('NOT_FOUND', message, { argument: 'source' });
    },
  };
}

function namesOf(sources: readonly ImageStreamSource[]): string {
  return sources.map(({ name }) => quote(name)).join(', ');
}

/** Whether a source shows a namespace. */
export function shows({ namespaces }: ImageStreamSource, namespace: string): boolean {
  return namespaces?.includes(namespace) ?? true;
}
