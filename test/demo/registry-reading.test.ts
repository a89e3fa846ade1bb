import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../demo/registry/store.ts';
import type { StoredManifest } from '../../demo/registry/store.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';
import { askRaw, closeRegistries, field, startRegistry } from './registry-client.ts';
import type { TestRegistry } from './registry-client.ts';

let registry: TestRegistry;
let index: StoredManifest;

beforeAll(async () => {
  registry = await startRegistry();
  const content = seed(registry.store);
  index = content.multi('team/app', 'latest', [linuxAmd64, linuxArm64]);
  for (const tag of ['1.0', '1.1', '1.10', 'A', 'b']) content.image('team/app', tag);
  content.image('other', 'latest');
});

afterAll(closeRegistries);

describe('reading from a sample registry', () => {
  it('says that it speaks version 2', async () => {
    const response = await registry.ask('/v2/');
    expect([response.status, response.headers.get('docker-distribution-api-version')]).toEqual([200, 'registry/2.0']);
  });

  it('serves a manifest by tag and by digest, byte by byte, under its own type and digest', async () => {
    for (const reference of ['latest', index.digest]) {
      const response = await registry.ask(`/v2/team/app/manifests/${reference}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/vnd.oci.image.index.v1+json');
      expect(response.headers.get('docker-content-digest')).toBe(index.digest);
      expect(digestOf(Buffer.from(await response.arrayBuffer()))).toBe(index.digest);
    }
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const response = await registry.ask('/v2/team/app/manifests/latest', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(index.bytes.byteLength));
    expect(response.headers.get('docker-content-digest')).toBe(index.digest);
    expect(await response.text()).toBe('');
  });

  it('answers 304 to whoever has the manifest, with quotes or without', async () => {
    for (const known of [`"${index.digest}"`, index.digest, `"sha256:other", "${index.digest}"`]) {
      const response = await registry.ask('/v2/team/app/manifests/latest', { headers: { 'if-none-match': known } });
      expect([response.status, response.headers.get('etag')]).toEqual([304, `"${index.digest}"`]);
    }
    const other = await registry.ask('/v2/team/app/manifests/latest', {
      headers: { 'if-none-match': '"sha256:other"' },
    });
    expect(other.status).toBe(200);
  });

  it('serves a blob to the repository that holds it, and to no other', async () => {
    const digest = registry.store.putBlob('team/app', Buffer.from('content'));
    const response = await registry.ask(`/v2/team/app/blobs/${digest}`);
    expect([response.headers.get('docker-content-digest'), await response.text()]).toEqual([digest, 'content']);
    const elsewhere = await registry.ask(`/v2/other/blobs/${digest}`);
    expect([elsewhere.status, await field(elsewhere, 'errors', 0, 'code')]).toEqual([404, 'BLOB_UNKNOWN']);
  });

  it('tells a missing manifest from a missing repository and a bad name', async () => {
    const asked = [
      '/v2/team/app/manifests/none',
      '/v2/none/manifests/latest',
      '/v2/none/tags/list',
      '/v2/UPPER/tags/list',
    ];
    const answers = await Promise.all(asked.map((path) => registry.ask(path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 400]);
    expect(await Promise.all(answers.map((answer) => field(answer, 'errors', 0, 'code')))).toEqual([
      'MANIFEST_UNKNOWN',
      'NAME_UNKNOWN',
      'NAME_UNKNOWN',
      'NAME_INVALID',
    ]);
  });

  it('refuses paths that are none of its own', async () => {
    for (const path of ['/', '/v1/search', '/v2/team/app/tags/other', '/v2/team/app/manifests/a%']) {
      expect((await askRaw(registry.url, path)).status).toBe(404);
    }
    expect((await askRaw(registry.url, '/v2/../v2/team/app/tags/list')).status).toBe(400);
  });

  it('lists all tags in the order of their bytes', async () => {
    const response = await registry.ask('/v2/team/app/tags/list');
    expect(await response.json()).toEqual({ name: 'team/app', tags: ['1.0', '1.1', '1.10', 'A', 'b', 'latest'] });
    expect(response.headers.get('link')).toBeNull();
  });

  it('pages tags by a relative link until the last page', async () => {
    const pages: unknown[] = [];
    let path: string | undefined = '/v2/team/app/tags/list?n=4';
    while (path !== undefined) {
      const response: Response = await registry.ask(path);
      pages.push(await field(response, 'tags'));
      path = /^<(\/v2\/team\/app\/tags\/list\?n=4&last=[^>]+)>; rel="next"$/.exec(
        response.headers.get('link') ?? '',
      )?.[1];
    }
    expect(pages).toEqual([
      ['1.0', '1.1', '1.10', 'A'],
      ['b', 'latest'],
    ]);
  });

  it('answers n=0 with nothing and no link, and refuses what is no number', async () => {
    const none = await registry.ask('/v2/team/app/tags/list?n=0');
    expect([await field(none, 'tags'), none.headers.get('link')]).toEqual([[], null]);
    const bad = await registry.ask('/v2/team/app/tags/list?n=many');
    expect([bad.status, await field(bad, 'errors', 0, 'code')]).toEqual([400, 'PAGINATION_NUMBER_INVALID']);
  });

  it('lists repositories, in pages', async () => {
    const first = await registry.ask('/v2/_catalog?n=1');
    expect([await field(first, 'repositories'), first.headers.get('link')]).toEqual([
      ['other'],
      '</v2/_catalog?n=1&last=other>; rel="next"',
    ]);
    const second = await registry.ask('/v2/_catalog?n=1&last=other');
    expect([await field(second, 'repositories'), second.headers.get('link')]).toEqual([['team/app'], null]);
  });

  it('clamps a large n, or refuses it, as it is told to', async () => {
    const store = registry.store;
    const clamping = await startRegistry({ store, paging: { standard: 2, most: 3, excess: 'clamp' } });
    expect(await field(await clamping.ask('/v2/team/app/tags/list?n=100'), 'tags')).toHaveLength(3);
    expect(await field(await clamping.ask('/v2/team/app/tags/list'), 'tags')).toHaveLength(2);
    const refusing = await startRegistry({ store, paging: { most: 3, excess: 'refuse' } });
    expect((await refusing.ask('/v2/_catalog?n=4')).status).toBe(400);
  });

  it('does not let anyone push or delete unless told to', async () => {
    const answers = await Promise.all([
      registry.ask('/v2/team/app/manifests/new', { method: 'PUT', body: '{}' }),
      registry.ask('/v2/team/app/blobs/uploads/', { method: 'POST' }),
      registry.ask('/v2/team/app/manifests/latest', { method: 'DELETE' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405]);
  });
});

describe('the referrers of a sample registry', () => {
  it('are listed in an index, filtered only where asked, saying so', async () => {
    const content = seed(registry.store);
    const subject = content.image('team/signed', '1');
    const bundle = content.artifact('team/signed', undefined, {
      artifactType: 'application/vnd.example.bundle',
      subject,
      annotations: { a: 'b' },
    });
    content.artifact('team/signed', undefined, { artifactType: 'application/spdx+json', subject });
    const typedByConfig = content.image('team/signed', undefined, { subject });

    const all = await registry.ask(`/v2/team/signed/referrers/${subject.digest}`);
    expect([all.headers.get('content-type'), all.headers.get('oci-filters-applied')]).toEqual([
      'application/vnd.oci.image.index.v1+json',
      null,
    ]);
    expect(await field(all, 'manifests')).toHaveLength(3);
    const some = await registry.ask(
      `/v2/team/signed/referrers/${subject.digest}?artifactType=application%2Fvnd.example.bundle`,
    );
    expect(some.headers.get('oci-filters-applied')).toBe('artifactType');
    expect(await field(some, 'manifests')).toEqual([
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: bundle.digest,
        size: bundle.bytes.byteLength,
        artifactType: 'application/vnd.example.bundle',
        annotations: { a: 'b' },
      },
    ]);
    const images = await registry.ask(
      `/v2/team/signed/referrers/${subject.digest}?artifactType=application/vnd.oci.image.config.v1%2Bjson`,
    );
    expect(await field(images, 'manifests', 0, 'digest')).toBe(typedByConfig.digest);
  });

  it('are an empty index where nothing refers to a manifest', async () => {
    const response = await registry.ask(`/v2/team/app/referrers/${index.digest}`);
    expect([response.status, await field(response, 'manifests')]).toEqual([200, []]);
  });

  it('are not found at a registry without that API', async () => {
    const old = await startRegistry({ store: registry.store, referrers: false });
    expect((await old.ask(`/v2/team/app/referrers/${index.digest}`)).status).toBe(404);
  });
});
