import { describe, expect, it } from '@jest/globals';
import { reading, writing } from '../support/documented-roles.ts';
import { kindsOf, only, renderChart, type Manifest, type Rendered } from '../support/helm/chart.ts';
import { podOf } from '../support/helm/pod.ts';
import { all, cluster, database, minimal, namespaces, otherCluster } from './values.ts';

const account = { kind: 'ServiceAccount', name: 'team-tributary', namespace: 'images' };

function ofRoles({ manifests }: Rendered): readonly Manifest[] {
  return manifests.filter(({ kind }) => kind.includes('Role'));
}

function ofKind({ manifests }: Rendered, kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

describe('the service account', () => {
  it.each([
    ['without image streams of clusters', minimal],
    ['with a registry and PostgreSQL alone', database],
    ['with another cluster, which has a token of its own', otherCluster],
  ])('may do nothing and has no token %s', (_, values) => {
    const rendered = renderChart(values);
    expect(ofRoles(rendered)).toEqual([]);
    expect(podOf(rendered).automountServiceAccountToken).toBe(false);
  });

  it('reads the image streams of its whole cluster as docs/openshift.md says, and writes none', () => {
    const rendered = renderChart(cluster);
    expect(only(rendered, 'ClusterRole')['rules']).toEqual(reading);
    expect(ofRoles(rendered).filter(({ kind }) => kind === 'Role' || kind === 'RoleBinding')).toEqual([]);
    const [binding] = ofKind(rendered, 'ClusterRoleBinding');
    expect(binding).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: only(rendered, 'ClusterRole').metadata.name },
      subjects: [{ ...account, name: 'reader' }],
    });
    expect(podOf(rendered)).toMatchObject({
      automountServiceAccountToken: true,
      serviceAccountName: 'reader',
    });
  });

  it('has a role in each namespace that is named and nothing in the cluster, and writes there with `writes`', () => {
    const rendered = renderChart(namespaces);
    const roles = ofKind(rendered, 'Role');
    const bindings = ofKind(rendered, 'RoleBinding');
    expect(ofRoles(rendered)).toHaveLength(4);
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'platform']);
    expect(bindings.map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'platform']);
    for (const role of roles) expect(role['rules']).toEqual([...reading, ...writing]);
    for (const binding of bindings)
      expect(binding).toMatchObject({ roleRef: { kind: 'Role', name: roles[0]?.metadata.name }, subjects: [account] });
  });

  it('reads the whole cluster where one of its sources is not kept to namespaces', () => {
    const streams = [...namespaces.config.streams, { name: 'all', kind: 'openshift', inCluster: true }];
    const rendered = renderChart({ ...namespaces, config: { ...namespaces.config, streams } });
    expect(ofRoles(rendered).map(({ kind }) => kind)).toEqual(['ClusterRole', 'ClusterRoleBinding']);
  });

  it('may ask whose a token is, or what somebody may do, only where this cluster is to say so', () => {
    const delegators = ({ manifests }: Rendered): readonly Manifest[] =>
      manifests.filter((manifest) => manifest['roleRef']?.name === 'system:auth-delegator');
    const [binding, ...others] = delegators(renderChart(cluster));
    expect(binding).toMatchObject({ kind: 'ClusterRoleBinding', subjects: [{ ...account, name: 'reader' }] });
    expect(others).toEqual([]);
    const corp = { name: 'corp', kind: 'oidc', issuer: 'https://sso.corp.example', audience: 'tributary' };
    const access = { mode: 'policy', callers: [corp], clusters: [{ source: 'here', callers: ['corp'] }] };
    expect(delegators(renderChart({ ...cluster, config: { ...cluster.config, access } }))).toHaveLength(1);
    for (const values of [minimal, database, namespaces, otherCluster])
      expect(delegators(renderChart(values))).toEqual([]);
  });

  it('is given no role where the operator gives them', () => {
    for (const values of Object.values(all))
      expect(ofRoles(renderChart({ ...values, rbac: { create: false } }))).toEqual([]);
  });

  it('may be one that is there already', () => {
    const rendered = renderChart({ ...cluster, serviceAccount: { create: false, name: 'robot' } });
    expect(kindsOf(rendered)).not.toContain('ServiceAccount');
    expect(podOf(rendered).serviceAccountName).toBe('robot');
    expect(ofKind(rendered, 'ClusterRoleBinding')[0]?.['subjects']).toEqual([{ ...account, name: 'robot' }]);
  });
});
