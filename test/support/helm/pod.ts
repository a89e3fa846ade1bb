import { only, type Rendered } from './chart.ts';

interface Named {
  readonly name: string;
}

export interface VolumeMount extends Named {
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
}

export interface Volume extends Named {
  readonly secret?: object;
  readonly configMap?: object;
}

interface Probe {
  readonly httpGet: object;
}

export interface Container {
  readonly image: string;
  readonly ports: readonly object[];
  readonly env?: readonly object[];
  readonly securityContext: object;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: object;
  readonly volumeMounts: readonly VolumeMount[];
}

/** The pod that the chart's Deployment makes, as far as tests look at it. */
export interface Pod {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly [Container, ...Container[]];
  readonly volumes: readonly Volume[];
  readonly topologySpreadConstraints: readonly { readonly labelSelector: object }[];
}

export function podOf(rendered: Rendered): Pod {
  return only(rendered, 'Deployment')['spec'].template.spec as Pod;
}
