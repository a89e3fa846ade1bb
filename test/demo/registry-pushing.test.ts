import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../demo/registry/store.ts';
import { seed } from '../support/registry-seed.ts';
import { closeRegistries, field, startRegistry } from './registry-client.ts';
import type { TestRegistry } from './registry-client.ts';

const type = 'application/vnd.oci.image.manifest.v1+json';
let registry: TestRegistry;

beforeEach(async () => {
  registry = await startRegistry({ push: true, maxBytes: 100_000, now: () => 1000 });
});

afterEach(closeRegistries);

async function startUpload(): Promise<string> {
  const response = await registry.ask('/v2/team/app/blobs/uploads/', { method: 'POST' });
  expect(response.status).toBe(202);
  return response.headers.get('location') ?? '';
}

function manifest(config: string, layers: readonly string[] = [], extra: object = {}): string {
  const descriptor = (content: string) => ({
    mediaType: 'application/octet-stream',
    digest: digestOf(Buffer.from(content)),
    size: content.length,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...extra,
  });
}

function put(reference: string, body: string, contentType = type): Promise<Response> {
  return registry.ask(`/v2/team/app/manifests/${reference}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': contentType },
  });
}

describe('pushing a blob', () => {
  it('takes it whole in one request', async () => {
    const digest = digestOf(Buffer.from('whole'));
    const response = await registry.ask(`/v2/team/app/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: 'whole',
    });
    expect([response.status, response.headers.get('location')]).toEqual([201, `/v2/team/app/blobs/${digest}`]);
    expect(await (await registry.ask(`/v2/team/app/blobs/${digest}`)).text()).toBe('whole');
  });

  it('takes it whole in two requests', async () => {
    const digest = digestOf(Buffer.from('whole'));
    const response = await registry.ask(`${await startUpload()}?digest=${digest}`, { method: 'PUT', body: 'whole' });
    expect([response.status, response.headers.get('docker-content-digest')]).toEqual([201, digest]);
  });

  it('takes it in chunks that say where they belong', async () => {
    const location = await startUpload();
    const chunk = (body: string, range: string) =>
      registry.ask(location, { method: 'PATCH', body, headers: { 'content-range': range } });
    const first = await chunk('one,', '0-3');
    expect([first.status, first.headers.get('range'), first.headers.get('location')]).toEqual([202, '0-3', location]);
    expect((await chunk('three', '8-12')).status).toBe(416);
    expect((await registry.ask(location)).headers.get('range')).toBe('0-3');
    expect((await chunk('two', '4-6')).headers.get('range')).toBe('0-6');
    const digest = digestOf(Buffer.from('one,two'));
    expect((await registry.ask(`${location}?digest=${digest}`, { method: 'PUT' })).status).toBe(201);
    expect((await registry.ask(location)).status).toBe(404);
  });

  it('refuses bytes that are not what the digest says', async () => {
    const digest = digestOf(Buffer.from('other'));
    const response = await registry.ask(`${await startUpload()}?digest=${digest}`, { method: 'PUT', body: 'whole' });
    expect([response.status, await field(response, 'errors', 0, 'code')]).toEqual([400, 'DIGEST_INVALID']);
    expect((await registry.ask(`/v2/team/app/blobs/${digest}`)).status).toBe(404);
  });

  it('mounts a blob of another repository, and falls back to an upload where there is none', async () => {
    const digest = registry.store.putBlob('team/base', Buffer.from('base'));
    const mount = (what: string) =>
      registry.ask(`/v2/team/app/blobs/uploads/?mount=${what}&from=team/base`, { method: 'POST' });
    expect((await mount(digest)).status).toBe(201);
    expect((await registry.ask(`/v2/team/app/blobs/${digest}`)).status).toBe(200);
    expect((await mount(digestOf(Buffer.from('none')))).status).toBe(202);
  });

  it('ends when the registry is full, and goes on when there is room again', async () => {
    const [large, rest] = [Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')];
    const send = (body: Buffer<ArrayBuffer>) =>
      registry.ask(`/v2/team/app/blobs/uploads/?digest=${digestOf(body)}`, { method: 'POST', body });
    expect((await send(large)).status).toBe(201);
    expect((await send(rest)).status).toBe(413);
    expect((await registry.ask(`/v2/team/app/blobs/${digestOf(large)}`, { method: 'DELETE' })).status).toBe(202);
    expect((await send(rest)).status).toBe(201);
  });

  it('forgets the oldest of too many unfinished uploads, and a cancelled one', async () => {
    const oldest = await startUpload();
    const others = await Promise.all(Array.from({ length: 64 }, () => startUpload()));
    expect((await registry.ask(oldest)).status).toBe(404);
    const [cancelled = ''] = others;
    expect((await registry.ask(cancelled, { method: 'DELETE' })).status).toBe(204);
    expect((await registry.ask(cancelled)).status).toBe(404);
  });
});

describe('pushing a manifest', () => {
  it('tags it, dated now', async () => {
    for (const content of ['config', 'layer']) registry.store.putBlob('team/app', Buffer.from(content));
    const body = manifest('config', ['layer']);
    const response = await put('1.0', body);
    const digest = digestOf(Buffer.from(body));
    expect([response.status, response.headers.get('docker-content-digest')]).toEqual([201, digest]);
    expect(response.headers.get('location')).toBe(`/v2/team/app/manifests/${digest}`);
    expect(registry.store.repositories.get('team/app')?.tags.get('1.0')).toEqual({ digest, updatedAt: 1000 });
  });

  it('asks for the blobs and manifests that it refers to', async () => {
    registry.store.putBlob('team/app', Buffer.from('config'));
    const response = await put('1.0', manifest('config', ['layer']));
    expect([response.status, await field(response, 'errors', 0, 'code')]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
    const index = JSON.stringify({ manifests: [{ mediaType: type, digest: digestOf(Buffer.from('none')), size: 4 }] });
    expect((await put('1.0', index, 'application/vnd.oci.image.index.v1+json')).status).toBe(404);
  });

  it('does not ask for layers that live elsewhere, nor for a subject', async () => {
    registry.store.putBlob('team/app', Buffer.from('config'));
    const digest = digestOf(Buffer.from('elsewhere'));
    const layers = [{ mediaType: 'application/octet-stream', digest, size: 9, urls: ['https://layers.example/1'] }];
    const response = await put(
      '1.0',
      manifest('config', [], { layers, subject: { mediaType: type, digest, size: 9 } }),
    );
    expect([response.status, response.headers.get('oci-subject')]).toEqual([201, digest]);
  });

  it('refuses what is no manifest, another type than it says, another digest than asked, and a bad tag', async () => {
    registry.store.putBlob('team/app', Buffer.from('config'));
    const digest = digestOf(Buffer.from('other'));
    const answers = await Promise.all([
      put('1.0', '[]'),
      put('1.0', manifest('config'), 'application/vnd.oci.image.index.v1+json'),
      put(digest, manifest('config')),
      put('-bad', manifest('config')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect((await put('1.0', JSON.stringify({ filler: 'a'.repeat(120_000) }))).status).toBe(413);
  });

  it('can be taken back: the tag alone, or the manifest with all its tags', async () => {
    const content = seed(registry.store);
    const { digest } = content.image('team/app', '1.0');
    registry.store.tag('team/app', 'latest', digest, 1);
    const remove = (reference: string) => registry.ask(`/v2/team/app/manifests/${reference}`, { method: 'DELETE' });
    expect((await remove('1.0')).status).toBe(202);
    expect((await registry.ask('/v2/team/app/manifests/latest')).status).toBe(200);
    expect((await remove(digest)).status).toBe(202);
    expect((await registry.ask('/v2/team/app/manifests/latest')).status).toBe(404);
    expect((await remove(digest)).status).toBe(404);
  });
});
