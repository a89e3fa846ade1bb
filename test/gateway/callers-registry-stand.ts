import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { stringify } from 'yaml';
import type { Outside } from '../../src/open-registries.ts';
import { createFaultyRegistry, type Fault, type FaultyRegistry } from '../support/faulty-registry.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { bearer } from '../support/fake-callers.ts';
import { startTokenIssuer, type TokenIssuer } from '../../bench/soak/token-issuer.ts';
import { post, type Asked } from './stand.ts';

/** The registry that is read with the credential of each caller. */
export const name = 'own.example';

/** A gateway with a policy over a registry that decides on each caller itself. */
export interface CallersStand {
  readonly gateway: TestGateway;
  readonly registry: FaultyRegistry;
  readonly issuer: TokenIssuer;
  /** Tokens of users of the issuer, and a static one of the gateway's own. */
  readonly alice: string;
  readonly bob: string;
  readonly bot: string;
  /** Lets who shows a token pull what lies under a path, until it is called again for the token. */
  readonly grant: (token: string, ...paths: readonly string[]) => void;
  /** Asks with a token, or without one; `upstream` is what it made the registry be asked, `METHOD path` with what was shown there. */
  readonly ask: (token: string | undefined, query: string) => Promise<Asked & { readonly upstream: readonly Sent[] }>;
  /** Ends all, and looks whether a token stands anywhere but in requests to the registry. */
  readonly end: () => Promise<void>;
}

export interface Sent {
  readonly line: string;
  readonly authorization: string | undefined;
}

export interface CallersStandOptions {
  /** More keys for the entry of the registry. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** More entries under `registries`. */
  readonly others?: readonly object[];
  /** More keys of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly change?: (outside: Outside) => Outside;
}

/** Starts all of it. The registry takes tokens as they are, and lets everyone pull what is under `public`. */
export async function startCallersStand({
  entry,
  others = [],
  config,
  change,
}: CallersStandOptions = {}): Promise<CallersStand> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-callers-'));
  const bot = randomBytes(32).toString('hex');
  writeFileSync(join(folder, 'tokens'), `bot ${createHash('sha256').update(bot).digest('hex')}\n`);
  const issuer = await startTokenIssuer('corp');
  const [alice, bob] = [await issuer.tokenOf('alice'), await issuer.tokenOf('bob')];
  const grants = new Map<string | undefined, readonly string[]>();
  const registry = await createFaultyRegistry({
    faults: ({ path, headers }) => (isGranted(grants, path, headers.authorization) ? undefined : refusal),
  });
  const gateway = await startTestGateway(
    stringify({
      server: { port: 0 },
      access: {
        mode: 'policy',
        anonymous: true,
        callers: [issuer.callers, { name: 'ci', kind: 'token', tokensFile: join(folder, 'tokens') }],
        rules: [
          { users: ['**'], allow: ['get', 'inspect', 'watch'], repositories: ['*/**'], imageStreams: ['*/**'] },
          { users: ['**'], allow: ['tag', 'import'], imageStreams: ['*/**'] },
          { users: ['**'], deny: ['list', 'get', 'inspect', 'watch'], repositories: [`${name}/hidden/**`] },
        ],
      },
      ...config,
      registries: [
        {
          ...{ name, kind: 'oci', url: registry.url, insecure: true, allowPrivateNetwork: true },
          credentials: { fromCallers: ['corp'] },
          ...entry,
        },
        ...others,
      ],
    }),
    {},
    change,
  );
  const texts: string[] = [];

  return {
    ...{ gateway, registry, issuer, alice, bob, bot },
    grant: (token, ...paths) => grants.set(`Bearer ${token}`, paths),
    ask: async (token, query) => {
      const from = registry.requests.length;
      const asked = await post(gateway.url, { query }, token === undefined ? {} : bearer(token));
      texts.push(asked.text);
      const sent = registry.requests.slice(from);
      const upstream = sent.map(({ method, path, headers }) => ({
        line: `${method} ${path}`,
        authorization: headers.authorization,
      }));
      return { ...asked, upstream };
    },
    end: async () => {
      texts.push(await (await fetch(`${gateway.url}/metrics`)).text());
      await gateway.stop();
      await Promise.all([registry.close(), issuer.stop()]);
      rmSync(folder, { recursive: true });
      for (const token of [alice, bob, bot]) {
        const hash = createHash('sha256').update(token).digest();
        for (const form of [token, Buffer.from(token).toString('base64'), hash.toString('base64url')])
          expect([...texts, ...gateway.log].filter((text) => text.includes(form))).toEqual([]);
      }
      expect(JSON.stringify(registry.requests)).not.toContain(bot);
    },
  };
}

/** What was shown with each request, each once. */
export function shownIn(sent: readonly Sent[]): readonly (string | undefined)[] {
  return [...new Set(sent.map(({ authorization }) => authorization))];
}

function isGranted(
  grants: ReadonlyMap<string | undefined, readonly string[]>,
  path: string,
  authorization: string | undefined,
): boolean {
  const granted = ['public/', ...(grants.get(authorization) ?? [])];
  return granted.some((start) => path.startsWith(`/v2/${start}`));
}

/** With words that a HEAD does not have. */
const refusal: Fault = {
  kind: 'status',
  status: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="Registry"' },
  body: '{"errors":[{"code":"UNAUTHORIZED","message":"who shows this may not pull it"}]}',
};
