import { identityOf, identityOfToken, kubeAnswer, mayDo } from './access.ts';
import type { SampleIdentity, SampleRbac } from './access.ts';
import { listOf, objectOf, textOf } from './json.ts';
import type { JsonObject } from './json.ts';
import { badRequest } from './status.ts';
import type { Answer } from './status.ts';

/** Where OpenShift says what the scopes of a token are. */
const scopesKey = 'scopes.authorization.openshift.io';

/** What SelfSubjectAccessReview answers. */
export function reviewSelf(identity: SampleIdentity, body: JsonObject): Answer {
  const spec = objectOf(body['spec']);
  return reviewed('SelfSubjectAccessReview', 'authorization.k8s.io/v1', spec, { allowed: isAllowed(identity, spec) });
}

/** What SubjectAccessReview answers, about whomever it names. */
export function reviewSubject(rbac: SampleRbac, body: JsonObject): Answer {
  const spec = objectOf(body['spec']);
  const user = textOf(spec['user']);
  const groups = listOf(spec['groups']).flatMap((group) => textOf(group) ?? []);
  if (user === undefined && groups.length === 0)
    throw badRequest('at least one of user or group must be specified in a SubjectAccessReview');
  const scopes = listOf(objectOf(spec['extra'])[scopesKey]);
  // Of the scopes that OpenShift has, this is the one that all rights come with; the others here come with none.
  const isWhole = scopes.length === 0 || scopes.includes('user:full');
  const identity = isWhole ? identityOf(rbac, user ?? '', groups) : identityOf(rbac, '', []);
  return reviewed('SubjectAccessReview', 'authorization.k8s.io/v1', spec, { allowed: isAllowed(identity, spec) });
}

/** What TokenReview answers: every token here is for whatever audience is asked about. */
export function reviewToken(rbac: SampleRbac, body: JsonObject): Answer {
  const spec = objectOf(body['spec']);
  const identity = identityOfToken(rbac, textOf(spec['token']) ?? '');
  const status: JsonObject =
    identity === undefined
      ? { user: {}, error: 'invalid bearer token' }
      : {
          authenticated: true,
          user: {
            username: identity.user,
            groups: identity.groups ?? [],
            ...(identity.scopes && { extra: { [scopesKey]: identity.scopes } }),
          },
          audiences: listOf(spec['audiences']),
        };
  return reviewed('TokenReview', 'authentication.k8s.io/v1', spec, status);
}

/** Without a namespace the question is about all of them, and without a name about all objects. */
function isAllowed(identity: SampleIdentity, spec: JsonObject): boolean {
  const attributes = objectOf(spec['resourceAttributes']);
  return mayDo(identity, {
    verb: textOf(attributes['verb']) ?? '',
    group: textOf(attributes['group']) ?? '',
    resource: textOf(attributes['resource']) ?? '',
    subresource: textOf(attributes['subresource']),
    namespace: textOf(attributes['namespace']),
    name: textOf(attributes['name']),
  });
}

function reviewed(kind: string, apiVersion: string, spec: JsonObject, status: JsonObject): Answer {
  return kubeAnswer(201, { kind, apiVersion, metadata: { creationTimestamp: null }, spec, status });
}
