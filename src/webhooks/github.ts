import { z } from 'zod';
import { quote } from '../domain/quote.ts';
import { header, hintAt, ignored, readEntries, refused, said, type ReadDelivery } from './delivery.ts';

const published = z.object({
  name: z.string(),
  package_type: z.string().nullish(),
  owner: z.object({ login: z.string() }),
  package_version: z
    .object({ container_metadata: z.object({ tag: z.object({ name: z.string().nullish() }).nullish() }).nullish() })
    .nullish(),
});

type Package = z.infer<typeof published>;

const event = z.object({
  action: z.string(),
  package: z.unknown().optional(),
  registry_package: z.unknown().optional(),
});

const events: ReadonlySet<string> = new Set(['package', 'registry_package']);
const changes: ReadonlySet<string> = new Set(['published', 'updated']);

/** GitHub's `package` and `registry_package` events (docs.github.com, "Webhook events and payloads"), for its container registry. */
export const readGitHub: ReadDelivery = ({ headers, body }) => {
  const name = header(headers, 'x-github-event');
  if (name !== undefined && !events.has(name)) return ignored(`${quote(name)} is not about a package`);
  const read = event.safeParse(body);
  if (!read.success) return refused('it names no action');
  const about = published.safeParse(read.data.package ?? read.data.registry_package);
  if (!about.success) return refused('it has no package with a name and an owner');
  if (!changes.has(read.data.action)) return ignored(`${quote(read.data.action)} changes no tag`);
  if (!isContainer(about.data)) return ignored('the package is no container image');
  const { owner, package_version: version } = about.data;
  // Names are shown as their owners write them; the registry knows them in lower case.
  const repository = `${owner.login}/${about.data.name}`.toLowerCase();
  const tag = said(version?.container_metadata?.tag?.name);
  return readEntries([tag], () => hintAt(repository, tag));
};

/** The type is written in any letter case, and sometimes wrongly; only containers have the metadata of containers. */
function isContainer({ package_type: type, package_version: version }: Package): boolean {
  return type?.toLowerCase() === 'container' || version?.container_metadata != null;
}
