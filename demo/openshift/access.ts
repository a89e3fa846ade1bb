import type { TLSSocket } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from './json.ts';
import { failure, jsonAnswer, qualified, refuseWith } from './status.ts';
import type { Answer } from './status.ts';

/** Who asks, and what that user may do. */
export interface SampleIdentity {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly rules: readonly SampleRule[] | 'admin';
  /** The scopes that the token is limited to, as OpenShift's OAuth has them; without any it may all that its user may. */
  readonly scopes?: readonly string[];
}

/** What a user may do: RBAC's PolicyRule with the namespaces it is bound in. */
export interface SampleRule {
  readonly namespaces: readonly string[] | '*';
  /** As RBAC names them: get, list, watch, create, update, patch, delete, deletecollection, or '*'. */
  readonly verbs: readonly string[];
  /** As 'imagestreams', 'imagestreams/layers' or 'deployments', or '*'. */
  readonly resources: readonly string[];
  /** Names of objects; all where absent. */
  readonly names?: readonly string[];
}

/** The RBAC of the sample cluster: who there is, by their bearer tokens, and what members of groups may do besides. */
export interface SampleRbac {
  readonly identities: Readonly<Record<string, SampleIdentity>>;
  readonly groupRules: Readonly<Record<string, readonly SampleRule[]>>;
}

/** One thing that somebody wants to do. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const anonymous: SampleIdentity = { user: 'system:anonymous', groups: ['system:unauthenticated'], rules: [] };

/** Who sent a request: by client certificate or bearer token. A token nobody has is answered with 401. */
export function identify(incoming: IncomingMessage, rbac: SampleRbac): SampleIdentity {
  const certified = certifiedName(incoming);
  if (certified !== undefined) {
    const known = Object.values(rbac.identities).find(({ user }) => user === certified);
    return identityOf(rbac, certified, known?.groups ?? []);
  }
  const { authorization } = incoming.headers;
  if (authorization === undefined) return anonymous;
  const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const identity = token === undefined ? undefined : identityOfToken(rbac, token);
  if (identity !== undefined) return identity;
  throw refuseWith(kubeAnswer(401, failure(401, 'Unauthorized', 'Unauthorized')));
}

/** Who has a token, undefined where nobody does. */
export function identityOfToken(rbac: SampleRbac, token: string): SampleIdentity | undefined {
  const found = Object.hasOwn(rbac.identities, token) ? rbac.identities[token] : undefined;
  return (
    found && { ...identityOf(rbac, found.user, found.groups ?? []), ...(found.scopes && { scopes: found.scopes }) }
  );
}

/** A user in some groups, with all that is bound to either. */
export function identityOf(
  { identities, groupRules }: SampleRbac,
  user: string,
  groups: readonly string[],
): SampleIdentity {
  const own = Object.values(identities).find((identity) => identity.user === user)?.rules ?? [];
  const ofGroups = groups.flatMap((group) => (Object.hasOwn(groupRules, group) ? (groupRules[group] ?? []) : []));
  return { user, groups, rules: own === 'admin' ? own : [...own, ...ofGroups] };
}

function certifiedName({ socket }: IncomingMessage): string | undefined {
  const tls = socket as Partial<TLSSocket>;
  if (tls.authorized !== true || tls.getPeerCertificate === undefined) return undefined;
  const { subject } = tls.getPeerCertificate() as { readonly subject?: { readonly CN?: string | readonly string[] } };
  return typeof subject?.CN === 'string' ? subject.CN : undefined;
}

/** Whether nobody said who asks. */
export function isAnonymous(identity: SampleIdentity): boolean {
  return identity === anonymous;
}

/** Whether a user may do something. */
export function mayDo({ rules }: SampleIdentity, attempt: Attempt): boolean {
  if (rules === 'admin') return true;
  const resource = fullName(attempt);
  return rules.some(
    ({ namespaces, verbs, resources, names }) =>
      (namespaces === '*' || (attempt.namespace !== undefined && namespaces.includes(attempt.namespace))) &&
      (verbs.includes(attempt.verb) || verbs.includes('*')) &&
      (resources.includes(resource) || resources.includes('*')) &&
      (names === undefined || (attempt.name !== undefined && names.includes(attempt.name))),
  );
}

/** Whether a user has any right in a namespace: then it is one of that user's projects. */
export function hasRightsIn({ rules }: SampleIdentity, namespace: string): boolean {
  if (rules === 'admin') return true;
  return rules.some(({ namespaces }) => namespaces === '*' || namespaces.includes(namespace));
}

/** Refuses what a user may not do, with 403. */
export function authorize(identity: SampleIdentity, attempt: Attempt): void {
  if (mayDo(identity, attempt)) return;
  const { group, resource, name, namespace } = attempt;
  const what = name === undefined ? qualified(resource, group) : `${qualified(resource, group)} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${identity.user}" cannot ${attempt.verb} resource "${fullName(attempt)}" in API group "${group}" ${where}`;
  throw forbid(message, { name, group: group === '' ? undefined : group, kind: resource });
}

/** Refuses a path that is no resource to users without a name, with 403. */
export function authorizePath(identity: SampleIdentity, path: string): void {
  if (!isAnonymous(identity)) return;
  const message = `forbidden: User "${identity.user}" cannot get path "${path}"`;
  throw forbid(message, {});
}

function forbid(message: string, details: JsonObject): Error {
  const answer = kubeAnswer(403, failure(403, 'Forbidden', message, details));
  return refuseWith({ ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } });
}

/** An answer of kube-apiserver itself, which may be stored where those of openshift-apiserver may not. */
export function kubeAnswer(status: number, body: JsonObject): Answer {
  return { ...jsonAnswer(status, body), headers: { 'cache-control': 'no-cache, private' } };
}

function fullName({ resource, subresource }: Attempt): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
