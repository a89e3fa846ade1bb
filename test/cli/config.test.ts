import { afterAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configCheck } from '../../src/cli/config-check.ts';
import { configSchema } from '../../src/cli/config-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function terminal() {
  const written = { stdout: '', stderr: '' };
  const output = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { written, output };
}

function check(text: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(folder, 'tributary.yaml');
  writeFileSync(file, text);
  const { written, output } = terminal();
  return { code: configCheck(file, output, env), file, written };
}

describe('tributary config check', () => {
  it('says in one line that a file is fine', () => {
    const { code, written, file } = check('access: { mode: open }\nregistries: [{ name: quay.io, kind: oci }]\n');
    expect(code).toBe(0);
    expect(written).toEqual({ stdout: `${file} is fine: 1 registry, 0 sources of image streams\n`, stderr: '' });
  });

  it('prints warnings and still succeeds', () => {
    const { code, written, file } = check(
      'access: { mode: open }\nstore: { url: ":memory:" }\ncache: { disk: 1GiB }\nregistries: [{ name: quay.io, kind: oci }]\n',
    );
    expect(code).toBe(0);
    expect(written.stderr).toMatch(new RegExp(`^${file}:3:16 warning: cache.disk: .*\n$`));
  });

  it('O03: looks into files of tokens, and repeats nothing that stands in them', () => {
    const tokens = join(folder, 'tokens');
    const callers = `callers: [{ name: ci, kind: token, tokensFile: ${tokens} }]`;
    const text = `access:\n  mode: policy\n  ${callers}\n  rules: [{ users: ["**"], allow: [get], repositories: ["quay.io/**"] }]\nregistries: [{ name: quay.io, kind: oci }]\n`;
    writeFileSync(tokens, `bot ${'a'.repeat(64)} deployers\n`);
    expect(check(text).code).toBe(0);
    writeFileSync(tokens, 'bot hunter2\n* hunter3\n');
    const { code, written } = check(text);
    expect(code).toBe(2);
    expect(written.stderr).toMatch(
      /access\.callers\[0\]\.tokensFile: names a file that is broken: line 1: .*; line 2: /,
    );
    expect(written.stderr).not.toMatch(/hunter/);
  });

  it('O03: exits with 2 within 2 s and prints every problem with file, line, column and path', () => {
    const started = performance.now();
    const { code, written, file } = check(
      'sever: {}\nregistries:\n  - name: a.example\n    kind: oci\n    caFile: nope.pem\n',
    );
    expect(performance.now() - started).toBeLessThan(2000);
    expect(code).toBe(2);
    expect(written.stdout).toBe('');
    const lines = written.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual(expect.stringContaining(`${file}:1:1 sever: is no key that is known`));
    expect(lines).toContainEqual(expect.stringContaining(`${file}:1:1 access: is missing`));
    expect(lines[2]).toContain(`${file}:5:13 registries[0].caFile: names "${join(folder, 'nope.pem')}"`);
  });

  it('exits with 2 where a kubeconfig does not lead to a cluster, saying where', () => {
    writeFileSync(
      join(folder, 'kubeconfig'),
      'contexts: [{ name: dev, context: { cluster: east, user: me } }]\nclusters: [{ name: east, cluster: { server: "https://a.example" } }]\nusers: [{ name: me, user: {} }]\n',
    );
    const entry = (keys: string) => `access: { mode: open }\nstreams:\n  - { name: o, kind: openshift, ${keys} }\n`;
    expect(check(entry('kubeconfig: kubeconfig, context: dev'))).toMatchObject({ code: 0 });
    const KUBECONFIG = join(folder, 'kubeconfig');
    expect(check(entry('context: dev'), { KUBECONFIG })).toMatchObject({ code: 0 });
    const { code, written, file } = check(entry('context: nope'), { KUBECONFIG });
    expect(code).toBe(2);
    expect(written.stderr).toBe(
      `${file}:3:42 streams[0].context: has no context "nope" in "${KUBECONFIG}": its contexts are "dev"\n`,
    );
    expect(check(entry('inCluster: true'))).toMatchObject({ code: 2 });
  });

  it('exits with 2 where trusted documents could not be run, naming each problem', () => {
    const documents = (...texts: readonly string[]) => {
      const entries = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
      writeFileSync(join(folder, 'documents.json'), JSON.stringify(Object.fromEntries(entries)));
      return 'access: { mode: open }\nregistries: [{ name: a.example, kind: oci }]\nserver: { trustedDocuments: documents.json }\n';
    };
    expect(check(documents('{ registries { name } }'))).toMatchObject({ code: 0, written: { stderr: '' } });
    const { code, written, file } = check(
      documents('{ registries { nothing } }', '{ registries { name kind } }') + 'limits: { tokens: 6 }\n',
    );
    expect(code).toBe(2);
    const place = `${file}:3:29 server.trustedDocuments: names "${join(folder, 'documents.json')}", which is wrong: document "`;
    expect(written.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/ could not be run \(1:16\): Cannot query field "nothing" on type "Registry"\.$/),
      expect.stringMatching(/ could not be run .*: Syntax Error: Document contains more that 6 tokens/),
    ]);
    for (const line of written.stderr.trimEnd().split('\n')) expect(line).toContain(place);
    writeFileSync(join(folder, 'documents.json'), 'no JSON');
    expect(check('access: { mode: open }\nserver: { trustedDocuments: documents.json }\n').written.stderr).toContain(
      'which is wrong: is not a JSON object',
    );
    expect(check('access: { mode: open }\nserver: { trustedDocuments: none.json }\n').written.stderr).toContain(
      'that cannot be read, since there is none',
    );
  });

  it('O03: refuses a folder where a file is wanted, and a file of unlikely size', () => {
    writeFileSync(join(folder, 'huge'), Buffer.alloc(1024 * 1024 + 1));
    const keys = 'kind: oci, credentials: { username: u, passwordFile: huge }, caFile: .';
    const { code, written } = check(`access: { mode: open }\nregistries: [{ name: a.example, ${keys} }]\n`);
    expect(code).toBe(2);
    expect(written.stderr).toContain('since it is larger than 1 MiB');
    expect(written.stderr).toContain('since it is a folder');
  });

  it('keeps one line for each problem, whatever the file holds', () => {
    const { written } = check('access: { mode: open }\n"a\\nb\\e[31m": 1\n');
    expect(written.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(written.stderr).not.toContain('\u001b');
  });

  it('says so where the file itself cannot be read', () => {
    const { written, output } = terminal();
    expect(configCheck(join(folder, 'none.yaml'), output)).toBe(2);
    expect(written.stderr).toBe(
      `${join(folder, 'none.yaml')} the file: cannot be read: check that the file is there and that this user may read it\n`,
    );
  });

  it('looks at the environment', () => {
    const { code, written } = check('access: { mode: open }\n', { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(code).toBe(2);
    expect(written.stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED: is 0 in the environment');
  });
});

describe('tributary config schema', () => {
  it('prints the JSON Schema', () => {
    const { written, output } = terminal();
    expect(configSchema(output)).toBe(0);
    expect(JSON.parse(written.stdout)).toMatchObject({ title: 'tributary.yaml', required: ['access'] });
  });
});
