import { z } from 'zod';
import { quote } from '../domain/quote.ts';
import { hintAt, ignored, readEntries, refused, said, type Entry, type ReadDelivery } from './delivery.ts';

const repository = z.object({
  repo_full_name: z.string().nullish(),
  namespace: z.string().nullish(),
  name: z.string().nullish(),
});

const artifacts = z.object({ repository, resources: z.array(z.unknown()).nullish() });

const resource = z.object({ tag: z.string().nullish() });

/** `event_data` in Harbor's own format, `data` in CloudEvents (goharbor.io, "Configure Webhook Notifications"). */
const event = z.object({ type: z.string(), event_data: z.unknown().optional(), data: z.unknown().optional() });

/** Replications and retention runs are told of as well, but what they push and delete comes as events of its own. */
const changes: ReadonlySet<string> = new Set([
  'PUSH_ARTIFACT',
  'DELETE_ARTIFACT',
  'harbor.artifact.pushed',
  'harbor.artifact.deleted',
]);

/** Webhooks of Harbor 2, in both of its payload formats. */
export const readHarbor: ReadDelivery = ({ body }) => {
  const read = event.safeParse(body);
  if (!read.success) return refused('it has no type');
  const { type, event_data: ours, data: cloud } = read.data;
  if (!changes.has(type)) return ignored(`${quote(type)} changes no tag`);
  const about = artifacts.safeParse(ours ?? cloud);
  if (!about.success) return refused('it names no repository');
  const { repo_full_name: full, namespace, name } = about.data.repository;
  const named = said(full) ?? (namespace && name ? `${namespace}/${name}` : undefined);
  if (named === undefined) return refused('it names no repository within a project');
  const resources = about.data.resources ?? [];
  return readEntries(resources.length === 0 ? [{}] : resources, (value) => readResource(named, value));
};

/** Where Harbor knows no tag, it writes the digest in its place: any tag may have moved. */
function readResource(named: string, value: unknown): Entry {
  const read = resource.safeParse(value);
  if (!read.success) return refused('a resource has a tag that is no text');
  const { tag } = read.data;
  return hintAt(named, tag && !tag.includes(':') ? tag : undefined);
}
