import { parseDigest } from '../src/domain/digest.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../src/domain/reference.ts';
import type { RepositoryTagKey, TagChange } from '../src/domain/tag-event.ts';
import type { Change } from '../src/store/store.ts';

/** A tag of the repository that is told of, by its number. */
function tagOf(index: number): RepositoryTagKey {
  return {
    registry: parseRegistryName('registry.example'),
    repository: parseRepositoryName('team/app'),
    tag: parseTagName(`prod-${index}`),
  };
}

/** The change of a tag that is told of, over and over. */
export function changeOf(index: number, reason?: string): TagChange {
  return {
    subject: { kind: 'TAG', ...tagOf(index) },
    kind: 'MOVED',
    digest: parseDigest(`sha256:${'b'.repeat(64)}`),
    previousDigest: parseDigest(`sha256:${'a'.repeat(64)}`),
    cause: 'WEBHOOK',
    coalesced: false,
    reason,
  };
}

/** Appends it to a store. */
export function appendOf(index: number, reason?: string): Change<undefined> {
  return {
    tags: [tagOf(index)],
    decide: () => ({ result: undefined, events: [changeOf(index, reason)] }),
  };
}

/** What all sockets subscribe with. Nothing in it is encrypted or hashed, which would be to the peer's cost alone. */
export const subscription = `subscription {
  tagEvents {
    kind observedAt revision digest previousDigest cause coalesced reason
    subject { registry repository tag text }
  }
}`;

/** What is subscribed to where events are checked one by one: one tag, and as much as tells its events apart. */
export function subscriptionTo(index: number): string {
  return `subscription {
    tagEvents(filter: { registry: "registry.example", repository: "team/app", tag: "prod-${index}" }) {
      kind observedAt revision digest previousDigest cause coalesced reason
      subject { registry repository tag text }
    }
  }`;
}
