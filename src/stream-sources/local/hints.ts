import type { ImageStreamTagKey, ImageStreamKey } from '../../domain/image-stream.ts';
import type { RepositoryTagKey, TagEventCause } from '../../domain/tag-event.ts';
import { createTurns } from '../../lib/turns.ts';
import type { Store } from '../../store/store.ts';
import type { Agenda } from './agenda.ts';
import { keyText } from './change-streams.ts';
import type { FindRegistry } from './docker-image.ts';
import { imageOf } from './import.ts';
import type { ImportPlan } from './import-plan.ts';
import type { Importing } from './importing.ts';

export interface HintsOptions {
  readonly source: string;
  readonly store: Store;
  readonly agenda: Agenda;
  readonly importing: Pick<Importing, 'unattended'>;
  readonly find: FindRegistry;
  /** Aborted when the source stops. */
  readonly stopping: AbortSignal;
}

/** How a tag of a repository came to be looked at. */
export type HintCause = Extract<TagEventCause, 'WEBHOOK' | 'POLL'>;

/**
 * Imports again now what is scheduled to be imported from a tag of a repository that may have moved. Resolves once a run is
 * over that began after the hint; rejects where part of it could not be done. Hints that come while one is under way share
 * the run after it.
 */
export type Hinted = (upstream: RepositoryTagKey, cause: HintCause) => Promise<void>;

interface Run {
  readonly now: Promise<void>;
  next: Promise<void> | undefined;
}

/** How many tags of repositories are looked at at a time: a queue of its own, so that hints do not fill that of a registry. */
const lanes = 16;
/** Streams that are imported in one change, so that their registry is asked once for them all. */
const mostStreams = 20;

export function createHints({ source, store, agenda, importing, find, stopping }: HintsOptions): Hinted {
  /** By tag of a repository: the run that is under way, with the one that comes after it. */
  const runs = new Map<string, Run>();

  const turns = createTurns();
  let lane = 0;

  return function hinted(upstream, cause) {
    const name = JSON.stringify([upstream.registry, upstream.repository, upstream.tag]);
    const running = runs.get(name);
    if (running === undefined) return begin(name, upstream, cause);
    running.next ??= running.now.then(
      () => begin(name, upstream, cause),
      () => begin(name, upstream, cause),
    );
    return running.next;
  };

  function begin(name: string, upstream: RepositoryTagKey, cause: HintCause): Promise<void> {
    lane = (lane + 1) % lanes;
    const run: Run = { now: turns.run([String(lane)], () => importAll(upstream, cause), stopping), next: undefined };
    runs.set(name, run);
    const forget = (): void => {
      if (runs.get(name) === run && run.next === undefined) runs.delete(name);
    };
    run.now.then(forget, forget);
    return run.now;
  }

  async function importAll(upstream: RepositoryTagKey, cause: HintCause): Promise<void> {
    const tags = (await store.imageStreams.importedFrom(upstream)).filter((tag) => tag.source === source);
    const streams = [...new Map(tags.map((tag) => [keyText(tag), tag])).values()];
    const failures: unknown[] = [];
    for (let at = 0; at < streams.length; at += mostStreams) {
      const plan = planOf(streams.slice(at, at + mostStreams), upstream, cause);
      try {
        const done = await importing.unattended(plan);
        const waitMs = done.kind === 'done' ? done.limitedForMs : undefined;
        if (waitMs !== undefined) await agenda.within(plan.streams, waitMs);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  function planOf(tags: readonly ImageStreamTagKey[], upstream: RepositoryTagKey, cause: HintCause): ImportPlan {
    const streams = tags.map(({ namespace, name }): ImageStreamKey => ({ source, namespace, name }));
    return {
      streams,
      cause,
      targets: (get) =>
        streams.flatMap((stream) =>
          [...(get(stream)?.tags.values() ?? [])].flatMap(({ name, spec }) => {
            if (spec?.importPolicy.scheduled !== true || !isSame(spec.upstream, upstream)) return [];
            return { at: { stream, tag: name }, wanted: spec, image: imageOf(spec, find) };
          }),
        ),
    };
  }
}

function isSame(a: RepositoryTagKey | undefined, b: RepositoryTagKey): boolean {
  return a?.registry === b.registry && a.repository === b.repository && a.tag === b.tag;
}
