import type { Resource, Verb, Viewer } from '../access.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Decision, Decisions } from './decisions.ts';
import { differentVerbs, placeOf, questionsOf, type Place } from './rights.ts';
import type { Subject } from './subject.ts';

/** What the RBAC of one cluster decides. */
export interface ClusterAccess {
  /** Whether the cluster knows a viewer. */
  readonly knows: (viewer: Viewer) => boolean;
  /** Decides about the source's image streams, and the repositories that these are. Rejects with AUTH_UNAVAILABLE. */
  readonly may: (viewer: Viewer, verb: Verb, resource: Resource) => Decision;
}

export interface ClusterAccessOptions {
  readonly subjectOf: (viewer: Viewer) => Subject | undefined;
  readonly decisions: Decisions;
  /** The names of image streams that there are in a namespace: of very many, the first ones. */
  readonly streamsIn: (namespace: string) => Promise<readonly string[]>;
  readonly clock: Clock;
}

/** Image streams of a namespace that are asked about at a time. */
const together = 16;

/**
 * Asks a cluster what its users may do. Whoever it knows may know of the source; whatever is allowed on a thing lets it be listed, and a
 * namespace is listed for whoever may `get` an image stream in it. All else that is asked of a source or namespace is asked of all of it, as
 * the cluster would.
 */
export function createClusterAccess(options: ClusterAccessOptions): ClusterAccess {
  const { subjectOf, decisions, streamsIn, clock } = options;

  function may(viewer: Viewer, verb: Verb, resource: Resource): Decision {
    const subject = subjectOf(viewer);
    const place = placeOf(resource);
    if (subject === undefined || place === undefined || isOver(viewer)) return false;
    const allows = (what: Verb, where: Place): Decision =>
      some(questionsOf(what, where), (attributes) => decisions(subject, attributes, viewer.expiresAt));
    if (verb !== 'list') return allows(verb, place);
    const { namespace, imageStream } = place;
    if (namespace === undefined) return true;
    const any = some(differentVerbs, (each) => allows(each, place));
    if (imageStream !== undefined || any === true) return any;
    return either(any, () => someStream(namespace, (name) => allows('get', { namespace, imageStream: name })));
  }

  /** Nothing holds longer than what the viewer showed, whoever else it was found out for. */
  function isOver({ expiresAt }: Viewer): boolean {
    return expiresAt !== undefined && expiresAt <= clock.now();
  }

  async function someStream(namespace: string, ask: (name: string) => Decision): Promise<boolean> {
    const names = await streamsIn(namespace);
    for (let at = 0; at < names.length; at += together) {
      const decided = await Promise.all(names.slice(at, at + together).map(async (name) => ask(name)));
      if (decided.includes(true)) return true;
    }
    return false;
  }

  return { knows: (viewer) => subjectOf(viewer) !== undefined, may };
}

/** Whether one of some things is allowed: asked one after another, and at once as long as the answers are. */
function some<Thing>(things: readonly Thing[], ask: (thing: Thing) => Decision): Decision {
  return things.reduce<Decision>((decided, thing) => either(decided, () => ask(thing)), false);
}

function either(decided: Decision, otherwise: () => Decision): Decision {
  if (typeof decided === 'boolean') return decided || otherwise();
  return decided.then((is) => is || otherwise());
}
