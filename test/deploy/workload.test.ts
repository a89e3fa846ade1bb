import { describe, expect, it } from '@jest/globals';
import { kindsOf, only, renderChart, type Rendered } from '../support/helm/chart.ts';
import { podOf, type Volume } from '../support/helm/pod.ts';
import { all, cluster, database, minimal, namespaces, openshiftApis, otherCluster } from './values.ts';

const each = Object.entries(all).map(([name, values]) => [name, renderChart(values)] as const);

describe.each(each)('the pod: %s', (_, rendered) => {
  const pod = podOf(rendered);
  const [container] = pod.containers;

  it('runs as nobody in particular, without privileges, and writes to its volumes alone', () => {
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      fsGroup: 1001,
    });
    expect(pod.containers).toHaveLength(1);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('mounts each of its volumes once, and those that hold secrets or configuration only to be read', () => {
    const { volumes } = pod;
    const mounts = container.volumeMounts;
    expect(mounts.map(({ name }) => name).toSorted()).toEqual(volumes.map(({ name }) => name).toSorted());
    expect(new Set(mounts.map(({ mountPath }) => mountPath)).size).toBe(mounts.length);
    for (const { name, secret, configMap } of volumes) {
      const mount = mounts.find((candidate) => candidate.name === name);
      expect(mount?.readOnly === true).toBe(secret !== undefined || configMap !== undefined);
    }
    // What is mounted by subPath never changes, and the gateway would not see a new configuration or a new secret.
    expect(mounts.filter(({ subPath }) => subPath !== undefined)).toEqual([]);
  });

  it('is asked whether it lives and is ready, and is given the time to end that the gateway takes', () => {
    expect(container.startupProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/livez', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(pod.terminationGracePeriodSeconds).toBe(45);
    expect(container.resources).toMatchObject({ requests: { memory: '512Mi' }, limits: { memory: '1Gi' } });
  });

  it('is what the Service leads to', () => {
    const labels = only(rendered, 'Deployment')['spec'].template.metadata.labels as object;
    expect(labels).toMatchObject(only(rendered, 'Service')['spec'].selector as object);
    expect(labels).toMatchObject(only(rendered, 'Deployment')['spec'].selector.matchLabels as object);
  });
});

describe('users and groups', () => {
  it('are left to OpenShift, which refuses any that it did not choose', () => {
    expect(podOf(renderChart(minimal, { apiVersions: openshiftApis })).securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('are those that the values say', () => {
    const podSecurityContext = { runAsUser: 3000, fsGroup: 2000 };
    expect(podOf(renderChart({ ...minimal, podSecurityContext })).securityContext).toMatchObject(podSecurityContext);
  });
});

describe('a store in a folder', () => {
  it('is on a volume of its own, which one pod at a time has', () => {
    const rendered = renderChart({ ...minimal, strategy: { type: 'RollingUpdate' } });
    expect(only(rendered, 'Deployment')['spec']).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(only(rendered, 'PersistentVolumeClaim')).toMatchObject({
      metadata: { name: 'team-tributary' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
    });
    expect(storeOf(rendered)).toEqual({ name: 'store', persistentVolumeClaim: { claimName: 'team-tributary' } });
    expect(kindsOf(rendered)).not.toContain('PodDisruptionBudget');
  });

  it('is on a volume that is there already, or on none, where the values say so', () => {
    const kept = renderChart(otherCluster);
    expect(storeOf(kept)).toEqual({ name: 'store', persistentVolumeClaim: { claimName: 'images-store' } });
    const lost = renderChart(namespaces);
    expect(storeOf(lost)).toEqual({ name: 'store', emptyDir: {} });
    for (const rendered of [kept, lost]) expect(kindsOf(rendered)).not.toContain('PersistentVolumeClaim');
    expect(lost.notes).toContain('image streams and events end with the pod');
    expect(kept.notes).not.toContain('end with the pod');
  });

  function storeOf(rendered: Rendered): Volume | undefined {
    return podOf(rendered).volumes.find(({ name }) => name === 'store');
  }
});

describe('several gateways on PostgreSQL', () => {
  const rendered = renderChart(database);

  it('have no volume for a store, are spread, and are not all taken away at once', () => {
    expect(only(rendered, 'Deployment')['spec']).toMatchObject({ replicas: 3, strategy: { type: 'RollingUpdate' } });
    expect(podOf(rendered).volumes).not.toContainEqual(expect.objectContaining({ name: 'store' }));
    expect(kindsOf(rendered)).not.toContain('PersistentVolumeClaim');
    expect(only(rendered, 'PodDisruptionBudget')['spec']).toMatchObject({ maxUnavailable: 1 });
    const { selector } = only(rendered, 'PodDisruptionBudget')['spec'];
    for (const constraint of podOf(rendered).topologySpreadConstraints)
      expect(constraint.labelSelector).toEqual(selector);
  });

  it('are all stopped before a new version starts, where nothing else is said', () => {
    const { strategy: _, ...values } = database;
    expect(only(renderChart(values), 'Deployment')['spec'].strategy).toEqual({ type: 'Recreate' });
  });
});

describe('from outside', () => {
  it('an Ingress or a Route lets GraphQL and webhooks through, and neither metrics nor probes', () => {
    const { rules, tls } = only(renderChart(database), 'Ingress')['spec'];
    expect(rules[0].host).toBe('tributary.corp.example');
    const paths = rules[0].http.paths as readonly { readonly path: string }[];
    expect(paths.map(({ path }) => path)).toEqual(['/graphql', '/webhooks']);
    expect(tls).toEqual([{ hosts: ['tributary.corp.example'], secretName: 'tributary-tls' }]);

    const routes = renderChart(cluster).manifests.filter(({ kind }) => kind === 'Route');
    expect(routes.map(({ spec }) => spec.path as string)).toEqual(['/graphql', '/webhooks']);
    expect(new Set(routes.map(({ metadata }) => metadata.name)).size).toBe(2);
    for (const { spec } of routes) {
      expect(spec.host).toBe('tributary.apps.corp.example');
      expect(spec.tls).toEqual({ termination: 'edge', insecureEdgeTerminationPolicy: 'Redirect' });
    }
  });

  it('nothing comes in that a NetworkPolicy does not name, and nobody where it names none', () => {
    const { ingress } = only(renderChart(database), 'NetworkPolicy')['spec'];
    expect(ingress).toEqual([{ from: database.networkPolicy.from, ports: [{ port: 'http' }] }]);
    const closed = only(renderChart({ ...minimal, networkPolicy: { enabled: true } }), 'NetworkPolicy')['spec'];
    expect(closed).toMatchObject({ policyTypes: ['Ingress'], ingress: [] });
  });

  it('Prometheus finds the metrics by the Service', () => {
    const rendered = renderChart(database);
    const { spec, metadata } = only(rendered, 'ServiceMonitor');
    expect(spec.endpoints).toEqual([{ port: 'http', path: '/metrics', interval: '30s' }]);
    expect(metadata).toMatchObject({ labels: { release: 'prometheus' } });
    expect(only(rendered, 'Service').metadata).toMatchObject({ labels: spec.selector.matchLabels });
  });
});

it('the image is named by its digest, else by its tag, else by the version of the chart', () => {
  const images = [database, cluster, minimal].map((values) => podOf(renderChart(values)).containers[0].image);
  const repository = 'registry.corp.example/platform/tributary';
  expect(images).toEqual([
    `${repository}@sha256:${'a'.repeat(64)}`,
    `${repository}:1.2.3`,
    expect.stringMatching(new RegExp(`^${repository}:\\d+\\.\\d+\\.\\d+$`)),
  ]);
});

it('open access is said once more when it is installed', () => {
  expect(renderChart(minimal).notes).toContain('everyone who reaches this address reads all');
  expect(renderChart(namespaces).notes).toContain(', and moves tags');
  expect(renderChart(cluster).notes).not.toContain('everyone');
});
