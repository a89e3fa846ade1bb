import { field, isObject, type JsonObject } from '../domain/json.ts';
import type { WebhookFormat } from './formats.ts';

/** Who sends bodies of this look; the format that reads them, where there is one. */
export interface Sender {
  readonly name: string;
  readonly format: WebhookFormat | undefined;
}

type Look = readonly [name: string, format: WebhookFormat | undefined, is: (body: JsonObject) => boolean];

const text = (body: JsonObject, name: string): string =>
  typeof field(body, name) === 'string' ? String(field(body, name)) : '';
const has = (body: JsonObject, ...names: readonly string[]): boolean =>
  names.every((name) => field(body, name) !== undefined);
const part = (body: JsonObject, name: string): JsonObject => {
  const value = field(body, name);
  return isObject(value) ? value : {};
};
const first = (body: JsonObject, name: string): JsonObject => {
  const values = field(body, name);
  const value: unknown = Array.isArray(values) ? values[0] : undefined;
  return isObject(value) ? value : {};
};

/** The first that fits. Others than the formats of this folder are here so that a refusal can say what came. */
const looks: readonly Look[] = [
  ['Harbor 1', undefined, (body) => has(body, 'event_type', 'events') && has(first(body, 'events'), 'repo_name')],
  ["Docker's registry", 'distribution', (body) => has(first(body, 'events'), 'action', 'target')],
  ['Azure Container Registry', undefined, (body) => has(body, 'action', 'target') || text(body, 'action') === 'ping'],
  ['Amazon ECR', undefined, (body) => text(body, 'source') === 'aws.ecr'],
  ['Google Pub/Sub', undefined, (body) => has(body, 'subscription') && has(part(body, 'message'), 'data')],
  ['Artifactory', undefined, (body) => has(body, 'domain', 'event_type')],
  ['Nexus', undefined, (body) => has(body, 'nodeId', 'repositoryName')],
  ['GitLab', undefined, (body) => has(body, 'object_kind')],
  ['Alibaba Cloud', undefined, (body) => has(body, 'push_data') && has(part(body, 'repository'), 'repo_full_name')],
  ['Docker Hub', 'docker-hub', (body) => has(body, 'push_data', 'repository')],
  ['Harbor', 'harbor', (body) => has(body, 'type', 'event_data') || text(body, 'type').startsWith('harbor.')],
  [
    'GitHub',
    'github',
    (body) => has(body, 'action', 'package') || has(body, 'registry_package') || has(body, 'hook_id'),
  ],
  [
    'Quay',
    'quay',
    (body) => has(body, 'docker_url') || has(body, 'repository', 'homepage') || has(body, 'updated_tags'),
  ],
  ["the gateway's own format", 'generic', (body) => has(body, 'changes') || text(body, 'repository') !== ''],
];

/** Who sends such bodies; `undefined` where nobody known does. */
export function recognise(body: unknown): Sender | undefined {
  if (Array.isArray(body)) {
    const type = text(first({ body }, 'body'), 'type');
    return type.startsWith('Microsoft.ContainerRegistry.')
      ? { name: 'Azure Event Grid', format: undefined }
      : undefined;
  }
  if (!isObject(body)) return undefined;
  const look = looks.find(([, , is]) => is(body));
  return look && { name: look[0], format: look[1] };
}
