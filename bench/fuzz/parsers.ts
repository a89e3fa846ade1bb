import { loadConfig } from '../../src/config.ts';
import { readImageConfig } from '../../src/domain/image-config.ts';
import { parsePlatform } from '../../src/domain/platform.ts';
import { readManifest, schemaOnePayload } from '../../src/domain/read-manifest.ts';
import { formatReference, parseReference, parseRegistryName, splitReference } from '../../src/domain/reference.ts';
import { createCursorCodec } from '../../src/graphql/cursor.ts';
import { formatGlobalId, parseGlobalId } from '../../src/graphql/global-id.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { nextLink } from '../../src/registries/oci/link.ts';
import { follow } from '../../src/stream-sources/openshift/follow.ts';
import type { Mirror } from '../../src/stream-sources/openshift/mirror.ts';
import { readImageStream } from '../../src/stream-sources/openshift/read-image-stream.ts';
import { chooseChallenge, parseChallenges } from '../../src/transport/challenge.ts';
import { formats, readDelivery, type WebhookFormat } from '../../src/webhooks/formats.ts';
import { challenges, configurations, deliveries, links, manifests, references, watchLines } from './samples.ts';
import type { Target } from './target.ts';

const mediaTypes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json', 'sha256'];
const cursors = createCursorCodec(Buffer.alloc(32, 7));
const isAny = (_: unknown): _ is unknown => true;
const orUndefined = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** What reads the text of strangers without a connection. */
export const parsers: readonly Target[] = [
  {
    name: 'reference',
    samples: references,
    words: ['docker.io/', 'sha256:', ':latest', '@', 'localhost', 'index.docker.io/', '[::1]'],
    take: (text) => {
      orUndefined(() => parsePlatform(text));
      orUndefined(() => splitReference(text));
      const reference = parseReference(text);
      const full = formatReference(reference);
      if (formatReference(parseReference(full)) !== full) throw new Error(`${full} is read back as something else`);
    },
  },
  {
    name: 'challenge',
    samples: challenges,
    words: ['Bearer ', 'Basic ', 'realm=', 'scope="', 'error=', '"', '\\"', ', '],
    take: (text) => {
      chooseChallenge(parseChallenges(text), new URL('https://registry.example/v2/'));
      chooseChallenge(parseChallenges([text, text]), new URL('https://registry.example/v2/'));
    },
  },
  { name: 'link', samples: links, words: ['rel="next"', 'rel=', '<', '>', ';', '</v2/'], take: nextLink },
  {
    name: 'manifest',
    samples: manifests,
    words: ['"mediaType":', '"digest":', '"size":', '"layers":', '"manifests":', 'sha256:', '"urls":'],
    take: (text) => {
      const bytes = Buffer.from(text);
      for (const type of [undefined, ...mediaTypes, text.slice(0, 40)]) {
        rethrowFaults(() => readManifest(bytes, type));
      }
      rethrowFaults(() => readImageConfig(bytes));
      schemaOnePayload(bytes);
    },
  },
  {
    name: 'delivery',
    samples: deliveries,
    words: ['"repository":', '"tag":', '"events":', '"package":', '"push_data":', '"updated_tags":', '"type":'],
    take: (text) => {
      const body = orUndefined((): unknown => JSON.parse(text));
      for (const format of Object.keys(formats) as readonly WebhookFormat[]) {
        const reading = readDelivery(format, { headers: {}, body, names: ['registry.example'] });
        if (reading.kind === 'hints' && reading.hints.length > 100) throw new Error('more than 100 hints');
      }
    },
  },
  {
    name: 'cursor',
    samples: [cursors.seal('tags', { last: 'v1' }), cursors.seal('tag events', { epoch: 'a', sequence: 1 })],
    words: ['=', '-', '_', '+', '/', 'AAAA'],
    take: (text) => {
      cursors.open('tags', text, isAny);
    },
  },
  {
    name: 'id',
    samples: [
      formatGlobalId({ kind: 'Registry', registry: parseRegistryName('registry.example') }),
      formatGlobalId({ kind: 'ImageStreamTag', source: 'local', namespace: 'shop', name: 'web', tag: 'a:b' }),
      'Image:v1:registry.example/team/app',
      'ImageStream:v1:["local","shop","web"]',
    ],
    words: [':v1:', 'Tag', 'Image', '[', ']', '",'],
    take: (text) => {
      for (const id of [text, Buffer.from(text).toString('base64url')]) {
        const found = parseGlobalId(id);
        if (found !== undefined && formatGlobalId(found) !== id) throw new Error(`${id} is another than it says`);
      }
    },
  },
  {
    name: 'watch',
    samples: watchLines,
    words: ['"type":', '"object":', '"metadata":', '"resourceVersion":', '"items":', '"tags":', '"ERROR"', '"status":'],
    take: followOne,
  },
  {
    name: 'configuration',
    // The operator's own file, read at the start, all of whose mistakes are told within two seconds.
    mostMs: 1_000,
    samples: configurations,
    words: [
      '&a ',
      '*a ',
      '<<: ',
      '!!js ',
      '? ',
      '- ',
      '{ ',
      '|\n',
      '---\n',
      'registries:',
      'access:',
      'name:',
      '%YAML',
    ],
    take: (text) => {
      const loaded = loadConfig(text, {
        file: '/nowhere/tributary.yaml',
        readFile: () => {
          throw new Error('there are no files here');
        },
      });
      if (loaded.kind === 'invalid' && loaded.problems.length === 0) throw new Error('refused, and nobody knows why');
    },
  },
];

function rethrowFaults(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'UPSTREAM_INVALID') throw error;
  }
}

/** A watch that tells one line. */
async function followOne(line: string): Promise<void> {
  const refuse = (): Promise<never> => Promise.reject(new Error('nothing else is asked of the cluster'));
  const mirror: Mirror = {
    key: { source: 'cluster', namespace: undefined },
    version: () => Promise.resolve('1'),
    take: () => Promise.resolve(true),
    ...{ takeListed: refuse, takeMissing: refuse, finish: refuse },
  };
  async function* lines(): AsyncGenerator<string> {
    yield await Promise.resolve(line);
  }
  await follow(
    {
      api: { source: 'cluster', get: refuse, write: refuse, watch: () => Promise.resolve(lines()) },
      mirror,
      read: (object) => readImageStream(object, { source: 'cluster', registryOf: () => undefined }),
      clock: systemClock,
      random: () => 0,
      onOpen: () => undefined,
      onLine: () => undefined,
    },
    new AbortController().signal,
  );
}
