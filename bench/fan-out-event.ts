import { parseDigest } from '../src/domain/digest.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../src/domain/reference.ts';
import type { RepositoryTagKey, TagChange } from '../src/domain/tag-event.ts';
import type { Change } from '../src/store/store.ts';

const tag: RepositoryTagKey = {
  registry: parseRegistryName('registry.example'),
  repository: parseRepositoryName('team/app'),
  tag: parseTagName('prod'),
};

/** The change that is told of in the rows of fan-out, over and over. */
export const change: TagChange = {
  subject: { kind: 'TAG', ...tag },
  kind: 'MOVED',
  digest: parseDigest(`sha256:${'b'.repeat(64)}`),
  previousDigest: parseDigest(`sha256:${'a'.repeat(64)}`),
  cause: 'WEBHOOK',
  coalesced: false,
  reason: undefined,
};

/** Appends it to a store. */
export const append: Change<undefined> = {
  tags: [tag],
  decide: () => ({ result: undefined, events: [change] }),
};

/** What all sockets subscribe with. Nothing in it is encrypted or hashed, which would be to the peer's cost alone. */
export const subscription = `subscription {
  tagEvents {
    kind observedAt revision digest previousDigest cause coalesced reason
    subject { registry repository tag text }
  }
}`;
