import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRepositoryName, isTagName } from '../../src/domain/reference.ts';
import { formats, readDelivery, type WebhookFormat } from '../../src/webhooks/formats.ts';

const allFormats = Object.keys(formats) as readonly WebhookFormat[];

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('team/app', 'a.example/app', 'other.example/app', 'v1', 'push', 'delete'),
);
const leaf = fc.oneof(text, fc.integer(), fc.constant(null), fc.boolean());

/** Names that senders use, so that most of what is made up gets further than the first check. */
const keys = fc.constantFrom(
  ...['events', 'action', 'target', 'repository', 'tag', 'push_data', 'repo_name', 'name', 'namespace', 'docker_url'],
  ...['updated_tags', 'type', 'event_data', 'data', 'resources', 'repo_full_name', 'package', 'registry_package'],
  ...['owner', 'login', 'package_type', 'package_version', 'container_metadata', 'changes', '__proto__'],
);

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('object'),
    fc.array(tie('json'), { maxLength: 5 }),
  ),
  object: fc.dictionary(keys, tie('json'), { maxKeys: 6 }),
}));

/** Deliveries of the right form with anything in the places of names. */
const near = fc
  .tuple(json, json, json)
  .map(([a, b, c]) => [
    { events: [{ action: 'push', target: { repository: a, tag: b } }, c] },
    { push_data: { tag: a }, repository: { repo_name: b, name: c } },
    { docker_url: a, repository: b, updated_tags: c },
    { type: 'PUSH_ARTIFACT', event_data: { repository: { repo_full_name: a, name: b }, resources: [c, { tag: c }] } },
    { action: 'published', package: { name: a, package_type: 'container', owner: { login: b }, package_version: c } },
    { changes: [{ repository: a, tag: b }, c] },
  ]);

function expectReadable(body: unknown): void {
  for (const format of allFormats) {
    const reading = readDelivery(format, { headers: {}, body, names: ['a.example'] });
    if (reading.kind !== 'hints') {
      expect(reading.why).not.toBe('');
      continue;
    }
    expect(reading.hints.length).toBeGreaterThan(0);
    expect(reading.hints.length).toBeLessThanOrEqual(100);
    for (const { repository, tag } of reading.hints) {
      expect(isRepositoryName(repository)).toBe(true);
      expect(tag === undefined || isTagName(tag)).toBe(true);
    }
  }
}

describe('the readers of webhooks', () => {
  it('read any JSON without throwing', () => {
    fc.assert(fc.property(fc.jsonValue(), expectReadable), { numRuns: 200 });
    fc.assert(fc.property(json, expectReadable), { numRuns: 300 });
  });

  it('make hints of well-formed names alone, at most 100', () => {
    fc.assert(
      fc.property(near, (bodies) => {
        bodies.forEach(expectReadable);
      }),
      { numRuns: 300 },
    );
    const changes = fc.array(
      fc.record({ repository: fc.stringMatching(/^[a-c]{1,3}$/), tag: fc.stringMatching(/^[a-z]{1,2}$/) }),
      {
        minLength: 90,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(changes, (list) => {
        expectReadable({ changes: list });
      }),
      { numRuns: 100 },
    );
  });
});
