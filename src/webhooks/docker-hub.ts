import { z } from 'zod';
import { hintAt, readEntries, refused, said, type ReadDelivery } from './delivery.ts';

const push = z.object({
  push_data: z.object({ tag: z.string().nullish() }),
  repository: z.object({
    repo_name: z.string().nullish(),
    namespace: z.string().nullish(),
    name: z.string().nullish(),
  }),
});

type Repository = z.infer<typeof push>['repository'];

/** Docker Hub's one event, a push (docs.docker.com, "Webhooks"). Its `callback_url` may be anybody's: it is not even read. */
export const readDockerHub: ReadDelivery = ({ body }) => {
  const read = push.safeParse(body);
  if (!read.success) return refused('it has no push_data with a tag, or no repository');
  const name = nameOf(read.data.repository);
  if (name === undefined) return refused('its repository has no name');
  const tag = said(read.data.push_data.tag);
  return readEntries([tag], () => hintAt(name, tag));
};

/** In full: the official images, which people name by one word, are in `library`. */
function nameOf({ repo_name: full, namespace, name }: Repository): string | undefined {
  if (full) return full.includes('/') ? full : `library/${full}`;
  return name ? `${said(namespace) ?? 'library'}/${name}` : undefined;
}
