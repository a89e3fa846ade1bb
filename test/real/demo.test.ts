import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { moving } from '../../demo/moving-tags.ts';
import { buildSampleImages } from '../../demo/sample-images.ts';
import type { SampleRepository } from '../../demo/registry/store.ts';
import { demo } from '../../src/cli/demo.ts';
import type { Gateway } from '../../src/gateway.ts';
import {
  expectArtifactAgrees,
  expectImageAgrees,
  expectIndexAgrees,
  expectInspectionAgrees,
  sha256,
  type Subject,
} from '../support/agreement.ts';
import { ask, dataOf, outside, type Answer } from '../support/gateway.ts';
import { imageFields, type ImageAnswer } from '../support/image-answer.ts';
import { listNames } from '../support/paging.ts';
import { run } from '../support/process.ts';
import { inspectRaw, listTags, type RegistryAccess } from '../support/skopeo.ts';
import { twoAtATime } from '../support/two-at-a-time.ts';

/** The service account that the sample of Red Hat's registry asks for. */
const creds = '1234567|tributary-demo:sample-password';
const shell = { command: 'sh', package: 'dash' };

let gateway: Pick<Gateway, 'url' | 'stop'>;
let printed = '';
const log: string[] = [];

beforeAll(async () => {
  gateway = await demo(0, outside({}, log), {
    stdout: { write: (text: string) => (printed += text) },
    stderr: { write: (text: string) => log.push(text) },
  });
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  expect(log).toEqual([]);
});

/** How skopeo reaches a sample registry, by where the demo says that it is. */
function accessTo(registry: string): RegistryAccess {
  const host = new RegExp(`^ +${registry.replaceAll('.', '\\.')} +http://(\\S+)`, 'm').exec(printed)?.[1];
  if (host === undefined) throw new Error(`the demo does not say where ${registry} is:\n${printed}`);
  return registry === 'registry.redhat.io' ? { host, creds } : { host };
}

function data(query: string, variables?: Readonly<Record<string, unknown>>) {
  return dataOf(gateway.url, query, variables);
}

/** What the gateway answers for every digest of a repository, fifty at a time. */
async function answersFor(registry: string, { name, manifests }: SampleRepository): Promise<readonly ImageAnswer[]> {
  const references = [...manifests.keys()].map((digest) => `${registry}/${name}@${digest}`);
  const answers: ImageAnswer[] = [];
  for (let start = 0; start < references.length; start += 50) {
    const { images } = await data(
      `query ($references: [String!]!) { images(references: $references) { ...fields } } ${imageFields}`,
      { references: references.slice(start, start + 50) },
    );
    answers.push(...(images as readonly ImageAnswer[]));
  }
  return answers;
}

/** Holds every answer to what skopeo shows; answers how many images were shown for a platform, and how many indexes. */
async function expectAllAgree(subject: Subject, answers: readonly ImageAnswer[]): Promise<Counts> {
  const images = new Map(answers.map((answer) => [answer.digest, answer]));
  const counts = { indexes: 0, images: 0, artifacts: 0 };
  const inIndexes = new Set<string>();
  const kinds = (kind: string): readonly ImageAnswer[] => answers.filter((answer) => answer.kind === kind);

  await twoAtATime(kinds('INDEX'), async (index) => {
    counts.indexes += 1;
    await expectIndexAgrees(subject, index);
    for (const { digest, platform } of index.platforms) {
      // The list of what refers to an image is an index too, of no images.
      if (platform === null) continue;
      inIndexes.add(digest);
      const shown = await expectInspectionAgrees(subject, `@${index.digest}`, images.get(digest), platform);
      expect(shown.digest).toBe(index.digest);
    }
  });
  await twoAtATime(kinds('IMAGE'), async (image) => {
    counts.images += 1;
    await expectImageAgrees(subject, image);
    if (!inIndexes.has(image.digest)) await expectInspectionAgrees(subject, `@${image.digest}`, image);
  });
  await twoAtATime(kinds('ARTIFACT'), async (artifact) => {
    counts.artifacts += 1;
    await expectArtifactAgrees(subject, artifact);
  });
  return counts;
}

interface Counts {
  readonly indexes: number;
  readonly images: number;
  readonly artifacts: number;
}

const samples = buildSampleImages();

describe.each([
  // What is invented stays the same at every run, so that a repository that goes missing is seen.
  { registry: 'docker.io', store: samples.dockerHub, expected: { indexes: 88, images: 382, artifacts: 36 } },
  { registry: 'registry.redhat.io', store: samples.redHat, expected: { indexes: 144, images: 568, artifacts: 6 } },
  { registry: 'registry.internal', store: samples.internal, expected: { indexes: 63, images: 130, artifacts: 57 } },
])('the sample of $registry', ({ registry, store, expected }) => {
  it('agrees with skopeo on every image of every repository, field by field', async () => {
    const total = { indexes: 0, images: 0, artifacts: 0 };
    for (const repository of store.repositories.values()) {
      const subject = { access: accessTo(registry), repository: repository.name, registry };
      const answers = await answersFor(registry, repository);
      expect(answers).toHaveLength(repository.manifests.size);
      const counts = await expectAllAgree(subject, answers);
      total.indexes += counts.indexes;
      total.images += counts.images;
      total.artifacts += counts.artifacts;
    }
    expect(total).toEqual(expected);
  }, 120_000);

  it('agrees with skopeo on the tags of every repository, and on what some of them point at', async () => {
    await twoAtATime([...store.repositories.values()], async ({ name }) => {
      const access = accessTo(registry);
      const listed = [...(await listTags(access, name))].sort();
      const all = 'filter: { includeArtifacts: true }';
      const names = await listNames({ data }, `${registry}/${name}`, { first: 50, more: all });
      expect([...names].sort()).toEqual(listed);
      expect(
        await listNames({ data }, `${registry}/${name}`, { first: 100, more: `${all}, orderBy: { field: NAME }` }),
      ).toEqual(listed);
      // Of a tag that moves between two questions nobody can say who is right.
      const still = listed.filter((tag) => name !== moving.repository || !moving.tags.some((moved) => moved === tag));
      for (const tag of [still[0], still[Math.floor(still.length / 2)], still.at(-1)]) {
        if (tag === undefined) throw new Error(`${name} has no tags`);
        const answer = await data(
          'query ($reference: String!) { tag(reference: $reference) { digest image { digest } } }',
          {
            reference: `${registry}/${name}:${tag}`,
          },
        );
        const digest = sha256(await inspectRaw(access, `${name}:${tag}`));
        expect(answer).toEqual({ tag: { digest, image: { digest } } });
      }
    });
  }, 30_000);
});

it('the curl command that the demo prints answers from all three registries without errors', async () => {
  const command = printed.split('\n').find((line) => line.startsWith('curl '));
  if (command === undefined) throw new Error(`the demo prints no curl command:\n${printed}`);
  const hasCurl = await run(shell, ['-c', 'command -v curl || true']);
  const answer = (
    hasCurl.length > 0 ? JSON.parse((await run(shell, ['-c', command])).toString('utf8')) : await fetchAs(command)
  ) as Answer;
  expect(answer.errors).toBeUndefined();
  const images = answer.data?.['images'] as readonly { readonly reference: string; readonly layers: object[] }[];
  expect(images.map(({ reference }) => reference.split('/')[0])).toEqual([
    'docker.io',
    'registry.redhat.io',
    'registry.internal',
  ]);
  for (const image of images) {
    expect(image).toMatchObject({ platform: { os: 'linux', architecture: 'arm64' }, size: expect.any(Number) });
    expect(image.layers.length).toBeGreaterThan(0);
  }
  // The query that is printed for people is the same.
  const query = /^\{\n.*?^\}/ms.exec(printed)?.[0];
  expect(await ask(gateway.url, query ?? '')).toMatchObject({ data: answer.data });
});

/** What the printed command would do. */
function fetchAs(command: string): Promise<Answer> {
  const body = JSON.parse(/--data '(.*)'$/.exec(command)?.[1] ?? '{}') as { readonly query: string };
  return ask(gateway.url, body.query);
}

it('the push that the demo prints is followed by the image stream that it names', async () => {
  const command = printed.split('\n').find((line) => line.trim().startsWith('skopeo copy'));
  const query = /what it was: (\{.*\})$/m.exec(printed)?.[1] ?? '';
  const access = accessTo('registry.internal');
  const [before, pushed] = [await inspectRaw(access, 'shop/web:latest'), await inspectRaw(access, 'shop/web:1.0.0')];
  expect(await data(query)).toMatchObject({ imageStreamTag: { digest: sha256(before), drift: { state: 'SAME' } } });
  await run(shell, ['-c', `${command ?? ''} --quiet`]);

  const { imageStreamTag } = await eventually(
    () => data(query),
    ({ imageStreamTag: tag }) => (tag as { readonly digest: string }).digest === sha256(pushed),
  );
  expect(imageStreamTag).toMatchObject({ history: [{ digest: sha256(pushed) }, { digest: sha256(before) }] });
});

it('tags of the demo move by themselves, and so does what follows them', async () => {
  const subjects = ['registry.internal/shop/nightly:edge', 'local/shop/nightly:edge'];
  const events = `{ tagEvents(filter: { repository: "shop/nightly", tag: "edge" }) { nodes { kind subject { text } digest } }
    imageStreamTagEvents(filter: { imageStream: "nightly", kinds: [MOVED, ROLLED_BACK] }) { nodes { kind subject { text } digest } } }`;
  type Told = Readonly<Record<'tagEvents' | 'imageStreamTagEvents', { readonly nodes: readonly TestEvent[] }>>;
  const told = await eventually(
    async () => (await data(events)) as unknown as Told,
    ({ imageStreamTagEvents }) => imageStreamTagEvents.nodes.length > 0,
  );
  const [moved, followed] = [told.tagEvents.nodes[0], told.imageStreamTagEvents.nodes[0]];
  expect([moved?.subject.text, followed?.subject.text]).toEqual(subjects);
  expect(followed?.digest).toBe(moved?.digest);
}, 60_000);

interface TestEvent {
  readonly subject: { readonly text: string };
  readonly digest: string;
}

/** Reads again until it is so. */
async function eventually<Found>(read: () => Promise<Found>, isSo: (found: Found) => boolean): Promise<Found> {
  for (;;) {
    const found = await read();
    if (isSo(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
