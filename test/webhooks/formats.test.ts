import { describe, expect, it } from '@jest/globals';
import { readDelivery, type WebhookFormat } from '../../src/webhooks/formats.ts';
import type { Reading } from '../../src/webhooks/delivery.ts';

const names = ['registry.corp.example', 'registry.corp.svc:5000', '[::1]:5000'];

function read(format: WebhookFormat, body: unknown, headers: Readonly<Record<string, string>> = {}): Reading {
  return readDelivery(format, { headers, body, names });
}

/** Hints as references. */
function hints(reading: Reading): readonly string[] {
  if (reading.kind !== 'hints') throw new Error(`${reading.kind}: ${reading.why}`);
  return reading.hints.map(({ repository, tag }) => (tag === undefined ? repository : `${repository}:${tag}`));
}

function why(reading: Reading): string {
  if (reading.kind === 'hints') throw new Error('there are hints');
  return `${reading.kind}: ${reading.why}`;
}

describe("notifications of Docker's registry", () => {
  const event = (action: string, target: object) => ({
    id: 'e',
    action,
    target,
    request: { host: 'elsewhere.example' },
  });
  const push = (repository: string, tag?: string) =>
    event('push', { repository, tag, digest: `sha256:${'0'.repeat(64)}` });

  it('hint at each tag that was pushed, once, and tell what was left aside', () => {
    const events = [
      push('team/app', '1'),
      event('pull', { repository: 'team/app', tag: '2' }),
      push('team/app', '1'),
      push('b', '2'),
    ];
    expect(read('distribution', { events })).toEqual({
      kind: 'hints',
      hints: [
        { repository: 'team/app', tag: '1' },
        { repository: 'b', tag: '2' },
      ],
      ignored: '1 of 4 entries, the first since "pull" changes no tag',
    });
  });

  it('of a deleted tag hint at it, and of a deleted manifest at the whole repository', () => {
    const deleted = (target: object) => read('distribution', { events: [event('delete', target)] });
    expect(hints(deleted({ repository: 'team/app', tag: '1' }))).toEqual(['team/app:1']);
    expect(hints(deleted({ repository: 'team/app', digest: `sha256:${'0'.repeat(64)}` }))).toEqual(['team/app']);
    expect(hints(deleted({ repository: 'team/app', tag: '' }))).toEqual(['team/app']);
  });

  it('of unknown actions, of mounts, and without events are ignored', () => {
    expect(why(read('distribution', { events: [event('mount', { repository: 'a' })] }))).toBe(
      'ignored: "mount" changes no tag',
    );
    expect(why(read('distribution', { events: [event('defragment', { repository: 'a', tag: '1' })] }))).toMatch(
      /^ignored/,
    );
    expect(why(read('distribution', { events: [] }))).toBe('ignored: it holds no change');
  });

  it('with odd events among them are read as far as they can be', () => {
    const odd = [7, null, {}, push('UPPER', '1'), push('team/app', '../..'), push('team/app', '1')];
    expect(hints(read('distribution', { events: odd }))).toEqual(['team/app:1']);
    expect(why(read('distribution', { events: [push('../../v2', '1')] }))).toContain(
      '"../../v2" is not the name of a repository',
    );
  });
});

describe('any delivery', () => {
  const changes = (count: number, make: (index: number) => object) => ({
    changes: Array.from({ length: count }, (_, index) => make(index)),
  });

  it('comes to 100 hints, and to whole repositories beyond', () => {
    const tags = (count: number) =>
      read(
        'generic',
        changes(count, (index) => ({ repository: 'team/app', tag: `t${index}` })),
      );
    expect(hints(tags(100))).toHaveLength(100);
    expect(hints(tags(101))).toEqual(['team/app']);
  });

  it('about more than 100 repositories hints at the first 100, and says so', () => {
    const reading = read(
      'generic',
      changes(150, (index) => ({ repository: `r${index}` })),
    );
    expect(hints(reading)).toHaveLength(100);
    expect(reading).toMatchObject({ ignored: 'what comes after 100 repositories' });
  });

  it('is read up to 1,000 entries, and says so', () => {
    const reading = read(
      'generic',
      changes(1_200, (index) => ({ repository: 'team/app', tag: `t${index % 3}` })),
    );
    expect(hints(reading)).toEqual(['team/app:t0', 'team/app:t1', 'team/app:t2']);
    expect(reading).toMatchObject({ ignored: 'what comes after 1000 entries' });
  });
});

describe('Docker Hub', () => {
  it('hints at the tag, whatever else is sent along', () => {
    const body = {
      callback_url: 'http://169.254.169.254/',
      push_data: { tag: '1', digest: 'sha256:0', images: [] },
      repository: { repo_name: 'team/app', repo_url: 'http://elsewhere.example/' },
      __proto__: { polluted: true },
    };
    expect(hints(read('docker-hub', body))).toEqual(['team/app:1']);
  });

  it('means library by a repository of one name', () => {
    expect(hints(read('docker-hub', { push_data: { tag: '1' }, repository: { repo_name: 'nginx' } }))).toEqual([
      'library/nginx:1',
    ]);
  });
});

describe('Quay', () => {
  const push = (more: object) => read('quay', { repository: 'team/app', updated_tags: ['1'], ...more });

  it('hints at the tags of a repository of this registry, by any of its names', () => {
    for (const host of [
      'registry.corp.example',
      'REGISTRY.corp.example',
      'https://registry.corp.svc:5000',
      '[::1]:5000',
    ]) {
      expect(hints(push({ docker_url: `${host}/team/app` }))).toEqual(['team/app:1']);
    }
  });

  it('says nothing of another registry', () => {
    expect(why(push({ docker_url: 'quay.io/team/app' }))).toBe(
      'refused: it cannot be read in the format quay: it is about "quay.io", which does not mean the registry of this webhook: ' +
        "send it to that registry's webhook, or add the host to this one's aliases",
    );
  });

  it('reads the tags of old versions, which are the names of an object', () => {
    expect(hints(push({ updated_tags: { '1': 'id', '2': 'id' } }))).toEqual(['team/app:1', 'team/app:2']);
  });

  it('ignores a push that moved no tag', () => {
    expect(why(push({ updated_tags: [] }))).toBe('ignored: it holds no change');
  });
});

describe('Harbor', () => {
  const data = { repository: { repo_full_name: 'shop/web' }, resources: [{ tag: '1' }, { tag: '2' }] };

  it('hints alike in both of its formats', () => {
    expect(hints(read('harbor', { type: 'PUSH_ARTIFACT', event_data: data }))).toEqual(['shop/web:1', 'shop/web:2']);
    const cloud = { specversion: '1.0', type: 'harbor.artifact.deleted', data };
    expect(hints(read('harbor', cloud))).toEqual(['shop/web:1', 'shop/web:2']);
  });

  it('means the whole repository where it writes no tag, or a digest in its place', () => {
    for (const resources of [null, [], [{}], [{ tag: '' }], [{ tag: `sha256:${'0'.repeat(64)}` }]]) {
      const event = { type: 'PUSH_ARTIFACT', event_data: { ...data, resources } };
      expect(hints(read('harbor', event))).toEqual(['shop/web']);
    }
  });

  it('ignores events that are not known yet', () => {
    expect(why(read('harbor', { type: 'harbor.artifact.admired', data }))).toMatch(/^ignored/);
  });
});

describe('GitHub', () => {
  const container = { name: 'App', package_type: 'CONTAINER', owner: { login: 'Team' }, package_version: null };

  it('hints at the repository in lower case, and at the tag if one is named', () => {
    const tagged = (name: string | null) => ({
      ...container,
      package_version: { container_metadata: { tag: { name } } },
    });
    expect(hints(read('github', { action: 'published', package: tagged('V1') }))).toEqual(['team/app:V1']);
    expect(hints(read('github', { action: 'updated', registry_package: tagged('') }))).toEqual(['team/app']);
    expect(hints(read('github', { action: 'updated', registry_package: tagged(null) }))).toEqual(['team/app']);
  });

  it('ignores pings, other events, other actions and other packages', () => {
    expect(why(read('github', { zen: '…', hook_id: 1 }, { 'x-github-event': 'ping' }))).toBe(
      'ignored: "ping" is not about a package',
    );
    expect(why(read('github', { ref: 'main' }, { 'x-github-event': 'push' }))).toMatch(/^ignored/);
    expect(why(read('github', { action: 'deleted', package: container }))).toBe('ignored: "deleted" changes no tag');
    const npm = { ...container, package_type: 'npm' };
    expect(why(read('github', { action: 'published', package: npm }))).toBe(
      'ignored: the package is no container image',
    );
  });
});

describe('the generic format', () => {
  it('is one change, or a list of them', () => {
    expect(hints(read('generic', { repository: 'team/app', tag: '1' }))).toEqual(['team/app:1']);
    expect(hints(read('generic', { repository: 'team/app', tag: null, note: 'extra' }))).toEqual(['team/app']);
    const changes = [{ repository: 'team/app', tag: '1' }, { repository: 'team/web' }];
    expect(hints(read('generic', { changes }))).toEqual(['team/app:1', 'team/web']);
  });

  it('takes names with a host that means this registry, and no other', () => {
    expect(hints(read('generic', { repository: 'registry.corp.svc:5000/team/app' }))).toEqual(['team/app']);
    expect(hints(read('generic', { repository: 'registry.corp.example/docker.io/library/nginx' }))).toEqual([
      'docker.io/library/nginx',
    ]);
    for (const repository of ['quay.io/team/app', 'localhost/app', 'registry.corp.example:444/team/app']) {
      expect(why(read('generic', { repository }))).toMatch(/^refused.*does not mean the registry of this webhook/);
    }
  });

  it.each([
    [null],
    [7],
    ['text'],
    [[]],
    [{}],
    [{ tag: '1' }],
    [{ repository: 7 }],
    [{ changes: 7 }],
    [{ changes: ['a'] }],
  ])('is not %j, and says what it is', (body) => {
    expect(why(read('generic', body))).toMatch(/^refused.*\{"repository", "tag"\}/);
  });

  it('does not take an empty tag for none', () => {
    expect(why(read('generic', { repository: 'team/app', tag: '' }))).toMatch(/^refused.*"" is not a tag/);
  });
});
