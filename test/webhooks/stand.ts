import { expect } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRegistryName } from '../../src/domain/reference.ts';
import { startHttpServer } from '../../src/server/http.ts';
import {
  createWebhookDoor,
  webhooksPath,
  type WebhookDoorOptions,
  type WebhookOutcome,
} from '../../src/server/webhooks.ts';
import type { WebhookFormat } from '../../src/webhooks/formats.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../gateway/raw.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

/** One registry for each format, named after it; each with a secret of its own. */
export const registries: Readonly<Record<WebhookFormat, string>> = {
  generic: 'generic.example:5000',
  distribution: 'distribution.example',
  'docker-hub': 'docker-hub.example',
  quay: 'quay.example',
  harbor: 'harbor.example',
  github: 'github.example',
};

/** The secret of a registry. */
export function secretOf(format: WebhookFormat): string {
  return `canary-of-${format}/ü`;
}

/** The path of a registry's webhook, below /webhooks/, with its secret or another one. */
export function inPath(format: WebhookFormat, secret = secretOf(format)): string {
  return `${registries[format]}/${encodeURIComponent(secret)}`;
}

/** Expects that nothing failed by a fault of ours, and that nothing that was told of deliveries holds a secret. */
export function expectNoLeak({ outcomes, faults }: WebhookStand): void {
  expect(faults).toEqual([]);
  const told = JSON.stringify(outcomes);
  for (const format of Object.keys(registries) as readonly WebhookFormat[]) {
    expect(told).not.toContain(secretOf(format));
    expect(told).not.toContain(encodeURIComponent(secretOf(format)));
  }
}

/** A door for webhooks behind a real HTTP server. */
export interface WebhookStand {
  readonly url: string;
  readonly clock: ManualClock;
  /** What was hinted at, in order, as references. */
  readonly hints: readonly string[];
  readonly outcomes: readonly WebhookOutcome[];
  readonly faults: readonly unknown[];
  /** Sends JSON, or what else the request says. */
  send(path: string, request: RawRequest): Promise<RawAnswer>;
  /** Headers of a signed generic delivery, as of now or so many milliseconds later. */
  signed(
    body: string,
    more?: { readonly id?: string; readonly afterMs?: number; readonly secret?: string },
  ): Record<string, string>;
  /** Writes the secret of a registry anew; `undefined` removes the file. */
  writeSecret(format: WebhookFormat, secret: string | undefined): void;
  close(): Promise<void>;
}

export async function startWebhookStand(options: Partial<WebhookDoorOptions> = {}): Promise<WebhookStand> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-webhooks-'));
  const clock = createManualClock();
  const hints: string[] = [];
  const outcomes: WebhookOutcome[] = [];
  const faults: unknown[] = [];
  const fileOf = (format: WebhookFormat): string => join(folder, format);
  const writeSecret: WebhookStand['writeSecret'] = (format, secret) => {
    if (secret === undefined) rmSync(fileOf(format));
    else writeFileSync(fileOf(format), secret);
  };

  const formats = Object.keys(registries) as readonly WebhookFormat[];
  for (const format of formats) writeSecret(format, `${secretOf(format)}\n`);
  const door = createWebhookDoor({
    registries: formats.map((format) => ({
      name: parseRegistryName(registries[format]),
      aliases: [`alias.${format}.example`],
      url: `https://reached.${format}.example`,
      webhook: { format, secretFile: fileOf(format) },
    })),
    clock,
    onHints: (registry, some) => {
      hints.push(
        ...some.map(({ repository, tag }) => `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}`),
      );
    },
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    doors: new Map([[webhooksPath, door]]),
    headerBytes: 16_384,
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    onFault: (error) => faults.push(error),
  });

  return {
    url: server.url,
    clock,
    hints,
    outcomes,
    faults,
    send: (path, request) =>
      sendRaw(server.url, {
        ...request,
        path: `/webhooks/${path}`,
        headers: { 'content-type': 'application/json', ...request.headers },
      }),
    signed(body, { id = 'msg_1', afterMs = 0, secret = secretOf('generic') } = {}) {
      const seconds = String(Math.floor((clock.now() + afterMs) / 1000));
      const signature = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64');
      return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
    },
    writeSecret,
    close: async () => {
      await server.stop(1_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A body that the format reads to a hint at `team/app:1`. */
export const bodies: Readonly<Record<WebhookFormat, string>> = {
  generic: JSON.stringify({ repository: 'team/app', tag: '1' }),
  distribution: JSON.stringify({ events: [{ action: 'push', target: { repository: 'team/app', tag: '1' } }] }),
  'docker-hub': JSON.stringify({ push_data: { tag: '1' }, repository: { repo_name: 'team/app' } }),
  quay: JSON.stringify({ repository: 'team/app', docker_url: 'quay.example/team/app', updated_tags: ['1'] }),
  harbor: JSON.stringify({
    type: 'PUSH_ARTIFACT',
    event_data: { repository: { repo_full_name: 'team/app' }, resources: [{ tag: '1' }] },
  }),
  github: JSON.stringify({
    action: 'published',
    package: {
      name: 'app',
      package_type: 'CONTAINER',
      owner: { login: 'team' },
      package_version: { container_metadata: { tag: { name: '1' } } },
    },
  }),
};

/** The signature of GitHub. */
export function hubSignature(body: string, secret = secretOf('github')): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}
