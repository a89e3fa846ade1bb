import { z } from 'zod';
import { quote } from '../domain/quote.ts';
import { hintAt, ignored, readEntries, refused, said, type Entry, type ReadDelivery } from './delivery.ts';

const envelope = z.object({ events: z.array(z.unknown()) });

const event = z.object({
  action: z.string(),
  target: z.object({ repository: z.string(), tag: z.string().nullish() }),
});

/** Notifications of Docker's registry (distribution, notifications.md: an envelope of events). */
export const readDistribution: ReadDelivery = ({ body }) => {
  const read = envelope.safeParse(body);
  return read.success ? readEntries(read.data.events, readEvent) : refused('it has no list of events');
};

function readEvent(value: unknown): Entry {
  const read = event.safeParse(value);
  if (!read.success) return refused('an event has no action, or no target with a repository');
  const { action, target } = read.data;
  const tag = said(target.tag);
  // A deleted manifest is named by its digest alone: any tag may have pointed at it.
  if (action === 'delete') return hintAt(target.repository, tag);
  if (action !== 'push') return ignored(`${quote(action)} changes no tag`);
  // Only manifests have tags. Blobs, and manifests pushed by digest (the platforms of an index), have none and move none.
  return tag === undefined ? ignored('a push without a tag moves none') : hintAt(target.repository, tag);
}
