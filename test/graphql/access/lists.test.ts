import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '../../../src/access/access.ts';
import { createWorldStand, type ImageStreamPage, type WorldStand } from './stand.ts';
import { alpha, bravo, createAccessByName } from './viewers.ts';

const page = 'pageInfo { hasNextPage hasPreviousPage } totalCount';

/** Lists of what all may know of, most of which is hidden in one of the gateways: by the name of the root field's part that holds the list. */
const lists: Readonly<Record<string, string>> = {
  registries: '{ registries { name } }',
  repositories: `{ registry(name: "mixed.example") { repositories(first: 2) { ${page} nodes { name } } } }`,
  'repositories, one': `{ registry(name: "mixed.example") { repositories(first: 1) { ${page} nodes { name } } } }`,
  tags: `{ repository(reference: "mixed.example/team/app") { tags(first: 3) { ${page} truncated nodes { name } } } }`,
  'tags with artifacts': `{ repository(reference: "mixed.example/team/app") {
    tags(first: 3, filter: { includeArtifacts: true }) { ${page} truncated nodes { name digest } } } }`,
  'tags by name': `{ repository(reference: "mixed.example/team/app") {
    tags(first: 1, orderBy: { field: NAME }) { ${page} truncated nodes { name } } } }`,
  'tags by version': `{ repository(reference: "mixed.example/team/app") {
    tags(first: 3, orderBy: { field: VERSION }) { ${page} truncated nodes { name } } } }`,
  'tags by date': `{ repository(reference: "mixed.example/team/app") {
    tags(first: 3, orderBy: { field: UPDATED }) { ${page} truncated nodes { name } } } }`,
  'tags by glob': `{ repository(reference: "mixed.example/team/app") {
    tags(first: 1, filter: { name: "alpha*" }) { ${page} truncated nodes { name } } } }`,
  imageStreams: `{ imageStreams(source: "local", first: 1, namespace: "mixed") { ${page} nodes { name tags { ${page} nodes { tag } } } } }`,
  'imageStreams of all': `{ imageStreams(source: "local", first: 3) { ${page} nodes { name viewerCan conditions { tag } } } }`,
  'imageStreams of a cluster': `{ imageStreams(source: "east") { ${page} nodes { namespace } } }`,
  tagEvents: `{ tagEvents(first: 3) { ${page} nodes { subject { text } } } }`,
  'tagEvents, newest first': `{ tagEvents(first: 1, order: NEWEST_FIRST) { ${page} nodes { subject { text } } } }`,
  'tagEvents of a repository': `{ tagEvents(first: 1, filter: { registry: "mixed.example", repository: "team/app" }) {
    ${page} nodes { subject { text } revision } } }`,
  'tagEvents of what is hidden': `{ tagEvents(first: 1, filter: { tag: "alpha-*" }) { ${page} nodes { subject { text } } } }`,
  imageStreamTagEvents: `{ imageStreamTagEvents(first: 2) { ${page} nodes { subject { text } revision } } }`,
  'an ambiguous source': '{ imageStreams { totalCount } }',
};

describe.each([false, true])('T05: a list of much that is hidden, decided later: %j', (later) => {
  let both: WorldStand;
  /** The same gateway where nothing of alpha's ever was. */
  let alone: WorldStand;
  beforeAll(async () => {
    const access = createAccessByName({ later });
    both = await createWorldStand({ worlds: ['alpha', 'bravo'], access, crowd: later ? 20 : 300 });
    alone = await createWorldStand({ worlds: ['bravo'], access });
  });
  afterAll(async () => {
    await both.close();
    await alone.close();
  });

  it.each(Object.entries(lists))('is as long, and goes on, as if it were not there: %s', async (_, document) => {
    const withoutExtensions = async (stand: WorldStand) =>
      (await stand.ask(bravo, document)).text.replace(/"cost":\{[^}]*\}/, '');
    expect(await withoutExtensions(both)).toBe(await withoutExtensions(alone));
    // It is much, for whoever may see it.
    expect((await both.ask(alpha, document)).text).not.toBe((await alone.ask(alpha, document)).text);
  });

  it('can be read to its end, and holds all that is visible', async () => {
    const names = async (viewer: Viewer): Promise<readonly string[]> => {
      const found: string[] = [];
      for (let after: string | null = null; ;) {
        const cursor: string = after === null ? '' : `, after: "${after}"`;
        const list: ImageStreamPage = await both.list(viewer, `imageStreams(source: "local", first: 2${cursor})`);
        found.push(...list.nodes.map(({ name }) => name));
        if (!list.pageInfo.hasNextPage) return found;
        after = list.pageInfo.endCursor;
      }
    };
    expect(await names(bravo)).toEqual(['web', 'bravo-web', 'web']);
    expect((await names(alpha)).length).toBeGreaterThan(20);
  });

  it("is no further opened by another's cursor", async () => {
    const first = await both.list(alpha, 'imageStreams(source: "local", first: 4)');
    const cursor = first.pageInfo.endCursor ?? '';
    const rest = await both.list(bravo, `imageStreams(source: "local", first: 100, after: "${cursor}")`);
    expect(rest.nodes.map(({ name }) => name)).not.toContainEqual(expect.stringContaining('alpha'));
    const hidden = await both.ask(bravo, `{ imageStreams(source: "alpha-east", after: "${cursor}") { totalCount } }`);
    const absent = await both.ask(bravo, `{ imageStreams(source: "ghost-east", after: "${cursor}") { totalCount } }`);
    expect(hidden.text).toBe(absent.text);
  });
});
