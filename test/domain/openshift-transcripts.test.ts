import { describe, expect, it } from '@jest/globals';
import { importFailed, importSucceeded } from '../../src/domain/image-stream-import.ts';
import { rollBack } from '../../src/domain/image-stream-rollback.ts';
import { setTagSpec } from '../../src/domain/image-stream-spec.ts';
import { withLabels, withoutTag } from '../../src/domain/image-stream-tags.ts';
import type { ImageStream, ImageStreamTag, TagSpec } from '../../src/domain/image-stream.ts';
import { tagEventsOf } from '../../src/domain/tag-events-of.ts';
import { readRecordedStream, transcriptsArePresent, watchEvents } from '../support/openshift-transcripts.ts';

const whole = '90-watch-all-demo-whole-scenario';
const imports = '93-watch-import-controller';

/** What the events of a watch tell, by their place in it; those that are not named tell nothing. */
const told: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  [whole]: {
    2: 'refonly:v1 CREATED',
    3: 'app:1.0 CREATED',
    4: 'app:1.1 CREATED, app:latest CREATED, app:missing IMPORT_FAILED, app:secure-only CREATED',
    5: 'app:1.0 IMPORT_FAILED',
    6: 'app:1.0 IMPORT_RECOVERED',
    7: 'private:1 IMPORT_FAILED',
    8: 'private:1 CREATED',
    9: 'many:1.4 CREATED, many:1.5 CREATED, many:1.6 CREATED, many:1.7 CREATED, many:1.8 CREATED',
    11: 'multi:legacy CREATED',
    12: 'multi:preserve CREATED',
    13: 'oci:1 CREATED',
    14: 'multi:ociindex CREATED',
    15: 'app:stable CREATED',
    16: 'app:latest MOVED, app:stable MOVED',
    17: 'app:prod CREATED',
    18: 'app:prod MOVED',
    19: 'app:prod ROLLED_BACK',
    21: 'app:prod MOVED',
    23: 'copy:dry CREATED',
    24: 'copy:v1 CREATED',
    25: 'app:stable DELETED',
    26: 'app:missing DELETED',
    28: 'pushed:v1 CREATED',
    30: 'app:pinned CREATED',
    35: 'oci:1 DELETED',
  },
  '91-watch-alias-chain': {
    1: 'chain:a CREATED, chain:b CREATED, chain:c CREATED',
    2: 'chain:a MOVED, chain:b MOVED, chain:c MOVED',
    3: 'chain:a MOVED, chain:b MOVED, chain:c MOVED',
  },
  '91-watch-bookmarks': { 2: 'pushed:v1 DELETED' },
  '91-watch-cluster-wide': {},
  '91-watch-delete-followed-tag': { 1: 'app:latest DELETED' },
  '91-watch-in-place-replacement': { 0: 'inplace:t CREATED', 1: 'inplace:t RETARGETED', 2: 'inplace:t RETARGETED' },
  '91-watch-one-by-fieldselector': { 1: 'pushed:v1 DELETED' },
  '91-watch-resume-from-rv': {},
  [imports]: {
    1: 'sched:latest CREATED',
    2: 'sched:latest MOVED',
    4: 'sched:latest IMPORT_FAILED',
    5: 'sched:latest MOVED',
    6: 'sched:latest ROLLED_BACK',
    7: 'sched:latest DELETED',
  },
};

/** A recorded change of a stream; `others` are all streams as they were then, by name. */
interface Recorded {
  readonly before: ImageStream | undefined;
  readonly after: ImageStream | undefined;
  readonly others: ReadonlyMap<string, ImageStream>;
}

/** The changes of a watch, by place; a stream that is seen first when it is modified had been known, and did not change. */
function changesOf(file: string): readonly (Recorded | undefined)[] {
  const known = new Map<string, ImageStream>();
  return watchEvents(file).map(({ type, object }) => {
    if (type === 'BOOKMARK') return undefined;
    const stream = readRecordedStream(object);
    const others = new Map(known);
    const before = known.get(stream.name) ?? (type === 'ADDED' ? undefined : stream);
    if (type === 'DELETED') known.delete(stream.name);
    else known.set(stream.name, stream);
    return { before, after: type === 'DELETED' ? undefined : stream, others };
  });
}

function describeChange({ before, after }: Recorded): string {
  return tagEventsOf(before, after, 'WATCH')
    .map(({ subject, kind }) => `${subject.kind === 'IMAGE_STREAM_TAG' ? subject.name : ''}:${subject.tag} ${kind}`)
    .join(', ');
}

const at = { now: 0, mostItems: 50 };
const noTag: ImageStreamTag = { name: '', spec: undefined, history: [], conditions: [] };

/** The stream before, and what the server made of a tag of it. */
type Act = (before: ImageStream, made: ImageStreamTag, others: Recorded['others']) => ImageStream | undefined;

/** Wants of a tag what the recording says was wanted of it. */
function want(again = false): Act {
  return (before, made, others) => {
    const wanted = made.spec!;
    const streamOf = ({ name }: { readonly name: string }): ImageStream | undefined => others.get(name);
    const set = setTagSpec(before, made.name, wanted, { ...at, again, streamOf });
    return set.kind === 'SET' ? set.stream : undefined;
  };
}

const succeed: Act = (before, made) => {
  const asked = askedOf(before, made);
  const { digest, dockerImageReference } = made.history[0]!;
  return importSucceeded(before, { tag: made.name, asked }, { digest: digest!, dockerImageReference }, at);
};

const fail: Act = (before, made) =>
  importFailed(before, { tag: made.name, asked: askedOf(before, made) }, made.conditions[0]!, 0);

const untag: Act = (before, { name }) => withoutTag(before, name);

function askedOf(before: ImageStream, made: ImageStreamTag): TagSpec {
  return before.tags.get(made.name)?.spec ?? { ...made.spec!, generation: 0 };
}

/** What was done, by place in a watch, to which tag: the rules are to make of the stream what the server made of it. */
const done: readonly (readonly [what: string, file: string, place: number, tag: string, act: Act])[] = [
  ['import a new tag', whole, 3, '1.0', succeed],
  ['fail to import', whole, 5, '1.0', fail],
  ['import the same image after a failure', whole, 6, '1.0', succeed],
  ['import a first image after a failure', whole, 8, '1', succeed],
  ['import another new tag', whole, 14, 'ociindex', succeed],
  ['pin a tag to an image', whole, 17, 'prod', want()],
  ['pin it to another', whole, 18, 'prod', want()],
  ['pin it to the first again', whole, 19, 'prod', want()],
  ['pin it to a third', whole, 21, 'prod', want()],
  ['ask for an image of a registry', whole, 22, 'prod', want()],
  ['copy the tag of another stream', whole, 24, 'v1', want()],
  ['take a tag away', whole, 25, 'stable', untag],
  ['take a tag away that never had an image', whole, 26, 'missing', untag],
  ['label the stream', whole, 29, '', (before) => withLabels(before, { env: 'x', team: 'a' })],
  ['pin one more tag', whole, 30, 'pinned', want()],
  ['ask for the same import again', whole, 34, '1.1', want(true)],
  ['import a tag that two others follow in a chain', '91-watch-alias-chain', 1, 'a', succeed],
  ['take a tag away that another follows', '91-watch-delete-followed-tag', 1, 'latest', untag],
  ['import what was asked for', imports, 1, 'latest', succeed],
  ['import what the tag has become', imports, 2, 'latest', succeed],
  ['fail to import what is scheduled', imports, 4, 'latest', fail],
  ['import again after that', imports, 5, 'latest', succeed],
  ['roll back', imports, 6, 'latest', (before, made) => rollBack(before, 'latest', made.history[0]!.digest!, at)],
  ['take the tag away', imports, 7, 'latest', untag],
];

/** Without what a clock or a cluster adds. */
function timeless(stream: ImageStream | undefined): unknown {
  if (stream === undefined) return undefined;
  const tags = [...stream.tags.values()].map((tag) => ({
    ...tag,
    history: tag.history.map((item) => ({ ...item, createdAt: 0 })),
    conditions: tag.conditions.map((condition) => ({ ...condition, lastTransitionTime: 0 })),
  }));
  return { ...stream, tags, resourceVersion: undefined };
}

if (transcriptsArePresent()) {
  describe('the changes that an OpenShift API server recorded', () => {
    it.each(Object.keys(told))('are told by the events that they are, in %s', (file) => {
      const texts = changesOf(file).flatMap((change, place) => {
        const text = change === undefined ? '' : describeChange(change);
        return text === '' ? [] : [[place, text] as const];
      });
      expect(Object.fromEntries(texts)).toEqual(told[file]);
    });

    it.each(done)('are what the rules make of the same: %s, in %s at %d, of %j', (_what, file, place, tag, act) => {
      const { before, after, others } = changesOf(file)[place]!;
      const made = act(before!, after?.tags.get(tag) ?? { ...noTag, name: tag }, others);
      expect(timeless(made)).toEqual(timeless(after));
    });
  });
} else {
  describe('the changes that an OpenShift API server recorded', () => {
    it('are absent, so nothing of them is read', () => undefined);
  });
}
