import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseContainerfile, said } from '../support/containerfile.ts';
import { renderChart } from '../support/helm/chart.ts';
import { podOf } from '../support/helm/pod.ts';
import { minimal } from './values.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stages = parseContainerfile(readFileSync(join(root, 'deploy/Containerfile'), 'utf8'));
const image = stages.at(-1);
if (image === undefined) throw new Error('the Containerfile has no stage');

/** What is copied from the project's folder. */
const copied = stages.flatMap((stage) => said(stage, 'COPY').filter((text) => !text.startsWith('--from=')));
const sources = [...new Set(copied.flatMap((text) => text.split(/\s+/).slice(0, -1)))];

describe('the Containerfile', () => {
  it('builds on one image, which may be another, by tag', () => {
    expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
    expect(image.base).toMatch(/^registry\.access\.redhat\.com\/ubi\d+\/nodejs-24-minimal:\d+\.\d+$/);
  });

  it('copies what is there, and .dockerignore lets just that through', () => {
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    expect(ignored).toContain('*');
    const admitted = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(admitted.toSorted()).toEqual(sources.toSorted());
  });

  it('takes nothing from elsewhere than npm', () => {
    const names = stages.flatMap(({ instructions }) => instructions.map(({ name }) => name));
    expect(names).not.toContain('ADD');
    const commands = stages.flatMap((stage) => said(stage, 'RUN'));
    expect(commands.filter((command) => /curl|wget|https?:|microdnf|apt/.test(command))).toEqual([]);
    // Packages that would run something at install do not.
    for (const command of commands.filter((text) => text.startsWith('npm ci')))
      expect(command).toContain('--ignore-scripts');
  });

  it('ends as a user that is a number and not root, with group 0 for the folders that are written to', () => {
    const last = image.instructions.findLast(({ name }) => name === 'USER');
    expect(last?.text).toMatch(/^[1-9]\d*$/);
    const after = image.instructions.slice(image.instructions.findLastIndex(({ name }) => name === 'USER'));
    expect(after.filter(({ name }) => name === 'RUN' || name === 'COPY')).toEqual([]);
    expect(said(image, 'RUN')).toEqual(['mkdir -m 775 /var/lib/tributary /var/cache/tributary']);
  });

  it('starts Node itself, so that signals reach it, with the configuration that the chart mounts', () => {
    const words = [...said(image, 'ENTRYPOINT'), ...said(image, 'CMD')].map((text) => JSON.parse(text) as string[]);
    expect(words).toEqual([
      ['node', '/opt/tributary/dist/src/main.js'],
      ['serve', '--config', '/etc/tributary/tributary.yaml'],
    ]);
    const [container] = podOf(renderChart(minimal)).containers;
    expect(container).not.toHaveProperty('command');
    expect(container).not.toHaveProperty('args');
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(expect.arrayContaining(['/etc/tributary', '/var/lib/tributary', '/var/cache/tributary']));
  });

  it('says what it is in the words of OCI', () => {
    const labels = said(image, 'LABEL').join(' ');
    for (const key of ['title', 'description', 'licenses', 'version', 'revision'])
      expect(labels).toContain(`org.opencontainers.image.${key}="`);
  });
});
