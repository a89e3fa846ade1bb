import { describe, expect, it } from '@jest/globals';
import { renderChart } from '../support/helm/chart.ts';
import { ChartFailure } from '../support/helm/template-functions.ts';
import { database, minimal } from './values.ts';

function refusalOf(values: object): string {
  try {
    renderChart(values);
  } catch (error) {
    if (error instanceof ChartFailure) return error.message;
    throw error;
  }
  throw new Error('the chart takes these values');
}

const open = { mode: 'open' };

describe('the chart refuses', () => {
  it('several gateways on a folder, or on no store, and takes them on PostgreSQL', () => {
    const advice =
      'set replicas to 1, or config.store.url to a PostgreSQL that they share, postgres://user@host/database';
    expect(refusalOf({ ...minimal, replicas: 2 })).toBe(
      `replicas: 2 gateways cannot share the store file:/var/lib/tributary: ${advice}`,
    );
    const config = { access: open, store: { url: ':memory:' } };
    expect(refusalOf({ ...minimal, replicas: 3, config })).toBe(
      `replicas: 3 gateways cannot share the store :memory:: ${advice}`,
    );
    expect(renderChart({ ...minimal, replicas: 1, config }).manifests).not.toEqual([]);
    for (const url of ['postgres://tributary@db/tributary', 'postgresql://tributary@db/tributary'])
      expect(renderChart({ ...minimal, replicas: 2, config: { access: open, store: { url } } }).manifests).not.toEqual(
        [],
      );
  });

  it('a configuration that does not say who may see what', () => {
    expect(refusalOf({ image: minimal.image })).toMatch(/^config\.access: say who may see what: \{ mode: open \}/);
  });

  it('a folder that the pod cannot write to', () => {
    const config = { access: open, store: { url: 'file:./data' } };
    expect(refusalOf({ ...minimal, config })).toBe(
      'config.store.url: is file:./data, and the pod can write to /var/lib/tributary alone: set file:/var/lib/tributary',
    );
  });

  it('a password in the address of the store, without repeating it', () => {
    const store = { url: 'postgres://tributary:hunter2@db.corp.example/tributary' };
    const said = refusalOf({ ...database, config: { ...database.config, store } });
    expect(said).toMatch(/^config\.store\.url: holds a password/);
    expect(said).not.toContain('hunter2');
  });

  it('an image of which nobody says where it is', () => {
    expect(refusalOf({ config: minimal.config })).toMatch(/^image\.repository: say where you pushed the image/);
  });

  it('a way from outside without a host', () => {
    expect(refusalOf({ ...minimal, ingress: { enabled: true } })).toMatch(/^ingress\.host: /);
    expect(refusalOf({ ...minimal, route: { enabled: true } })).toMatch(/^route\.host: /);
  });
});
