import type { Resource, Verb } from '../access/access.ts';
import { isRegistryName, isRepositoryName, isTagName } from '../domain/reference.ts';
import type { TagSubject } from '../domain/tag-event.ts';
import { isGlob } from '../lib/glob.ts';
import type { Delivery } from './delivery.ts';
import type { EventNames } from './filter.ts';

/** What access decides about where an event is about a tag. */
export function resourceOf(subject: TagSubject): Resource {
  if (subject.kind === 'TAG') {
    const { registry, repository, tag } = subject;
    return { registry, repository, tag };
  }
  const { source, namespace, name: imageStream, tag } = subject;
  return { source, namespace, imageStream, tag };
}

/** What a scope has to be allowed to be told something. */
export interface DeliveryRight {
  readonly verb: Verb;
  readonly resource: Resource;
}

/**
 * What access is asked about something that is delivered; `undefined` where it is about the subscription itself. A gap is told to whoever may
 * watch what the subscription is about, where that is named; else what the gap is in. One in all of a source tells of nothing
 * but the source.
 */
export function rightToBeTold(delivery: Delivery, names: EventNames): DeliveryRight | undefined {
  if (delivery.kind === 'event') return { verb: 'watch', resource: resourceOf(delivery.event.subject) };
  if (delivery.kind === 'bookmark' || delivery.gap === undefined) return undefined;
  const { source, namespace } = delivery.gap;
  const about = exactResource(names);
  if (about !== undefined && 'namespace' in about) return { verb: 'watch', resource: about };
  if (namespace === undefined) return { verb: 'list', resource: { source } };
  return { verb: 'watch', resource: { source, namespace } };
}

/**
 * The narrowest one thing that everything is in which a filter means; `undefined` where the filter does not name a registry
 * or source. Then each event is decided on alone, as all are.
 */
export function exactResource(names: EventNames): Resource | undefined {
  if (names.subject === 'TAG') {
    const registry = exact(names.registry);
    if (registry === undefined || !isRegistryName(registry)) return undefined;
    const repository = exact(names.repository);
    if (repository === undefined || !isRepositoryName(repository)) return { registry };
    const tag = exact(names.tag);
    return tag === undefined || !isTagName(tag) ? { registry, repository } : { registry, repository, tag };
  }
  const source = exact(names.source);
  if (source === undefined) return undefined;
  const namespace = exact(names.namespace);
  if (namespace === undefined) return { source };
  const imageStream = exact(names.imageStream);
  if (imageStream === undefined) return { source, namespace };
  const tag = exact(names.tag);
  return tag === undefined ? { source, namespace, imageStream } : { source, namespace, imageStream, tag };
}

function exact(pattern: string | undefined): string | undefined {
  return pattern === undefined || isGlob(pattern) ? undefined : pattern;
}
