import { z } from 'zod';
import { readEntries, refused, type Entry, type ReadDelivery } from './delivery.ts';
import { hintAtOwn } from './own-name.ts';

const list = z.object({ changes: z.array(z.unknown()) });

const change = z.object({ repository: z.string(), tag: z.string().nullish() });

/** The gateway's own format (docs/webhooks.md): `{repository, tag}`, or a list of these in `changes`. */
export const readGeneric: ReadDelivery = ({ body, names }) => {
  const many = list.safeParse(body);
  return readEntries(many.success ? many.data.changes : [body], (value): Entry => {
    const read = change.safeParse(value);
    if (!read.success) return refused('it is neither {"repository", "tag"} nor {"changes": [...]} of these');
    return hintAtOwn(read.data.repository, read.data.tag ?? undefined, names);
  });
};
