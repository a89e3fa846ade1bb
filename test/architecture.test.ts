import { afterAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src', 'demo', 'bench'];

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** The imports in a project's folder that the rules of this project forbid. */
async function violations(project: string): Promise<readonly Violation[]> {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [cruiser, ...folders, ...options],
      { cwd: project, maxBuffer: 256 * 1024 * 1024 },
      // It exits with the number of violations, which the output tells too.
      (error, stdout) => {
        if (stdout.startsWith('{')) resolve(stdout);
        else reject(error ?? new Error(`dependency-cruiser printed ${stdout.slice(0, 200)}`));
      },
    );
  });
  const result = JSON.parse(output) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return result.summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to }));
}

describe('the floors', () => {
  it('import downwards only', async () => {
    expect(await violations(root)).toEqual([]);
  }, 30_000);

  describe('in a project that breaks them', () => {
    const project = mkdtempSync(join(tmpdir(), 'tributary-floors-'));
    afterAll(() => {
      rmSync(project, { recursive: true });
    });

    /** Each file with what it imports, and the rule that must name it; without a rule the import is fine. */
    const planted: readonly (readonly [file: string, imports: string, rule?: string])[] = [
      ['src/domain/digest.ts', 'node:crypto', 'domain-is-pure'],
      ['src/domain/tag.ts', '../lib/text.ts', 'domain-is-pure'],
      ['src/lib/text.ts', '../domain/plain.ts', 'lib-imports-itself'],
      ['src/lib/crypto.ts', 'node:crypto'],
      ['src/transport/ask.ts', '../registries/oci/oci.ts', 'transport-imports-itself-domain-lib'],
      ['src/transport/http.ts', 'undici'],
      ['src/registries/quay/quay.ts', '../harbor/harbor.ts', 'one-vendor-never-imports-another'],
      ['src/registries/quay/list.ts', '../index.ts', 'vendors-do-not-know-the-list'],
      ['src/registries/quay/base.ts', '../oci/oci.ts'],
      ['src/registries/quay/remembered.ts', '../../cache/cache.ts', 'registries-imports-itself-transport-domain-lib'],
      ['src/registries/quay/http.ts', 'undici', 'undici-only-where-it-belongs'],
      ['src/registries/quay/wire.ts', 'zod'],
      ['src/cache/adapter.ts', '../registries/oci/oci.ts', 'cache-imports-itself-domain-lib'],
      ['src/cache/disk-file.ts', 'libsql'],
      ['src/store/note.ts', '../images/plain.ts', 'store-imports-itself-domain-lib'],
      ['src/store/sqlite/engine.ts', 'libsql'],
      ['src/store/sqlite/shared.ts', '../postgres/engine.ts', 'engines-of-the-store-do-not-know-each-other'],
      ['src/store/postgres/engine.ts', 'pg'],
      ['src/store/rows.ts', 'pg', 'pg-only-where-it-belongs'],
      ['src/cache/rows.ts', 'libsql', 'libsql-only-where-it-belongs'],
      ['src/gateway.ts', './store/rows.ts', 'engines-of-the-store-have-one-door'],
      ['src/images/cached.ts', '../cache/cache.ts', 'images-imports-itself-access-domain-lib'],
      ['src/images/loaders.ts', 'dataloader'],
      ['src/image-streams/loaders.ts', 'dataloader'],
      ['src/image-streams/read.ts', '../store/store.ts'],
      ['src/image-streams/open.ts', '../store/open.ts', 'the-store-is-known-by-its-port'],
      ['src/images/stored.ts', '../store/store.ts', 'images-imports-itself-access-domain-lib'],
      [
        'src/stream-sources/local/read.ts',
        '../../registries/oci/oci.ts',
        'stream-sources-imports-itself-store-transport-domain-lib',
      ],
      ['src/stream-sources/local/keep.ts', '../../store/store.ts'],
      ['src/store/open.ts', '../images/plain.ts', 'store-imports-itself-domain-lib'],
      ['src/images/schema.ts', 'graphql', 'graphql-only-where-it-belongs'],
      ['src/events/execute.ts', '../server/server.ts', 'events-imports-itself-images-access-store-domain-lib'],
      [
        'src/graphql/resolver.ts',
        '../registries/oci/oci.ts',
        'graphql-imports-itself-events-image-streams-images-access-audit-domain-lib',
      ],
      [
        'src/graphql/listen.ts',
        '../server/server.ts',
        'graphql-imports-itself-events-image-streams-images-access-audit-domain-lib',
      ],
      ['src/graphql/loader.ts', 'dataloader', 'dataloader-only-where-it-belongs'],
      ['src/graphql/shape.ts', 'zod', 'zod-only-where-it-belongs'],
      ['src/webhooks/ask.ts', '../images/plain.ts', 'webhooks-imports-itself-domain-lib'],
      ['src/webhooks/wire.ts', 'zod'],
      ['src/server/images.ts', '../images/plain.ts', 'server-imports-itself-graphql-events-access-webhooks-domain-lib'],
      ['src/server/settings.ts', '../config.ts', 'config-is-read-at-the-top'],
      ['src/cli/serve.ts', '../config.ts'],
      ['src/cli/peek.ts', '../config/schema.ts', 'config-has-one-door'],
      ['src/server/demo.ts', '../../demo/sample.ts', 'demo-is-for-the-demo'],
      ['src/cli/demo.ts', '../../demo/sample.ts'],
      ['demo/transport.ts', '../src/transport/plain.ts', 'demo-knows-the-domain-alone'],
      ['src/lib/bench.ts', '../../bench/run.ts', 'src-never-imports-test'],
      ['src/lib/generator.ts', 'fast-check', 'no-dev-dependencies-at-run-time'],
      ['src/lib/lost.ts', './nowhere.ts', 'nothing-unresolved'],
      ['src/cli/again.ts', '../main.ts', 'nobody-imports-main'],
      ['src/images/one.ts', './two.ts', 'no-cycles'],
      ['src/images/two.ts', './one.ts'],
      ...[
        'src/domain/plain.ts',
        'src/registries/oci/oci.ts',
        'src/registries/harbor/harbor.ts',
        'src/registries/index.ts',
      ].map((file) => [file, ''] as const),
      ...[
        'src/cache/cache.ts',
        'src/store/store.ts',
        'src/server/server.ts',
        'src/images/plain.ts',
        'src/config.ts',
        'src/config/schema.ts',
      ].map((file) => [file, ''] as const),
      ...['demo/sample.ts', 'bench/run.ts', 'src/main.ts', 'src/transport/plain.ts'].map((file) => [file, ''] as const),
    ];

    it('are defended import by import, each by its own rule and nothing else', async () => {
      for (const [file, imports] of planted) {
        mkdirSync(join(project, dirname(file)), { recursive: true });
        const specifier = JSON.stringify(imports);
        writeFileSync(
          join(project, file),
          imports === '' ? 'export {};\n' : `import * as it from ${specifier};\nexport { it };\n`,
        );
      }
      for (const name of ['node_modules', 'package.json', 'tsconfig.json'])
        symlinkSync(join(root, name), join(project, name));
      const found = (await violations(project)).map(({ rule, from }) => `${from}: ${rule}`);
      const expected = planted.flatMap(([file, , rule]) => (rule === undefined ? [] : [`${file}: ${rule}`]));
      expect([...new Set(found)].toSorted()).toEqual(expected.toSorted());
    }, 30_000);
  });
});
