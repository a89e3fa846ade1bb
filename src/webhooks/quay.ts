import { z } from 'zod';
import { hintAt, ignored, readEntries, refused, type Entry, type ReadDelivery } from './delivery.ts';
import { hintAtOwn } from './own-name.ts';

const notification = z.object({
  repository: z.string().nullish(),
  /** The repository with the host, sometimes with a scheme. */
  docker_url: z.string().nullish(),
  /** Names; in old versions an object by names. */
  updated_tags: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).nullish(),
});

/** Notifications of Quay (quay/quay, notifications/notificationevent.py). Only a push has `updated_tags`. */
export const readQuay: ReadDelivery = ({ body, names }) => {
  const read = notification.safeParse(body);
  if (!read.success) return refused('its repository, docker_url or updated_tags are of another form');
  const { repository, docker_url: url, updated_tags: tags } = read.data;
  if (!repository && !url) return refused('it names no repository');
  if (!tags) return ignored('a notification without updated_tags is not about a push');
  return readEntries(Array.isArray(tags) ? tags : Object.keys(tags), (tag): Entry => {
    if (typeof tag !== 'string') return refused('updated_tags holds what is no text');
    if (!url) return hintAt(repository ?? '', tag);
    return hintAtOwn(url.replace(/^https?:\/\//i, ''), tag, names);
  });
};
